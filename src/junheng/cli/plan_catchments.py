"""``junheng plan catchments``: give every home to one school."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import (
    add_common,
    add_file,
    add_stage,
    add_standard,
    pair,
    pairs,
    positive,
    standard_of,
    whole,
)
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text(
    "划分一个学段的学区：先使无学位学生最少，再使上学距离最短，再使改换学校的学生最少。",
    "Draw one stage: fewest pupils without a place, then shortest distances, then fewest pupils moved.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_catchments")
    add_file(parser, language)
    add_stage(parser, language)
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    geojson = Text("另存 GeoJSON 地图", "also write the zones as GeoJSON")
    parser.add_argument("--geojson", type=Path, metavar="FILE", help=geojson.in_(language))
    seconds = Text("最长用时，秒（默认 60）", "longest time in seconds (60 if not given)")
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    seed = Text("随机种子（默认 0）", "seed of the random numbers (0 if not given)")
    parser.add_argument("--seed", type=whole, default=0, help=seed.in_(language))
    lock = Text("固定：该居住单元必须划给该校，可重复", "lock a home to a school; may be repeated")
    parser.add_argument("--lock", action="append", default=[], metavar="HOME=SCHOOL", help=lock.in_(language))
    forbid = Text("禁止：该居住单元不得划给该校，可重复", "forbid a home a school; may be repeated")
    parser.add_argument(
        "--forbid", action="append", default=[], metavar="HOME=SCHOOL", help=forbid.in_(language)
    )
    moved = Text("改换学校的学生上限", "most pupils that may change school")
    parser.add_argument("--max-moved", type=whole, metavar="N", help=moved.in_(language))
    split = Text(
        "允许把同一小区（村）划给不同学校",
        "allow homes of one unit (compound or village) to go to different schools",
    )
    parser.add_argument("--split-units", action="store_true", help=split.in_(language))
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, re-measure the plan, and write both."""
    from junheng.cli import tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.district.geojson import write_geojson  # noqa: PLC0415
    from junheng.planners.catchments.build import Wishes  # noqa: PLC0415
    from junheng.planners.catchments.planner import plan_catchments  # noqa: PLC0415
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    wishes = Wishes(
        stage=arguments.stage,
        locked=pairs(arguments.lock),
        forbidden=frozenset(pair(wording) for wording in arguments.forbid),
        max_moved_pupils=arguments.max_moved,
        keep_units=not arguments.split_units,
    )
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    plan = plan_catchments(
        district,
        standard,
        wishes=wishes,
        options=CatchmentOptions(seconds=arguments.seconds),
        seed=arguments.seed,
        on=arguments.date,
        progress=screen.progress,
    )
    write_plan(plan, arguments.out)
    if arguments.geojson is not None:
        write_geojson(plan.apply(district), arguments.geojson)
    on = standard.on(arguments.date or district.year.first_day)
    tables.show_plan(plan, screen)
    screen.heading(Text("独立复测", "re-measured independently"))
    comparison = compare(district, [plan], on, stage=wishes.stage)
    tables.show_comparison(comparison, screen)
    screen.line(Text(f"已写出 {arguments.out}", f"wrote {arguments.out}"))
    screen.data({"file": str(arguments.out), "plan": plan.as_dict(), "comparison": comparison.to_dicts()})
    return 0
