"""What the theory promises, by exhaustive search on tiny rounds; and the smallest cases in which it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from admission_oracle import markets
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from junheng.admission.assignment import assign
from junheng.admission.margins import children_beyond_plan, margins
from junheng.admission.market import NO_CEILING, UNPLACED, Market, Outcome, market_from_lists
from junheng.admission.promises import Promise, promises


def with_list(market: Market, application: int, rows: tuple[int, ...]) -> tuple[Market, list[int]]:
    """Return the market in which one application hands in these of its rows, and the row of the market behind each."""
    first, end = (int(x) for x in market.offsets[application : application + 2])
    behind = [*range(first), *rows, *range(end, market.n_rows)]
    lengths = np.diff(market.offsets)
    lengths[application] = len(rows)
    changed = replace(
        market,
        offsets=np.concatenate(([0], np.cumsum(lengths))),
        school=market.school[behind],
        priority=market.priority[behind],
        line=market.line[behind],
        draw=market.draw if market.is_single_draw else market.draw[behind],
    )
    return changed, behind


def misreports(rows: range) -> Iterator[tuple[int, ...]]:
    for length in range(len(rows) + 1):
        yield from permutations(rows, length)


def gains(market: Market) -> list[tuple[int, tuple[int, ...]]]:
    """Return every (application, list) by which somebody gets a place that it truly likes better."""
    honest = assign(market)
    found = []
    for application in range(market.n_applications):
        own = range(int(market.offsets[application]), int(market.offsets[application + 1]))
        got = int(honest.row[application])
        better = set(own) if got == UNPLACED else set(range(own.start, got))
        for rows in misreports(own):
            changed, behind = with_list(market, application, rows)
            row = int(assign(changed).row[application])
            if row != UNPLACED and behind[row] in better:
                found.append((application, rows))
    return found


@settings(max_examples=40, deadline=None)
@given(market=markets(most_applications=5, most_schools=3))
def test_no_single_child_ever_gains_by_another_list(market: Market) -> None:
    assert gains(market) == []


FAMILY = market_from_lists(
    [[(1, 0, 0), (0, 0, 0)], [(0, 0, 0)], [(1, 0, 0), (0, 0, 0)], [(0, 0, 0), (1, 0, 0)]],
    draw=[[3, 0], [3], [2, 1], [2, 0]],
    sizes=[2, 1, 1, 1],
    seats=[2, 1],
    is_single_draw=False,
)


def test_beside_a_family_at_the_margin_somebody_may_gain_and_the_result_says_so() -> None:
    assert gains(FAMILY) != []
    standing = {promise.name: promise for promise in promises(FAMILY, assign(FAMILY))}
    assert not standing["truth-is-safe"].holds
    assert standing["truth-is-safe"].applications == (0,)


def standing_of(market: Market, outcome: Outcome, **more: int) -> dict[str, Promise]:
    return {promise.name: promise for promise in promises(market, outcome, **more)}


def test_a_round_of_single_children_with_whole_lists_keeps_every_promise() -> None:
    market = market_from_lists([[(0, 0, 0)], [(0, 0, 0)]], draw=[0, 1], seats=[1])
    standing = standing_of(market, assign(market))
    assert all(promise.holds for promise in standing.values())
    cut_off = standing_of(market, assign(market), longest_list=1)["truth-is-safe"]
    assert (cut_off.holds, cut_off.applications) == (False, (1,))


def test_a_family_at_the_margin_is_named_with_the_places_it_takes_beyond_the_plan() -> None:
    market = market_from_lists(
        [[(0, 0, 1)], [(0, 0, 1)], [(0, 0, 0)]],
        draw=[0, 1, 2], sizes=[1, 2, 1], seats=[2], floors=[[0, 0]], ceilings=[[NO_CEILING, 2]],
    )  # fmt: skip
    outcome = assign(market)
    assert outcome.school.tolist() == [0, 0, UNPLACED]
    standing = standing_of(market, outcome)
    assert (standing["plan-kept"].holds, standing["plan-kept"].schools) == (False, (0,))
    assert (standing["ceilings-kept"].holds, standing["ceilings-kept"].schools) == (False, (0,))
    assert children_beyond_plan(market, outcome).tolist() == [1]


@settings(max_examples=150, deadline=None)
@given(market=markets(most_applications=10))
def test_single_children_never_exceed_seats_or_ceilings_and_floors_hold(market: Market) -> None:
    outcome = assign(market)
    children = margins(market, outcome).children
    assert (children.sum(axis=1) <= market.seats).all()
    assert (children <= market.ceilings).all()
    got = outcome.position(market)
    for application in range(market.n_applications):
        for row in range(int(market.offsets[application]), int(market.offsets[application + 1])):
            is_wanted = got[application] == UNPLACED or row < market.offsets[application] + got[application]
            cell = (market.school[row], market.line[row])
            assert not is_wanted or children[cell] >= market.floors[cell]


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=10, most_children=3))
def test_families_bring_fewer_children_beyond_a_line_than_they_have(market: Market) -> None:
    most = int(market.size.max(initial=1))
    assert (children_beyond_plan(market, assign(market)) <= market.n_lines * (most - 1)).all()


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=9, most_children=2), data=st.data())
def test_a_place_more_never_worsens_anybody(market: Market, data: st.DataObject) -> None:
    seats = market.seats.copy()
    seats[data.draw(st.integers(0, market.n_schools - 1))] += 1
    before, after = assign(market), assign(replace(market, seats=seats))
    for was, now in zip(before.position(market), after.position(market), strict=True):
        assert was == UNPLACED or 0 <= now <= was


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=9, most_children=2), data=st.data())
def test_numbering_applications_and_schools_otherwise_changes_nothing(
    market: Market, data: st.DataObject
) -> None:
    n, s = market.n_applications, market.n_schools
    applications = data.draw(st.permutations(range(n)))
    schools = np.array(data.draw(st.permutations(range(s))))  # new number of each school
    rows = [r for a in applications for r in range(int(market.offsets[a]), int(market.offsets[a + 1]))]
    old = np.argsort(schools)
    renumbered = replace(
        market,
        offsets=np.concatenate(([0], np.cumsum(np.diff(market.offsets)[list(applications)]))),
        school=schools[market.school[rows]],
        priority=market.priority[rows],
        line=market.line[rows],
        draw=market.draw[list(applications)] if market.is_single_draw else market.draw[rows],
        size=market.size[list(applications)],
        seats=market.seats[old],
        floors=market.floors[old],
        ceilings=market.ceilings[old],
    )
    expected = assign(market).position(market)[list(applications)]
    assert assign(renumbered).position(renumbered).tolist() == expected.tolist()


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=10, most_lines=1, has_ceilings=False))
def test_with_one_class_and_one_draw_it_is_the_serial_draw(market: Market) -> None:
    assume(market.is_single_draw)
    flat = replace(market, priority=np.zeros_like(market.priority))
    free = market.seats.tolist()
    expected = [UNPLACED] * market.n_applications
    for application in np.argsort(market.draw).tolist():
        for row in range(int(market.offsets[application]), int(market.offsets[application + 1])):
            if free[market.school[row]]:
                free[market.school[row]] -= 1
                expected[application] = row
                break
    assert assign(flat).row.tolist() == expected


@settings(max_examples=30, deadline=None)
@given(market=markets(most_applications=9, most_children=2))
def test_the_same_market_gives_the_same_bytes(market: Market) -> None:
    one, other = assign(market), assign(market)
    assert (one.row.tobytes(), one.cutoffs.tobytes()) == (other.row.tobytes(), other.cutoffs.tobytes())


def by_priority(lists: list[list[int]], orders: list[list[int]], **more: object) -> Market:
    """Return a market of schools that each have their own strict order of children."""
    return market_from_lists(
        [[(s, 0, 0) for s in wishes] for wishes in lists],
        draw=[[orders[s].index(child) for s in wishes] for child, wishes in enumerate(lists)],
        is_single_draw=False,
        **more,  # type: ignore[arg-type]
    )


def test_textbook_abdulkadiroglu_and_sonmez_example_1() -> None:
    """Three students, three schools; the only stable matching leaves students 1 and 2 wishing to trade."""
    market = by_priority(
        [[1, 0, 2], [0, 1, 2], [0, 1, 2]], [[0, 2, 1], [1, 0, 2], [1, 0, 2]], seats=[1, 1, 1]
    )
    assert assign(market).school.tolist() == [0, 1, 2]


def test_textbook_gale_and_shapley_when_everybody_wants_something_else() -> None:
    """Their 3 x 3 ranking matrix with three stable marriages: the proposers all get their first choice."""
    market = by_priority(
        [[0, 1, 2], [1, 2, 0], [2, 0, 1]], [[1, 2, 0], [2, 0, 1], [0, 1, 2]], seats=[1, 1, 1]
    )
    assert assign(market).school.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("floors", "ceilings", "expected"),
    [
        ([[0, 0, 0], [0, 0, 0]], [[NO_CEILING] * 3] * 2, [0, 0, 1]),
        ([[0, 0, 0], [0, 0, 0]], [[NO_CEILING, 1, NO_CEILING], [NO_CEILING] * 3], [0, 1, 0]),
        ([[0, 0, 1], [0, 0, 0]], [[NO_CEILING] * 3] * 2, [0, 0, 1]),
    ],
    ids=["no rule", "quota for the majority", "reserve for the minority"],
)
def test_textbook_hafalir_yenmez_yildirim_a_quota_hurts_whom_a_reserve_does_not(
    floors: list[list[int]], ceilings: list[list[int]], expected: list[int]
) -> None:
    """A ceiling on the majority (line 1) makes every child but one worse off, the minority's (line 2) too."""
    market = market_from_lists(
        [[(0, 0, 1)], [(0, 0, 1), (1, 0, 1)], [(1, 0, 2), (0, 0, 2)]],
        draw=[0, 1, 2], seats=[2, 1], floors=floors, ceilings=ceilings,
    )  # fmt: skip
    assert assign(market).school.tolist() == expected


@pytest.mark.parametrize(
    ("lists", "seats", "expected"),
    [([], [1], []), ([[]], [1], [-1]), ([[(0, 0, 0)]], [0], [-1]), ([[(0, 0, 0)]], [2**31 - 1], [0])],
)
def test_nothing_one_and_none_work(
    lists: list[list[tuple[int, int, int]]], seats: list[int], expected: list[int]
) -> None:
    market = market_from_lists(lists, draw=range(len(lists)), seats=seats)
    assert assign(market).school.tolist() == expected
