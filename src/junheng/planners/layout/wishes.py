"""What people fix before the layout planner begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from junheng.errors import InputError, Problem
from junheng.planners.layout.course import KINDS
from junheng.planners.problems import problem_of
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutWishes:
    """What people fix before the planner begins.

    Attributes
    ----------
    stage
        ``preschool``, ``primary`` or ``junior``.
    locked
        Site to kind of course (`junheng.planners.layout.course.KINDS`): nothing else may happen to it.
    forbidden
        Pairs of site and kind that must not happen.
    budget_yuan
        Most investment of every budget year; `None` for the building money of the table ``budgets``, if any.
    years
        The planned school years; `None` for all of the table ``demand``, or five of a forecast.
    public_share
        Of the preschool stage: the percent of children in public kindergartens that must be reached; `None` for the
        standard's.
    demand
        Whence the children to come: ``table``, ``forecast``, or `None` for the table where it has the stage.
    """

    stage: str
    locked: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    forbidden: frozenset[tuple[str, str]] = frozenset()
    budget_yuan: float | None = None
    years: tuple[int, ...] | None = None
    demand: str | None = None
    public_share: float | None = None

    def forbidden_to(self, site: str) -> frozenset[str]:
        """Return the kinds that must not happen to a site."""
        return frozenset(kind for code, kind in self.forbidden if code == site)

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in one order."""
        return {
            "stage": self.stage,
            "locked": dict(sorted(self.locked.items())),
            "forbidden": sorted(map(list, self.forbidden)),
            "budget_yuan": self.budget_yuan,
            "years": None if self.years is None else list(self.years),
            "demand": self.demand,
            "public_share": self.public_share,
        }


def refuse_unknown(wishes: LayoutWishes, sites: Collection[str]) -> None:
    """Raise `InputError` naming every lock and ban on a site or kind that there is not."""
    pairs = [*wishes.locked.items(), *sorted(wishes.forbidden)]
    problems = [_no_site(code, kind) for code, kind in pairs if code not in sites]
    problems += [_no_kind(code, kind) for code, kind in pairs if kind not in KINDS]
    if problems:
        raise InputError(problems)


def _no_site(code: str, kind: str) -> Problem:
    return problem_of(
        "unknown-in-wish",
        key=f"{code}={kind}",
        found=Text("规划的学段没有地点“{code}”", "there is no site “{code}” of the planned stages").format(
            code=code
        ),
        expected=Text("学校、幼儿园或候选点的代码", "the code of a school, kindergarten or candidate site"),
        remedy=Text("请核对代码和学段", "Check the code and the stage"),
    )


def _no_kind(code: str, kind: str) -> Problem:
    return problem_of(
        "unknown-in-wish",
        key=f"{code}={kind}",
        found=Text("没有安排“{kind}”", "nothing is called “{kind}”").format(kind=kind),
        expected=Text.same(" | ".join(KINDS)),
        remedy=Text("请核对安排", "Check what shall happen"),
    )
