"""What can be said before solving: posts that nobody may hold, too few people; and why none was found after it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.errors import Problem
from junheng.planners.leaders.problem import LeadersProblem
from junheng.planners.problems import problem_of
from junheng.text import Text


def check(problem: LeadersProblem) -> list[Problem]:
    """Return every reason for which no appointment can be found, as far as it shows before solving."""
    return [*_nobody_for_post(problem), *_too_few(problem)]


def _nobody_for_post(problem: LeadersProblem) -> Iterator[Problem]:
    """Check ``allowed``: every post has somebody who may hold it."""
    for post in np.flatnonzero(~problem.allowed.any(axis=0)).tolist():
        yield problem_of(
            "nobody-for-post",
            key=f"{problem.schools[post]}/{problem.roles[post]}",
            found=Text("没有人可以担任", "nobody may hold it"),
            expected=Text("至少一人", "at least one person"),
            remedy=Text(
                "增加后备干部，或提高通勤上限", "Add to the reserve, or raise the limit on the commute"
            ),
        )


def _too_few(problem: LeadersProblem) -> Iterator[Problem]:
    """Check ``no_vacancy`` and ``one_post``: there are as many people as posts."""
    short = len(problem.schools) - int(problem.allowed.any(axis=1).sum())
    if short > 0:
        yield problem_of(
            "too-few-leaders",
            key="leaders",
            found=Text("可任职的人少 {n} 人", "{n} people too few").format(n=short),
            expected=Text("每个岗位一人", "one person a post"),
            remedy=Text("后备干部至少增加 {n} 人", "Add at least {n} to the reserve").format(n=short),
        )


def unsolved(*, is_time_over: bool) -> Problem:
    """Return why no appointment was found: time, or rules that cannot all be kept together."""
    if is_time_over:
        return problem_of(
            "no-plan-found",
            key="leaders",
            found=Text("到时间仍没有可行方案", "no appointment within the time"),
            expected=Text("至少一个方案", "at least one"),
            remedy=Text("请延长时间", "Allow more time"),
        )
    return problem_of(
        "no-appointment",
        key="leaders",
        found=Text("各岗位无法同时有人", "the posts cannot all be filled together"),
        expected=Text(
            "每个岗位一人，提拔者来自教学一线的比例达到要求",
            "one person a post, and the share from teaching lines",
        ),
        remedy=Text(
            "增加来自教学一线的后备干部，或放宽比例、通勤上限",
            "Add teachers to the reserve, or relax share or commute",
        ),
    )
