"""The trade-off between plans, for every command that draws it: options and files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import whole
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.planners.catchments.wording import OPTIONS
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.district.model import District
    from junheng.plans.plan import Plan
    from junheng.standards.lookup import StandardOnDate


def add_tradeoff(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the options that draw plans which trade one aim for another."""
    group = parser.add_argument_group(Text("取舍", "trade-off").in_(language))
    points = OPTIONS["tradeoff"].joined("", Text("（默认 0，不计算）", " (0, none, if not given)"))
    group.add_argument("--tradeoff", type=whole, default=0, metavar="N", help=points.in_(language))
    balance = OPTIONS["tradeoff_balance"]
    group.add_argument("--tradeoff-balance", choices=("migrant", "township"), help=balance.in_(language))
    folder = Text("各取舍方案文件的文件夹", "folder for the files of these plans")
    group.add_argument("--tradeoff-out", type=Path, metavar="FOLDER", help=folder.in_(language))


def refuse_untradable(district: District, standard: StandardOnDate, arguments: argparse.Namespace) -> None:
    """Say before anything is solved that a group cannot be traded.

    Raises
    ------
    UsageError
        Where no trade-off is asked for.
    InputError
        Where the records do not say who belongs to the group.
    """
    from junheng.measure.composition import group_by_home  # noqa: PLC0415 - start-up time

    group = arguments.tradeoff_balance
    if not arguments.tradeoff and (group is not None or arguments.tradeoff_out is not None):
        raise UsageError(
            Text(
                "--tradeoff-balance 与 --tradeoff-out 须与 --tradeoff 同用，如 --tradeoff 12",
                "--tradeoff-balance and --tradeoff-out go with --tradeoff, such as --tradeoff 12",
            )
        )
    if group is None:
        return
    group_by_home(district, standard, stage=arguments.stage, group=group)


def write_curve(plans: Sequence[Plan], folder: Path, screen: Screen) -> None:
    """Write every plan of a trade-off into a folder, under its number in the table."""
    from junheng.plans.plan import write_plan  # noqa: PLC0415 - start-up time

    folder.mkdir(parents=True, exist_ok=True)
    for number, plan in enumerate(plans, start=1):
        file = folder / f"plan-{number:02d}.json"
        write_plan(plan, file)
        screen.line(Text(f"已写出 {file}", f"wrote {file}"))
