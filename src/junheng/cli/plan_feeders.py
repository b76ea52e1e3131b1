"""``junheng plan feeders``: pair every primary school with one junior school."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import (
    add_common,
    add_file,
    add_standard,
    pair,
    pairs,
    percentage,
    positive,
    standard_of,
)
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text(
    "小升初对口：每所小学对口一所初中，先使超出学位最少，再强弱搭配，再就近，再少变动。",
    "Pair primary with junior schools: fewest pupils over places, then strong with weak, then near, then few changes.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_feeders")
    add_file(parser, language)
    out = Text("方案文件（默认 feeders.json）", "file of the plan (feeders.json if not given)")
    parser.add_argument(
        "--out", type=Path, default=Path("feeders.json"), metavar="JSON", help=out.in_(language)
    )
    seconds = Text(
        "每级目标的最长用时，秒（默认 60）", "longest time of each level in seconds (60 if not given)"
    )
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    lock = Text("固定：该小学必须对口该初中，可重复", "lock a primary to a junior school; may be repeated")
    parser.add_argument(
        "--lock", action="append", default=[], metavar="PRIMARY=JUNIOR", help=lock.in_(language)
    )
    forbid = Text("禁止：该小学不得对口该初中，可重复", "forbid a pair; may be repeated")
    parser.add_argument(
        "--forbid", action="append", default=[], metavar="PRIMARY=JUNIOR", help=forbid.in_(language)
    )
    far = Text("最远公里数", "farthest junior school, in km")
    parser.add_argument("--max-km", type=positive, metavar="KM", help=far.in_(language))
    slack = Text(
        "为就近可放松强弱搭配的百分比（默认 10）",
        "by how many percent mixing may give way to distance (10 if not given)",
    )
    parser.add_argument(
        "--mixing-slack", type=percentage, default=0.1, metavar="PERCENT", help=slack.in_(language)
    )
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, apply the plan, and write it."""
    from junheng.cli import plan_tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.planners.feeders.build import Wishes  # noqa: PLC0415
    from junheng.planners.feeders.planner import plan_feeders  # noqa: PLC0415
    from junheng.planners.feeders.solve import FeederOptions  # noqa: PLC0415
    from junheng.plans.actions.set_feeder import SetFeeder  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    wishes = Wishes(
        locked=pairs(arguments.lock),
        forbidden=frozenset(pair(wording) for wording in arguments.forbid),
        max_km=arguments.max_km,
    )
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    plan = plan_feeders(
        district,
        standard,
        wishes=wishes,
        options=FeederOptions(mixing_slack=arguments.mixing_slack, seconds=arguments.seconds),
        on=arguments.date,
        progress=screen.progress,
    )
    plan.apply(district)  # refuses what does not fit, before anything is written
    write_plan(plan, arguments.out)
    plan_tables.show_plan(plan, screen)
    names = dict(district.table("schools").select("school", "name").iter_rows())
    screen.table(
        [
            Text("小学", "primary"),
            Text("对口初中", "junior"),
            Text("原对口", "until now"),
            Text("原因", "why"),
        ],
        (
            [names[action.school], names[action.target], names.get(action.before or "", "—"), action.text]
            for action in plan.of(SetFeeder)
        ),
    )
    screen.line(Text("距离：学校之间的直线", "distance: straight lines between schools"))
    screen.line(Text(f"已写出 {arguments.out}", f"wrote {arguments.out}"))
    screen.data({"file": str(arguments.out), "plan": plan.as_dict()})
    return 0
