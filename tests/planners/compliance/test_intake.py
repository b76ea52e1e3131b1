"""Caps on intake: only where a site cannot do, only as far as needed, only to schools with places."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InfeasibleError
from junheng.measure.balance import balance
from junheng.planners.compliance.build import compliance_problem
from junheng.planners.compliance.checks import check
from junheng.planners.compliance.costs import UnitCosts
from junheng.planners.compliance.intake import intake_caps
from junheng.planners.compliance.planner import plan_compliance
from junheng.planners.compliance.solve import ComplianceOptions
from junheng.planners.compliance.wishes import Wishes
from junheng.plans.actions.cap_intake import CapIntake
from junheng.standards import load_standard

STANDARD = load_standard()
TODAY = STANDARD.on(date(2026, 9, 1))
FULL = "2199000006"
NO_ROOMS = {(FULL, "teaching_m2"): 0.0}


@pytest.fixture(scope="module")
def district() -> District:
    return example("district")


def pupils(district: District) -> dict[tuple[str, str], int]:
    rows = district.table("stages").select("school", "stage", "pupils").rows()
    return {(school, stage): n for school, stage, n in rows}


def test_without_leave_a_full_site_has_no_plan(district: District) -> None:
    with pytest.raises(InfeasibleError, match=FULL):
        plan_compliance(
            district, STANDARD, wishes=Wishes(at_most=NO_ROOMS), options=ComplianceOptions(seconds=30)
        )


def test_with_leave_the_plan_passes_and_every_pupil_has_a_school(district: District) -> None:
    wishes = Wishes(at_most=NO_ROOMS, may_cap_intake=True)
    plan = plan_compliance(district, STANDARD, wishes=wishes, options=ComplianceOptions(seconds=30))
    after = plan.apply(district)
    assert balance(after, TODAY).verdict == "pass"
    old, new = pupils(district), pupils(after)
    assert sum(old.values()) == sum(new.values())
    assert {key[0] for key in old if new[key] < old[key]} == {FULL}
    places = {
        (row["school"], row["stage"]): row["capacity_pupils"]
        for row in district.table("stages").iter_rows(named=True)
    }
    assert all(new[key] <= places[key] for key in old if new[key] > old[key])


def test_one_pupil_fewer_would_not_do(district: District) -> None:
    wishes = Wishes(at_most=NO_ROOMS)
    problem = compliance_problem(district, TODAY, wishes=wishes, costs=UnitCosts())
    caps = intake_caps(district, problem)

    def problems(capped: tuple[CapIntake, ...]) -> list[str]:
        changed = CapIntake.apply(capped, district)
        return [p.code for p in check(compliance_problem(changed, TODAY, wishes=wishes, costs=UnitCosts()))]

    first, *others = caps
    fewer = CapIntake(stage=first.stage, school=first.school, pupils=first.pupils - 1, to=first.to)
    assert problems(caps) == []
    assert problems((fewer, *others)) == ["site-too-small"]


def test_where_every_site_suffices_nobody_is_capped(district: District) -> None:
    problem = compliance_problem(district, TODAY, wishes=Wishes(), costs=UnitCosts())
    assert intake_caps(district, problem) == ()


def test_a_school_without_places_on_record_takes_nobody(district: District) -> None:
    blank = district.replace(
        stages=district.table("stages").with_columns(capacity_pupils=pl.lit(None, dtype=pl.Int64))
    )
    problem = compliance_problem(blank, TODAY, wishes=Wishes(at_most=NO_ROOMS), costs=UnitCosts())
    assert intake_caps(blank, problem) == ()
