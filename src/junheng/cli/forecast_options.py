"""Options that the tasks of ``junheng forecast`` share."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_standard, whole
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.forecast.intake import Wanted

STAGES = ("primary", "junior", "senior")


def add_forecast(parser: argparse.ArgumentParser, language: Language, module: str) -> None:
    """Add file, stages, horizon, entry age and standard."""
    add_common(parser, language, module)
    add_file(parser, language)
    stage = Text("学段，可重复（默认全部）", "stage, may be repeated (all if not given)")
    parser.add_argument("--stage", action="append", choices=STAGES, help=stage.in_(language))
    years = Text("预测年数（默认 5）", "years ahead (5 if not given)")
    parser.add_argument("--years", type=whole, default=5, metavar="N", help=years.in_(language))
    age = Text("入学年龄（默认按标准）", "age of entry (the standard's if not given)")
    parser.add_argument("--entry-age", type=whole, metavar="AGE", help=age.in_(language))
    add_standard(parser, language)


def wanted_of(arguments: argparse.Namespace) -> Wanted:
    """Return what the options ask for."""
    from junheng.forecast.intake import Wanted  # noqa: PLC0415 - start-up time

    return Wanted(horizon=arguments.years, entry_age=arguments.entry_age)
