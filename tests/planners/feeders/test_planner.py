"""The feeder planner on the example town: records in, a plan out that applies and reads back."""

from __future__ import annotations

import json

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InfeasibleError, InputError
from junheng.planners.feeders.build import Wishes, feeder_problem
from junheng.planners.feeders.planner import plan_feeders
from junheng.planners.feeders.solve import FeederOptions
from junheng.plans.actions.set_feeder import SetFeeder
from junheng.plans.plan import Plan
from junheng.standards import load_standard

STANDARD = load_standard()
FREE = Wishes(locked={}, forbidden=frozenset())


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


def planned(town: District, wishes: Wishes = FREE) -> Plan:
    return plan_feeders(town, STANDARD, wishes=wishes, options=FeederOptions())


def test_every_public_primary_school_with_leavers_gets_one_junior_school(town: District) -> None:
    after = planned(town).apply(town).table("feeders")
    leavers = town.table("rolls").filter(
        pl.col("stage") == "primary",
        pl.col("grade") == 6,
        pl.col("year") == town.year.start,
        pl.col("pupils") > 0,
    )
    stages = town.table("stages")
    through = set(stages.filter(pl.col("stage") == "junior")["school"].to_list())
    public = set(town.table("schools").filter(pl.col("holder").ne_missing("private"))["school"].to_list())
    assert after["school"].to_list() == [
        code for code in town.table("schools")["school"] if code in {*leavers["school"]} & public - through
    ]
    assert set(after["target"].to_list()) <= through
    assert set(after["stage"].to_list()) == {"junior"}


def test_the_places_of_a_nine_year_school_are_less_its_own_leavers(town: District) -> None:
    problem = feeder_problem(town, STANDARD.on(town.year.first_day), wishes=FREE)
    rolls = town.table("rolls").filter(pl.col("year") == town.year.start, pl.col("grade") == 6)
    own = dict(zip(rolls["school"].to_list(), rolls["pupils"].to_list(), strict=True))
    capacity = town.table("stages").filter(pl.col("stage") == "junior")
    places = dict(zip(capacity["school"].to_list(), capacity["capacity_pupils"].to_list(), strict=True))
    expected = [max(0, places[code] // 3 - own.get(code, 0)) for code in problem.juniors]
    assert problem.places.tolist() == expected
    assert any(code in own for code in problem.juniors), "the town has a nine-year school"


def test_a_locked_pair_is_kept_and_planning_again_changes_nothing_else(town: District) -> None:
    first = planned(town)
    action = first.of(SetFeeder)[0]
    again = planned(town, Wishes(locked={action.school: action.target}, forbidden=frozenset()))
    pairs = [{(one.school, one.target) for one in plan.of(SetFeeder)} for plan in (first, again)]
    assert pairs[0] == pairs[1]
    assert next(one for one in again.of(SetFeeder) if one.school == action.school).reason == "only_target"


def test_a_forbidden_pair_is_not_made(town: District) -> None:
    action = planned(town).of(SetFeeder)[0]
    banned = planned(town, Wishes(locked={}, forbidden=frozenset({(action.school, action.target)})))
    assert next(one for one in banned.of(SetFeeder) if one.school == action.school).target != action.target


def test_the_distance_that_a_refusal_advises_is_enough(town: District) -> None:
    with pytest.raises(InfeasibleError) as refused:
        planned(town, Wishes(locked={}, forbidden=frozenset(), max_km=1.0))
    advised = [float(found.remedy.en.split()[1]) for found in refused.value.problems]
    assert planned(town, Wishes(locked={}, forbidden=frozenset(), max_km=max(advised))).actions


def test_the_present_pairs_are_kept_where_nothing_better_is_left(town: District) -> None:
    after = planned(town).apply(town)
    again = planned(after)
    assert again.objective["changed_pupils"].value == 0
    assert [one.before for one in again.of(SetFeeder)] == [one.target for one in again.of(SetFeeder)]


def test_a_plan_reads_back_as_it_was_written(town: District) -> None:
    plan = planned(town)
    assert Plan.from_dict(json.loads(json.dumps(plan.as_dict()))) == plan


def test_schools_and_records_that_are_absent_are_all_named(town: District) -> None:
    stages = town.table("stages").with_columns(capacity_pupils=pl.lit(None, pl.Int64))
    schools = town.table("schools").with_columns(lon=pl.lit(None, pl.Float64))
    with pytest.raises(InputError) as caught:
        planned(
            town.replace(stages=stages, schools=schools), Wishes(locked={"X": "Y"}, forbidden=frozenset())
        )
    codes = [problem.code for problem in caught.value.problems]
    assert codes.count("unknown-in-wish") == 1
    assert codes.count("needed-for-feeders") >= 2


def test_a_plan_that_does_not_fit_the_district_is_refused_as_a_whole(town: District) -> None:
    primary = town.table("schools")["school"][0]
    wrong = [
        SetFeeder(stage="junior", school="NOBODY", target=primary),
        SetFeeder(stage="senior", school=primary, target=primary),
        SetFeeder(stage="senior", school=primary, target=primary),
    ]
    with pytest.raises(InputError) as caught:
        SetFeeder.apply(wrong, town)
    assert {problem.code for problem in caught.value.problems} >= {
        "unknown-school",
        "no-such-stage",
        "set-twice",
    }
