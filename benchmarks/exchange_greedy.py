"""The exchange as a bureau does it by hand: whoever is due first, then the worst gap with the nearest willing teacher.

Each step moves one person if the caps, floors and tops of both schools still hold. When no gap can be filled any more,
the quota is filled with the nearest moves of willing teachers (backbone teachers first while their share is short),
then of unwilling ones.
"""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.exchange.problem import STAY, ExchangeProblem


class Hand:
    """A plan in the making."""

    def __init__(self, problem: ExchangeProblem) -> None:
        self.problem = problem
        posts = problem.posts
        self.destination = np.full(problem.n_people, STAY)
        self.counts, self.subjects, self.size = (
            posts.counts.copy(),
            posts.subject_counts.copy(),
            posts.size.copy(),
        )
        self.out, self.into = np.zeros((2, len(posts)), int)
        self.subject_out = np.zeros_like(posts.subject_counts)
        self.by_date, self.subject_by_date = np.zeros(len(posts), int), np.zeros_like(posts.subject_counts)
        self.spouse = np.full(problem.n_people, STAY)
        for a, b in problem.couples.tolist():
            self.spouse[a], self.spouse[b] = b, a

    def plan(self) -> IntArray:
        """Return the destinations after every step."""
        self._due()
        self._gaps()
        self._quota()
        return self.destination

    def _due(self) -> None:
        problem = self.problem
        for person in np.flatnonzero(problem.must_move).tolist():
            open_posts = np.flatnonzero(problem.allowed[person])
            self._move(person, int(open_posts[np.argmin(problem.km[person, open_posts])]))

    def _gaps(self) -> None:
        """Fill the worst gap with the nearest willing teacher until nothing can be filled."""
        problem, posts = self.problem, self.problem.posts
        given_up: set[tuple[int, int]] = set()
        while True:
            gaps = np.column_stack([posts.need - self.counts, posts.subject_need - self.subjects])
            for u, k in given_up:
                gaps[u, k] = 0
            u, k = np.unravel_index(int(np.argmax(gaps)), gaps.shape)
            if gaps[u, k] <= 0:
                return
            fits = problem.counted[:, k] if k < 3 else problem.subject == k - 3
            willing = fits & problem.allowed[:, u] & ~problem.broken[:, u] & (self.destination == STAY)
            order = np.flatnonzero(willing)
            order = order[np.argsort(problem.km[order, u], kind="stable")]
            chosen = next((person for person in order.tolist() if self._may(person, int(u))), None)
            if chosen is None:
                given_up.add((int(u), int(k)))
            else:
                self._move(chosen, int(u))

    def _quota(self) -> None:
        problem = self.problem
        for is_unwilling in (False, True):
            people, to = np.nonzero(
                problem.allowed & (problem.broken == is_unwilling) & problem.is_rotating[:, None]
            )
            order = np.argsort(problem.km[people, to], kind="stable")
            for only_backbone in (True, False):
                for i in order.tolist():
                    person, post = int(people[i]), int(to[i])
                    moved = (self.destination != STAY) & problem.is_rotating
                    n, n_backbone = int(moved.sum()), int((moved & problem.is_backbone).sum())
                    enough = n_backbone >= problem.backbone_share * max(problem.quota, n)
                    if n >= problem.quota and enough:
                        return
                    if only_backbone and enough:
                        break
                    if only_backbone and not problem.is_backbone[person]:
                        continue
                    if self.destination[person] == STAY and self._may(person, post):
                        self._move(person, post)

    def _may(self, person: int, to: int) -> bool:
        problem, posts = self.problem, self.problem.posts
        at, subject = int(problem.origin[person]), int(problem.subject[person])
        spouse = self.spouse[person]
        if spouse != STAY and self.destination[spouse] != STAY:
            return False
        after = self.counts[at] - problem.counted[person]
        leaves = (
            (after >= posts.floor[at]).all()
            and (after >= np.minimum(posts.need[at], self.counts[at])).all()
            and self.subjects[at, subject] - 1 >= posts.subject_floor[at, subject]
            and self.size[at] - 1 >= posts.size_floor[at]
            and self.out[at] < posts.out_cap[at]
            and self.subject_out[at, subject] < posts.subject_out_cap[at, subject]
        )
        room = self.subjects[to, subject] - self.subject_by_date[to, subject] < posts.subject_top[to, subject]
        return bool(
            leaves
            and room
            and self.size[to] - self.by_date[to] < posts.size_top[to]
            and self.into[to] < posts.in_cap[to]
        )

    def _move(self, person: int, to: int) -> None:
        problem = self.problem
        at, subject = int(problem.origin[person]), int(problem.subject[person])
        self.destination[person] = to
        for where, sign in ((at, -1), (to, 1)):
            if where >= 0:
                self.counts[where] += sign * problem.counted[person]
                self.subjects[where, subject] += sign
                self.size[where] += sign
        if problem.is_by_date[person]:
            self.by_date[to] += 1
            self.subject_by_date[to, subject] += 1
        else:
            self.out[at] += 1
            self.into[to] += 1
            self.subject_out[at, subject] += 1


def greedy(problem: ExchangeProblem) -> IntArray:
    """Return the destinations of the plan made by hand, shape (n,)."""
    return Hand(problem).plan()
