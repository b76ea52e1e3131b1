"""Moving teachers of the roster: rows and counts change together, and nothing else does."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from junheng.district.model import District
from junheng.district.roster import counts
from junheng.errors import InputError
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.parts import Part


def _stage(school: str, **given: Any) -> dict[str, Any]:
    return {
        "school": school,
        "stage": "primary",
        "pupils": 100,
        "staff": 4,
        "teachers": 3,
        "teachers_master": 1,
        "teachers_bachelor": 2,
        "backbone_teachers": 1,
        "pe_teachers": 1,
        **given,
    }


def _teacher(teacher: str, school: str | None, **given: Any) -> dict[str, Any]:
    return {
        "teacher": teacher,
        "school": school,
        "stage": "primary",
        "subject": "chinese",
        "degree": "bachelor",
        "tier": "none",
        "tier_until": None,
        "joined_year": 2018,
        "rotations": 0,
        **given,
    }


@pytest.fixture
def district() -> District:
    return District.of(
        {
            "district": pl.DataFrame([{"district": "D", "name": "区", "year": 2026}]),
            "schools": pl.DataFrame([{"school": s, "name": s, "kind": "primary"} for s in ("A", "B")]),
            "stages": pl.DataFrame([_stage("A"), _stage("B", backbone_teachers=None)]),
            "teachers": pl.DataFrame(
                [
                    _teacher("T1", "A", degree="master", tier="county", tier_until=2027, subject="pe"),
                    _teacher("T2", "A"),
                    _teacher("T3", "A", tier=None),
                    _teacher("N1", None, joined_year=None),
                ],
                infer_schema_length=None,
            ),
        }
    )


def _row(district: District, school: str) -> dict[str, Any]:
    return district.table("stages").row(by_predicate=pl.col("school") == school, named=True)


def _move(teacher: str, school: str = "B", **given: Any) -> MoveTeacher:
    return MoveTeacher(teacher=teacher, stage="primary", school=school, year=2027, **given)


def test_both_returns_change_by_what_the_teacher_counts_for(district: District) -> None:
    after = MoveTeacher.apply([_move("T1")], district)
    old, new = _row(after, "A"), _row(after, "B")
    assert (old["staff"], old["teachers"], old["teachers_master"], old["teachers_bachelor"]) == (3, 2, 0, 2)
    assert (new["staff"], new["teachers"], new["teachers_master"], new["pe_teachers"]) == (5, 4, 2, 2)
    assert old["backbone_teachers"] == 0
    assert new["backbone_teachers"] is None  # absent stays absent
    assert old["pupils"] == new["pupils"] == 100


def test_the_roster_counts_as_the_returns_do_after_any_moves(district: District) -> None:
    after = MoveTeacher.apply([_move("T1"), _move("T2")], district)
    counted = counts(after.table("teachers"), year=2026).row(by_predicate=pl.col("school") == "B", named=True)
    before = _row(district, "B")
    for column in ("teachers", "teachers_master", "teachers_bachelor", "pe_teachers"):
        assert _row(after, "B")[column] - before[column] == counted[column]


def test_a_figure_is_absent_where_the_movers_own_record_is(district: District) -> None:
    after = MoveTeacher.apply([_move("T3")], district)
    assert _row(after, "A")["backbone_teachers"] is None
    assert _row(after, "A")["teachers"] == 2


def test_a_recruit_adds_and_takes_from_nobody(district: District) -> None:
    after = MoveTeacher.apply([_move("N1", move="recruit", return_year=2029)], district)
    assert _row(after, "A") == _row(district, "A")
    assert _row(after, "B")["teachers"] == 4
    row = after.table("teachers").row(by_predicate=pl.col("teacher") == "N1", named=True)
    assert (row["school"], row["joined_year"], row["return_year"], row["rotations"]) == ("B", 2027, 2029, 0)


def test_the_row_says_since_when_and_until_when(district: District) -> None:
    after = MoveTeacher.apply([_move("T2", base_school="A", return_year=2030)], district)
    row = after.table("teachers").row(by_predicate=pl.col("teacher") == "T2", named=True)
    wanted = ("B", 2027, "A", 2030, 1)
    assert (
        tuple(row[name] for name in ("school", "joined_year", "base_school", "return_year", "rotations"))
        == wanted
    )
    others = after.table("teachers").filter(pl.col("teacher") != "T2")
    assert others.equals(district.table("teachers").filter(pl.col("teacher") != "T2"))


def test_moves_that_cannot_be_are_all_named(district: District) -> None:
    wrong = [_move("T9"), _move("T1", "Z"), _move("T2"), _move("T2")]
    with pytest.raises(InputError) as caught:
        MoveTeacher.apply(wrong, district)
    assert [problem.code for problem in caught.value.problems] == [
        "unknown-teacher",
        "no-such-stage",
        "moved-twice",
    ]


def test_an_action_reads_back_as_it_was_written() -> None:
    action = _move("T1", base_school="A", return_year=2030, reason="quota", numbers={"km": 3.5})
    assert MoveTeacher.read(Part(action.as_dict())) == action
