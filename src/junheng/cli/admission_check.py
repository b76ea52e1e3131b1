"""``junheng admission check``: every problem of a round's records and rules, at once."""

from __future__ import annotations

import argparse
from collections import Counter

from junheng.cli.admission_options import add_records, taken
from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text(
    "检查报名数据和细则，一次列出全部问题",
    "check the records and rules of a round; list every problem at once",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this step's arguments."""
    add_common(parser, language, "admission_check")
    add_records(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """List the problems; exit code 3 if any is an error that nobody signed for."""
    found, _ = taken(arguments, screen)
    screen.problems(found.problems)
    for waiver, problem in found.waived:
        screen.line(
            Text("  [豁免] {check} {key}：{by}，{reason}", "  [signed] {check} {key}: {by}, {reason}").format(
                check=waiver.check, key=problem.place.key, by=waiver.by, reason=waiver.reason
            )
        )
    counts = Counter(problem.severity for problem in found.problems)
    screen.line(
        Text(
            "{round}：{errors} 个错误，{warnings} 个警告，{waived} 项豁免",
            "{round}: errors {errors}, warnings {warnings}, signed exceptions {waived}",
        ).format(
            round=found.rules.round,
            errors=counts["error"],
            warnings=counts["warning"],
            waived=len(found.waived),
        )
    )
    screen.data(
        {
            "round": found.rules.round,
            "ok": counts["error"] == 0,
            "counts": {severity: counts[severity] for severity in ("error", "warning", "notice")},
            "problems": [problem.as_dict() for problem in found.problems],
            "waived": [waiver.as_dict() for waiver, _ in found.waived],
        }
    )
    return 3 if counts["error"] else 0
