"""A course: what happens to one site over all planned years, and what it holds and costs in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from junheng.text import Text

KEEP, EXPAND, OPEN, BUY_BACK, BRANCH, MERGE, CLOSE, ABSENT = (
    "keep",
    "expand",
    "open",
    "buy_back",
    "branch",
    "merge",
    "close",
    "absent",
)

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        KEEP: Text("保留", "keep"),
        EXPAND: Text("扩建", "expand"),
        OPEN: Text("新建", "open"),
        BUY_BACK: Text("回收", "buy back"),
        BRANCH: Text("办成分校", "make a branch campus"),
        MERGE: Text("并入他校", "merge into another school"),
        CLOSE: Text("关闭", "close"),
        ABSENT: Text("不建", "do not build"),
    }
)
"""What can happen to a site, by its stable code."""

BATCHES: Mapping[str, Text] = MappingProxyType(
    {
        "build": Text("新建一批", "build"),
        "bring_in": Text("引进一批", "bring in"),
        "expand": Text("改扩建一批", "rebuild and expand"),
        "upgrade": Text("提升一批", "upgrade"),
        "make_inclusive": Text("普惠一批", "make inclusive"),
    }
)
"""The five batches of a building plan over years."""

BARRED: Mapping[str, Text] = MappingProxyType(
    {
        "locked": Text("已锁定为别的安排", "locked to something else"),
        "forbidden": Text("已被禁止", "ruled out by a wish"),
        "protected": Text(
            "须保留：乡村小规模学校、乡村幼儿园，或未记录征求意见的结果",
            "must stay open: a small rural school, a rural kindergarten, or no consent is recorded",
        ),
        "leads_group": Text(
            "牵头一个教育集团，须先另定牵头校",
            "it leads an education group, which must first have another lead",
        ),
        "too_large": Text("学校较大，不在考虑之列", "too large a school to be considered"),
        "no_partner": Text(
            "上学时间限制内没有更强的学校可承接全体学生",
            "no stronger school within the travel limit can take all of its pupils",
        ),
        "no_lead": Text("没有规模够大、可以牵头的他校", "no other school is large enough to lead it"),
        "no_zone": Text("没有自己的学区", "it has no catchment of its own"),
        "no_pupils": Text("没有学生可并入他校", "it has no pupils to move"),
        "has_pupils": Text(
            "仍有学生，只能整体并入一所学校", "it has pupils, who can only move together into one school"
        ),
        "has_children": Text("仍有幼儿，只考虑并入他园", "it has children: only merging it is considered"),
        "private": Text(
            "民办园的扩建、撤并由举办者决定",
            "a private one: expanding, merging or closing it is for whoever runs it",
        ),
        "no_land": Text("校址没有登记可增加的班级", "no room for more classes is recorded"),
        "no_time": Text("规划期内来不及建成", "it cannot be finished within the planned years"),
        "purchase": Text("该点是回收校舍，不是新建", "the premises are bought back, not built"),
        "elsewhere": Text("这类地点没有这种安排", "it is nothing that can happen to such a site"),
    }
)
"""Why a kind of course is not on a site's menu at all."""

SHUT = (MERGE, CLOSE)
"""Kinds after which nobody is taught at the site."""
STILL = (KEEP, ABSENT)
"""Kinds that change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One thing that may happen to a site, at one time, and its consequences year by year.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    year
        Position of the first planned year in which it holds; `None` for what changes nothing.
    classes
        Classes that are added (expand) or built (open, buy back); 0 for the rest.
    partner
        Position of the site that takes the pupils over (merge) or leads the branch; `None` without one.
    places
        Pupils that the site can hold in each planned year.
    running_yuan
        Running costs of each planned year.
    spend_yuan
        Investment by budget year; the first budget year is the one before the first planned year.
    """

    kind: str
    year: int | None = None
    classes: int = 0
    partner: int | None = None
    places: tuple[int, ...]
    running_yuan: tuple[float, ...]
    spend_yuan: tuple[float, ...]

    @property
    def is_still(self) -> bool:
        """Whether nothing changes."""
        return self.kind in STILL

    @property
    def yuan(self) -> float:
        """Investment and running costs over all years."""
        return sum(self.spend_yuan) + sum(self.running_yuan)

    def operates(self, year: int) -> bool:
        """Whether anybody can be taught at the site in a planned year."""
        if self.kind == ABSENT:
            return False
        if self.year is None:
            return True
        if self.kind in SHUT:
            return year < self.year
        # What is bought back while it is open stays open.
        return self.kind in (EXPAND, BRANCH) or year >= self.year or self.places[year] > 0
