"""What no plan can do, said before solving: which rule, for whom, by how much, and the least that would relax it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np

from junheng.errors import InfeasibleError, Problem
from junheng.planners.exchange.problem import ExchangeProblem
from junheng.planners.problems import listed, problem_of
from junheng.text import Text

_MOST_NAMED = 8


def refuse_impossible(problem: ExchangeProblem) -> None:
    """Raise `InfeasibleError` for what counting alone shows to be impossible."""
    problems = [*_closed(problem), *_quota(problem), *_backbone(problem), *_rural(problem)]
    if problems:
        raise InfeasibleError(problems)


def refuse_unplaceable(problem: ExchangeProblem, missing: dict[str, float], unplaced: Sequence[str]) -> None:
    """Raise `InfeasibleError` for what the rules together make impossible.

    Parameters
    ----------
    missing
        By rule (``quota``, ``backbone``, ``to_rural``): by how much the best plan misses it.
    unplaced
        Those who must move and whom the best plan cannot place.
    """
    raise InfeasibleError([*_missed(problem, missing), *_unplaced(unplaced)])


def unsolved(*, is_time_over: bool) -> InfeasibleError:
    """Return the error for a search that found no plan in whole moves."""
    return InfeasibleError(
        [
            problem_of(
                "no-plan-found",
                key=None,
                found=Text("到时间仍没有可行方案", "no plan within the time")
                if is_time_over
                else Text("按整人无法同时满足各项约束", "whole people cannot keep all the rules together"),
                expected=Text("至少一个可行方案", "at least one plan"),
                remedy=Text(
                    "请延长时间，或放宽变动上限、学科岗位上下限",
                    "Allow more time, or relax the caps on change or the bounds of subject posts",
                ),
            )
        ]
    )


def _closed(problem: ExchangeProblem) -> Iterator[Problem]:
    """Check ``allowed``: who must move needs a post that is open to them."""
    for person in np.flatnonzero(problem.must_move & ~problem.allowed.any(axis=1)).tolist():
        yield problem_of(
            "nowhere-to-go",
            key=problem.people[person],
            found=Text("必须安排，但没有可去的学校", "must move, but no school is open"),
            expected=Text(
                "至少一所学段相符、在通勤上限之内、未被禁止的学校",
                "at least one school of the stage, within the limit on the commute, that is not forbidden",
            ),
            remedy=Text(
                "提高通勤上限，取消一条禁止，或固定其留任",
                "Raise the limit, drop a ban, or lock the person to stay",
            ),
        )


def _quota(problem: ExchangeProblem) -> Iterator[Problem]:
    """Check ``quota``: enough of the eligible can move at all, and enough may leave and come."""
    can = int((problem.is_rotating & problem.allowed.any(axis=1)).sum())
    leaving = np.bincount(
        problem.origin[problem.is_rotating & (problem.origin >= 0)], minlength=len(problem.posts)
    )
    may = int(np.minimum(leaving, problem.posts.out_cap).sum())
    for code, most, why in (
        (
            "too-few-can-move",
            can,
            Text("有去处的合格教师 {n} 人", "{n} eligible teachers have somewhere to go"),
        ),
        ("caps-below-quota", may, Text("各校变动上限合计 {n} 人", "the caps on change let {n} leave")),
    ):
        if most < problem.quota:
            yield problem_of(
                code,
                key="quota",
                found=why.format(n=most),
                expected=Text("至少 {n} 人", "at least {n}").format(n=problem.quota),
                remedy=Text(
                    "再放开 {n} 人：放宽通勤上限、变动上限或禁止",
                    "Free {n} more: relax the limit on the commute, the caps on change or the bans",
                ).format(n=problem.quota - most),
            )


def _backbone(problem: ExchangeProblem) -> Iterator[Problem]:
    """Check ``backbone``: the quota needs so many backbone teachers who can move."""
    can = problem.is_rotating & problem.allowed.any(axis=1)
    have = int((can & problem.is_backbone).sum())
    wanted = ceil(problem.backbone_share * problem.quota - 1e-9)
    if have < wanted:
        yield problem_of(
            "too-few-backbone",
            key="backbone",
            found=Text("可交流的骨干教师 {n} 人", "{n} backbone teachers can move").format(n=have),
            expected=Text("至少 {n} 人", "at least {n}").format(n=wanted),
            remedy=Text(
                "再放开 {n} 名骨干教师，或下调交流人数",
                "Free {n} more backbone teachers, or move fewer people",
            ).format(n=wanted - have),
        )


def _rural(problem: ExchangeProblem) -> Iterator[Problem]:
    """Check ``to_rural``: enough teachers of town schools have a township or village school open to them."""
    rural = problem.allowed[:, problem.posts.is_rural].any(axis=1)
    have = int((problem.is_rotating & problem.from_town & rural).sum())
    if have < problem.least_to_rural:
        yield problem_of(
            "too-few-to-rural",
            key="to_rural",
            found=Text("可到乡村任教的城镇教师 {n} 人", "{n} town teachers can go to rural schools").format(
                n=have
            ),
            expected=Text("至少 {n} 人", "at least {n}").format(n=problem.least_to_rural),
            remedy=Text(
                "下调到 {n} 人，或提高通勤上限", "Ask for {n}, or raise the limit on the commute"
            ).format(n=have),
        )


def _missed(problem: ExchangeProblem, missing: dict[str, float]) -> Iterator[Problem]:
    wanted = {"quota": problem.quota, "to_rural": problem.least_to_rural}
    for rule, by in missing.items():
        most = None if rule not in wanted else int(wanted[rule] - by + 1e-6)
        yield problem_of(
            f"{rule.replace('_', '-')}-cannot-be-kept",
            key=rule,
            found=Text(
                "各项约束之下最多差 {by}", "the best plan under the other rules misses it by {by}"
            ).format(by=f"{round(by, 1):g}"),
            expected=Text("不差", "no miss"),
            remedy=Text(
                "放宽变动上限、编制或学科岗位上下限",
                "Relax the caps on change, the sizes or the subject posts",
            )
            if most is None
            else Text(
                "下调到 {n}，或放宽变动上限、学科岗位上下限",
                "Ask for {n}, or relax the caps on change or the subject posts",
            ).format(n=most),
        )


def _unplaced(people: Sequence[str]) -> Iterator[Problem]:
    if not people:
        return
    yield problem_of(
        "cannot-be-placed",
        key=listed(people, most=_MOST_NAMED),
        found=Text("{n} 人无法同时安排", "{n} people cannot all be placed").format(n=len(people)),
        expected=Text("到期、新招和锁定的人都有去处", "a post for all who are due, recruited or locked"),
        remedy=Text(
            "放宽所去学校的学科岗位或编制上限，或改锁定",
            "Relax the posts or sizes of the schools, or the locks",
        ),
    )
