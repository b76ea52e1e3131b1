"""The feeder planner against every pairing of a tiny district: values and bounds of all four levels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.errors import InfeasibleError
from junheng.planners.feeders.problem import NO_TARGET, FeederProblem
from junheng.planners.feeders.solve import FeederOptions, solve

LEVELS = ("overflow_pupils", "strong_to_strong", "pupil_km", "changed_pupils")


def problem(rng: np.random.Generator, p: int, j: int) -> FeederProblem:
    leavers = rng.integers(0, 200, p)
    allowed = rng.random((p, j)) < 0.8
    allowed[np.arange(p), rng.integers(0, j, p)] = True
    return FeederProblem(
        primaries=tuple(f"P{i}" for i in range(p)),
        juniors=tuple(f"J{i}" for i in range(j)),
        leavers=leavers,
        places=rng.integers(0, 2 * int(leavers.sum()) // j + 2, j),
        strength=rng.random(p).round(2),
        target_strength=rng.random(j).round(2),
        distance_km=(10 * rng.random((p, j))).round(2),
        allowed=allowed,
        present=rng.integers(NO_TARGET, j, p),
    )


def worth(given: FeederProblem, pairing: tuple[int, ...]) -> tuple[float, float, float, float]:
    """Return the four levels, added up in plain Python."""
    load = [0] * len(given.juniors)
    strong = km = 0.0
    changed = 0
    for i, j in enumerate(pairing):
        n = int(given.leavers[i])
        load[j] += n
        strong += n * float(given.strength[i]) * float(given.target_strength[j])
        km += n * float(given.distance_km[i, j])
        changed += n if given.present[i] != j else 0
    over = sum(max(0, taken - int(room)) for taken, room in zip(load, given.places, strict=True))
    return over, strong, km, changed


def pairings(given: FeederProblem) -> Iterator[tuple[int, ...]]:
    for pairing in product(range(len(given.juniors)), repeat=len(given.primaries)):
        if all(given.allowed[i, j] for i, j in enumerate(pairing)):
            yield pairing


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 3), st.sampled_from([0.0, 0.1, 1.0]))
def test_every_level_is_the_least_of_all_pairings(seed: int, p: int, j: int, slack: float) -> None:
    given_ = problem(np.random.default_rng(seed), p, j)
    found = solve(given_, options=FeederOptions(mixing_slack=slack))
    assert found.is_proven
    kept = [worth(given_, pairing) for pairing in pairings(given_)]
    least = []
    for level in range(4):
        best = min(value[level] for value in kept)
        least.append(best)
        limit = best * (1 + slack) if level == 1 else best
        kept = [value for value in kept if value[level] <= limit + 1e-4]
    values = worth(given_, tuple(found.target.tolist()))
    assert [found.levels[name].value for name in LEVELS] == pytest.approx(values, abs=1e-6)
    assert [found.levels[name].bound for name in LEVELS] == pytest.approx(least, abs=1e-2, rel=1e-4)
    assert values[0] == least[0]
    assert values[1] <= least[1] * (1 + slack) + 1e-4
    assert values[2:] == pytest.approx(tuple(least[2:]), abs=1e-2, rel=1e-4)


def test_strong_and_weak_are_paired_where_places_and_distances_do_not_matter() -> None:
    # Strong primaries 1.0 and 0.8, weak ones 0.2 and 0.1; a strong junior 0.9 and a weak one 0.3, two primaries each.
    given_ = FeederProblem(
        primaries=("A", "B", "C", "D"),
        juniors=("STRONG", "WEAK"),
        leavers=np.full(4, 100),
        places=np.array([200, 200]),
        strength=np.array([1.0, 0.8, 0.2, 0.1]),
        target_strength=np.array([0.9, 0.3]),
        distance_km=np.ones((4, 2)),
        allowed=np.ones((4, 2)),
        present=np.full(4, NO_TARGET),
    )
    found = solve(given_, options=FeederOptions(mixing_slack=0.0))
    assert found.target.tolist() == [1, 1, 0, 0]


def test_more_places_and_more_allowed_pairs_never_worsen_the_first_level() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        given_ = problem(rng, 5, 3)
        over = solve(given_).levels["overflow_pupils"].value
        wider = replace(given_, places=given_.places + rng.integers(0, 50, 3))
        freer = replace(given_, allowed=np.ones((5, 3)))
        assert solve(wider).levels["overflow_pupils"].value <= over
        assert solve(freer).levels["overflow_pupils"].value <= over


def test_renaming_the_schools_changes_no_value() -> None:
    rng = np.random.default_rng(6)
    given_ = problem(rng, 5, 3)
    rows, columns = rng.permutation(5), rng.permutation(3)
    place = np.append(np.argsort(columns), NO_TARGET)
    other = FeederProblem(
        primaries=given_.primaries,
        juniors=given_.juniors,
        leavers=given_.leavers[rows],
        places=given_.places[columns],
        strength=given_.strength[rows],
        target_strength=given_.target_strength[columns],
        distance_km=given_.distance_km[rows][:, columns],
        allowed=given_.allowed[rows][:, columns],
        present=place[given_.present[rows]],
    )
    values = [[found.value for found in solve(one).levels.values()] for one in (given_, other)]
    assert values[0] == pytest.approx(values[1])


def test_the_same_problem_gives_the_same_pairing() -> None:
    given_ = problem(np.random.default_rng(7), 8, 3)
    assert solve(given_).target.tolist() == solve(given_).target.tolist()


def test_a_school_without_an_allowed_target_is_named_before_solving_with_the_nearest_one() -> None:
    given_ = problem(np.random.default_rng(8), 3, 2)
    allowed = given_.allowed.copy()
    allowed[1] = False
    with pytest.raises(InfeasibleError) as caught:
        solve(replace(given_, allowed=allowed))
    (found,) = caught.value.problems
    assert (found.code, found.place.key) == ("no-target-allowed", "P1")
    nearest = int(np.argmin(given_.distance_km[1]))
    assert f"{given_.distance_km[1, nearest]:.2f} km (the nearest, J{nearest})" in found.remedy.en
