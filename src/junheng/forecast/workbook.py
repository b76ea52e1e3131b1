"""A forecast as a workbook for people: alerts in their colours, the tables with names for codes, and notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.workbook.sheets import Block, Cell, Numbers, Sheets, of_unit, with_decimals
from junheng.district.workbook.write import open_workbook
from junheng.forecast.alerts import COLOURS, SUBJECTS
from junheng.forecast.model import PARTS, SCENARIOS, Forecast
from junheng.text import Language, Text

_SHEETS: dict[str, Text] = {
    "alerts": Text("学位预警", "alerts"),
    "totals": Text("全区合计", "district"),
    "grades": Text("全区分年级", "grades"),
    "schools": Text("各校合计", "schools"),
    "cells": Text("各校分年级", "schools by grade"),
    "overflow": Text("超出概率", "overflow"),
}
"""The sheets, by table."""

HEADERS: dict[str, Text] = {
    "school": Text("学校代码", "school code"),
    "name": Text("学校", "school"),
    "stage": Text("学段", "stage"),
    "grade": Text("年级", "grade"),
    "year": Text("学年起始年", "school year"),
    "mean": Text("中心预测", "central forecast"),
    "q025": Text("95%下限", "95% low"),
    "q10": Text("80%下限", "80% low"),
    "q50": Text("中位数", "median"),
    "q90": Text("80%上限", "80% high"),
    "q975": Text("95%上限", "95% high"),
    "low": Text("低情景", "low scenario"),
    "high": Text("高情景", "high scenario"),
    "pupils_now": Text("本学年在校生", "pupils this year"),
    "capacity": Text("核定学位数", "places"),
    "of": Text("口径", "of"),
    "places": Text("核定学位数", "places"),
    "over": Text("超出学位", "over places"),
    "probability": Text("超出概率", "probability of overflow"),
    "colour": Text("预警等级", "alert"),
    **PARTS,
}
"""What people call the columns."""
_NOTES = Text("说明", "notes")
_FILLS = {"red": "#F8CBAD", "orange": "#FCE4D6", "yellow": "#FFF2CC", "green": "#E2EFDA"}
"""Pale, so that the word on them is read on paper too."""
_WORDS = {"of": SUBJECTS, "colour": COLOURS}
_PATTERNS = {"year": of_unit("calendar year"), "grade": of_unit("grade"), "probability": "0.0%"}


def write_forecast_workbook(
    forecast: Forecast, tables: Mapping[str, pl.DataFrame], path: Path, *, language: Language
) -> None:
    """Write the tables of a forecast as a workbook, whole or not at all; same forecast, same bytes."""
    created = forecast.district.year.first_day
    with (
        whole_file(path) as partial,
        open_workbook(partial, created=created, language=language) as (book, styles),
    ):
        fills: dict[Cell, object] = {
            COLOURS[code]: book.add_format({**styles.font, "bg_color": fill}) for code, fill in _FILLS.items()
        }
        sheets = Sheets(book, styles, language)
        names = forecast.district.table("schools").select("school", "name")
        for name, frame in tables.items():
            sheets.add(_SHEETS[name], [_block(frame, names)], style_of=fills.get)
        sheets.add(_NOTES, [Block((_NOTES,), [(text,) for text in _notes(forecast)])])


def _block(frame: pl.DataFrame, names: pl.DataFrame) -> Block:
    """Return a table with names for codes."""
    if "school" in frame.columns:
        named = frame.join(names, on="school", how="left", maintain_order="left")
        frame = named.select("school", "name", pl.exclude("school", "name"))
    header = [Numbers(HEADERS[name], _pattern(frame, name)) for name in frame.columns]
    rows = [
        [_said(name, cell) for name, cell in zip(frame.columns, row, strict=True)]
        for row in frame.iter_rows()
    ]
    return Block(header, rows)


def _said(column: str, cell: Cell) -> Cell:
    if column == "stage":
        return label_of("planned_stage", str(cell))
    words = _WORDS.get(column)
    return cell if words is None else words[str(cell)]


def _pattern(frame: pl.DataFrame, column: str) -> str:
    return _PATTERNS.get(column, with_decimals(int(frame[column].dtype.is_float())))


def _notes(forecast: Forecast) -> list[Text]:
    made = Text(
        f"由 {forecast.district.name} {forecast.district.year} 学年数据预测",
        f"forecast from the records of {forecast.district.name}, {forecast.district.year}",
    )
    return [
        made,
        *forecast.stands_on(),
        *SCENARIOS.values(),
        *(notice.describe() for notice in forecast.notices),
    ]
