"""The plan: what it reaches and what is proven, who moves and why, and how it compares with other plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from junheng.measure.assessment import Assessment
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.compare import diff
from junheng.plans.plan import Plan
from junheng.report import numbers
from junheng.report.curve import Curve, curve_of
from junheng.report.curve_chart import chart
from junheng.report.facts import Names, stage_label
from junheng.report.loop import LoopReport
from junheng.report.sections import comparison
from junheng.report.words import LEVELS, REASONS, SETTINGS, STOPPED_BY, known
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level of the objective; ``bound`` and ``gap`` are dashes where nothing was proven."""

    name: Text
    value: Text
    bound: Text
    gap: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """How many homes and children one reason decides, and how many of these homes move."""

    name: Text
    homes: int
    moved: int
    children: str


@dataclass(frozen=True, slots=True)
class Move:
    """One home that gets another school."""

    home: str
    children: str
    old: str
    new: str
    km: str
    km_after: str
    why: Text
    order: tuple[float, float, float]
    """Sort keys: children, km before, km after; -1 for absent."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a plan was computed from."""

    name: Text
    is_chosen: bool
    stopped_by: Text
    inputs: tuple[tuple[Text, str], ...]
    inputs_hash: str
    seed: str
    version: str
    standard_date: str
    settings: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """The facts of this section; parts that are `None` or empty are said to be absent."""

    stage: Text
    name: Text | None
    has_after: bool
    levels: tuple[LevelRow, ...]
    reasons: tuple[Reason, ...]
    moves: tuple[Move, ...]
    moved_pupils: str
    origins: tuple[Origin, ...]
    comparison: comparison.Comparison | None
    curve: Curve | None
    chart: Markup | None
    as_if: Text | None
    """Why what was measured after the plan is not what will come; `None` where it is."""


def section(report: LoopReport) -> Planned:
    """Gather the facts of this section."""
    chosen = report.chosen
    actions = {} if chosen is None else {a.home: a for a in chosen.of(AssignHome) if a.stage == report.stage}
    children = _by_home(report.before, report.stage)
    moves = _moves(report, actions, children)
    table = None if report.comparison is None else comparison.table(report.comparison)
    curve = None if report.frontier is None else curve_of(_rows(report.frontier), _rows(report.comparison))
    return Planned(
        stage=stage_label(report.stage),
        name=None if chosen is None else chosen.name,
        has_after=report.after is not None,
        levels=() if chosen is None else tuple(_levels(chosen)),
        reasons=tuple(_reasons(actions, children)),
        moves=tuple(moves),
        moved_pupils=numbers.show(sum(max(move.order[0], 0.0) for move in moves), "pupil"),
        origins=tuple(_origin(plan, is_chosen=plan is chosen) for plan in _plans(report)),
        comparison=table,
        curve=curve,
        chart=None if curve is None else chart(curve),
        as_if=report.as_if,
    )


def _rows(frame: pl.DataFrame | None) -> list[dict[str, Any]]:
    return [] if frame is None else frame.to_dicts()


def _plans(report: LoopReport) -> list[Plan]:
    plans = list(report.plans)
    if report.chosen is not None and not any(plan is report.chosen for plan in plans):
        plans.append(report.chosen)
    return plans


def _levels(plan: Plan) -> list[LevelRow]:
    rows = []
    for code, level in plan.objective.items():
        gap = level.gap
        rows.append(
            LevelRow(
                name=known(LEVELS, code),
                value=numbers.with_unit(numbers.show(level.value, level.unit), level.unit),
                bound=numbers.with_unit(numbers.show(level.bound, level.unit), level.unit),
                gap=numbers.share(gap, decimals=2),
                is_proven=gap is not None and gap <= 1e-9,
            )
        )
    return rows


def _by_home(found: Assessment, stage: str) -> dict[str, dict[str, Any]]:
    rows = found.places.homes.filter(pl.col("stage") == stage)
    return {row["home"]: row for row in rows.iter_rows(named=True)}


def _reasons(actions: Mapping[str, AssignHome], homes: Mapping[str, dict[str, Any]]) -> list[Reason]:
    by_code: dict[str, list[AssignHome]] = {}
    for action in actions.values():
        by_code.setdefault(action.reason, []).append(action)
    rows = []
    for code, own in sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0])):
        counts = [homes.get(action.home, {}).get("children") for action in own]
        known_counts = [count for count in counts if count is not None]
        total = float(sum(known_counts)) if len(known_counts) == len(counts) else None
        rows.append(
            Reason(
                known(REASONS, code), len(own), sum(1 for a in own if a.changes), numbers.show(total, "child")
            )
        )
    return rows


def _moves(
    report: LoopReport, actions: Mapping[str, AssignHome], old: Mapping[str, dict[str, Any]]
) -> list[Move]:
    if report.after is None:
        return []
    names = Names.of(report.before.district)
    new = _by_home(report.after, report.stage)
    changed = diff(report.before.district, report.after.district, stage=report.stage)
    moves = []
    for home, first, second in changed.select("home", "before", "after").iter_rows():
        before, after = old.get(home, {}), new.get(home, {})
        figures = (before.get("children", after.get("children")), before.get("km"), after.get("km"))
        moves.append(
            Move(
                home=names.home(home),
                children=numbers.show(figures[0], "child"),
                old=names.school(first),
                new=names.school(second),
                km=numbers.show(figures[1], "km"),
                km_after=numbers.show(figures[2], "km"),
                why=_why(actions.get(home)),
                order=tuple(-1.0 if value is None else float(value) for value in figures),  # type: ignore[arg-type]
            )
        )
    return sorted(moves, key=lambda move: -move.order[0])


def _why(action: AssignHome | None) -> Text:
    if action is None:
        return Text("—", "—")
    return action.text if action.text.zh else known(REASONS, action.reason)


def _origin(plan: Plan, *, is_chosen: bool) -> Origin:
    return Origin(
        name=plan.name,
        is_chosen=is_chosen,
        stopped_by=known(STOPPED_BY, plan.stopped_by),
        inputs=tuple((known(SETTINGS, name), value) for name, value in sorted(plan.inputs.items())),
        inputs_hash=plan.inputs_hash,
        seed=numbers.ABSENT if plan.seed is None else str(plan.seed),
        version=plan.version or numbers.ABSENT,
        standard_date=plan.standard_date or numbers.ABSENT,
        settings=tuple(
            (known(SETTINGS, name), _setting(value)) for name, value in sorted(plan.settings.items())
        ),
    )


def _setting(value: object) -> Text:
    """Return a setting as people read it; what was not asked for is absent."""
    if value is None or value in ([], {}):
        return Text.same(numbers.ABSENT)
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Text.same(shown)
