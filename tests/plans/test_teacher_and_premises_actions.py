"""Moving, recruiting and building change the figures they are about, and nothing else; what does not fit is refused."""

from __future__ import annotations

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.plans.action import Action
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.actions.cap_intake import CapIntake
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.plan import Plan
from junheng.text import Text


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


def plan_of(*actions: Action) -> Plan:
    return Plan(
        kind="compliance",
        name=Text("x", "x"),
        objective={},
        seconds=0.0,
        seed=None,
        inputs={},
        inputs_hash="",
        standard_date="",
        version="",
        settings={},
        stopped_by="given",
        actions=actions,
    )


def primaries(district: District) -> list[str]:
    return district.table("stages").filter(pl.col("stage") == "primary")["school"].to_list()


def figures(district: District, school: str) -> dict[str, int]:
    rows = district.table("stages").filter((pl.col("school") == school) & (pl.col("stage") == "primary"))
    return rows.row(0, named=True)


def test_a_mover_is_counted_where_he_goes_and_no_longer_where_he_was(town: District) -> None:
    sender, receiver, other = primaries(town)[:3]
    move = MoveTeachers(
        stage="primary",
        sender=sender,
        receiver=receiver,
        n=2,
        degree="teachers_bachelor",
        is_backbone=True,
        subject="pe_teachers",
    )
    after = plan_of(move).apply(town)
    changed = {"teachers", "staff", "teachers_bachelor", "backbone_teachers", "pe_teachers"}
    for school, by in ((sender, -2), (receiver, 2), (other, 0)):
        old, new = figures(town, school), figures(after, school)
        assert {name: new[name] - old[name] for name in changed} == dict.fromkeys(changed, by)
        assert {name: new[name] for name in old.keys() - changed} == {
            name: old[name] for name in old.keys() - changed
        }
    assert after.table("premises").equals(town.table("premises"))


def test_moving_conserves_every_count_of_the_district(town: District) -> None:
    a, b, c = primaries(town)[:3]
    moves = [
        MoveTeachers(stage="primary", sender=a, receiver=b, n=1, degree="teachers_master"),
        MoveTeachers(stage="primary", sender=b, receiver=c, n=1, subject="music_teachers"),
    ]
    after = plan_of(*moves).apply(town)
    numbers = pl.selectors.numeric()
    assert after.table("stages").select(numbers.sum()).equals(town.table("stages").select(numbers.sum()))


def test_recruits_and_works_are_added(town: District) -> None:
    school = primaries(town)[0]
    after = plan_of(
        RecruitTeachers(school=school, stage="primary", n=3, degree="teachers_bachelor"),
        AddPremises(school=school, work="equipment_yuan", amount=1_000.0),
        AddPremises(school=school, work="multimedia_rooms", amount=2.0),
    ).apply(town)
    assert figures(after, school)["teachers"] == figures(town, school)["teachers"] + 3
    assert figures(after, school)["backbone_teachers"] == figures(town, school)["backbone_teachers"]
    own = pl.col("school") == school
    old, new = (d.table("premises").filter(own).row(0, named=True) for d in (town, after))
    assert (
        new["equipment_yuan"] - old["equipment_yuan"],
        new["multimedia_rooms"] - old["multimedia_rooms"],
    ) == (
        1_000,
        2,
    )


def test_a_cap_moves_pupils_and_nothing_else(town: District) -> None:
    a, b = primaries(town)[:2]
    after = plan_of(CapIntake(stage="primary", school=a, pupils=7, to=b)).apply(town)
    for school, by in ((a, -7), (b, 7)):
        old, new = figures(town, school), figures(after, school)
        assert {**old, "pupils": old["pupils"] + by} == new


def test_taking_more_than_there_are_is_refused_with_the_numbers(town: District) -> None:
    a, b = primaries(town)[:2]
    move = MoveTeachers(stage="primary", sender=a, receiver=b, n=9_999)
    with pytest.raises(InputError, match="9999 would be taken off") as caught:
        plan_of(move).apply(town)
    assert {problem.code for problem in caught.value.problems} == {"below-zero"}


def test_an_unknown_school_is_refused(town: District) -> None:
    with pytest.raises(InputError, match="no such row"):
        plan_of(AddPremises(school="nowhere", work="teaching_m2", amount=1.0)).apply(town)


def test_an_absent_figure_is_not_taken_for_zero(town: District) -> None:
    blank = town.replace(
        premises=town.table("premises").with_columns(equipment_yuan=pl.lit(None, dtype=pl.Float64))
    )
    school = primaries(town)[0]
    with pytest.raises(InputError, match="absent"):
        plan_of(AddPremises(school=school, work="equipment_yuan", amount=1.0)).apply(blank)


def test_an_absent_headcount_stays_absent(town: District) -> None:
    blank = town.replace(stages=town.table("stages").with_columns(staff=pl.lit(None, dtype=pl.Int64)))
    school = primaries(town)[0]
    after = plan_of(RecruitTeachers(school=school, stage="primary", n=1)).apply(blank)
    assert after.table("stages")["staff"].null_count() == blank.table("stages").height


def test_part_of_a_room_is_refused(town: District) -> None:
    with pytest.raises(UsageError):
        plan_of(AddPremises(school=primaries(town)[0], work="multimedia_rooms", amount=0.5)).apply(town)


ACTIONS = (
    MoveTeachers(stage="primary", sender="a", receiver="b", n=1, yuan=2.5, year=2027, numbers={"x": 1.0}),
    RecruitTeachers(school="a", stage="junior", n=2, is_backbone=True, text=Text("因", "why")),
    AddPremises(school="a", work="teaching_m2", amount=3.0, reason="floor"),
    CapIntake(stage="primary", school="a", pupils=5, to="b"),
)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.kind)
def test_an_action_is_read_back_as_it_was_written(action: Action) -> None:
    plan = plan_of(action)
    assert Plan.from_dict(plan.as_dict()) == plan


@pytest.mark.parametrize(
    ("action", "part", "wrong"),
    [
        (ACTIONS[0], "n", 0),
        (ACTIONS[0], "degree", "teachers"),
        (ACTIONS[0], "is_backbone", "yes"),
        (ACTIONS[1], "subject", "chess"),
        (ACTIONS[2], "work", "land_m2"),
        (ACTIONS[2], "amount", -1.0),
        (ACTIONS[3], "pupils", 0),
    ],
)
def test_a_damaged_action_is_refused_by_name(action: Action, part: str, wrong: object) -> None:
    given = plan_of(action).as_dict()
    given["actions"][0][part] = wrong
    with pytest.raises(UsageError, match=rf"actions\[0\]\.{part}"):
        Plan.from_dict(given)
