"""Options of ``junheng plan catchments`` beyond the plain ones: edits by hand, shared zones, several years."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import pair, pairs, percentage, whole, year_range
from junheng.errors import UsageError
from junheng.planners.catchments.wording import OPTIONS
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.planners.catchments.wishes import Wishes

REPEATED = Text("，可重复", "; may be repeated")


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
    share = OPTIONS["share"].joined("", REPEATED)
    group.add_argument(
        "--share", action="append", default=[], metavar="SCHOOL,SCHOOL", help=share.in_(language)
    )
    distance = OPTIONS["share_distance"].joined("", Text("（默认 nearest）", " (nearest if not given)"))
    group.add_argument("--share-distance", choices=("nearest", "expected"), help=distance.in_(language))
    pieces = OPTIONS["share_pieces"].joined("", Text("（默认 one）", " (one if not given)"))
    group.add_argument("--share-pieces", choices=("one", "each"), default="one", help=pieces.in_(language))


def add_years(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the options of several years and of pupils who are there already."""
    group = parser.add_argument_group(Text("多个学年", "several years").in_(language))
    years = OPTIONS["years"].joined("", Text("，如 2026-2030", ", such as 2026-2030"))
    group.add_argument("--years", type=year_range, metavar="FIRST-LAST", help=years.in_(language))
    scenario = OPTIONS["scenario"].joined("", Text("（默认 mean）", " (mean if not given)"))
    group.add_argument("--scenario", choices=("mean", "low", "high"), help=scenario.in_(language))
    since = OPTIONS["since"].joined("", Text("（默认第一个学年）", " (the first if not given)"))
    group.add_argument("--since", type=whole, metavar="YEAR", help=since.in_(language))
    group.add_argument("--keep-present", action="store_true", help=OPTIONS["keep_present"].in_(language))
    siblings = Text("与 --keep-present 同用：", "with --keep-present: ").joined("", OPTIONS["siblings"])
    siblings = siblings.joined("", Text("（默认 0）", " (0 if not given)"))
    group.add_argument(
        "--siblings",
        type=percentage,
        default=0.0,
        metavar="%",
        help=siblings.in_(language).replace("%", "%%"),
    )


def wishes_of(arguments: argparse.Namespace) -> Wishes:
    """Return what the options fix before the planner begins."""
    from junheng.planners.catchments.wishes import Wishes, zones_shared  # noqa: PLC0415 - start-up time

    _refuse_idle(arguments)
    pairs([*arguments.lock, *arguments.edit])  # an edit that a lock contradicts is refused, not put before it
    return Wishes(
        stage=arguments.stage,
        locked=pairs(arguments.lock),
        forbidden=frozenset(pair(wording) for wording in arguments.forbid),
        max_moved_pupils=arguments.max_moved,
        overflow_allowed=arguments.overflow_allowed,
        balance=_balance(arguments.balance),
        nearest_km=arguments.nearest,
        keep_units=not arguments.split_units,
        shared=zones_shared(
            arguments.stage,
            [wording.split(",") for wording in arguments.share],
            distance=arguments.share_distance or "nearest",
        ),
        shared_pieces=arguments.share_pieces,
        since=arguments.since,
        keep_present=arguments.keep_present,
        sibling_share=arguments.siblings,
        scenario=None if arguments.years is None else arguments.scenario or "mean",
    )


def _refuse_idle(arguments: argparse.Namespace) -> None:
    """Refuse an option that says something of another one which is not there: it would change nothing."""
    for name, other, is_idle in (
        ("--scenario", "--years", arguments.scenario is not None and arguments.years is None),
        ("--share-distance", "--share", arguments.share_distance is not None and not arguments.share),
    ):
        if is_idle:
            raise UsageError(
                Text("{name} 须与 {other} 同用", "{name} goes with {other}").format(name=name, other=other)
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
            Text(
                f"“{wording}”应写作 群体=百分点，如 migrant=10",
                f"write “{wording}” as GROUP=POINTS, such as migrant=10",
            )
        )
    return group, tolerance
