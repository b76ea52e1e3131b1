"""The workbook of a layout: what it says adds up to what the plan spends, year by year."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from junheng.district.examples import example
from junheng.planners.layout.solve import LayoutOptions
from junheng.planners.layout.stages import plan_stages
from junheng.planners.layout.wishes import LayoutWishes
from junheng.report.layout_workbook import write_layout_workbook
from junheng.standards import load_standard


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory):
    town = example("town")
    found = plan_stages(
        town,
        load_standard("cn"),
        stages=("preschool", "primary"),
        wishes=LayoutWishes(stage="", budget_yuan=15e6, public_share=70.0),
        options=LayoutOptions(seconds=10, steps=60),
    )
    path: Path = tmp_path_factory.mktemp("book") / "layout.xlsx"
    write_layout_workbook(found, path, district=town, language="en")
    return found, openpyxl.load_workbook(path)


def rows_of(sheet) -> list[dict]:
    header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_the_gantt_chart_colours_works_and_use_in_the_years_of_the_schedule(planned):
    found, book = planned
    shown = rows_of(book["schedule"])
    wanted = [row for one in found.stages for row in one.schedule.iter_rows(named=True)]
    assert len(shown) == len(wanted) > 0
    for row, own in zip(shown, wanted, strict=True):
        assert row["yuan"] == pytest.approx(own["yuan"])
        works = [int(year) for year, state in row.items() if state == "works"]
        used = [int(year) for year, state in row.items() if state == "in use"]
        assert works == list(range(own["from_year"], own["in_use"]))
        assert used == list(range(own["in_use"], found.problem.years[-1] + 1))
    colours = {
        cell.value: cell.fill.fgColor.rgb for row in book["schedule"].iter_rows(min_row=2) for cell in row
    }
    assert colours["works"] != colours["in use"]


def test_investment_adds_up_to_the_plan_and_stays_below_the_limits(planned):
    found, book = planned
    *batches, total, limit = rows_of(book["investment"])
    assert total["all, yuan"] == pytest.approx(found.solution.layout.score.building_yuan)
    for year in (str(one - 1) for one in found.problem.years):
        assert sum(row[year] for row in batches) == pytest.approx(total[year])
        assert total[year] <= limit[year] == 15e6
    assert sum(row["projects"] for row in batches) == sum(one.schedule.height for one in found.stages)
