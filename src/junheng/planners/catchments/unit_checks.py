"""What can be said of units before solving: in two pieces, with two schools, or with locks that contradict."""

from __future__ import annotations

from collections.abc import Iterator

from junheng.errors import Place, Problem
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.text import Text


def check_units(problem: CatchmentProblem) -> list[Problem]:
    """Return every unit that cannot be kept whole, and why."""
    names = problem.unit_names or ("",) * len(problem.units)
    return [
        found
        for name, unit in zip(names, problem.units, strict=True)
        for found in _of_unit(problem, unit, name)
    ]


def _of_unit(problem: CatchmentProblem, unit: tuple[int, ...], name: str) -> Iterator[Problem]:
    pieces = _pieces(problem, unit)
    schools = sorted({problem.schools[j] for home, j in problem.anchored.tolist() if home in unit})
    if len(pieces) > 1:
        yield _problem(
            "unit-in-pieces",
            problem,
            unit,
            name,
            found=Text("{n} 片互不相邻：{list}", "in {n} pieces that do not touch: {list}").format(
                n=len(pieces), list=" | ".join(_named(problem, piece) for piece in pieces)
            ),
            expected=Text("小区（村）内各单元连成一片", "homes of one unit that hang together"),
            remedy=Text(
                "补上相邻关系，或把各片写成不同的小区（村），或允许拆分",
                "Add the neighbours that join them, give each piece a unit of its own, or allow units to be split",
            ),
        )
    if len(schools) > 1:
        yield _problem(
            "unit-two-schools",
            problem,
            unit,
            name,
            found=Text("有 {n} 所学校：{list}", "{n} schools stand in it: {list}").format(
                n=len(schools), list=", ".join(schools)
            ),
            expected=Text("整体划给一所学校", "a unit that goes to one school"),
            remedy=Text(
                "把它拆成 {n} 个小区（村），或让这些学校多校划片",
                "Make {n} units of it, or let these schools share one zone",
            ).format(n=len(schools)),
        )
    allowed = problem.allowed[list(unit)]
    if allowed.any(axis=1).all() and not allowed.all(axis=0).any():
        yield _problem(
            "unit-locks-contradict",
            problem,
            unit,
            name,
            found=Text("没有一所学校是各单元都可划的", "no school that all of its homes may go to"),
            expected=Text("至少一所", "at least one"),
            remedy=Text(
                "取消其中的锁定或禁止，或允许拆分", "Drop a lock or ban on its homes, or allow it to be split"
            ),
        )


def _pieces(problem: CatchmentProblem, unit: tuple[int, ...]) -> list[list[int]]:
    left, pieces = set(unit), []
    while left:
        start = min(left)
        left.discard(start)
        piece, waiting = [start], [start]
        while waiting:
            for other in problem.neighbours[waiting.pop()]:
                if other in left:
                    left.discard(other)
                    piece.append(other)
                    waiting.append(other)
        pieces.append(sorted(piece))
    return pieces


def _named(problem: CatchmentProblem, homes: list[int]) -> str:
    return ", ".join(problem.homes[i] for i in homes)


def _problem(
    code: str,
    problem: CatchmentProblem,
    unit: tuple[int, ...],
    name: str,
    *,
    found: Text,
    expected: Text,
    remedy: Text,
) -> Problem:
    homes = " + ".join(problem.homes[i] for i in sorted(unit))
    return Problem(
        code=code,
        severity="error",
        place=Place(key=f"{name}: {homes}" if name else homes),
        found=found,
        expected=expected,
        remedy=remedy,
    )
