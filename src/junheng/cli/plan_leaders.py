"""``junheng plan leaders``: who leads which school next year."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common, add_file, add_standard, percentage, positive, standard_of
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text(
    "校级干部：两届应交流、不留空岗、城乡年龄结构均衡。",
    "School leaders: the two-term rule, no vacancy, a mix of ages in town and country.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_leaders")
    add_file(parser, language)
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    seconds = Text("最长用时，秒（默认 60）", "longest time in seconds (60 if not given)")
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    far = Text("通勤上限，公里（默认 40）", "longest commute in km (40 if not given)")
    parser.add_argument("--most-km", type=positive, default=40.0, metavar="KM", help=far.in_(language))
    share = Text("提任者来自教学一线的最低比例，%%", "least share of the promoted from teaching lines, %%")
    parser.add_argument(
        "--teaching-share", type=percentage, default=0.0, metavar="PERCENT", help=share.in_(language)
    )
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, and write the plan."""
    from junheng.cli.plan_tables import show_plan  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.planners.leaders.build import LeaderWishes  # noqa: PLC0415
    from junheng.planners.leaders.planner import plan_leaders  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    wishes = LeaderWishes(most_km=arguments.most_km, teaching_percent=100 * arguments.teaching_share)
    screen.progress(Text("安排岗位", "filling the posts"))
    plan = plan_leaders(district, standard, wishes=wishes, seconds=arguments.seconds, on=arguments.date)
    write_plan(plan, arguments.out)
    show_plan(plan, screen)
    n = len(plan.actions)
    screen.line(Text(f"变动 {n} 人；已写出 {arguments.out}", f"{n} people change; wrote {arguments.out}"))
    screen.data({"file": str(arguments.out), "plan": plan.as_dict()})
    return 0
