"""A plan that costs money in the report and as a workbook: measures, reasons, before and after."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from junheng.district.examples import example
from junheng.measure.assessment import Assessment, assess
from junheng.planners.compliance.planner import plan_compliance
from junheng.planners.compliance.solve import ComplianceOptions
from junheng.planners.compliance.wishes import Wishes
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.plan import Plan
from junheng.report.compliance_workbook import write_compliance_workbook
from junheng.report.loop import LoopReport
from junheng.report.render import render
from junheng.report.sections import works
from junheng.standards import load_standard


@pytest.fixture(scope="module")
def turned() -> tuple[Assessment, Assessment, Plan]:
    town, standard = example("town"), load_standard()
    plan = plan_compliance(town, standard, wishes=Wishes(), options=ComplianceOptions(seconds=30))
    return assess(town, standard), assess(plan.apply(town), standard), plan


def test_the_report_shows_every_measure_and_the_schools_that_turn(
    turned: tuple[Assessment, Assessment, Plan],
) -> None:
    before, after, plan = turned
    report = LoopReport(before=before, after=after, stage="primary", plans=(plan,), chosen=plan)
    found = works.section(report)
    assert len(found.works) == len(plan.actions)
    assert [row.order for row in found.works] == sorted((row.order for row in found.works), reverse=True)
    assert {("fail", "pass")} == {(row.before, row.after) for row in found.turned if row.before != row.after}
    page = render(report, language="en")
    assert "School stages that change, before and after the plan" in page
    assert plan.actions[0].text.en in page  # type: ignore[attr-defined]


def test_a_report_without_such_a_plan_has_no_such_section(
    turned: tuple[Assessment, Assessment, Plan],
) -> None:
    page = render(LoopReport(before=turned[0], stage="primary"), language="en")
    assert 'id="works"' not in page


def test_the_workbook_has_a_sheet_for_each_school_and_the_figures_of_the_plan(
    turned: tuple[Assessment, Assessment, Plan], tmp_path: Path
) -> None:
    before, after, plan = turned
    path = tmp_path / "plan.xlsx"
    write_compliance_workbook(plan, before, after, path, language="en")
    book = openpyxl.load_workbook(path)
    touched = {action.school for action in plan.of(AddPremises)}
    assert {name.partition(" ")[0] for name in book.sheetnames} == {
        "measures",
        "stages",
        "variation",
    } | touched
    head, *rows = book["measures"].iter_rows(values_only=True)
    assert sum(row[head.index("yuan")] for row in rows) == pytest.approx(plan.objective["yuan"].value)
    head, *cvs = book["variation"].iter_rows(values_only=True)
    assert all(row[head.index("after")] <= row[head.index("threshold")] for row in cvs)


def test_the_same_plan_gives_the_same_workbook(
    turned: tuple[Assessment, Assessment, Plan], tmp_path: Path
) -> None:
    files = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    before, after, plan = turned
    for file in files:
        write_compliance_workbook(plan, before, after, file, language="zh")
    assert files[0].read_bytes() == files[1].read_bytes()
