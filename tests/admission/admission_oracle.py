"""The published rules written down once more, slowly and one child at a time; and every stable outcome by search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from hypothesis import strategies as st

from junheng.admission.market import ADJUSTMENT, NO_CEILING, UNPLACED, Market, market_from_lists


def rows_of(market: Market, application: int) -> range:
    return range(int(market.offsets[application]), int(market.offsets[application + 1]))


def owner_of(market: Market, row: int) -> int:
    return int(np.searchsorted(market.offsets, row, side="right")) - 1


def kept_by_school(market: Market, school: int, rows: list[int]) -> set[int]:
    """Return which of these rows the school keeps, straight from the text of the rule."""
    floors, ceilings = market.floors[school].tolist(), market.ceilings[school].tolist()
    key = {row: (int(market.priority[row]), draw_of(market, row)) for row in rows}
    size = {row: int(market.size[owner_of(market, row)]) for row in rows}
    lines = range(market.n_lines)

    def better(row: int, line: int) -> int:
        return sum(size[other] for other in rows if market.line[other] == line and key[other] < key[row])

    all_of = [sum(size[row] for row in rows if market.line[row] == line) for line in lines]
    n_open = int(market.seats[school]) - sum(min(floors[line], all_of[line]) for line in lines)
    kept = set()
    for row in rows:
        mine = int(market.line[row])
        taken = sum(
            min(ceilings[line], better(row, line)) - min(floors[line], better(row, line)) for line in lines
        )
        is_guaranteed = better(row, mine) < floors[mine]
        if is_guaranteed or (better(row, mine) < ceilings[mine] and taken < n_open):
            kept.add(row)
    return kept


def draw_of(market: Market, row: int) -> int:
    return int(market.draw[owner_of(market, row) if market.is_single_draw else row])


def slow_assign(market: Market) -> list[int]:
    """Return the row of each application by deferred acceptance, one proposal at a time."""
    held: dict[int, list[int]] = {school: [] for school in range(market.n_schools)}
    waiting = [(application, 0) for application in reversed(range(market.n_applications))]
    result = [UNPLACED] * market.n_applications
    while waiting:
        application, position = waiting.pop()
        rows = rows_of(market, application)
        if position >= len(rows):
            continue
        row = rows[position]
        school = int(market.school[row])
        before = [*held[school], row]
        kept = kept_by_school(market, school, before)
        held[school] = [other for other in before if other in kept]
        result[application] = row
        for other in before:
            if other not in kept:
                loser = owner_of(market, other)
                result[loser] = UNPLACED
                waiting.append((loser, other - int(market.offsets[loser]) + 1))
    return result


def stable_outcomes(market: Market) -> Iterator[tuple[int, ...]]:
    """Yield every outcome in which no school turns away its own and no family can do better at a willing school."""
    options = [[UNPLACED, *rows_of(market, a)] for a in range(market.n_applications)]
    for outcome in product(*options):
        if is_stable(market, outcome):
            yield outcome


def is_stable(market: Market, outcome: tuple[int, ...]) -> bool:
    held: dict[int, list[int]] = {school: [] for school in range(market.n_schools)}
    for row in outcome:
        if row != UNPLACED:
            held[int(market.school[row])].append(row)
    if any(kept_by_school(market, school, rows) != set(rows) for school, rows in held.items()):
        return False
    for application, got in enumerate(outcome):
        for row in rows_of(market, application):
            if row == got:
                break
            school = int(market.school[row])
            if row in kept_by_school(market, school, [*held[school], row]):
                return False
    return True


@st.composite
def markets(
    draw: st.DrawFn,
    *,
    most_applications: int = 7,
    most_schools: int = 4,
    most_lines: int = 3,
    most_children: int = 1,
    has_ceilings: bool = True,
    may_adjust: bool = False,
) -> Market:
    """Draw a small market that keeps `market_problems`' rules."""
    n, s = draw(st.integers(0, most_applications)), draw(st.integers(1, most_schools))
    n_lines = draw(st.integers(1, most_lines))
    seats = [draw(st.integers(0, 3)) for _ in range(s)]
    floors, ceilings = [], []
    for school in range(s):
        left, floor = seats[school], [0]
        for _ in range(n_lines - 1):
            floor.append(draw(st.integers(0, left)))
            left -= floor[-1]
        floors.append(floor)
        ceilings.append(
            [
                max(least, draw(st.integers(0, 3))) if has_ceilings and draw(st.booleans()) else NO_CEILING
                for least in floor
            ]
        )
    applications = []
    for _ in range(n):
        schools = draw(st.permutations(range(s)))[: draw(st.integers(0, s))]
        rows = [(school, draw(st.integers(0, 2)), draw(st.integers(0, n_lines - 1))) for school in schools]
        if may_adjust and rows and draw(st.booleans()):
            rows[-1] = (rows[-1][0], ADJUSTMENT, 0)
        applications.append(rows)
    is_single = draw(st.booleans())
    if is_single:
        numbers: list[int] | list[list[int]] = list(draw(st.permutations(range(n))))
    else:
        order = {school: iter(draw(st.permutations(range(n)))) for school in range(s)}
        numbers = [[next(order[school]) for school, _, _ in rows] for rows in applications]
    return market_from_lists(
        applications,
        draw=numbers,
        seats=seats,
        sizes=[draw(st.integers(1, most_children)) for _ in range(n)],
        floors=floors,
        ceilings=ceilings,
        is_single_draw=is_single,
    )
