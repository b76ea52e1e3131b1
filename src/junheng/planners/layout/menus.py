"""The menus of all sites together, with every site named for which people's wishes leave nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from junheng.errors import InfeasibleError, Problem
from junheng.planners.layout.course import BARRED, KINDS, Course
from junheng.planners.layout.menu import Rules, Site, anyway_of, menu_of
from junheng.planners.layout.wishes import LayoutWishes
from junheng.planners.problems import problem_of
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


_NOTHING_LIFTS = Text(
    "取消该校的这一条锁定，或取消一条禁止", "Drop this lock, or one of the bans on the site"
)
_LIFTED_BY: Mapping[str, Text] = MappingProxyType(
    {
        "protected": Text(
            "取消锁定；已征求意见可以撤并的，在表“校址余量”的“必须保留”中填“否”",
            "Drop this lock; where closing was consulted on, write no in keep_open of the table sites",
        ),
        "leads_group": Text(
            "取消锁定，或先在表“教育集团”中另定牵头校",
            "Drop this lock, or first name another lead school in the table groups",
        ),
        "too_large": Text(
            "取消锁定，或在参数中提高可撤并、可办成分校的规模（merge_up_to_pupils、branch_up_to_pupils）",
            "Drop this lock, or raise merge_up_to_pupils or branch_up_to_pupils in the settings",
        ),
        "no_land": Text(
            "取消锁定，或在表“校址余量”或“候选校址”中登记“最多班级数”",
            "Drop this lock, or record in most_classes of the tables sites or candidates what the land holds",
        ),
        "no_time": Text("取消锁定，或规划更多学年", "Drop this lock, or plan for more years"),
    }
)
"""How to mend a lock that its reason code rules out; others have nothing but to be dropped."""


def _nothing_left(code: str, locked: str | None, reasons: Mapping[str, str]) -> Problem:
    expected = Text("至少一种可行的安排", "at least one thing that may happen to the site")
    if locked is None:
        found, why = Text("各种安排都被禁止", "everything that could happen to it is ruled out"), "forbidden"
    else:
        why = reasons.get(locked, "elsewhere")
        found = Text("已锁定为{kind}，但{why}", "locked to “{kind}”, but: {why}").format(
            kind=KINDS[locked], why=BARRED[why]
        )
    return problem_of(
        "nothing-left-to-do",
        key=code,
        found=found,
        expected=expected,
        remedy=_LIFTED_BY.get(why, _NOTHING_LIFTS),
    )
