"""A plan that costs money as a workbook: what is done, before and after, and a sheet for each school it touches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.workbook.sheets import Block, Cell, Numbers, Sheets, of_unit, with_decimals
from junheng.district.workbook.write import open_workbook
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.measure.balance import Balance
from junheng.plans.actions.priced import PricedAction
from junheng.plans.plan import Plan
from junheng.plans.rescored import (
    indicators_side_by_side,
    stages_side_by_side,
    variation_side_by_side,
)
from junheng.report.facts import Names
from junheng.report.sections.works import described
from junheng.text import Language, Text
from junheng.units import UNITS

_MEASURES = (
    Text("学校代码", "school code"),
    Text("学校", "school"),
    Text("措施", "what"),
    Text("数量", "how much"),
    Text("单位", "unit"),
    Numbers(Text("元", "yuan"), of_unit("yuan")),
    Numbers(Text("学年", "year"), of_unit("calendar year")),
    Text("为什么", "why"),
)


def write_compliance_workbook(
    plan: Plan, before: Assessment, after: Assessment, path: Path, *, language: Language
) -> None:
    """Write the workbook, whole or not at all; same plan, same bytes.

    Sheets: what is done; school stages and coefficients before and after; then one a school for which something is
    done or whose teachers leave, named by its code and name.
    """
    district = before.district
    names = Names.of(district)
    pair = (before.balance, after.balance)
    indicators = indicators_side_by_side(*pair)
    with (
        whole_file(path) as partial,
        open_workbook(partial, created=district.year.first_day, language=language) as (book, styles),
    ):
        page = Sheets(book, styles, language)
        codes = district.table("schools")["school"].to_list()
        rows: dict[str, list[Sequence[Cell]]] = {code: [] for code in codes}
        for action in plan.actions:
            if isinstance(action, PricedAction):
                for code, cells in _measures(action, names):
                    rows[code].append(cells)
        every = [row for own in rows.values() for row in own]
        page.add(Text("措施", "measures"), [Block(_MEASURES, every)])
        page.add(Text("学段前后", "stages"), [_stages(pair, names)])
        page.add(Text("差异系数前后", "variation"), [_variation(before, after)])
        for code, own in rows.items():
            if own:
                figures = _indicators(before, indicators.filter(pl.col("school") == code))
                name = Text.same(f"{code} {names.school(code)}")
                page.add(name, [Block(_MEASURES, own), figures])


def _measures(action: PricedAction, names: Names) -> list[tuple[str, Sequence[Cell]]]:
    """Return a row for each school that an action touches: who gives sees it as well as who gets."""
    found: list[tuple[str, Sequence[Cell]]] = []
    for code, what, amount, unit in described(action, names):
        cells = (
            code,
            names.school(code),
            what,
            amount,
            UNITS[unit].text,
            action.yuan if amount >= 0 else None,
            action.year,
            action.text,
        )
        found.append((code, cells))
    return found


def _stages(pair: tuple[Balance, Balance], names: Names) -> Block:
    header = (
        Text("学校代码", "school code"),
        Text("学校", "school"),
        Text("学段", "stage"),
        Numbers(Text("学生", "pupils"), of_unit("pupil")),
        Text("现结论", "verdict before"),
        Text("方案后结论", "verdict after"),
    )
    rows = [
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
    return Block(header, rows)


def _indicators(before: Assessment, shown: pl.DataFrame) -> Block:
    return _beside(before, shown, threshold="threshold", decimals=before.balance.decimals.school)


def _variation(before: Assessment, after: Assessment) -> Block:
    shown = variation_side_by_side(before.balance, after.balance)
    return _beside(before, shown, threshold="limit", decimals=before.balance.decimals.cv)


def _beside(before: Assessment, shown: pl.DataFrame, *, threshold: str, decimals: int) -> Block:
    """Return figures before and after, with as many decimals as the national form shows."""
    pattern = with_decimals(decimals)
    header = (
        Text("学段", "stage"),
        Text("指标", "indicator"),
        Numbers(Text("标准", "threshold"), pattern),
        Numbers(Text("现在", "before"), pattern),
        Numbers(Text("方案后", "after"), pattern),
        Text("现结论", "verdict before"),
        Text("方案后结论", "verdict after"),
    )
    rows = [
        (
            label_of("stage", row["stage"]),
            before.standard.rule(row["rule"]).title,
            row[threshold],
            row["before"],
            row["after"],
            _verdict(row["verdict_before"]),
            _verdict(row["verdict_after"]),
        )
        for row in shown.iter_rows(named=True)
    ]
    return Block(header, rows)


def _verdict(code: str | None) -> Text | None:
    return None if code is None else VERDICTS[code]
