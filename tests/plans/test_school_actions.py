"""Opening, expanding, leading, merging and closing schools: what becomes of the records, and what is refused."""

from __future__ import annotations

import json

import polars as pl
import pytest

from junheng.district.checks.run import check
from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions import BY_CODE
from junheng.plans.actions.close_school import CloseSchool
from junheng.plans.actions.expand_school import ExpandSchool
from junheng.plans.actions.make_branch import MakeBranch
from junheng.plans.actions.merge_schools import MergeSchools
from junheng.plans.actions.open_school import OpenSchool
from junheng.plans.parts import Part

SMALL, LARGE = "2199000008", "2199000002"


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


def of(district: District, school: str, stage: str = "primary") -> dict:
    rows = district.table("stages").filter((pl.col("school") == school) & (pl.col("stage") == stage))
    return rows.row(0, named=True)


def merger(town: District) -> MergeSchools:
    primary = town.table("stages").filter(pl.col("stage") == "primary").sort("pupils")
    only = primary.filter(~pl.col("school").is_in(nine_year(town)))
    return MergeSchools(
        school=only["school"][0], into=only["school"][-1], stage="primary", class_size=45, year=2027
    )


def nine_year(town: District) -> list[str]:
    return town.table("schools").filter(pl.col("kind") == "nine_year")["school"].to_list()


def test_a_merger_moves_pupils_teachers_rolls_and_zone_and_forms_classes_within_the_limit(town):
    action = merger(town)
    after = MergeSchools.apply([action], town)
    for column in ("pupils", "teachers", "backbone_teachers", "staff"):
        assert (
            of(after, action.into)[column] == of(town, action.school)[column] + of(town, action.into)[column]
        )
    assert of(after, action.into)["capacity_pupils"] == of(town, action.into)["capacity_pupils"]
    assert action.school not in after.table("schools")["school"]
    assert action.school not in after.table("catchments")["school"]
    assert after.table("catchments").height == town.table("catchments").height
    for name in ("rolls", "classes"):
        assert after.table(name)["pupils"].sum() == town.table(name)["pupils"].sum()
    formed = after.table("classes").filter((pl.col("school") == action.into) & (pl.col("stage") == "primary"))
    joined = town.table("classes").filter(pl.col("school") == action.school)["grade"].unique()
    assert formed.filter(pl.col("grade").is_in(joined.to_list()))["pupils"].max() <= 45
    assert of(after, action.into)["classes"] == formed.height
    assert action.school not in after.table("teachers")["school"]
    assert after.table("teachers").height == town.table("teachers").height
    assert [problem for problem in check(after) if problem.severity == "error"] == []


@pytest.mark.parametrize("unrecorded", ["school", "into"])
def test_a_merger_with_classes_that_nobody_recorded_leaves_their_number_unknown(town, unrecorded):
    action = merger(town)
    recorded = town.table("classes").filter(pl.col("school") != getattr(action, unrecorded))
    after = MergeSchools.apply([action], town.replace(classes=recorded))
    assert of(after, action.into)["classes"] is None
    assert of(after, action.into)["pupils"] is not None


def test_a_merger_with_a_school_that_has_no_pupils_leaves_the_classes_of_the_other(town):
    action = merger(town)
    is_empty = (pl.col("school") == action.school) & (pl.col("stage") == "primary")
    stages = town.table("stages").with_columns(
        pupils=pl.when(is_empty).then(pl.lit(0, pl.Int64)).otherwise(pl.col("pupils"))
    )
    recorded = town.table("classes").filter(pl.col("school") != action.school)
    after = MergeSchools.apply([action], town.replace(stages=stages, classes=recorded))
    assert of(after, action.into)["classes"] == of(town, action.into)["classes"] > 0


def test_a_school_with_two_stages_stays_when_one_is_merged(town):
    school = nine_year(town)[0]
    other = next(
        code
        for code in town.table("stages").filter(pl.col("stage") == "primary")["school"]
        if code not in nine_year(town)
    )
    after = MergeSchools.apply(
        [MergeSchools(school=school, into=other, stage="primary", class_size=45)], town
    )
    assert school in after.table("schools")["school"]
    assert after.table("stages").filter(pl.col("school") == school)["stage"].to_list() == ["junior"]


