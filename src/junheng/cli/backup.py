"""``junheng backup``: everything that the web application keeps, in one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.cli.web import add_home, hand_over
from junheng.text import Language, Text

HELP = Text("备份网页应用的全部记录", "back up everything that the web application keeps")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "backup")
    add_home(parser, language)
    file = Text(
        "备份文件，如 backup.zip；不会覆盖已有文件",
        "the backup, such as backup.zip; never written over another",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help=file.in_(language))
    key = Text("连同密钥一起备份（须妥善保管）", "put the key into it as well (keep it like a password)")
    parser.add_argument("--with-key", action="store_true", help=key.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Back up."""
    options = [str(arguments.file), *(["--with-key"] if arguments.with_key else [])]
    return hand_over("backup", options, arguments=arguments, screen=screen)
