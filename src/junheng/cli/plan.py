"""``junheng plan``: compute a plan; each planner is a command of its own under it."""

from __future__ import annotations

import argparse
from importlib import import_module

from junheng.text import Language, Text

HELP = Text("编制方案", "compute a plan")

PLANNERS = (
    "catchments",
    "feeders",
    "compliance",
    "exchange",
    "leaders",
    "layout",
)
"""Each has its module ``plan_<planner>``, with ``HELP``, ``add_arguments`` and ``run`` like any command."""


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the planners as subcommands."""
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    title = Text("规划", "planners").in_(language)
    planners = parser.add_subparsers(title=title, metavar="PLANNER", required=True)
    for name in PLANNERS:
        module = import_module(f"junheng.cli.plan_{name}")
        wording = module.HELP.in_(language)
        own = planners.add_parser(name, help=wording, description=wording, add_help=False, language=language)
        module.add_arguments(own, language)
