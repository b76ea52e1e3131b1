"""The table of targets counts what the moves and recruits of a plan change at each school stage."""

from __future__ import annotations

from junheng.planners.compliance.targets import SCHEMA, targets
from junheng.plans.action import Action
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.plan import Plan
from junheng.text import Text


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


def test_who_gives_loses_what_the_other_gains() -> None:
    found = targets(
        plan_of(
            MoveTeachers(
                stage="primary", sender="A", receiver="B", n=2, degree="teachers_associate", is_backbone=True
            ),
            MoveTeachers(stage="junior", sender="A", receiver="B", n=1, degree="teachers_associate"),
            RecruitTeachers(
                school="B", stage="primary", n=3, degree="teachers_bachelor", subject="art_teachers"
            ),
        )
    )
    assert found.columns == list(SCHEMA)
    assert found.rows() == [
        # In junior secondary an associate degree is not above the required one.
        ("A", "junior", 0, 1, 0, 0, 0, 0),
        ("A", "primary", 0, 2, 0, -2, -2, 0),
        ("B", "junior", 1, 0, 0, 0, 0, 0),
        ("B", "primary", 2, 0, 3, 5, 2, 3),
    ]


def test_a_plan_without_teachers_has_no_targets() -> None:
    assert targets(plan_of()).is_empty()
