"""The compiled loops against the array operations: the same places, cut-offs and counted work, byte for byte."""

from __future__ import annotations

import numpy as np
import pytest
from admission_oracle import markets
from hypothesis import given, settings

from junheng.admission import compiled
from junheng.admission.assignment import Method, assign
from junheng.admission.market import NO_CEILING, Market, market_from_lists
from junheng.errors import UsageError
from junheng.text import Text

needs_compiler = pytest.mark.skipif(
    not compiled.is_installed(), reason="numba (junheng[fast]) is not installed"
)


def bytes_of(market: Market, method: Method) -> tuple[object, ...]:
    outcome = assign(market, method=method)
    arrays = (outcome.row, outcome.school, outcome.cutoffs)
    return (*((a.dtype, a.tobytes()) for a in arrays), outcome.n_rounds, outcome.n_proposals)


@needs_compiler
@settings(max_examples=150, deadline=None)
@given(market=markets(most_applications=12, most_children=3, may_adjust=True))
def test_loops_and_arrays_give_the_same_bytes_in_small_rounds(market: Market) -> None:
    assert bytes_of(market, "compiled") == bytes_of(market, "arrays")


def crowded(*, seed: int, is_single_draw: bool) -> Market:
    """Return 3,000 families at 30 schools: lists of unequal length, three reserves, ceilings, twins and triplets."""
    rng = np.random.default_rng(seed)
    n, schools, lines = 3000, 30, 4
    lengths = rng.integers(0, 8, n)
    fame = rng.normal(size=schools)
    lists = [np.argsort(-(fame + rng.gumbel(size=schools)))[:length] for length in lengths]
    seats = rng.integers(0, 2 * n // schools, schools)
    floors = np.zeros((schools, lines), np.int64)
    floors[:, 1:] = seats[:, None] // np.array([8, 15, 30])
    ceilings = np.full((schools, lines), NO_CEILING)
    ceilings[::2, 1] = floors[::2, 1] + 3
    m = int(lengths.sum())
    return Market(
        offsets=np.concatenate(([0], np.cumsum(lengths))), school=np.concatenate(lists), priority=rng.integers(0, 4, m),
        line=rng.choice(lines, m, p=[0.6, 0.25, 0.1, 0.05]), draw=rng.permutation(n if is_single_draw else m),
        size=rng.choice([1, 2, 3], n, p=[0.9, 0.08, 0.02]), seats=seats, floors=floors, ceilings=ceilings,
        is_single_draw=is_single_draw,
    )  # fmt: skip


@needs_compiler
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("is_single_draw", [True, False])
def test_loops_and_arrays_give_the_same_bytes_in_a_crowded_round(seed: int, is_single_draw: bool) -> None:
    market = crowded(seed=seed, is_single_draw=is_single_draw)
    assert bytes_of(market, "compiled") == bytes_of(market, "arrays")
    assert (assign(market).cutoffs != NO_CEILING).sum() > 50  # crowded indeed


@needs_compiler
def test_loading_the_loops_says_that_it_may_take_a_while() -> None:
    told: list[Text] = []
    market = market_from_lists([[(0, 0, 0)]], draw=[0], seats=[1])
    assign(market, method="compiled", progress=lambda message, fraction=None: told.append(message))
    assert "compiled" in told[0].en


def test_without_the_compiler_small_and_large_rounds_use_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "find_spec", lambda name: None)
    market = market_from_lists([[(0, 0, 0)], [(0, 0, 0)]], draw=[1, 0], seats=[1])
    monkeypatch.setattr("junheng.admission.assignment._LARGE_ROWS", 0)
    assert assign(market).school.tolist() == [-1, 0]
    with pytest.raises(UsageError, match="junheng\\[fast\\]"):
        assign(market, method="compiled")


@needs_compiler
def test_a_large_round_uses_the_compiled_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Text] = []
    market = market_from_lists([[(0, 0, 0)], [(0, 0, 0)]], draw=[1, 0], seats=[1])
    monkeypatch.setattr("junheng.admission.assignment._LARGE_ROWS", 0)
    outcome = assign(market, progress=lambda message, fraction=None: told.append(message))
    assert outcome.school.tolist() == [-1, 0]
    assert told
