"""``junheng admission``: an admission round from its records to each family's notice."""

from __future__ import annotations

import argparse
from importlib import import_module

from junheng.text import Language, Text

HELP = Text(
    "招生：检查、封存、录取、告知、假设分析",
    "run an admission round: check, freeze, assign, explain, what-if",
)

STEPS = ("example", "check", "freeze", "assign", "explain", "whatif")
"""Each has its module ``admission_<step>``, with ``HELP``, ``add_arguments`` and ``run`` like any command."""


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the steps as subcommands."""
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    title = Text("步骤", "steps").in_(language)
    steps = parser.add_subparsers(title=title, metavar="STEP", required=True)
    for name in STEPS:
        module = import_module(f"junheng.cli.admission_{name}")
        wording = module.HELP.in_(language)
        own = steps.add_parser(name, help=wording, description=wording, add_help=False, language=language)
        module.add_arguments(own, language)
