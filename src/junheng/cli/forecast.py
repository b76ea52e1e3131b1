"""``junheng forecast``: pupils to come, and what past forecasts were worth; each is a command of its own under it."""

from __future__ import annotations

import argparse
from importlib import import_module

from junheng.text import Language, Text

HELP = Text("预测在校生，或回测预测", "forecast pupils, or backtest forecasts")

TASKS = ("pupils", "backtest")
"""Each has its module ``forecast_<task>``, with ``HELP``, ``add_arguments`` and ``run`` like any command."""


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the tasks as subcommands."""
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    title = Text("任务", "tasks").in_(language)
    tasks = parser.add_subparsers(title=title, metavar="TASK", required=True)
    for name in TASKS:
        module = import_module(f"junheng.cli.forecast_{name}")
        wording = module.HELP.in_(language)
        own = tasks.add_parser(name, help=wording, description=wording, add_help=False, language=language)
        module.add_arguments(own, language)
