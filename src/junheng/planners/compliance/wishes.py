"""What people fixed before the plan is computed: locked posts, pinned and capped works, limits on moves and posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from types import MappingProxyType
from typing import Any

from junheng.errors import UsageError
from junheng.plans.actions.add_premises import WORKS
from junheng.text import Text

_NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What people fixed.

    Attributes
    ----------
    keep
        Posts that are locked: school and stage, and how many of its teachers must stay; `None` for all.
    closed_to_moves
        Schools to which nobody is moved.
    at_least, at_most
        How much is added to a school at least and at most, by school and one of
        `junheng.plans.actions.add_premises.WORKS`. A limit comes on top of the table ``sites``.
    most_leaving_share
        Largest share of a school stage's teachers that may leave in one plan. A setting, not policy.
    max_move_km
        Longest move of a teacher; `None` for no limit.
    max_recruits
        Posts that are free in the district; `None` for no limit.
    may_cap_intake
        Whether pupils of a school whose site is full may go elsewhere; see `junheng.planners.compliance.intake`.
    """

    keep: Mapping[tuple[str, str], int | None] = field(default_factory=lambda: _NOTHING)
    closed_to_moves: frozenset[str] = frozenset()
    at_least: Mapping[tuple[str, str], float] = field(default_factory=lambda: _NOTHING)
    at_most: Mapping[tuple[str, str], float] = field(default_factory=lambda: _NOTHING)
    most_leaving_share: float = 0.1
    max_move_km: float | None = None
    max_recruits: int | None = None
    may_cap_intake: bool = False

    def __post_init__(self) -> None:
        for _, work in (*self.at_least, *self.at_most):
            if work not in WORKS:
                raise UsageError(
                    Text(
                        f"没有“{work}”这一项：可选 {'、'.join(WORKS)}",
                        f"there is nothing called “{work}”: choose {', '.join(WORKS)}",
                    )
                )
        if self.max_move_km is not None and not 0 <= self.max_move_km < inf:
            raise UsageError(
                Text(
                    f"教师交流最远公里数应不小于 0，而不是 {self.max_move_km}",
                    f"the longest move is 0 km or more, not {self.max_move_km}",
                )
            )
        if not 0 <= self.most_leaving_share <= 1:
            raise UsageError(
                Text(
                    f"每校可调出教师的比例应在 0 与 1 之间，而不是 {self.most_leaving_share}",
                    f"the share that may leave a school is from 0 to 1, not {self.most_leaving_share}",
                )
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in a fixed order."""
        return {
            "keep": {"/".join(key): kept for key, kept in sorted(self.keep.items())},
            "closed_to_moves": sorted(self.closed_to_moves),
            "at_least": {"/".join(key): amount for key, amount in sorted(self.at_least.items())},
            "at_most": {"/".join(key): amount for key, amount in sorted(self.at_most.items())},
            "most_leaving_share": self.most_leaving_share,
            "max_move_km": self.max_move_km,
            "max_recruits": self.max_recruits,
            "may_cap_intake": self.may_cap_intake,
        }
