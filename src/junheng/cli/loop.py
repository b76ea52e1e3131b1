"""The loop, once round: measure, plan, measure again, and write what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from junheng.cli import assessment_tables, plan_tables
from junheng.cli.screen import Screen
from junheng.district.atomic import whole_file
from junheng.district.geojson import write_geojson
from junheng.district.model import District
from junheng.measure.assessment import Assessment, assess
from junheng.planners.catchments.planner import frontier_plans, plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.compare import compare, plan_of_zones
from junheng.plans.curve import measured_curve
from junheng.plans.plan import Plan, write_plan
from junheng.report.loop import LoopReport
from junheng.report.render import write_html
from junheng.standards.standard import Standard
from junheng.text import Text


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one turn of the loop is asked to do.

    Attributes
    ----------
    district, standard
        What is measured, against what.
    stage
        The stage whose catchments are drawn.
    options
        Of the solver.
    seed
        Of the solver's random numbers.
    proposals
        Zones that somebody else drew, by what people call them: ``home, school``.
    frontier_points
        How many plans between "nobody moves" and "shortest distance" to draw the trade-off with; 0 for none.
    on
        Day of the standard's values; the first day of the school year if not given.
    """

    district: District
    standard: Standard
    stage: str
    options: CatchmentOptions
    seed: int
    proposals: Mapping[Text, pl.DataFrame]
    frontier_points: int = 0
    on: date | None = None

    @property
    def day(self) -> date:
        """The day of the standard's values."""
        return self.district.year.first_day if self.on is None else self.on


def run_loop(turn: Turn, folder: Path, screen: Screen, *, written: Sequence[Path] = ()) -> dict[str, Any]:
    """Turn the loop once, show it, write ``report.html``, ``plan.json``, ``plan.geojson``, ``assessment.json``.

    Parameters
    ----------
    written
        What was written before, to be told with the rest.

    Returns
    -------
    dict
        The result for ``--json``: files, verdicts, the plan and the comparison.
    """
    screen.progress(Text("测算现状", "measuring the district as it is"))
    before = assess(turn.district, turn.standard, on=turn.day)
    wishes = Wishes(stage=turn.stage, locked={}, forbidden=frozenset())
    chosen = plan_catchments(
        turn.district,
        turn.standard,
        wishes=wishes,
        options=turn.options,
        seed=turn.seed,
        on=turn.day,
        progress=screen.progress,
    )
    after = assess(chosen.apply(turn.district), turn.standard, on=turn.day)
    curve = _frontier(turn, wishes, screen)
    proposals = [
        plan_of_zones(turn.district, zones, name=name, stage=turn.stage)
        for name, zones in turn.proposals.items()
    ]
    today = turn.standard.on(turn.day)
    screen.progress(Text("比较各方案", "comparing the plans"))
    comparison = compare(turn.district, [*proposals, chosen], today, stage=turn.stage)
    frontier = measured_curve(turn.district, curve, today, stage=turn.stage) if curve else None
    _show(before, chosen, comparison, frontier, screen=screen)
    report = LoopReport(
        before=before,
        after=after,
        stage=turn.stage,
        plans=(*proposals, chosen),
        chosen=chosen,
        comparison=comparison,
        frontier=frontier,
    )
    files = [*written, *_write(report, folder, screen)]
    screen.line()
    for file in files:
        screen.line(Text(f"已写出 {file}", f"wrote {file}"))
    return {
        "files": [str(file) for file in files],
        "verdict": {"before": before.verdict, "after": after.verdict},
        "plan": {key: value for key, value in chosen.as_dict().items() if key != "actions"},
        "comparison": comparison.to_dicts(),
        "frontier": None if frontier is None else frontier.to_dicts(),
    }


def _frontier(turn: Turn, wishes: Wishes, screen: Screen) -> tuple[Plan, ...]:
    if not turn.frontier_points:
        return ()
    return frontier_plans(
        turn.district,
        turn.standard,
        wishes=wishes,
        options=replace(turn.options, seconds=turn.options.seconds / 4),
        points=turn.frontier_points,
        proposals=[dict(zones.select("home", "school").iter_rows()) for zones in turn.proposals.values()],
        seed=turn.seed,
        on=turn.day,
        progress=screen.progress,
    )


def _show(
    before: Assessment,
    chosen: Plan,
    comparison: pl.DataFrame,
    frontier: pl.DataFrame | None,
    *,
    screen: Screen,
) -> None:
    assessment_tables.show_assessment(before, screen)
    plan_tables.show_plan(chosen, screen)
    screen.heading(Text("方案比较（同一尺度、独立复测）", "plans compared, re-measured independently"))
    plan_tables.show_comparison(comparison, screen)
    if frontier is not None:
        plan_tables.show_frontier(frontier, screen)


def _write(report: LoopReport, folder: Path, screen: Screen) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / name for name in ("report.html", "plan.json", "plan.geojson", "assessment.json")]
    screen.progress(Text("写出报告", "writing the report"))
    write_html(report, files[0], language=screen.language)
    if report.chosen is not None and report.after is not None:
        write_plan(report.chosen, files[1])
        write_geojson(report.after.district, files[2])
        both = {"before": report.before.as_dict(), "after": report.after.as_dict()}
        _write_json(both, files[3])
    return files


def _write_json(value: dict[str, Any], path: Path) -> None:
    with whole_file(path) as partial:
        partial.write_text(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
