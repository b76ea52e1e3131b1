"""A forecast as files: one workbook, a folder of CSV, or JSON."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path

import polars as pl

from junheng.district.atomic import whole_file, whole_folder
from junheng.errors import UsageError
from junheng.forecast.alerts import alerts
from junheng.forecast.model import PARTS, SCENARIOS, Forecast
from junheng.text import Language, Text

SHEETS: dict[str, Text] = {
    "alerts": Text("学位预警", "alerts"),
    "totals": Text("全区合计", "district"),
    "grades": Text("全区分年级", "grades"),
    "schools": Text("各校合计", "schools"),
    "cells": Text("各校分年级", "schools by grade"),
    "overflow": Text("超出概率", "overflow"),
}
"""The tables of a written forecast."""

HEADERS: dict[str, Text] = {
    "school": Text("学校代码", "school code"),
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
    "pupils_now": Text("现有在校生", "pupils today"),
    "capacity": Text("核定学位数", "places"),
    "of": Text("口径", "of"),
    "places": Text("核定学位数", "places"),
    "over": Text("超出学位", "over places"),
    "probability": Text("超出概率", "probability of overflow"),
    "colour": Text("预警等级", "alert"),
    **PARTS,
}
"""What people call the columns."""


def write_forecast(forecast: Forecast, path: Path, *, language: Language = "zh") -> None:
    """Write a forecast, whole or not at all: ``.xlsx``, ``.json``, or else a folder of CSV files.

    Parameters
    ----------
    language
        Of sheets and headers of the workbook; CSV and JSON keep the library's names.

    Raises
    ------
    UsageError
        If a file stands where the folder should be, or the folder above is not there.
    """
    if path.suffix.lower() == ".json":
        text = json.dumps(
            forecast.as_dict() | {"alerts": _tables(forecast)["alerts"].to_dicts()}, ensure_ascii=False
        )
        with whole_file(path) as partial:
            partial.write_text(text, encoding="utf-8", newline="\n")
    elif path.suffix.lower() == ".xlsx":
        _write_workbook(forecast, path, language)
    else:
        _write_folder(forecast, path)


def _tables(forecast: Forecast) -> dict[str, pl.DataFrame]:
    return {
        "alerts": alerts(forecast, forecast.standard),
        "totals": forecast.totals,
        "grades": forecast.grades,
        "schools": forecast.schools,
        "cells": forecast.cells,
        "overflow": forecast.overflow,
    }


def _write_folder(forecast: Forecast, path: Path) -> None:
    wanted = {f"{name}.csv" for name in SHEETS}
    if path.is_file() or (path.is_dir() and {one.name for one in path.iterdir()} - wanted):
        raise UsageError(
            Text(
                "“{path}”已存在，且不是预测结果文件夹", "“{path}” is there already and holds other things"
            ).format(path=path)
        )
    with whole_folder(path) as partial:
        for name, frame in _tables(forecast).items():
            frame.write_csv(partial / f"{name}.csv")


def _write_workbook(forecast: Forecast, path: Path, language: Language) -> None:
    import xlsxwriter  # noqa: PLC0415 - start-up time

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole_file(path) as partial:
        book = xlsxwriter.Workbook(str(partial), options)
        created = datetime.combine(forecast.district.year.first_day, time())
        book.set_properties({"created": created})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        number, whole = book.add_format({"num_format": "0.0"}), book.add_format({"num_format": "0"})
        for name, frame in _tables(forecast).items():
            sheet = book.add_worksheet(SHEETS[name].in_(language))
            sheet.freeze_panes(1, 0)
            for position, column in enumerate(frame.columns):
                sheet.write(0, position, HEADERS[column].in_(language), head)
                style = number if frame[column].dtype.is_float() else whole
                sheet.set_column(position, position, 12)
                sheet.write_column(1, position, frame[column].to_list(), style)
        notes = book.add_worksheet(Text("说明", "notes").in_(language))
        for row, text in enumerate(_notes(forecast)):
            sheet_text = text.in_(language)
            notes.write_string(row, 0, sheet_text)
        book.close()


def _notes(forecast: Forecast) -> list[Text]:
    made = Text(
        f"由 {forecast.district.name} {forecast.district.year} 学年数据预测",
        f"forecast from the records of {forecast.district.name}, {forecast.district.year}",
    )
    return [made, *SCENARIOS.values(), *(notice.describe() for notice in forecast.notices)]
