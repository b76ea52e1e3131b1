"""What actions on whole schools refuse, in one wording; and the check that a school has the stage."""

from __future__ import annotations

from collections.abc import Iterable

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.text import Text


def problem(code: str, where: str, found: Text) -> Problem:
    """Return a problem of one action of a plan."""
    return Problem(
        code=code,
        severity="error",
        place=Place(key=where),
        found=found,
        expected=Text("与区县记录一致的动作", "an action that fits the district's records"),
        remedy=Text("请改正方案或补全数据", "Mend the plan, or the records"),
    )


def require_stages(district: District, wanted: Iterable[tuple[str, str, str]]) -> None:
    """Raise `InputError` naming every (school, stage, action) whose school has no such stage, or that comes twice."""
    stages = district.table("stages")
    offered = set(zip(stages["school"].to_list(), stages["stage"].to_list(), strict=True))
    seen: set[tuple[str, str, str]] = set()
    problems = []
    for school, stage, where in wanted:
        if (school, stage) not in offered:
            found = Text("该校没有这个学段", "the school has no such stage")
            problems.append(problem("no-such-stage", where, found))
        if (school, stage, where) in seen:
            problems.append(problem("done-twice", where, Text("同一动作出现两次", "the same is done twice")))
        seen.add((school, stage, where))
    if problems:
        raise InputError(problems)
