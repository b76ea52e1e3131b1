"""What can be said before solving: which rule no plan can keep, by how much, for whom, and the least relaxation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.errors import Problem
from junheng.planners.catchments.contiguity import permitted
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.planners.catchments.unit_checks import check_units
from junheng.planners.catchments.whole import contracted
from junheng.planners.problems import listed, problem_of
from junheng.text import Text

_MOST_NAMED = 12


def check(problem: CatchmentProblem) -> list[Problem]:
    """Return everything that stands in the way of a plan, all at once.

    Errors make every plan impossible; a warning says that a soft rule must give way. The checks are exact where
    they say "impossible", but a problem that passes them may still turn out to have no plan (locks can pull zones
    apart in ways that only the search finds).
    """
    roadless = np.flatnonzero(~np.isfinite(problem.distance_km).any(axis=1)).tolist()
    if problem.units:
        # Units that are not in one piece or hold two schools are no units: nothing else can be said of them yet.
        told = [*_roadless(problem, roadless), *check_units(problem)]
        return told or check(contracted(problem).problem)
    return [
        *_anchors(problem),
        *_shared(problem),
        *_roadless(problem, roadless),
        *_homes(problem, roadless),
        *_room(problem),
        *_moves(problem),
    ]


def _anchors(problem: CatchmentProblem) -> Iterator[Problem]:
    """Check ``anchor``: no two schools in one home, and the school's own home allowed to it."""
    held: dict[int, list[str]] = {}
    for home, position in problem.anchored.tolist():
        held.setdefault(home, []).append(problem.schools[position])
    for home, schools in held.items():
        if len(schools) > 1:
            yield problem_of(
                "anchor-shared",
                key=problem.homes[home],
                found=Text(
                    "{n} 所学校在同一居住单元：{list}", "{n} schools stand in this home: {list}"
                ).format(n=len(schools), list=listed(schools, most=_MOST_NAMED)),
                expected=Text("每个单元至多一所划片学校", "at most one school with a catchment in a home"),
                remedy=Text(
                    "把该单元拆开，或为其中 {n} 所指定别的所在单元，或让它们多校划片，或不为其划片",
                    "Split the home, give {n} of them another own home, let them share one zone, or leave them out",
                ).format(n=len(schools) - 1),
            )
    for home, position in problem.anchored.tolist():
        if not problem.allowed[home, position]:
            yield problem_of(
                "anchor-forbidden",
                key=f"{problem.homes[home]} → {problem.schools[position]}",
                found=Text("学校所在单元不得划给本校", "the school's own home may not go to it"),
                expected=Text("学校所在单元在本校学区内", "the school's own home inside its zone"),
                remedy=Text("取消对该单元的这一条锁定或禁止", "Drop this one lock or ban on the home"),
            )


def _shared(problem: CatchmentProblem) -> Iterator[Problem]:
    """Check ``more_anchors``: the schools that share a zone can be joined by homes that may go there."""
    may = permitted(problem)
    for home, zone in problem.more_anchors:
        if (
            problem.allowed[home, zone]
            and problem.allowed[problem.anchor[zone], zone]
            and not may[home, zone]
        ):
            yield problem_of(
                "shared-zone-parted",
                key=f"{problem.homes[home]} ↔ {problem.homes[problem.anchor[zone]]}",
                found=Text(
                    "多校划片（{zone}）的学校所在的这两个单元之间，隔着其他学校的所在单元，或不可划的单元",
                    "schools of a shared zone ({zone}) stand in these homes, and between them lie other schools' own "
                    "homes, or homes that may not go there",
                ).format(zone=problem.schools[zone]),
                expected=Text("共用学区连成一片", "a shared zone in one piece"),
                remedy=Text(
                    "允许共用学区分片、每片含一所学校，或改由相邻的学校共用",
                    "Allow it to be in pieces that each hold a school, or let schools side by side share",
                ),
            )


