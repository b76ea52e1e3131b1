"""Applying a plan changes catchments and nothing else; what cannot be applied is refused as a whole."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.compare import diff, plan_of_zones
from junheng.plans.plan import Plan
from junheng.text import Text

HOMES = ["H1", "H2", "H3", "H4"]
SCHOOLS = ["A", "B", "C"]


def district(primary: dict[str, str], junior: dict[str, str] | None = None) -> District:
    zones = [("primary", home, school) for home, school in primary.items()]
    zones += [("junior", home, school) for home, school in (junior or {}).items()]
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame({"school": SCHOOLS, "name": SCHOOLS, "kind": ["primary"] * 3}),
            "stages": pl.DataFrame(
                {
                    "school": [*SCHOOLS, "C"],
                    "stage": [*["primary"] * 3, "junior"],
                    "pupils": [1, 2, 3, 4],
                }
            ),
            "homes": pl.DataFrame({"home": HOMES}),
            "catchments": pl.DataFrame(zones, schema=["stage", "home", "school"], orient="row"),
        }
    )


TODAY = district({"H1": "A", "H2": "A", "H3": "B"}, {"H1": "C", "H2": "C"})


def plan(zones: dict[str, str], *, of: District = TODAY, stage: str = "primary") -> Plan:
    frame = pl.DataFrame({"home": list(zones), "school": list(zones.values())})
    return plan_of_zones(of, frame, name=Text("提案", "proposal"), stage=stage)


def zones_of(own: District, stage: str = "primary") -> dict[str, str]:
    frame = own.table("catchments").filter(stage=stage)
    return dict(frame.select("home", "school").iter_rows())


def test_homes_that_a_plan_names_get_their_school_and_the_others_keep_theirs() -> None:
    after = plan({"H2": "B", "H4": "C"}).apply(TODAY)
    assert zones_of(after) == {"H1": "A", "H2": "B", "H3": "B", "H4": "C"}


def test_only_the_catchments_of_the_stage_change() -> None:
    after = plan({"H1": "B"}).apply(TODAY)
    assert zones_of(after, "junior") == {"H1": "C", "H2": "C"}
    assert after.tables.keys() == TODAY.tables.keys()
    assert all(after.tables[name] is TODAY.tables[name] for name in TODAY.tables if name != "catchments")
    assert zones_of(TODAY) == {"H1": "A", "H2": "A", "H3": "B"}, "the district itself is as it was"


def test_homes_keep_their_order_and_new_ones_come_last() -> None:
    after = plan({"H4": "A", "H3": "A"}).apply(TODAY)
    assert after.table("catchments")["home"].to_list() == ["H1", "H2", "H3", "H1", "H2", "H4"]


def test_the_plan_of_todays_zones_changes_nothing() -> None:
    after = plan(zones_of(TODAY)).apply(TODAY)
    assert after.equals(TODAY)
    assert after.hash == TODAY.hash


def test_a_plan_without_actions_changes_nothing() -> None:
    assert plan({}).apply(TODAY).equals(TODAY)


def test_a_district_without_zones_gets_its_first_ones() -> None:
    bare = District.of({name: frame for name, frame in TODAY.tables.items() if name != "catchments"})
    after = plan({"H1": "A"}, of=bare).apply(bare)
    assert zones_of(after) == {"H1": "A"}


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(HOMES), st.sampled_from(SCHOOLS)),
    st.dictionaries(st.sampled_from(HOMES), st.sampled_from(SCHOOLS)),
)
def test_applying_and_what_differs_afterwards_agree(before: dict[str, str], wanted: dict[str, str]) -> None:
    own = district(before)
    made = plan(wanted, of=own)
    after = made.apply(own)
    assert zones_of(after) == before | wanted
    changed = {home: (old, new) for home, old, new in diff(own, after, stage="primary").iter_rows()}
    expected = {home: (before.get(home), new) for home, new in wanted.items() if before.get(home) != new}
    assert changed == expected
    assert {action.home for action in made.actions if action.changes} == set(expected)
    # Putting the old schools back, where there were any, undoes the plan.
    back = plan({home: old for home, (old, _) in expected.items() if old is not None}, of=after)
    assert {h: s for h, s in zones_of(back.apply(after)).items() if h in before} == before


def test_everything_that_cannot_be_applied_is_named_at_once() -> None:
    actions = [
        AssignHome(stage="primary", home="H9", school="A"),
        AssignHome(stage="primary", home="H1", school="Z"),
        AssignHome(stage="junior", home="H1", school="A"),  # A has no junior stage
        AssignHome(stage="primary", home="H2", school="A"),
        AssignHome(stage="primary", home="H2", school="B"),
    ]
    with pytest.raises(InputError) as refused:
        replace(plan({}), actions=tuple(actions)).apply(TODAY)
    assert [(p.code, p.place.key) for p in refused.value.problems] == [
        ("unknown-home", "primary/H9 → A"),
        ("no-such-stage", "primary/H1 → Z"),
        ("no-such-stage", "junior/H1 → A"),
        ("assigned-twice", "primary/H2 → B"),
    ]


def test_a_proposal_that_leaves_a_home_without_school_is_refused() -> None:
    frame = pl.DataFrame({"home": ["H1"], "school": [None]}, schema_overrides={"school": pl.String})
    with pytest.raises(InputError, match="no such stage"):
        plan_of_zones(TODAY, frame, name=Text("提案", "proposal"), stage="primary").apply(TODAY)


def test_a_plan_made_from_other_records_is_refused_unless_that_is_meant() -> None:
    made = plan({"H1": "B"})
    changed = TODAY.replace(stages=TODAY.table("stages").with_columns(pupils=pl.col("pupils") + 1))
    with pytest.raises(UsageError, match="other records"):
        made.apply(changed)
    assert zones_of(made.apply(changed, allow_changed=True))["H1"] == "B"


def test_the_order_of_the_records_is_no_change() -> None:
    shuffled = District.of(
        {name: frame.sample(fraction=1.0, shuffle=True, seed=5) for name, frame in TODAY.tables.items()}
    )
    assert zones_of(plan({"H1": "B"}).apply(shuffled))["H1"] == "B"


def test_a_home_that_lost_its_school_differs_too() -> None:
    after = district({"H1": "A", "H3": "B"})
    assert diff(TODAY, after, stage="primary").rows() == [("H2", "A", None)]
