"""Options of ``junheng plan catchments`` beyond the plain ones: edits by hand, shared zones, several years."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import pair, pairs, percentage, whole, year_range
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.measure.shared import SharedZone
    from junheng.planners.catchments.wishes import Wishes


def add_edit(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the options that edit a plan by hand and repair the rest."""
    group = parser.add_argument_group(Text("局部调整", "local edit").in_(language))
    edit = Text(
        "手工把该居住单元划给该校，其余尽量不动，可重复",
        "move a home by hand and repair the rest with least change; may be repeated",
    )
    group.add_argument("--edit", action="append", default=[], metavar="HOME=SCHOOL", help=edit.in_(language))
    repair = Text(
        "在该方案上调整（默认在现行学区上）", "the plan that is edited (today's zones if not given)"
    )
    group.add_argument("--repair", type=Path, metavar="PLAN", help=repair.in_(language))


def add_sharing(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the options by which schools share a zone."""
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


def add_years(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the options of several years and of pupils who are there already."""
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


def wishes_of(arguments: argparse.Namespace) -> Wishes:
    """Return what the options fix before the planner begins."""
    from junheng.planners.catchments.wishes import Wishes  # noqa: PLC0415 - start-up time

    return Wishes(
        stage=arguments.stage,
        locked=pairs(arguments.lock),
        forbidden=frozenset(pair(wording) for wording in arguments.forbid),
        max_moved_pupils=arguments.max_moved,
        balance=_balance(arguments.balance),
        nearest_km=arguments.nearest,
        keep_units=not arguments.split_units,
        shared=_shared(arguments),
        shared_pieces=arguments.share_pieces,
        since=arguments.since,
        keep_present=arguments.keep_present,
        sibling_share=arguments.siblings,
    )


def _balance(wording: str | None) -> tuple[str, float] | None:
    if wording is None:
        return None
    group, _, points = wording.partition("=")
    try:
        tolerance = float(points) / 100
    except ValueError:
        tolerance = -1.0
    if not 0 <= tolerance <= 1:
        raise UsageError(
            Text(f"“{wording}”应写作 migrant=10", f"write “{wording}” as GROUP=POINTS, such as migrant=10")
        )
    return group, tolerance


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
