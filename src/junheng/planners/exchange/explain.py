"""Why each mover moves, why there, and what else was possible: three sentences with their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.exchange.objective import Staffing, staffing
from junheng.planners.exchange.problem import INDICATORS, STAY, ExchangeProblem
from junheng.planners.exchange.standing import STANDINGS
from junheng.text import Text

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        **{
            code: STANDINGS[code]
            for code in ("returns", "first_stop_ends", "recruit", "researcher", "locked_move")
        },
        "fills_above_degree": Text(
            "在校满 {years} 年；补足高于规定学历教师的缺额",
            "{years} years in the school; fills a gap of teachers above the required degree",
        ),
        "fills_backbone": Text(
            "在校满 {years} 年；补足骨干教师的缺额",
            "{years} years in the school; fills a gap of backbone teachers",
        ),
        "fills_pe_arts": Text(
            "在校满 {years} 年；补足体育、艺术教师的缺额",
            "{years} years in the school; fills a gap of PE and arts teachers",
        ),
        "fills_subject": Text(
            "在校满 {years} 年；补足该学科岗位的空缺",
            "{years} years in the school; fills a vacant post of the subject",
        ),
        "quota": Text(
            "在校满 {years} 年；今年至少 {quota} 人交流，其通勤在同等条件下较短",
            "{years} years in the school; at least {quota} people rotate, and among the like the commute is short",
        ),
    }
)
"""Why this teacher, by stable code, in the order in which they are looked for."""
FILLS = ("fills_above_degree", "fills_backbone", "fills_pe_arts")
THERE: Mapping[str, Text] = MappingProxyType(
    {
        "only": Text("只有{school}可去", "{school} is the only school open"),
        "wished": Text("{school}是第 {rank} 志愿", "{school} is wish number {rank}"),
        "nearest": Text(
            "{school}是可去学校中最近的（{km} 公里）", "{school} is the nearest school open ({km} km)"
        ),
        "further": Text("到{school} {km} 公里", "{school} is {km} km away"),
    }
)
NOT_THERE: Mapping[str, Text] = MappingProxyType(
    {
        "unwished": Text("{school}违背意愿", "{school} would break the wish"),
        "subject_full": Text("{school}该学科岗位已满", "{school} has no post of the subject left"),
        "school_full": Text("{school}编制或今年调入名额已满", "{school} can take nobody more this year"),
        "leaves_gap": Text(
            "{school}不缺，去了别处仍缺", "{school} has no gap, and another school's would stay"
        ),
        "further": Text("{school}更远（{km} 公里）", "{school} is further ({km} km)"),
        "on_balance": Text(
            "{school}（{km} 公里）须另调他人", "{school} ({km} km) only if others moved otherwise"
        ),
    }
)
"""Why not another school, by stable code, in the order in which they are looked for."""
_MOST_OTHERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one teacher moves where.

    Attributes
    ----------
    code
        A key of `REASONS`.
    text
        All of it in words.
    numbers
        ``km`` of the new commute, ``years`` in the school, and the code of each other school as ``not_<code>``.
    """

    code: str
    text: Text
    numbers: Mapping[str, float | str]


@dataclass(frozen=True, eq=False, kw_only=True)
class Facts:
    """What the words need besides the problem, by person or post.

    Attributes
    ----------
    names
        What people call the school of each post.
    standing, years
        Standing and years in the school of each person.
    km
        Commute of each person to each post, shape (n, m), returns included.
    ranks
        Rank of each wished post by person, shape (n, m), 0 for none.
    """

    names: Sequence[str]
    standing: Sequence[str]
    years: Sequence[int | None]
    km: FloatArray
    ranks: IntArray


def explain(problem: ExchangeProblem, destination: IntArray, facts: Facts) -> dict[int, Reason]:
    """Return the reason of each mover by position."""
    explainer = _Explainer(problem, destination, facts)
    return {person: explainer.reason(person) for person in np.flatnonzero(destination != STAY).tolist()}


