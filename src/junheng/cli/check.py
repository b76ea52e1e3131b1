"""``junheng check``: every problem of a district's file, at once."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from junheng.cli.options import add_common, add_file
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text("检查数据文件，一次列出全部问题", "check a file and list every problem at once")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "check")
    add_file(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """List the problems; exit code 3 if any is an error."""
    from junheng.district.files import read  # noqa: PLC0415 - start-up time

    screen.progress(Text("读取并检查", "reading and checking"))
    result = read(arguments.file)
    counts = Counter(problem.severity for problem in result.problems)
    screen.problems(result.problems)
    screen.line(
        Text(
            "{file}：{errors} 个错误，{warnings} 个警告，{notices} 个提示",
            "{file}: errors {errors}, warnings {warnings}, notices {notices}",
        ).format(
            file=Path(arguments.file).name or arguments.file,
            errors=counts["error"],
            warnings=counts["warning"],
            notices=counts["notice"],
        )
    )
    screen.data(
        {
            "file": str(arguments.file),
            "ok": counts["error"] == 0,
            "counts": {severity: counts[severity] for severity in ("error", "warning", "notice")},
            "hash": None if result.district is None else result.district.hash,
            "problems": [problem.as_dict() for problem in result.problems],
        }
    )
    return 3 if counts["error"] else 0
