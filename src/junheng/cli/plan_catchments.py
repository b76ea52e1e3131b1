"""``junheng plan catchments``: give every home to one school."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from junheng.cli.options import (
    add_common,
    add_file,
    add_stage,
    add_standard,
    pair,
    pairs,
    percentage,
    positive,
    standard_of,
    whole,
    year_range,
)
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.district.model import District
    from junheng.measure.shared import SharedZone
    from junheng.planners.catchments.wishes import Wishes
    from junheng.plans.plan import Plan
    from junheng.standards.lookup import StandardOnDate
    from junheng.standards.standard import Standard

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
    _add_sharing(parser, language)
    _add_years(parser, language)
    add_standard(parser, language)


def _add_sharing(parser: argparse.ArgumentParser, language: Language) -> None:
    group = parser.add_argument_group(Text("多校划片", "shared zones").in_(language))
    share = Text("这些学校共用一个学区，可重复", "let schools share one zone; may be repeated")
    group.add_argument(
        "--share", action="append", default=[], metavar="SCHOOL,SCHOOL", help=share.in_(language)
    )
    distance = Text(
        "共用学区计到最近一所的距离，或派位期望距离（默认 nearest）",
        "distance to the nearest of them, or to the one that the lot gives (nearest if not given)",
    )
    group.add_argument(
        "--share-distance", choices=("nearest", "expected"), default="nearest", help=distance.in_(language)
    )
    pieces = Text(
        "共用学区连成一片，或每片各含一所学校（默认 one）",
        "a shared zone in one piece, or in pieces that each hold a school (one if not given)",
    )
    group.add_argument("--share-pieces", choices=("one", "each"), default="one", help=pieces.in_(language))


def _add_years(parser: argparse.ArgumentParser, language: Language) -> None:
    group = parser.add_argument_group(Text("多个学年", "several years").in_(language))
    years = Text(
        "方案须容纳这些学年预测的学生", "school years whose forecast the zones must hold, such as 2026-2030"
    )
    group.add_argument("--years", type=year_range, metavar="FIRST-LAST", help=years.in_(language))
    scenario = Text("预测情景（默认 mean）", "scenario of the forecast (mean if not given)")
    group.add_argument(
        "--scenario", choices=("mean", "low", "high"), default="mean", help=scenario.in_(language)
    )
    since = Text(
        "新学区自该学年起实行（默认第一个学年）",
        "school year in which the zones change (the first if not given)",
    )
    group.add_argument("--since", type=whole, metavar="YEAR", help=since.in_(language))
    keep = Text(
        "在校生在原校读完，新学区只安排此后入学的学生",
        "present pupils finish at their school: the zones place only those who enter from then on",
    )
    group.add_argument("--keep-present", action="store_true", help=keep.in_(language))
    siblings = Text(
        "与 --keep-present 同用：随兄姐入原校的新生占比，% （默认 0）",
        "with --keep-present: per cent of entrants who follow an elder to the school of before (0 if not given)",
    )
    group.add_argument(
        "--siblings",
        type=percentage,
        default=0.0,
        metavar="%",
        help=siblings.in_(language).replace("%", "%%"),
    )


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, re-measure the plan, and write both."""
    from junheng.cli import tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.district.geojson import write_geojson  # noqa: PLC0415
    from junheng.planners.catchments.planner import plan_catchments  # noqa: PLC0415
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415
    from junheng.planners.catchments.wishes import Wishes  # noqa: PLC0415
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    wishes = Wishes(
        stage=arguments.stage,
        locked=pairs(arguments.lock),
        forbidden=frozenset(pair(wording) for wording in arguments.forbid),
        max_moved_pupils=arguments.max_moved,
        keep_units=not arguments.split_units,
        shared=_shared(arguments),
        shared_pieces=arguments.share_pieces,
        since=arguments.since,
        keep_present=arguments.keep_present,
        sibling_share=arguments.siblings,
    )
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    years = _years(district, standard, arguments, screen)
    plan = plan_catchments(
        district,
        standard,
        wishes=wishes,
        options=CatchmentOptions(seconds=arguments.seconds),
        seed=arguments.seed,
        on=arguments.date,
        years=years,
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
    by_year = _show_years(plan, years or {district.year.start: district}, on, wishes, screen)
    screen.line(Text(f"已写出 {arguments.out}", f"wrote {arguments.out}"))
    screen.data(
        {
            "file": str(arguments.out),
            "plan": plan.as_dict(),
            "comparison": comparison.to_dicts(),
            "years": by_year,
        }
    )
    return 0


def _shared(arguments: argparse.Namespace) -> tuple[SharedZone, ...]:
    from junheng.measure.shared import SharedZone  # noqa: PLC0415 - start-up time

    return tuple(
        SharedZone(
            stage=arguments.stage,
            name="+".join(wording.split(",")),
            schools=tuple(wording.split(",")),
            distance=arguments.share_distance,
        )
        for wording in arguments.share
    )


def _years(
    district: District, standard: Standard, arguments: argparse.Namespace, screen: Screen
) -> dict[int, District]:
    """Return the District of every planned year; empty where only its own year is planned for."""
    if arguments.years is None:
        return {}
    from junheng.forecast.future import district_in  # noqa: PLC0415 - start-up time
    from junheng.forecast.intake import Wanted  # noqa: PLC0415
    from junheng.forecast.make import forecast  # noqa: PLC0415

    now, asked = district.year.start, arguments.years
    if asked[0] < now:
        raise UsageError(
            Text(f"学年应不早于 {now}", f"the years must not begin before {now}, the year of the records")
        )
    years = {now: district} if now in asked else {}
    if asked[-1] > now:
        stages = ("primary",) if arguments.stage == "primary" else ("primary", "junior")
        made = forecast(
            district,
            standard,
            stages=[one for one in stages if one in district.table("stages")["stage"]],
            wanted=Wanted(horizon=asked[-1] - now),
            on=arguments.date,
            progress=screen.progress,
        )
        years |= {year: district_in(made, year, scenario=arguments.scenario) for year in asked if year > now}
    return years


def _show_years(
    plan: Plan, years: dict[int, District], on: StandardOnDate, wishes: Wishes, screen: Screen
) -> dict[str, Any] | None:
    """Measure the plan in every year; `None` where that says nothing that the comparison does not."""
    if len(years) == 1 and not wishes.keep_present:
        return None
    from junheng.cli import tables  # noqa: PLC0415 - start-up time
    from junheng.plans.years import compare_years  # noqa: PLC0415

    found = compare_years(plan, years, on, stage=wishes.stage, settings=plan.settings)
    tables.show_years(found, screen)
    return found.as_dict()
