"""What can be said before solving: which school has no target left, and how many leavers no plan can place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.errors import Problem
from junheng.planners.feeders.problem import FeederProblem
from junheng.planners.problems import problem_of
from junheng.text import Text


def check(problem: FeederProblem) -> list[Problem]:
    """Return everything that stands in the way of a plan; a warning says that places must be exceeded."""
    return [*_without_target(problem), *_places(problem)]


def _without_target(problem: FeederProblem) -> Iterator[Problem]:
    """Check ``allowed``: every primary school has a junior school that it may lead on to."""
    for i in np.flatnonzero(~problem.allowed.any(axis=1)).tolist():
        nearest = int(np.argmin(problem.distance_km[i])) if problem.juniors else None
        remedy = Text("取消其中一条禁止", "Drop one of the bans")
        if nearest is not None:
            km = float(problem.distance_km[i, nearest])
            remedy = Text(
                "放宽到 {km} 公里（最近的 {code}），或取消其禁止",
                "Allow {km} km (the nearest, {code}), or drop its ban",
            ).format(km=f"{np.ceil(100 * km) / 100:.2f}", code=problem.juniors[nearest])
        yield problem_of(
            "no-target-allowed",
            key=problem.primaries[i],
            found=Text("没有可对口的初中", "no junior school is allowed to it"),
            expected=Text("至少一所", "at least one"),
            remedy=remedy,
        )


def _places(problem: FeederProblem) -> Iterator[Problem]:
    """Check ``places``: where they do not suffice, some leavers stay over whatever the plan."""
    short = int(problem.leavers.sum() - problem.places.sum())
    if short > 0:
        yield problem_of(
            "too-few-places",
            severity="warning",
            key=None,
            found=Text("毕业生比初一学位多 {n} 人", "{n} more leavers than places").format(n=short),
            expected=Text("学位不少于毕业生", "as many places as leavers"),
            remedy=Text("方案至少超出 {n} 个学位", "Any plan is at least {n} pupils over").format(n=short),
        )
