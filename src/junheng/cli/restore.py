"""``junheng restore``: bring back what ``junheng backup`` wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.cli.web import add_home, hand_over
from junheng.text import Language, Text

HELP = Text("从备份恢复网页应用的记录", "restore the web application's records from a backup")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "restore")
    add_home(parser, language)
    file = Text("备份文件", "the backup")
    parser.add_argument("file", type=Path, metavar="FILE", help=file.in_(language))
    force = Text("覆盖现有记录", "the records that are here may be lost")
    parser.add_argument("--force", action="store_true", help=force.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Restore."""
    options = [str(arguments.file), *(["--force"] if arguments.force else [])]
    return hand_over("restore", options, arguments=arguments, screen=screen)
