"""How the plan of some settings is come by: solved, edited by hand, mended, or taken from a trade-off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from junheng.district.model import District
from junheng.measure.shared import NEAREST
from junheng.plans.compare import plan_of_zones
from junheng.plans.plan import Plan
from junheng.plans.proposals import zones_frame
from junheng.text import Text
from junheng.web.planning.kinds.by_hand import KEPT, REPAIRED, edited
from junheng.web.planning.kinds.kind import Asked, Settings

if TYPE_CHECKING:
    from junheng.planners.catchments.wishes import Wishes


def solved(asked: Asked, years: Mapping[int, District]) -> Plan:
    """Return the plan that was asked for."""
    if "proposal" in asked.settings:
        return _proposed(asked)
    if asked.base is not None and "taken" in asked.settings:
        return asked.base
    if asked.base is not None and asked.settings["how"] == KEPT:
        return edited(asked.base, asked.district, asked.settings)
    return _planned(asked, years)


def _proposed(asked: Asked) -> Plan:
    """Return zones that somebody drew as a plan of which nothing is proven."""
    given = asked.settings["proposal"]
    zones = zones_frame(given["zones"])
    return plan_of_zones(asked.district, zones, name=Text.same(given["name"]), stage=asked.settings["stage"])


def _planned(asked: Asked, years: Mapping[int, District]) -> Plan:
    from junheng.planners.catchments.planner import plan_catchments  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.catchments.repair import repair_catchments  # noqa: PLC0415

    search = search_of(asked, years, share=1.0)
    if asked.base is not None and asked.settings["how"] == REPAIRED:
        moves = asked.settings["moves"]
        return repair_catchments(asked.district, asked.standard, plan=asked.base, edits=moves, **search)
    return plan_catchments(asked.district, asked.standard, **search)


def search_of(asked: Asked, years: Mapping[int, District], *, share: float) -> dict[str, Any]:
    """Return what every search is asked for: wishes, options, seed, years, and whom to tell.

    Parameters
    ----------
    share
        Of the longest time that was set.
    """
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415 - only the worker loads solvers

    settings = asked.settings
    options = CatchmentOptions(
        seconds=share * float(settings["seconds"]),
        distance_slack=float(settings.get("distance_slack", 0.0)),
        effort=float(settings.get("effort", 1.0)),
    )
    return {
        "wishes": _wishes(settings),
        "options": options,
        "seed": int(settings["seed"]),
        "progress": asked.progress,
        "years": dict(years),
    }


def _wishes(settings: Settings) -> Wishes:
    from junheng.planners.catchments.wishes import Wishes, zones_shared  # noqa: PLC0415 - only the worker loads solvers
    from junheng.planners.catchments.zones import ONE_PIECE  # noqa: PLC0415

    return Wishes(
        stage=settings["stage"],
        locked=dict(settings["locked"]),
        forbidden=frozenset((home, school) for home, school in settings["forbidden"]),
        max_moved_pupils=settings["max_moved"],
        overflow_allowed=settings.get("overflow_allowed", 0),
        balance=_balance(settings),
        nearest_km=settings.get("nearest_km"),
        keep_units=not settings.get("split_units", False),
        shared=zones_shared(
            settings["stage"],
            settings.get("shares", ()),
            distance=settings.get("share_distance", NEAREST),
        ),
        shared_pieces=settings.get("share_pieces", ONE_PIECE),
        since=settings.get("since"),
        keep_present=settings.get("keep_present", False),
        sibling_share=settings.get("siblings", 0.0) / 100,
        scenario=settings.get("scenario") if settings.get("years") else None,
    )


def _balance(settings: Settings) -> tuple[str, float] | None:
    group = settings.get("balance_group")
    return (group, settings["balance_points"] / 100) if group else None
