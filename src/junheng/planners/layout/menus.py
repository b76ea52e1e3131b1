"""The menus of all sites together, with every site named for which people's wishes leave nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from junheng.errors import InfeasibleError, Place, Problem
from junheng.planners.layout.course import KINDS, Course
from junheng.planners.layout.menu import Rules, Site, menu_of
from junheng.planners.layout.wishes import LayoutWishes
from junheng.text import Text


def menus_of(
    sites: Sequence[Site], rules: Rules, wishes: LayoutWishes
) -> tuple[tuple[tuple[Course, ...], ...], tuple[Mapping[str, str], ...]]:
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
    return tuple(menus), tuple(closed)


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