def _homes(problem: CatchmentProblem, roadless: list[int]) -> Iterator[Problem]:
    """Check ``allowed`` and ``contiguity``: every home can reach some school that it may go to."""
    forbidden = ~problem.allowed.any(axis=1)
    for home in sorted({*np.flatnonzero(forbidden).tolist()} - {*roadless}):
        yield problem_of(
            "no-school-allowed",
            key=problem.homes[home],
            found=Text(
                "锁定与禁止合起来，没有学校可去", "its locks and bans together close every school to it"
            ),
            expected=Text("至少一所可划的学校", "at least one school that it may go to"),
            remedy=Text("取消它的锁定，或至少一条禁止", "Drop its lock, or at least one of the bans"),
        )
    unreachable = ~permitted(problem).any(axis=1) & ~forbidden
    # A school's own home is said above, with the school's name.
    stranded = [home for home in np.flatnonzero(unreachable).tolist() if home not in problem.anchored[:, 0]]
    if stranded:
        pupils = int(problem.pupils[stranded].sum())
        yield problem_of(
            "unreachable",
            key=listed([problem.homes[home] for home in stranded], most=_MOST_NAMED),
            found=Text(
                "{n} 个居住单元（{pupils} 名学生）经可划单元到不了任何可划的学校",
                "{n} homes ({pupils} pupils) reach no school that they may go to through homes that may go there too",
            ).format(n=len(stranded), pupils=pupils),
            expected=Text("每个学区连成一片", "every zone in one piece"),
            remedy=Text(
                "为其补一条相邻关系，或放宽沿途的锁定与禁止",
                "Add one neighbour that joins them, or relax the locks and bans on the way",
            ),
        )


def _roadless(problem: CatchmentProblem, homes: list[int]) -> Iterator[Problem]:
    """Name the homes from which no road leads to any school: pairs without a way are closed before the checks."""
    if homes:
        yield problem_of(
            "no-road",
            key=listed([problem.homes[home] for home in homes], most=_MOST_NAMED),
            found=Text(
                "{n} 个居住单元（{pupils} 名学生）没有路通到任何学校",
                "no road leads from {n} homes ({pupils} pupils) to any school",
            ).format(n=len(homes), pupils=int(problem.pupils[homes].sum())),
            expected=Text("至少通到一所学校", "a way to one school at least"),
            remedy=Text(
                "在相邻关系或道路中补上通往它们的路，并核对阻隔",
                "Add the way to them to the neighbours or roads, and check the barriers",
            ),
        )


def _room(problem: CatchmentProblem) -> Iterator[Problem]:
    """Check ``capacity``: where places do not suffice, some pupils stay over whatever the plan."""
    short = int((problem.pupils_by_year.sum(axis=1) - problem.capacity_by_year.sum(axis=1)).max())
    if short > 0:
        yield problem_of(
            "too-few-places",
            severity="warning",
            key=None,
            found=Text("学生比学位多 {n} 人", "{n} more pupils than places").format(n=short),
            expected=Text("学位不少于学生", "as many places as pupils"),
            remedy=Text(
                "方案至少超出 {n} 个学位；请增加学位或班级",
                "Any plan is at least {n} pupils over; add places or classes",
            ).format(n=short),
        )


def _moves(problem: CatchmentProblem) -> Iterator[Problem]:
    """Check ``moved_cap`` and other sums: pupils whose present school is closed to them must move."""
    may = permitted(problem)
    is_placed = may.any(axis=1)  # homes that may go nowhere are named elsewhere
    for one in problem.sum_limits:
        must = int(np.where(may, one.weight, one.weight.max(initial=0)).min(axis=1)[is_placed].sum())
        if must > one.most:
            yield problem_of(
                "moved-cap-too-low",
                key=None,
                found=Text("至多改换 {n} 人", "at most {n} pupils moved").format(n=one.most),
                expected=Text(
                    "至少 {n} 人：锁定、禁止、就近优先或整体划分使其不能留在现在的学校",
                    "at least {n}, whom locks, bans, priority or whole units keep from their present school",
                ).format(n=must),
                remedy=Text("把上限提高到 {n}", "Raise the limit to {n}").format(n=must),
            )
