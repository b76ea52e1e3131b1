"""``junheng worker``: the process that computes plans for the web application."""

from __future__ import annotations

import argparse

from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.cli.web import add_home, hand_over
from junheng.text import Language, Text

HELP = Text(
    "运行网页应用的后台任务（serve 会自动启动）",
    "run the web application's jobs (serve starts one by itself)",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "worker")
    add_home(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Work until told to stop."""
    return hand_over("worker", [], arguments=arguments, screen=screen)
