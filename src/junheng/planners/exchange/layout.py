"""Where each rule stands in the linear model, what one move adds to each row, and what a move is worth at given prices.

A column is a move (person, post). Besides the moves there are slack columns: people whom an indicator or subject
still lacks, and, while a start is sought, people whom nobody can place and quotas that nobody can keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.exchange.constraints import NO_ROW, rules
from junheng.planners.exchange.objective import (
    BROKEN,
    BURDEN,
    CHANGED,
    EXTRA,
    LATER,
    LONGEST,
    SHORTFALL,
    levels_of,
)
from junheng.planners.exchange.problem import STAY, ExchangeProblem

HARD = ""
"""Level of what makes a start possible: it must come down to 0."""
_Entries = list[tuple[IntArray, IntArray, FloatArray]]


@dataclass(frozen=True, eq=False)
class Slack:
    """Columns that are not moves: one entry each in ``row``, up to ``upper``, counted by ``level``.

    Without a level they only make a start possible: people whom nobody places, quotas missed, limits overstepped.
    """

    level: str
    row: IntArray
    upper: FloatArray
    sign: float = 1.0


class Layout:
    """Rows, slack columns and coefficients of one problem.

    Attributes
    ----------
    lower, upper
        Limits of the rows; the last rows are the levels of the objective, without limit at first.
    levels
        Levels that are sums over columns, in order; ``longest_km`` is not one of them.
    slacks
        The columns that are not moves, in the order of the model.
    """

    def __init__(self, problem: ExchangeProblem) -> None:
        self.problem = problem
        self.levels = tuple(name for name in levels_of(problem) if name != LONGEST)
        self._rules = rules(problem)
        self._row: dict[str, IntArray] = {}
        lower: list[FloatArray] = []
        upper: list[FloatArray] = []
        n = 0
        for name, rule in self._rules.items():
            self._row[name] = np.where(rule.needed, n + np.cumsum(rule.needed) - 1, NO_ROW)
            lower.append(rule.lower[rule.needed])
            upper.append(rule.upper[rule.needed])
            n += int(rule.needed.sum())
        self.level_row = {name: n + i for i, name in enumerate(self.levels)}
        self.n_rows = n + len(self.levels)
        free = np.full(len(self.levels), np.inf)
        self.lower = np.concatenate([*lower, -free])
        self.upper = np.concatenate([*upper, free])

    def rows(self, name: str) -> IntArray:
        """Return the row of each place of a rule in the shape that the problem has for it; `NO_ROW` for none."""
        m, k = len(self.problem.posts), len(self.problem.subjects)
        shape = {"verdict": (m, -1)} | dict.fromkeys(
            ("subject_floor", "subject_top", "subject_change"), (m, k)
        )
        return self._row[name].reshape(shape.get(name, -1))

    @cached_property
    def slacks(self) -> tuple[Slack, ...]:
        """Shortfalls first, then what makes any start possible."""
        posts, problem = self.problem.posts, self.problem
        must = np.flatnonzero(problem.must_move)
        endless = np.full(1, np.inf)
        made = [
            Slack(SHORTFALL, self.rows("verdict").ravel(), (posts.need - posts.floor).astype(float).ravel()),
            Slack(
                SHORTFALL,
                self.rows("subject_floor").ravel(),
                (posts.subject_need - posts.subject_floor).astype(float).ravel(),
            ),
            Slack("", self.rows("one_post")[must], np.ones(len(must))),
            *(Slack("", self.rows(name), endless) for name in ("quota", "backbone", "to_rural")),
            *(Slack("", np.array([row]), endless, -1.0) for row in self.level_row.values()),
        ]
        return tuple(_kept(slack) for slack in made)

    @cached_property
    def slack_matrix(self) -> sparse.csc_array:
        """The slack columns, shape (rows, slacks)."""
        row = np.concatenate([slack.row for slack in self.slacks])
        n = len(row)
        column = np.arange(n)
        level = [
            np.full(len(slack.row), self.level_row.get(slack.level, NO_ROW), np.int64)
            for slack in self.slacks
        ]
        at_level = np.concatenate(level)
        counted = at_level != NO_ROW
        sign = np.concatenate([np.full(len(slack.row), slack.sign) for slack in self.slacks])
        rows = np.concatenate([row, at_level[counted]])
        columns = np.concatenate([column, column[counted]])
        value = np.concatenate([sign, np.ones(int(counted.sum()))])
        return sparse.csc_array((value, (rows, columns)), shape=(self.n_rows, n))

    def constant(self, level: str) -> float:
        """Return what a level is worth when nobody moves, slack columns apart."""
        if level == CHANGED and self.problem.previous is not None:
            return float((self.problem.previous != STAY).sum())
        return 0.0

    def coefficients(self, level: str, people: IntArray, to: IntArray) -> FloatArray:
        """Return what moves add to a level, shape of ``people`` and ``to`` broadcast together."""
        problem = self.problem
        if level == BROKEN:
            return problem.broken[people, to].astype(float)
        if level == LATER:
            return problem.later_choice[people, to].astype(float)
        if level == BURDEN:
            return np.where(problem.allowed[people, to], problem.km[people, to], 0.0) * problem.burden[people]
        if level == EXTRA:
            return problem.is_rotating[people].astype(float) + np.zeros(np.shape(to))
        if level == CHANGED and problem.previous is not None:
            before = problem.previous[people]
            return np.where(before == STAY, 1.0, np.where(before == to, -1.0, 0.0))
        return np.zeros(np.broadcast_shapes(np.shape(people), np.shape(to)))

    def columns(self, people: IntArray, to: IntArray) -> sparse.csc_array:
        """Return the columns of moves, shape (rows, moves)."""
        entries: _Entries = []
        column = np.arange(len(people))
        self._personal(entries, column, people, to)
        self._at_destination(entries, column, people, to)
        self._at_origin(entries, column, people)
        for level in self.levels:
            coefficient = self.coefficients(level, people, to)
            entries.append((np.full(len(people), self.level_row[level]), column, coefficient))
        row, at, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
        kept = (row != NO_ROW) & (value != 0)
        return sparse.csc_array((value[kept], (row[kept], at[kept])), shape=(self.n_rows, len(people)))

    def _personal(self, entries: _Entries, column: IntArray, people: IntArray, to: IntArray) -> None:
        problem = self.problem
        one = np.ones(len(people))
        rotating = problem.is_rotating[people].astype(float)
        extra = problem.is_backbone[people] - problem.backbone_share
        rural = rotating * (problem.from_town[people] & problem.posts.is_rural[to])
        entries.append((self.rows("one_post")[people], column, one))
        for name, value in (("quota", rotating), ("backbone", rotating * extra), ("to_rural", rural)):
            entries.append((np.repeat(self.rows(name), len(people)), column, value))
        for position in (0, 1):
            pair = self._pair_of(position)[people]
            row = np.append(self.rows("couples"), NO_ROW)[pair]
            entries.append((row, column, one))

    def _pair_of(self, position: int) -> IntArray:
        """Return for each person the couple in which they stand first (0) or second (1); the last place for none."""
        pair = np.full(self.problem.n_people, len(self.problem.couples))
        pair[self.problem.couples[:, position]] = np.arange(len(self.problem.couples))
        return pair

    def _at_destination(self, entries: _Entries, column: IntArray, people: IntArray, to: IntArray) -> None:
        problem, subject = self.problem, self.problem.subject[people]
        one, by_choice = np.ones(len(people)), (~problem.is_by_date[people]).astype(float)
        for k in range(problem.counted.shape[1]):
            entries.append((self.rows("verdict")[to, k], column, problem.counted[people, k].astype(float)))
        entries += [
            (self.rows("subject_floor")[to, subject], column, one),
            (self.rows("subject_top")[to, subject], column, by_choice),
            (self.rows("size_floor")[to], column, one),
            (self.rows("size_top")[to], column, by_choice),
            (self.rows("come")[to], column, by_choice),
        ]

    def _at_origin(self, entries: _Entries, column: IntArray, people: IntArray) -> None:
        problem = self.problem
        has = problem.origin[people] >= 0
        who, own = people[has], column[has]
        at, subject = problem.origin[who], problem.subject[who]
        one, by_choice = np.ones(len(who)), (~problem.is_by_date[who]).astype(float)
        for k in range(problem.counted.shape[1]):
            entries.append((self.rows("verdict")[at, k], own, -problem.counted[who, k].astype(float)))
        entries += [
            (self.rows("subject_floor")[at, subject], own, -one),
            (self.rows("subject_top")[at, subject], own, -one),
            (self.rows("size_floor")[at], own, -one),
            (self.rows("size_top")[at], own, -one),
            (self.rows("leave")[at], own, by_choice),
            (self.rows("subject_change")[at, subject], own, by_choice),
        ]

    def worth(self, duals: FloatArray) -> FloatArray:
        """Return what each move earns at the rows' prices, shape (n, m): its reduced cost is its cost less this."""
        price = _Prices(self, duals)
        return price.of_people()[:, None] + price.of_destinations() + price.of_levels()


