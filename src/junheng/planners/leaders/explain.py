"""Why somebody gets a post, changes it, or is left without one, in words."""

from __future__ import annotations

from junheng.district.columns import label_of
from junheng.planners.leaders.problem import NOBODY, LeadersProblem
from junheng.text import Text


def why(problem: LeadersProblem, person: int, post: int, *, school: str) -> Text:
    """Return why a person goes to a post.

    Parameters
    ----------
    post
        Position of the post, or `NOBODY`.
    school
        What people call the school of the post.
    """
    if post == NOBODY:
        return Text("在本校任期已满，暂无合适岗位", "the terms at the school are over and no post is open")
    if problem.is_promoted[person, post]:
        reason = Text("提任", "promoted")
    elif problem.present[person] != NOBODY:
        reason = Text("在原校任期已满", "the terms at the former school are over")
    else:
        reason = Text("任职", "appointed")
    return Text("{why}：{name}{role}，通勤 {km} 公里", "{why}: {role} of {name}, {km} km away").format(
        why=reason,
        name=school,
        role=label_of("leader_role", problem.roles[post]),
        km=f"{problem.km[person, post]:.1f}",
    )
