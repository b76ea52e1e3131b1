"""The hard rules as rows of a linear model: one function a rule, each with its stable name; and a checker apart.

============== ================================================================================================
name           rule
============== ================================================================================================
one_post       everybody gets at most one new post; who must move gets one
allowed        nobody goes to a post that is closed to them (stage, certificate, lock, ban, limit on the commute)
verdict        a post's counted teachers do not fall below what keeps its own verdict
subject_floor  a subject's posts do not fall below their minimum, or below today where that is less
subject_top    a subject's posts do not rise above their maximum by choice, or above today where that is more
size           a post's teachers stay between fewest and most
school_change  of one post no more than a share leaves, and no more comes, by choice
subject_change of one subject of a post no more than a share leaves by choice
quota          enough of the eligible move
backbone       enough of those who move by rotation are backbone teachers
to_rural       enough of them go from town to township and village schools
couples        of a couple at most one moves by choice
============== ================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.exchange.objective import staffing
from junheng.planners.exchange.problem import STAY, ExchangeProblem

NAMES = (
    "one_post",
    "allowed",
    "verdict",
    "subject_floor",
    "subject_top",
    "size",
    "school_change",
    "subject_change",
    "quota",
    "backbone",
    "to_rural",
    "couples",
)
NO_ROW = -1
"""Row number of a rule that no plan can break, so that the model leaves it out."""


@dataclass(frozen=True, eq=False)
class Rule:
    """The rows of one rule.

    Attributes
    ----------
    name
        Stable name, one of `NAMES`.
    lower, upper
        Limits of what the moves add up to; flattened, one a row.
    needed
        Whether any plan could break the row, same shape.
    """

    name: str
    lower: FloatArray
    upper: FloatArray
    needed: BoolArray


def rules(problem: ExchangeProblem) -> dict[str, Rule]:
    """Return every rule's rows; ``size``, ``school_change`` and the floors come as two one-sided rules."""
    leaving = _Leaving(problem)
    made = (
        one_post(problem),
        verdict(problem, leaving),
        subject_floor(problem, leaving),
        subject_top(problem),
        size_floor(problem, leaving),
        size_top(problem),
        leave(problem, leaving),
        come(problem),
        subject_change(problem, leaving),
        quota(problem),
        backbone(problem),
        to_rural(problem),
        couples(problem),
    )
    return {rule.name: rule for rule in made}


class _Leaving:
    """How many could leave each post at most: all, and by choice; and of each subject, and for each indicator."""

    def __init__(self, problem: ExchangeProblem) -> None:
        m, k = len(problem.posts), len(problem.subjects)
        self.counted = np.zeros(problem.posts.counts.shape, np.int64)
        self.subject, self.subject_by_choice = np.zeros((2, m, k), np.int64)
        self.size, self.by_choice = np.zeros((2, m), np.int64)
        has = np.flatnonzero(problem.origin >= 0)
        at, chosen = problem.origin[has], ~problem.is_by_date[has]
        np.add.at(self.counted, at, problem.counted[has].astype(np.int64))
        np.add.at(self.subject, (at, problem.subject[has]), 1)
        np.add.at(self.subject_by_choice, (at, problem.subject[has]), chosen.astype(np.int64))
        np.add.at(self.size, at, 1)
        np.add.at(self.by_choice, at, chosen.astype(np.int64))


def _at_least(name: str, least: IntArray, today: IntArray, leaving: IntArray) -> Rule:
    lower = (least - today).astype(float).ravel()
    return Rule(name, lower, np.full(lower.size, np.inf), lower > -leaving.ravel())


def _at_most(name: str, most: FloatArray | IntArray, needed: BoolArray) -> Rule:
    upper = most.astype(float).ravel()
    return Rule(name, np.full(upper.size, -np.inf), upper, np.asarray(needed).ravel())


def one_post(problem: ExchangeProblem) -> Rule:
    """Give everybody at most one post, and exactly one to those who must move."""
    least = problem.must_move.astype(float)
    return Rule("one_post", least, np.ones(problem.n_people), np.ones(problem.n_people, bool))


def verdict(problem: ExchangeProblem, leaving: _Leaving) -> Rule:
    """Keep each indicator of a post at what it needs; a slack down to the floor is counted as shortfall."""
    posts = problem.posts
    return _at_least("verdict", np.maximum(posts.need, posts.floor), posts.counts, leaving.counted)


def subject_floor(problem: ExchangeProblem, leaving: _Leaving) -> Rule:
    """Keep each subject's posts filled; a slack down to the floor is counted as shortfall."""
    posts = problem.posts
    least = np.maximum(posts.subject_need, posts.subject_floor)
    return _at_least("subject_floor", least, posts.subject_counts, leaving.subject)


def subject_top(problem: ExchangeProblem) -> Rule:
    """Do not overfill a subject's posts by choice."""
    posts = problem.posts
    room = posts.subject_top - posts.subject_counts
    return _at_most("subject_top", room, room < posts.in_cap[:, None])


