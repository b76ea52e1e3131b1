"""Leaders: tiny appointments against trying everything, and the example town by the wording of the rules."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InfeasibleError, InputError
from junheng.planners.leaders.build import LeaderWishes
from junheng.planners.leaders.planner import plan_leaders
from junheng.planners.leaders.problem import NOBODY, LeadersProblem
from junheng.planners.leaders.solve import solve
from junheng.plans.actions.appoint_leader import AppointLeader
from junheng.plans.parts import Part
from junheng.standards import load_standard


def _drawn(seed: int) -> LeadersProblem:
    rng = np.random.default_rng(seed)
    n, m = 6, 4
    return LeadersProblem(
        people=tuple(f"L{i}" for i in range(n)),
        schools=tuple(f"S{i}" for i in range(m)),
        roles=("principal",) * m,
        allowed=rng.random((n, m)) < 0.6,
        present=np.where(rng.random(n) < 0.5, np.minimum(np.arange(n), m - 1), NOBODY),
        km=np.round(rng.uniform(0, 20, (n, m)), 1),
        is_promoted=rng.random((n, m)) < 0.5,
        from_teaching=rng.random(n) < 0.6,
        is_young=rng.random(n) < 0.5,
        is_rural=rng.random(m) < 0.5,
        teaching_share=0.5,
    )


def _score(p: LeadersProblem, holders: tuple[int, ...]) -> tuple[float, ...] | None:
    pairs = [(person, post) for post, person in enumerate(holders)]
    if not all(p.allowed[pair] for pair in pairs):
        return None
    promoted = [person for person, post in pairs if p.is_promoted[person, post]]
    if sum(bool(p.from_teaching[person]) for person in promoted) < p.teaching_share * len(promoted):
        return None
    young = [bool(p.is_young[person]) for person in holders]
    rural = [bool(p.is_young[person]) for person, post in pairs if p.is_rural[post]]
    return (
        sum(p.present[i] != NOBODY and i not in holders for i in range(len(p.people))),
        round(abs(sum(rural) - sum(young) / len(young) * len(rural)), 6),
        round(sum(p.km[pair] for pair in pairs), 6),
    )


@pytest.mark.parametrize("seed", range(30))
def test_every_level_is_as_good_as_trying_everything(seed: int) -> None:
    problem = _drawn(seed)
    scores = [_score(problem, holders) for holders in permutations(range(6), 4)]
    possible = [score for score in scores if score is not None]
    if not possible:
        with pytest.raises(InfeasibleError):
            solve(problem)
        return
    found = solve(problem)
    assert [level.value for level in found.levels.values()] == pytest.approx(min(possible), abs=1e-5)


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


def test_no_school_is_without_a_principal_and_nobody_stays_beyond_two_terms(town: District) -> None:
    after = plan_leaders(town, load_standard(), wishes=LeaderWishes()).apply(town)
    leaders = after.table("leaders")
    heads = leaders.filter(pl.col("role") == "principal")["school"]
    public = town.table("schools").filter(pl.col("holder") != "private")["school"]
    assert sorted(heads) == sorted(public)
    over = leaders.filter(
        (pl.col("terms") >= 2) & (pl.col("term_end") < town.year.start + 1) & pl.col("school").is_not_null()
    )
    assert over.height == 0
    before = town.table("leaders").filter(pl.col("role") == "vice_principal").height
    assert leaders.filter(pl.col("role") == "vice_principal").height == before


def test_enough_of_the_promoted_come_from_the_teaching_lines(town: District) -> None:
    plan = plan_leaders(town, load_standard(), wishes=LeaderWishes(teaching_percent=80))
    rank = {"reserve": 0, "vice_principal": 1, "principal": 2}
    rows = {row["leader"]: row for row in town.table("leaders").iter_rows(named=True)}
    promoted = [a for a in plan.of(AppointLeader) if rank[a.role] > rank[rows[a.leader]["role"]]]
    assert sum(rows[a.leader]["from_teaching"] == "yes" for a in promoted) >= 0.8 * len(promoted)
    assert all(action.text.zh and action.text.en for action in plan.actions)


def test_without_a_reserve_the_vacancies_are_named(town: District) -> None:
    only_heads = town.table("leaders").filter(pl.col("role") == "principal").head(3)
    with pytest.raises(InfeasibleError, match="people too few"):
        plan_leaders(town.replace(leaders=only_heads), load_standard(), wishes=LeaderWishes(most_km=500))


def test_without_the_table_or_its_terms_nothing_is_guessed(town: District) -> None:
    no_terms = town.table("leaders").with_columns(terms=pl.lit(None, dtype=pl.Int64))
    for leaders in (town.table("leaders").clear(), no_terms):
        with pytest.raises(InputError, match="no data"):
            plan_leaders(town.replace(leaders=leaders), load_standard(), wishes=LeaderWishes())


def test_an_appointment_reads_back_and_one_that_cannot_be_is_refused(town: District) -> None:
    action = AppointLeader(leader="L9", school=None, role="reserve", year=2027, term_years=4)
    assert AppointLeader.read(Part(action.as_dict())) == action
    with pytest.raises(InputError, match="no such leader"):
        AppointLeader.apply([action], town)