def test_a_new_school_has_places_and_no_pupils_and_an_expansion_adds_places(town):
    home = town.table("homes").row(0, named=True)
    opened = OpenSchool.apply(
        [
            OpenSchool(
                school="N1",
                stage="primary",
                name="新校",
                home=home["home"],
                lon=home["lon"],
                lat=home["lat"],
                classes=12,
                places=540,
            )
        ],
        town,
    )
    assert (of(opened, "N1")["pupils"], of(opened, "N1")["capacity_pupils"]) == (0, 540)
    school = merger(town).into
    wider = ExpandSchool.apply([ExpandSchool(school=school, stage="primary", classes=6, places=270)], opened)
    assert of(wider, school)["capacity_pupils"] == of(town, school)["capacity_pupils"] + 270


def test_a_branch_joins_the_group_that_its_lead_leads_or_a_new_one(town):
    action = merger(town)
    bare = town.replace(groups=town.table("groups").clear())
    after = MakeBranch.apply([MakeBranch(school=action.school, lead=action.into, stage="primary")], bare)
    assert set(after.table("groups").select("group", "school", "role").rows()) == {
        (f"G-{action.into}", action.into, "lead"),
        (f"G-{action.into}", action.school, "member"),
    }


def test_a_school_whose_stages_are_led_by_two_schools_is_in_both_groups(town):
    first = MakeBranch(school="3199000008", lead="3199000004", stage="primary")
    second = MakeBranch(school="3199000008", lead="3199000005", stage="junior")
    lead_elsewhere = MakeBranch(school="3199000004", lead="3199000005", stage="junior")
    bare = town.replace(groups=town.table("groups").clear())
    for actions in ([first, second, lead_elsewhere], [lead_elsewhere, second, first]):
        rows = set(MakeBranch.apply(actions, bare).table("groups").select("group", "school", "role").rows())
        assert rows == {
            ("G-3199000004", "3199000004", "lead"),
            ("G-3199000004", "3199000008", "member"),
            ("G-3199000005", "3199000005", "lead"),
            ("G-3199000005", "3199000004", "member"),
            ("G-3199000005", "3199000008", "member"),
        }
    with pytest.raises(InputError, match="make_branch 3199000004"):
        MakeBranch.apply([first, MakeBranch(school="3199000004", lead="2199000006", stage="primary")], bare)


def test_what_does_not_fit_the_records_is_refused_by_name(town):
    action = merger(town)
    with pytest.raises(InputError, match="nowhere"):
        MergeSchools.apply(
            [MergeSchools(school="nowhere", into=action.into, stage="primary", class_size=45)], town
        )
    with pytest.raises(InputError, match=action.school):
        CloseSchool.apply([CloseSchool(school=action.school, stage="primary")], town)
    back = MergeSchools(school=action.into, into=action.school, stage="primary", class_size=45)
    with pytest.raises(InputError, match=action.school):
        MergeSchools.apply([action, back], town)
    with pytest.raises(InputError, match="H9999"):
        OpenSchool.apply(
            [
                OpenSchool(
                    school="N1", stage="primary", name="x", home="H9999", lon=0, lat=0, classes=6, places=270
                )
            ],
            town,
        )


@pytest.mark.parametrize(
    "action",
    [
        OpenSchool(
            school="N1", stage="primary", name="新", home="H", lon=1.5, lat=2, classes=6, places=270, yuan=1e6
        ),
        ExpandSchool(school="A", stage="primary", classes=6, places=270, year=2028),
        MakeBranch(school="A", lead="B", stage="primary"),
        MergeSchools(school="A", into="B", stage="junior", class_size=50),
        CloseSchool(school="A", stage="junior"),
    ],
    ids=lambda action: action.kind,
)
def test_an_action_survives_the_file(action):
    given = json.loads(json.dumps(action.as_dict()))
    assert BY_CODE[given["action"]].read(Part(given)) == action