class _Explainer:
    def __init__(self, problem: ExchangeProblem, destination: IntArray, facts: Facts) -> None:
        self.problem = problem
        self.destination = destination
        self.facts = facts
        self.after: Staffing = staffing(problem, destination)

    @cached_property
    def arrivals(self) -> IntArray:
        """How many come to each post by choice."""
        chosen = (self.destination != STAY) & ~self.problem.is_by_date
        return np.bincount(self.destination[chosen], minlength=len(self.problem.posts))

    def reason(self, person: int) -> Reason:
        code = self._code(person)
        years = self.facts.years[person]
        why = REASONS[code].format(years="—" if years is None else years, quota=self.problem.quota)
        there, others = self._there(person), list(self._others(person))
        text = Text("{why}。{there}。", "{why}. {there}.").format(why=why, there=there)
        if others:
            listed = Text(
                "；".join(other.zh for _, other in others), "; ".join(other.en for _, other in others)
            )
            text = text.joined(
                "", Text("另可考虑：{others}。", " Otherwise: {others}.").format(others=listed)
            )
        post = self.destination[person]
        numbers: dict[str, float | str] = {"km": float(self.facts.km[person, post])}
        if years is not None:
            numbers["years"] = years
        for (other, why_not), _ in others:
            numbers[f"not_{self.problem.posts.schools[other]}"] = why_not
        return Reason(code=code, text=text, numbers=MappingProxyType(numbers))

    def _code(self, person: int) -> str:
        """Return the first reason that holds: what is due, then the gap that is filled, then the quota."""
        standing = self.facts.standing[person]
        if standing != "eligible":
            return standing
        problem, post = self.problem, int(self.destination[person])
        for k in range(len(INDICATORS)):
            is_tight = self.after.counts[post, k] <= problem.posts.need[post, k]
            if (
                problem.counted[person, k]
                and is_tight
                and problem.posts.counts[post, k] < problem.posts.need[post, k]
            ):
                return FILLS[k]
        subject = problem.subject[person]
        need, had = problem.posts.subject_need[post, subject], problem.posts.subject_counts[post, subject]
        return "fills_subject" if had < need and self.after.subject_counts[post, subject] <= need else "quota"

    def _there(self, person: int) -> Text:
        post = int(self.destination[person])
        open_posts = np.flatnonzero(self.problem.allowed[person])
        km = self.facts.km[person]
        rank = int(self.facts.ranks[person, post])
        code = (
            "only"
            if len(open_posts) == 1
            else "wished"
            if rank
            else "nearest"
            if km[post] <= km[open_posts].min()
            else "further"
        )
        return THERE[code].format(school=self.facts.names[post], rank=rank, km=f"{km[post]:.1f}")

    def _others(self, person: int) -> Iterator[tuple[tuple[int, str], Text]]:
        """Yield up to three nearer open schools (else the next ones) with why they were not taken."""
        post, km = int(self.destination[person]), self.facts.km[person]
        open_posts = [
            other for other in np.flatnonzero(self.problem.allowed[person]).tolist() if other != post
        ]
        for other in sorted(open_posts, key=lambda one: (km[one], one))[:_MOST_OTHERS]:
            code = self._why_not(person, other)
            text = NOT_THERE[code].format(school=self.facts.names[other], km=f"{km[other]:.1f}")
            yield (other, code), text

    def _why_not(self, person: int, other: int) -> str:
        problem, posts = self.problem, self.problem.posts
        post, subject = int(self.destination[person]), int(problem.subject[person])
        is_free = bool(problem.is_by_date[person])
        subject_full = self.after.subject_counts[other, subject] >= posts.subject_top[other, subject]
        school_full = (
            self.after.size[other] >= posts.size_top[other] or self.arrivals[other] >= posts.in_cap[other]
        )
        tests = (
            ("unwished", problem.broken[person, other] and not problem.broken[person, post]),
            ("subject_full", subject_full and not is_free),
            ("school_full", school_full and not is_free),
            ("leaves_gap", self._code(person) in (*FILLS, "fills_subject")),
            ("further", self.facts.km[person, other] >= self.facts.km[person, post]),
        )
        return next((code for code, holds in tests if holds), "on_balance")
