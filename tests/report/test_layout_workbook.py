"""The workbook and the page of a layout: what they say adds up to what the plan spends, year by year."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from report_by_hand import read

from junheng.district.examples import example
from junheng.planners.layout.solve import LayoutOptions
from junheng.planners.layout.stages import plan_stages
from junheng.planners.layout.wishes import LayoutWishes
from junheng.report.layout import layout_reports
from junheng.report.layout_workbook import write_layout_workbook
from junheng.report.render import render
from junheng.standards import load_standard

PRICES = pl.DataFrame(
    {
        "scenario": ["low", "high"],
        "unserved": [0, 3],
        "yuan": [1_000_000.0, 3_000_000.0],
        "alone_unserved": [0, 0],
        "alone_yuan": [900_000.0, 3_200_000.0],
        "alone_bound": [890_000.0, 3_100_000.0],
        "price_yuan": [100_000.0, -200_000.0],
    }
)


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
    found = replace(found, prices=PRICES)
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


def test_the_prices_of_the_scenarios_have_a_sheet(planned):
    _, book = planned
    low, high = rows_of(book["the price of each scenario"])
    assert (low["scenario"], low["price (yuan)"]) == ("low", 100_000)
    assert (high["scenario"], high["this plan: pupil-years without a place"]) == ("high", 3)


def test_the_page_has_the_schedule_the_money_the_prices_and_the_reasons(planned):
    found, book = planned
    primary = found.stages[1]
    year = primary.problem.years[-1]
    ((_, report),) = layout_reports(
        primary, example("town"), load_standard("cn"), years=(year,), prices=found.prices
    )
    page = read(render(report, language="en"))
    assert page.unbalanced == []
    _, *projects = page.tables["gantt"]
    assert len(projects) == primary.schedule.height > 0
    sheet = [row for row in rows_of(book["schedule"]) if row["stage"] == "primary"]
    for shown, own in zip(projects, sheet, strict=True):
        assert shown[0] == own["site"]
        states = [(own[str(one)] or "") for one in range(year - len(shown) + 7, year + 1)]
        assert [cell.endswith(state) for cell, state in zip(shown[6:], states, strict=True)] == [True] * len(
            states
        )
    *batches, total, _limit = page.tables["investment"][1:]
    spent = [[float(cell.replace(",", "")) for cell in row[2:]] for row in batches]
    assert [sum(column) for column in zip(*spent, strict=True)] == pytest.approx(
        [float(cell.replace(",", "")) for cell in total[2:]], abs=len(batches)
    )
    assert [row[-1] for row in page.tables["prices"][1:]] == ["100,000", "−200,000"]
    assert len(page.tables["why-not"]) - 1 == len(primary.why_not)
    assert "handover" not in page.tables
