"""``junheng template``: the empty workbook that a bureau fills in."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text("生成空白填报工作簿", "write the empty workbook to fill in")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "template")
    file = Text(
        "输出文件（默认 junheng-template.xlsx）", "file to write (junheng-template.xlsx if not given)"
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        nargs="?",
        default=Path("junheng-template.xlsx"),
        help=file.in_(language),
    )


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Write the template in the language of the screen."""
    from junheng.district.workbook import template  # noqa: PLC0415 - start-up time

    template.write(arguments.file, language=screen.language)
    screen.line(Text(f"已生成 {arguments.file}", f"wrote {arguments.file}"))
    screen.data({"file": str(arguments.file)})
    return 0
