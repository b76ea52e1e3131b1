"""The menus of all sites together, with every site named for which people's wishes leave nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from junheng.errors import InfeasibleError, Place, Problem
from junheng.planners.layout.course import KINDS, Course
from junheng.planners.layout.menu import Rules, Site, anyway_of, menu_of
from junheng.planners.layout.wishes import LayoutWishes
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Menus:
    """What may happen to every site, in their order.

    Attributes
    ----------
    courses
        The menu of each site.
    closed_to
        Why whole kinds are not on it.
    anyway
        Courses of such kinds that only a wish or a rule keeps off: see `junheng.planners.layout.menu.anyway_of`.
    """

    courses: tuple[tuple[Course, ...], ...]
    closed_to: tuple[Mapping[str, str], ...]
    anyway: tuple[Mapping[str, tuple[Course, ...]], ...]


def menus_of(sites: Sequence[Site], rules: Rules, wishes: LayoutWishes) -> Menus:
    """Return the menu of every site, and why whole kinds are not on it.

    Raises
    ------
    InfeasibleError
        Naming every site for which the wishes leave nothing.
    """
    menus, closed, problems = [], [], []
    for site in sites:
        locked = wishes.locked.get(site.code)
        menu, reasons = menu_of(site, rules, locked=locked, forbidden=wishes.forbidden_to(site.code))
        if not menu:
            problems.append(_nothing_left(site.code, locked, reasons))
        menus.append(menu)
        closed.append(reasons)
    if problems:
        raise InfeasibleError(problems)
    return Menus(
        courses=tuple(menus),
        closed_to=tuple(closed),
        anyway=tuple(anyway_of(site, rules, own) for site, own in zip(sites, closed, strict=True)),
    )


def _nothing_left(code: str, locked: str | None, reasons: Mapping[str, str]) -> Problem:
    kind = Text("", "") if locked is None else KINDS[locked]
    why = reasons.get(locked or "", "forbidden")
    return Problem(
        code="nothing-left-to-do",
        severity="error",
        place=Place(key=code),
        found=Text(
            "{kind}不可行（{why}），其余均被排除", "{kind} cannot be ({why}), and all else is ruled out"
        ).format(kind=kind, why=why),
        expected=Text("至少一种可行的安排", "at least one thing that may happen to the site"),
        remedy=Text("取消该校的这一条锁定，或取消一条禁止", "Drop this lock, or one of the bans on the site"),
    )
