"""``junheng compare``: any number of plans under the same measure, with today's zones beside them."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common, add_file, add_standard, standard_of
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

HELP = Text("用同一尺度比较多个方案", "compare plans under the same measure")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "compare")
    add_file(parser, language)
    plans = Text("方案文件（junheng plan 的输出）", "plan files (written by junheng plan)")
    parser.add_argument("plans", metavar="PLAN", nargs="+", type=Path, help=plans.in_(language))
    changed = Text("数据改动后仍套用方案", "apply the plans although the records have changed since")
    parser.add_argument("--allow-changed", action="store_true", help=changed.in_(language))
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Measure every plan and show them side by side."""
    from junheng.cli import tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.plans.plan import read_plan  # noqa: PLC0415

    plans = [read_plan(path) for path in arguments.plans]
    stages = sorted({action.stage for plan in plans for action in plan.actions})
    if len(stages) != 1:
        raise UsageError(
            Text(
                f"各方案应属同一学段，现为：{'、'.join(stages) or '无'}",
                f"the plans must be of one stage; they are of: {', '.join(stages) or 'none'}",
            )
        )
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    screen.progress(Text("测算各方案", "measuring the plans"))
    on = standard.on(arguments.date or district.year.first_day)
    comparison = compare(district, plans, on, stage=stages[0], allow_changed=arguments.allow_changed)
    tables.show_comparison(comparison, screen)
    screen.data({"stage": stages[0], "comparison": comparison.to_dicts()})
    return 0
