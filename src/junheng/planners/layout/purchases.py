"""Which kindergartens to buy back: the cheapest set that brings the public and the inclusive share up to their limits.

Buying a kindergarten back changes neither places nor ways, so that the set can be chosen before the rest of the layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from junheng.errors import InfeasibleError
from junheng.planners.arrays import FloatArray
from junheng.planners.clock import Clock
from junheng.planners.layout.course import BUY_BACK, Course
from junheng.planners.linear import Rows
from junheng.planners.problems import problem_of
from junheng.planners.programme import Programme
from junheng.text import Text

TEN_THOUSAND = 1e4
_SOONER = 1e-6
"""Of two ways that cost the same, the sooner one; per ten thousand yuan and year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of the children that must be reached.

    Attributes
    ----------
    rule
        The rule of the standard.
    percent
        The limit.
    whole, now
        Children of licensed kindergartens, and those of them who count today.
    gain
        Children who count in addition if a site is bought back, by site.
    """

    rule: str
    percent: float
    whole: int
    now: int
    gain: tuple[int, ...]

    @property
    def missing(self) -> int:
        """Children who must count in addition."""
        # The last bits of a division are nobody.
        return max(0, int(np.ceil(self.percent / 100 * self.whole - self.now - 1e-9)))


def bought_back(
    menus: Sequence[tuple[Course, ...]],
    shares: Sequence[Share],
    budget_yuan: FloatArray,
    *,
    locked: Sequence[int],
) -> dict[int, int]:
    """Return the position of the course of every site that is bought back, ``{site: course}``, at the least cost.

    Parameters
    ----------
    menus
        Courses of every site; only those of the kind ``buy_back`` of sites that gain something are looked at.
    budget_yuan
        Most investment of each budget year, infinite where there is no limit.
    locked
        Sites that must be bought back.

    Raises
    ------
    InfeasibleError
        If no set within time and money reaches a share: by how much, and the least relaxation.
    """
    gains = any(any(share.gain) for share in shares)
    ways = [
        (site, c)
        for site, menu in enumerate(menus)
        for c, course in enumerate(menu)
        if course.kind == BUY_BACK and gains and any(share.gain[site] for share in shares)
    ]
    if not any(share.missing for share in shares) and not locked:
        return {}
    reached = _solve(menus, ways, shares, budget_yuan, locked=locked)
    if reached is None:
        raise InfeasibleError([_short(menus, ways, share, budget_yuan) for share in shares if share.missing])
    return {ways[k][0]: ways[k][1] for k in reached}


def _solve(
    menus: Sequence[tuple[Course, ...]],
    ways: Sequence[tuple[int, int]],
    shares: Sequence[Share],
    budget_yuan: FloatArray,
    *,
    locked: Sequence[int] = (),
    most_of: Share | None = None,
) -> list[int] | None:
    """Return the ways of the cheapest set, or with ``most_of`` of one that brings most children; `None` for none."""
    if not ways:
        return None
    courses = [menus[site][c] for site, c in ways]
    sites = sorted({site for site, _ in ways})
    once = np.array([[float(site == own) for own, _ in ways] for site in sites])
    spend = np.array([course.spend_yuan for course in courses]).T / TEN_THOUSAND
    is_limited = np.isfinite(budget_yuan)
    gain = np.array([[float(share.gain[site]) for site, _ in ways] for share in shares])
    rows = [
        _rows("once", once, np.array([float(site in locked) for site in sites]), np.ones(len(sites))),
        _rows("budget", spend[is_limited], None, budget_yuan[is_limited] / TEN_THOUSAND),
    ]
    if most_of is None:
        rows.append(_rows("share", gain, np.array([float(share.missing) for share in shares]), None))
        cost = spend.sum(axis=0) + _SOONER * np.array([course.year or 0 for course in courses])
    else:
        cost = -np.array([float(most_of.gain[site]) for site, _ in ways])
    model = Programme(cost=cost, upper=np.ones(len(ways)), rows=rows, integer=np.ones(len(ways), bool))
    found = model.solve_integer(Clock(20.0), gap=0.0)
    return None if found.columns is None else np.flatnonzero(found.columns > 0.5).tolist()


def _rows(name: str, matrix: FloatArray, lower: FloatArray | None, upper: FloatArray | None) -> Rows:
    n = len(matrix)
    return Rows(
        name,
        sparse.csr_array(matrix),
        np.full(n, -np.inf) if lower is None else lower,
        np.full(n, np.inf) if upper is None else upper,
    )


def _short(menus, ways, share: Share, budget_yuan: FloatArray):  # type: ignore[no-untyped-def]
    most = _solve(menus, ways, (share,), budget_yuan, most_of=share) or []
    children = share.now + sum(share.gain[ways[k][0]] for k in most)
    percent = np.floor(1000.0 * children / share.whole) / 10 if share.whole else 0.0
    return problem_of(
        "share-out-of-reach",
        key=share.rule,
        found=Text(
            "在时间和资金之内至多 {most}%（{n} 名幼儿）",
            "{most}% at most within time and money ({n} children)",
        ).format(most=f"{percent:.1f}", n=children),
        expected=Text("{limit}%（{n} 名）", "{limit}% ({n})").format(
            limit=f"{share.percent:g}", n=share.now + share.missing
        ),
        remedy=Text(
            "把目标降到 {most}%，或增加资金、年份，或放开被禁止回购的幼儿园",
            "Lower the aim to {most}%, give more money or years, or drop a ban on buying back",
        ).format(most=f"{percent:.1f}"),
    )
