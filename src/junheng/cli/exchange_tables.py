"""An exchange plan on a terminal: counts of moves by kind, before and after; persons stay in the files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import polars as pl

from junheng.cli.screen import Screen
from junheng.district.model import District
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.planners.exchange.planner import Exchanged
from junheng.planners.exchange.problem import INDICATORS
from junheng.plans.actions.move_teacher import MOVES, MoveTeacher
from junheng.text import Language, Text


def show_moves(done: Exchanged, screen: Screen) -> None:
    """Write how many move, of which kind, against the quota."""
    moves = done.plan.of(MoveTeacher)
    screen.heading(Text(f"调动 {len(moves)} 人", f"moves: {len(moves)}"))
    kinds = pl.Series([move.move for move in moves], dtype=pl.String).value_counts(sort=True)
    screen.table(
        [Text("类型", "kind"), Text("人数", "people")],
        ([MOVES[kind], str(n)] for kind, n in kinds.iter_rows()),
    )
    share, backbone = rotation_shares(done)
    screen.line(
        Text(
            "符合条件 {n} 人，交流占 {share}%；其中骨干 {backbone}%",
            "{n} are eligible, of whom {share} % rotate; {backbone} % of those are backbone teachers",
        ).format(n=done.exchange.n_eligible, share=_percent(share), backbone=_percent(backbone))
    )
    if done.others_changed is not None:
        screen.line(
            Text(
                "与上一方案相比，除指定者外另有 {n} 人改变",
                "besides those who were named, {n} people fare otherwise than in the earlier plan",
            ).format(n=done.others_changed)
        )


def rotation_shares(done: Exchanged) -> tuple[float | None, float | None]:
    """Return percent of the eligible who rotate, and percent of backbone teachers among them; `None` of nobody."""
    problem, destination = done.exchange.problem, done.solution.destination
    rotating = problem.is_rotating & (destination >= 0)
    n = int(rotating.sum())
    share = 100 * n / done.exchange.n_eligible if done.exchange.n_eligible else None
    backbone = 100 * int(problem.is_backbone[rotating].sum()) / n if n else None
    return share, backbone


def show_side_by_side(before: Assessment, after: Assessment, screen: Screen) -> None:
    """Write the three indicators of teachers before and after, as the assessment measures them."""
    screen.heading(Text("独立复测", "re-measured independently"))
    header = [Text("指标", "indicator"), Text("前：未达标学段", "before: stages short"), Text("后", "after")]
    rows = [
        [before.standard.rule(rule).title, *(str(_short(found, rule)) for found in (before, after))]
        for rule in INDICATORS
    ]
    verdicts = [VERDICTS[found.balance.verdict] for found in (before, after)]
    screen.table(header, [*rows, [Text("资源配置结论", "verdict on resources"), *verdicts]])


def as_data(done: Exchanged, before: Assessment, after: Assessment, *, file: Path) -> dict[str, Any]:
    """Return everything for programs; the plan names persons."""
    share, backbone = rotation_shares(done)
    return {
        "file": str(file),
        "plan": done.plan.as_dict(),
        "eligible": done.exchange.n_eligible,
        "rotation_percent": share,
        "backbone_percent": backbone,
        "others_changed": done.others_changed,
        "short": {
            rule: {"before": _short(before, rule), "after": _short(after, rule)} for rule in INDICATORS
        },
    }


def write_documents(
    arguments: argparse.Namespace, done: Exchanged, district: District, *, language: Language
) -> list[Path]:
    """Write the workbook, the letters and the published figures that were asked for; return what was written."""
    written = []
    if arguments.workbook is not None:
        from junheng.report.exchange.workbook import write_workbook  # noqa: PLC0415 - only where asked for

        write_workbook(done, district, arguments.workbook, language=language)
        written.append(arguments.workbook)
    if arguments.letters is not None:
        from junheng.report.exchange.letters import write_letters  # noqa: PLC0415 - loads the library for Word

        write_letters(done, district, arguments.letters)
        written.append(arguments.letters)
    if arguments.publish is not None:
        from junheng.report.exchange.published import write_published  # noqa: PLC0415

        write_published(done, district, arguments.publish)
        written.append(arguments.publish)
    return written


def _short(found: Assessment, rule: str) -> int:
    rows = found.balance.indicators.filter(pl.col("rule") == rule)
    return rows.filter(pl.col("verdict").is_in(["near", "below"])).height


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1f}"
