"""A plan that costs money as a workbook: what is done, before and after, and a sheet for each school it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.workbook.write import open_workbook
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.plans.actions.priced import PricedAction
from junheng.plans.plan import Plan
from junheng.plans.rescored import (
    indicators_side_by_side,
    stages_side_by_side,
    variation_side_by_side,
)
from junheng.report.facts import Names
from junheng.report.sections.works import described
from junheng.report.sheets import Cell, Sheets
from junheng.text import Language, Text

_MEASURES = (
    Text("学校代码", "school code"),
    Text("学校", "school"),
    Text("措施", "what"),
    Text("数量", "how much"),
    Text("元", "yuan"),
    Text("学年", "year"),
    Text("为什么", "why"),
)
_INDICATORS = (
    Text("学段", "stage"),
    Text("指标", "indicator"),
    Text("标准", "threshold"),
    Text("现在", "before"),
    Text("方案后", "after"),
    Text("现结论", "verdict before"),
    Text("方案后结论", "verdict after"),
)
_WIDTHS = (14, 22, 30, 14, 16, 16, 60)


def write_compliance_workbook(
    plan: Plan, before: Assessment, after: Assessment, path: Path, *, language: Language
) -> None:
    """Write the workbook, whole or not at all; same plan, same bytes.

    Sheets: what is done; school stages and coefficients before and after; then one a school for which something is
    done or whose teachers leave, named by its code.
    """
    district = before.district
    names = Names.of(district)
    pair = (before.balance, after.balance)
    indicators = indicators_side_by_side(*pair)
    with (
        whole_file(path) as partial,
        open_workbook(partial, created=district.year.first_day, language=language) as (book, styles),
    ):
        page = Sheets(book, styles, language, widths=_WIDTHS)
        codes = district.table("schools")["school"].to_list()
        rows: dict[str, list[Sequence[Cell]]] = {code: [] for code in codes}
        for action in plan.actions:
            if isinstance(action, PricedAction):
                for code, cells in _measures(action, names):
                    rows[code].append(cells)
        every = [row for own in rows.values() for row in own]
        page.add(Text("措施", "measures"), [(_MEASURES, every)])
        page.add(Text("学段前后", "stages"), [_stages(pair, names)])
        page.add(Text("差异系数前后", "variation"), [_variation(pair)])
        for code, own in rows.items():
            if own:
                shown = indicators.filter(pl.col("school") == code)
                figures = [_indicator(row) for row in shown.iter_rows(named=True)]
                page.add(Text.same(code), [(_MEASURES, own), (_INDICATORS, figures)])


def _measures(action: PricedAction, names: Names) -> list[tuple[str, Sequence[Cell]]]:
    """Return a row for each school that an action touches: who gives sees it as well as who gets."""
    found: list[tuple[str, Sequence[Cell]]] = []
    for code, what, amount, _ in described(action, names):
        cells = (
            code,
            names.school(code),
            what,
            amount,
            action.yuan if amount >= 0 else None,
            action.year,
            action.text,
        )
        found.append((code, cells))
    return found


def _stages(pair: tuple[Any, Any], names: Names) -> tuple[Sequence[Text], list[Sequence[Cell]]]:
    header = (
        Text("学校代码", "school code"),
        Text("学校", "school"),
        Text("学段", "stage"),
        Text("学生", "pupils"),
        Text("现结论", "verdict before"),
        Text("方案后结论", "verdict after"),
    )
    return header, [
        (
            row["school"],
            names.school(row["school"]),
            label_of("stage", row["stage"]),
            row["pupils"],
            _verdict(row["before"]),
            _verdict(row["after"]),
        )
        for row in stages_side_by_side(*pair).iter_rows(named=True)
    ]


def _variation(pair: tuple[Any, Any]) -> tuple[Sequence[Text], list[Sequence[Cell]]]:
    return _INDICATORS, [
        _indicator(row, limit="limit") for row in variation_side_by_side(*pair).iter_rows(named=True)
    ]


def _indicator(row: Mapping[str, Any], *, limit: str = "threshold") -> Sequence[Cell]:
    return (
        label_of("stage", row["stage"]),
        row["rule"].removeprefix("balance."),
        row[limit],
        row["before"],
        row["after"],
        _verdict(row["verdict_before"]),
        _verdict(row["verdict_after"]),
    )


def _verdict(code: str | None) -> Text | None:
    return None if code is None else VERDICTS[code]
