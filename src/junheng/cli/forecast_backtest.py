"""``junheng forecast backtest``: forecast the district's own past and see what came."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from junheng.cli.forecast_options import add_forecast, wanted_of
from junheng.cli.options import standard_of, whole
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.forecast.backtest import Backtest

HELP = Text(
    "回测：用过去各学年的数据预测其后各年，与实际和简单方法比较",
    "backtest: forecast past years from earlier ones, beside what came and beside simple methods",
)

_OF: dict[str, Text] = {
    "schools": Text("学校合计", "school totals"),
    "cells": Text("学校分年级", "school grades"),
    "grades": Text("全区分年级", "district grades"),
    "district": Text("全区合计", "district total"),
}


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this task's arguments."""
    add_forecast(parser, language, "forecast_backtest")
    origin = Text(
        "预测起点学年，可重复（默认全部）", "school year to forecast from, may be repeated (all if not given)"
    )
    parser.add_argument("--origin", action="append", type=whole, metavar="YEAR", help=origin.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Backtest every stage and show the tables."""
    from junheng.district.columns import label_of  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.forecast.make import backtests  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district = read_district(arguments.file)
    found = backtests(
        district,
        standard_of(arguments),
        stages=arguments.stage,
        wanted=wanted_of(arguments),
        origins=arguments.origin,
        on=arguments.date,
        progress=screen.progress,
    )
    for stage, one in found.items():
        screen.heading(
            Text("{stage}：起点 {origins}", "{stage}: from {origins}").format(
                stage=label_of("stage", stage), origins=", ".join(map(str, one.origins))
            )
        )
        show(one, screen)
    screen.data({stage: one.as_dict() for stage, one in found.items()})
    return 0


def show(one: Backtest, screen: Screen) -> None:
    """Write the tables of a backtest: errors by what is forecast, by school size and by grade; coverage."""
    _errors(one, screen, "all", list(_OF))
    for of, title in (
        ("schools", Text("按学校规模", "by school size")),
        ("cells", Text("按年级", "by grade")),
    ):
        groups = [group for group in one.errors["group"].unique(maintain_order=True) if group != "all"]
        screen.line()
        screen.line(title)
        _grouped(one, screen, of, groups)
    screen.line()
    screen.line(Text("区间覆盖率（%）", "outcomes inside the intervals (%)"))
    screen.table(
        [
            Text("对象", "of"),
            Text("年限", "ahead"),
            Text("个数", "n"),
            Text("80% 区间", "80% interval"),
            Text("95% 区间", "95% interval"),
        ],
        [
            (
                _OF[row["of"]],
                Text("合计", "all") if row["horizon"] == 0 else row["horizon"],
                row["n"],
                f"{row['inside_80']:.1f}",
                f"{row['inside_95']:.1f}",
            )
            for row in one.coverage.iter_rows(named=True)
            if row["horizon"] == 0 or row["of"] == "schools"
        ],
    )


def _errors(one: Backtest, screen: Screen, group: str, of: list[str]) -> None:
    screen.line(Text("平均绝对百分比误差（%）", "mean absolute percentage error (%)"))
    _table(one, screen, [(name, group, _OF[name]) for name in of])


def _grouped(one: Backtest, screen: Screen, of: str, groups: list[str]) -> None:
    names = {
        "small": Text("200 人以下", "under 200 pupils"),
        "medium": Text("200-399 人", "200 to 399"),
        "large": Text("400 人及以上", "400 and over"),
    }
    grade = Text("{n} 年级", "grade {n}")
    has = set(one.errors.filter(one.errors["of"] == of)["group"].to_list())
    shown = [group for group in groups if group in has]
    _table(one, screen, [(of, group, names.get(group) or grade.format(n=group)) for group in shown])


def _table(one: Backtest, screen: Screen, wanted: list[tuple[str, str, Text]]) -> None:
    from junheng.forecast.backtest import METHODS  # noqa: PLC0415 - start-up time

    rows: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in one.errors.iter_rows(named=True):
        rows.setdefault((row["of"], row["group"], row["horizon"]), {})[row["method"]] = row
    screen.table(
        [Text("对象", "of"), Text("年限", "ahead"), Text("个数", "n"), *METHODS.values()],
        [
            (
                title,
                horizon,
                by_method["ours"]["n"],
                *(f"{by_method[method]['mape']:.2f}" for method in METHODS),
            )
            for of, group, title in wanted
            for (own_of, own_group, horizon), by_method in sorted(rows.items())
            if (own_of, own_group) == (of, group)
        ],
    )
