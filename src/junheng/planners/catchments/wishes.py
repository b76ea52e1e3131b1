"""What people fix before catchments are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from junheng.errors import UsageError
from junheng.measure.shared import NEAREST, SharedZone
from junheng.planners.catchments.zones import A_PIECE_EACH, ONE_PIECE
from junheng.plans.actions.share_zone import ShareZone
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people fix before the planner begins.

    Attributes
    ----------
    stage
        ``primary`` or ``junior``.
    locked
        Home to school: this home must go there.
    forbidden
        Pairs of home and school that must not be joined.
    schools
        Schools to draw zones for; `None` for every public school of the stage.
    max_moved_pupils
        Most pupils that may get another school than today; `None` for no limit.
    overflow_allowed
        Pupils over capacity that shorter ways may cost; 0 for as few as can be.
    balance
        A group of `junheng.measure.composition.GROUPS`, and how far, as a fraction, its share in a zone may lie from
        its share today in that zone and those around it; `None` for no such limit.
    nearest_km
        Priority of the nearest: how much farther, km, than the school that it has a claim to a home may be sent (see
        `junheng.planners.catchments.claims`); `None` for no such priority.
    keep_units
        Whether homes of one unit (compound or village, the column ``unit``) must go to one school.
    shared
        Zones that several schools share in the plan, beside those that the District has.
    shared_pieces
        `ONE_PIECE` where a shared zone must hang together with all its schools; `A_PIECE_EACH` where it may be in
        pieces that each hold one of them.
    since
        School year in which the zones change; years before it stay under the zones of today. `None`: the first year
        that is planned for.
    keep_present
        Whether pupils who entered before the change finish at their school, so that the zones place entrants only.
    sibling_share
        With ``keep_present``: share of entrants who follow an elder brother or sister at the school of before; see
        `junheng.measure.intake`.
    scenario
        Scenario of the forecast from which the Districts of the planned years come; `None` without a forecast. The
        plan carries it, so that it can be computed again; nothing here depends on it.
    """

    stage: str
    locked: Mapping[str, str]
    forbidden: frozenset[tuple[str, str]]
    schools: tuple[str, ...] | None = None
    max_moved_pupils: int | None = None
    overflow_allowed: int = 0
    balance: tuple[str, float] | None = None
    nearest_km: float | None = None
    keep_units: bool = True
    shared: tuple[SharedZone, ...] = ()
    shared_pieces: str = ONE_PIECE
    since: int | None = None
    keep_present: bool = False
    sibling_share: float = 0.0
    scenario: str | None = None

    def __post_init__(self) -> None:
        if self.shared_pieces not in (ONE_PIECE, A_PIECE_EACH):
            raise UsageError(
                Text(f"共用学区应为 {ONE_PIECE} 或 {A_PIECE_EACH}", f"{ONE_PIECE} or {A_PIECE_EACH}")
            )
        if self.nearest_km is not None and not 0 <= self.nearest_km < float("inf"):
            raise UsageError(
                Text(
                    "就近优先的容差应为不小于 0 的公里数",
                    "the tolerance of the priority of the nearest is a number of km from 0",
                )
            )
        if self.sibling_share and not self.keep_present:
            raise UsageError(
                Text(
                    "随兄姐入学的比例须与在读学生不动同用：请一并选上，或去掉该比例",
                    "the share of siblings goes with present pupils who stay: ask for both, or leave it out",
                )
            )
        if not 0 <= self.sibling_share <= 1:
            raise UsageError(
                Text("随兄姐入学的比例应在 0 与 1 之间", "the share of siblings must lie between 0 and 1")
            )

    @property
    def sharing(self) -> tuple[ShareZone, ...]:
        """The actions that set up the plan's shared zones."""
        return tuple(
            ShareZone(stage=self.stage, zone=zone.name, schools=zone.schools, distance=zone.distance)
            for zone in self.shared
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in one order."""
        return {
            "stage": self.stage,
            "locked": dict(sorted(self.locked.items())),
            "forbidden": sorted(map(list, self.forbidden)),
            "schools": None if self.schools is None else sorted(self.schools),
            "max_moved_pupils": self.max_moved_pupils,
            "overflow_allowed": self.overflow_allowed,
            "balance": None if self.balance is None else list(self.balance),
            "nearest_km": self.nearest_km,
            "keep_units": self.keep_units,
            "shared": [asdict(zone) for zone in self.shared],
            "shared_pieces": self.shared_pieces,
            "since": self.since,
            "keep_present": self.keep_present,
            "sibling_share": self.sibling_share,
            "scenario": self.scenario,
        }


def zones_shared(
    stage: str, groups: Sequence[Sequence[str]], *, distance: str = NEAREST
) -> tuple[SharedZone, ...]:
    """Return one shared zone a group of schools; the first of a group is its lead, and its schools are its name."""
    return tuple(
        SharedZone(stage=stage, name="+".join(schools), schools=tuple(schools), distance=distance)
        for schools in groups
    )