class _Prices:
    """Prices of the rows spread over people and posts; the price of a row that is left out is 0."""

    def __init__(self, layout: Layout, duals: FloatArray) -> None:
        self.layout = layout
        self.problem = layout.problem
        self._duals = np.append(duals, 0.0)  # NO_ROW picks the last one

    def rows(self, name: str) -> FloatArray:
        prices: FloatArray = self._duals[self.layout.rows(name)]
        return prices

    def of_people(self) -> FloatArray:
        """Return what a move earns whatever its destination, shape (n,)."""
        problem = self.problem
        everybody = np.arange(problem.n_people)
        no_post = np.zeros(problem.n_people, np.int64)
        entries: _Entries = []
        self.layout._at_origin(entries, everybody, everybody)
        self.layout._personal(entries, everybody, everybody, no_post)
        earned = np.zeros(problem.n_people)
        for row, column, value in entries:
            np.add.at(earned, column, self._duals[row] * value)
        # The town-to-rural row depends on the destination: `of_destinations` counts it.
        rural = problem.is_rotating & problem.from_town & problem.posts.is_rural[no_post]
        return earned - rural * float(self.rows("to_rural")[0])

    def of_destinations(self) -> FloatArray:
        """Return what a move earns at its destination, shape (n, m)."""
        problem = self.problem
        by_choice = (~problem.is_by_date).astype(float)[:, None]
        subject = problem.subject
        earned: FloatArray = problem.counted.astype(float) @ self.rows("verdict").T
        earned += self.rows("subject_floor").T[subject] + self.rows("size_floor")[None, :]
        chosen = self.rows("subject_top").T[subject] + (self.rows("size_top") + self.rows("come"))[None, :]
        earned += by_choice * chosen
        rural = np.outer(problem.is_rotating & problem.from_town, problem.posts.is_rural)
        return earned + rural * float(self.rows("to_rural")[0])

    def of_levels(self) -> FloatArray:
        """Return what a move earns through limits on earlier levels, shape (n, m)."""
        problem = self.problem
        people, to = np.arange(problem.n_people)[:, None], np.arange(len(problem.posts))[None, :]
        earned = np.zeros((problem.n_people, len(problem.posts)))
        for level, row in self.layout.level_row.items():
            if self._duals[row] != 0:
                earned += self._duals[row] * self.layout.coefficients(level, people, to)
        return earned


def _kept(slack: Slack) -> Slack:
    used = (slack.row != NO_ROW) & (slack.upper > 0)
    return Slack(slack.level, slack.row[used], slack.upper[used], slack.sign)
