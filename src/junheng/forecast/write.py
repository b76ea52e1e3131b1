"""A forecast as files: one workbook, a folder of CSV, or JSON."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from junheng.district.atomic import whole_file, whole_folder
from junheng.errors import UsageError
from junheng.forecast.alerts import alerts
from junheng.forecast.model import Forecast
from junheng.text import Language, Text


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
        from junheng.forecast.workbook import write_forecast_workbook  # noqa: PLC0415 - start-up time

        write_forecast_workbook(forecast, _tables(forecast), path, language=language)
    else:
        _write_folder(forecast, path)


def _tables(forecast: Forecast) -> dict[str, pl.DataFrame]:
    """Return the tables of a written forecast."""
    return {
        "alerts": alerts(forecast, forecast.standard),
        "totals": forecast.totals,
        "grades": forecast.grades,
        "schools": forecast.schools,
        "cells": forecast.cells,
        "overflow": forecast.overflow,
    }


def _write_folder(forecast: Forecast, path: Path) -> None:
    tables = _tables(forecast)
    wanted = {f"{name}.csv" for name in tables}
    if path.is_file() or (path.is_dir() and {one.name for one in path.iterdir()} - wanted):
        raise UsageError(
            Text(
                "“{path}”已存在，且不是预测结果文件夹", "“{path}” is there already and holds other things"
            ).format(path=path)
        )
    with whole_folder(path) as partial:
        for name, frame in tables.items():
            frame.write_csv(partial / f"{name}.csv")
