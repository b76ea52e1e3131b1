"""Plans of any kind under one measure: figures added up by hand, and plans that change only what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.plans.action import Action
from junheng.plans.actions.appoint_leader import AppointLeader
from junheng.plans.actions.expand_school import ExpandSchool
from junheng.plans.computed import computed_plan
from junheng.plans.effects import EFFECTS, compare_effects, effects
from junheng.plans.plan import Plan
from junheng.standards import load_standard
from junheng.text import Text

STANDARD = load_standard()
DAY = date(2026, 9, 1)
TODAY = STANDARD.on(DAY)


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


def plan(district: District, kind: str, actions: Sequence[Action]) -> Plan:
    return computed_plan(
        kind,
        Text("方案", kind),
        district=district,
        standard=STANDARD,
        on=DAY,
        asked={},
        objective={},
        actions=actions,
        stopped_by="proven",
        seconds=0.0,
    )


def test_class_sizes_and_places_are_those_that_the_tables_add_up_to(town: District) -> None:
    found = effects(town, TODAY)
    classes = town.table("classes").filter(pl.col("stage").is_in(["primary", "junior"]))
    most = {"primary": 45, "junior": 50}
    over = sum(size > most[stage] for stage, size in classes.select("stage", "pupils").iter_rows())
    rows = town.table("stages").filter(pl.col("stage").is_in(["primary", "junior"])).iter_rows(named=True)
    known = [row for row in rows if row["capacity_pupils"] is not None]
    assert found["classes_over"] == over
    assert found["largest_class"] == classes["pupils"].max()
    assert found["capacity"] == sum(row["capacity_pupils"] for row in known)
    assert found["pupils_over"] == sum(max(0, row["pupils"] - row["capacity_pupils"]) for row in known)


def test_a_plan_of_leaders_changes_no_figure_and_says_how_many_actions_it_has(town: District) -> None:
    leader = town.table("leaders").filter(pl.col("role") == "reserve")["leader"][0]
    action = AppointLeader(leader=leader, school=None, role="reserve", year=2027, term_years=4)
    found = compare_effects(town, [plan(town, "leaders", [action])], TODAY)
    today, after = found.drop("zh", "en", "kind", "actions").rows()
    assert after == today
    assert found["kind"].to_list() == [None, "leaders"]
    assert found["actions"].to_list() == [0, 1]


def test_an_expansion_adds_its_places_and_takes_in_who_was_over(town: District) -> None:
    row = town.table("stages").filter(pl.col("stage") == "primary").row(0, named=True)
    full = town.table("stages").with_columns(
        pupils=pl.when((pl.col("school") == row["school"]) & (pl.col("stage") == "primary"))
        .then(row["capacity_pupils"] + 100)
        .otherwise(pl.col("pupils"))
    )
    crowded = town.replace(stages=full)
    action = ExpandSchool(school=row["school"], stage="primary", classes=2, places=90)
    before, after = compare_effects(crowded, [plan(crowded, "layout", [action])], TODAY).rows(named=True)
    assert after["capacity"] == before["capacity"] + 90
    assert after["pupils_over"] == before["pupils_over"] - 90


def test_without_classes_their_sizes_are_unknown_and_not_zero(town: District) -> None:
    found = effects(town.replace(classes=town.table("classes").clear()), TODAY)
    assert (found["classes_over"], found["largest_class"]) == (None, None)
    assert set(found) == {"verdict", *EFFECTS}


def test_a_plan_made_from_other_records_is_refused_unless_allowed(town: District) -> None:
    other = plan(town.replace(leaders=town.table("leaders").clear()), "leaders", [])
    with pytest.raises(UsageError):
        compare_effects(town, [other], TODAY)
    assert compare_effects(town, [other], TODAY, allow_changed=True).height == 2