def size_floor(problem: ExchangeProblem, leaving: _Leaving) -> Rule:
    """Keep at least the fewest teachers at a post."""
    posts = problem.posts
    return _at_least("size_floor", posts.size_floor, posts.size, leaving.size)


def size_top(problem: ExchangeProblem) -> Rule:
    """Keep at most the most teachers at a post."""
    posts = problem.posts
    room = posts.size_top - posts.size
    return _at_most("size_top", room, room < posts.in_cap)


def leave(problem: ExchangeProblem, leaving: _Leaving) -> Rule:
    """Let no more than a share of a school's teachers leave by choice in one year."""
    return _at_most("leave", problem.posts.out_cap, problem.posts.out_cap < leaving.by_choice)


def come(problem: ExchangeProblem) -> Rule:
    """Let no more than a share come by choice in one year."""
    return _at_most("come", problem.posts.in_cap, np.ones(len(problem.posts), bool))


def subject_change(problem: ExchangeProblem, leaving: _Leaving) -> Rule:
    """Let no more than a share of a subject group leave by choice in one year."""
    cap = problem.posts.subject_out_cap
    return _at_most("subject_change", cap, cap < leaving.subject_by_choice)


def quota(problem: ExchangeProblem) -> Rule:
    """Move enough of the eligible."""
    return Rule("quota", np.array([float(problem.quota)]), np.array([np.inf]), np.array([problem.quota > 0]))


def backbone(problem: ExchangeProblem) -> Rule:
    """Have enough backbone teachers among those who move: sum of (backbone - share) over them is at least 0."""
    return Rule("backbone", np.zeros(1), np.array([np.inf]), np.array([problem.backbone_share > 0]))


def to_rural(problem: ExchangeProblem) -> Rule:
    """Send enough from town to township and village schools."""
    least = problem.least_to_rural
    return Rule("to_rural", np.array([float(least)]), np.array([np.inf]), np.array([least > 0]))


def couples(problem: ExchangeProblem) -> Rule:
    """Let at most one of a couple move by choice; one who must move keeps the other at home."""
    needed: BoolArray = ~np.all(problem.must_move[problem.couples], axis=1)
    return _at_most("couples", np.ones(len(problem.couples)), needed)


def violations(problem: ExchangeProblem, destination: IntArray) -> list[str]:
    """Return the names of the hard rules that a plan breaks, computed from the destinations and no model.

    Parameters
    ----------
    destination
        Post of each person after the plan, shape (n,); `STAY` for those who stay.
    """
    posts, after = problem.posts, staffing(problem, destination)
    moves = destination != STAY
    chosen = moves & ~problem.is_by_date
    rotating = moves & problem.is_rotating
    out, into, subject_out, by_date, subject_by_date = _flows(problem, destination, chosen)
    to = np.maximum(destination, 0)
    n_rural = int((rotating & problem.from_town & posts.is_rural[to]).sum())
    both = moves[problem.couples].all(axis=1) & ~problem.must_move[problem.couples].all(axis=1)
    broken = {
        "one_post": bool((problem.must_move & ~moves).any()),
        "allowed": bool((~problem.allowed[np.arange(problem.n_people), to] & moves).any()),
        "verdict": bool((after.counts < posts.floor).any()),
        "subject_floor": bool((after.subject_counts < posts.subject_floor).any()),
        "subject_top": bool((after.subject_counts - subject_by_date > posts.subject_top).any()),
        "size": bool((after.size < posts.size_floor).any() or (after.size - by_date > posts.size_top).any()),
        "school_change": bool((out > posts.out_cap).any() or (into > posts.in_cap).any()),
        "subject_change": bool((subject_out > posts.subject_out_cap).any()),
        "quota": int(rotating.sum()) < problem.quota,
        "backbone": float((problem.is_backbone[rotating] - problem.backbone_share).sum()) < -1e-9,
        "to_rural": n_rural < problem.least_to_rural,
        "couples": bool(both.any()),
    }
    return [name for name in NAMES if broken[name]]


def _flows(
    problem: ExchangeProblem, destination: IntArray, chosen: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Return who left and came by choice, who left by subject, and who came by date, in all and by subject."""
    m, k = len(problem.posts), len(problem.subjects)
    by_date = (destination != STAY) & problem.is_by_date
    leavers = chosen & (problem.origin >= 0)
    out = np.bincount(problem.origin[leavers], minlength=m)
    into = np.bincount(destination[chosen], minlength=m)
    subject_out, subject_by_date = np.zeros((2, m, k), np.int64)
    np.add.at(subject_out, (problem.origin[leavers], problem.subject[leavers]), 1)
    np.add.at(subject_by_date, (destination[by_date], problem.subject[by_date]), 1)
    return out, into, subject_out, np.bincount(destination[by_date], minlength=m), subject_by_date
