"""The matrix: every school stage in every one of the seven indicators, the failing ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.report import numbers
from junheng.report.facts import Names, stage_label
from junheng.report.words import MISSING, MISSING_SHORT, WHY_EXCLUDED
from junheng.text import Text

Key = tuple[str, str, str]
"""School, stage, rule."""

_ORDER = {"fail": 0, "not_assessed": 1, "pass": 2, "excluded": 3}


@dataclass(frozen=True, slots=True)
class Cell:
    """One school stage in one indicator."""

    verdict: str
    value: str
    order: float | None
    missing: Text | None
    tip: Text | None
    flips: bool
    is_waived: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One school stage."""

    school: str
    code: str
    stage: Text
    stage_code: str
    pupils: int
    verdict: str
    after: str | None
    why: Text | None
    n_unmet: int
    cells: tuple[Cell, ...]


def found_cells(now: Assessment) -> dict[Key, dict[str, Any]]:
    """Return the indicators by school, stage and rule, with ``floor``: the least the one unmet one may have."""
    today = now.standard.on(now.on)
    share = {
        stage: today.value("balance.school.floor_share", stage=stage).number / 100 for stage in COMPULSORY
    }
    return {
        (row["school"], row["stage"], row["rule"]): row | {"floor": row["threshold"] * share[row["stage"]]}
        for row in now.balance.indicators.iter_rows(named=True)
    }


def rows(
    now: Assessment,
    cells: Mapping[Key, dict[str, Any]],
    after: Mapping[tuple[str, str], str],
) -> list[Row]:
    """Return every school stage, those that fail first and the worst of them at the top.

    Parameters
    ----------
    cells
        What `found_cells` returns.
    after
        Verdicts after the plan by school and stage; empty where the plan changes no figure.
    """
    needs = {
        (row["school"], row["stage"], row["rule"]): Text(row["zh"], row["en"])
        for row in now.balance.needs.iter_rows(named=True)
    }
    names = Names.of(now.district)
    result = []
    for place, stage in enumerate(now.balance.stages.iter_rows(named=True)):
        key = (stage["school"], stage["stage"])
        row = Row(
            school=names.school(stage["school"]),
            code=stage["school"],
            stage=stage_label(stage["stage"]),
            stage_code=stage["stage"],
            pupils=stage["pupils"],
            verdict=stage["verdict"],
            after=after.get(key),
            why=WHY_EXCLUDED.get(stage["why"] or ""),
            n_unmet=stage["n_near"] + stage["n_below"],
            cells=tuple(
                _cell(cells.get((*key, r.rule)), r.rule, needs.get((*key, r.rule))) for r in RESOURCES
            ),
        )
        order = (_ORDER[row.verdict], -stage["n_below"], -stage["n_near"], -row.pupils, place)
        result.append((order, row))
    return [row for _, row in sorted(result, key=lambda pair: pair[0])]


_EXCLUDED = Cell("excluded", numbers.ABSENT, None, None, None, False)


def _cell(found: dict[str, Any] | None, rule: str, needs: Text | None) -> Cell:
    if found is None:
        return _EXCLUDED
    verdict, value = found["verdict"], found["value"]
    unit = found["missing_unit"]
    if verdict == "not_assessed":
        wanted = Text("缺少记录", "records are missing") if needs is None else needs
        needed = Text("未评，需要：{what}", "not assessed, needs: {what}").format(what=wanted)
        return Cell(verdict, numbers.ABSENT, None, None, needed, False)
    shown = numbers.decimal(value, 0 if unit == "yuan" else 2)
    flips, is_waived = bool(found["rounding_flips"]), found["waiver"] is not None
    if verdict == "met":
        exact = Text.same(f"{value:.6f}") if flips else None
        return Cell(verdict, shown, value, None, exact, flips, is_waived)
    missing = numbers.shortage(found["missing"], unit)
    tip = Text(
        "{value}，达标线 {limit}，底线 {floor}；{missing}",
        "{value} against {limit}, floor {floor}; {missing}",
    ).format(
        value=f"{value:.6f}" if flips else shown,
        limit=numbers.limit(found["threshold"], unit),
        floor=numbers.limit(found["floor"], unit),
        missing=MISSING[rule].format(n=missing),
    )
    return Cell(verdict, shown, value, MISSING_SHORT[unit].format(n=missing), tip, flips, is_waived)
