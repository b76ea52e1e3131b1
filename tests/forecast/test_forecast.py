"""A whole forecast of the example town: consistent, explained, written, handed on to planners."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.forecast.alerts import COLOURS, alerts
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.explain import explain, whole_parts
from junheng.forecast.future import children_in, district_in, rolls_in
from junheng.forecast.housing import NewHousing
from junheng.forecast.intake import Wanted, records_of
from junheng.forecast.make import backtests, forecast
from junheng.forecast.model import ENTRANTS, PARTS, QUANTILE_COLUMNS, Forecast
from junheng.forecast.settings import Settings
from junheng.forecast.workbook import HEADERS
from junheng.forecast.write import write_forecast
from junheng.measure.children import children_by_home
from junheng.standards import load_standard

DAY = date(2026, 9, 1)


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


@pytest.fixture(scope="module")
def found(town: District) -> Forecast:
    return forecast(town, load_standard(), wanted=Wanted(horizon=3))


def test_every_school_stage_and_year_is_there(town: District, found: Forecast) -> None:
    pairs = town.table("rolls").filter(pl.col("year") == 2026).select("school", "stage").unique()
    assert found.schools.height == pairs.height * 3
    assert found.years == (2027, 2028, 2029)


def test_parts_sum_to_the_central_forecast_in_every_table(found: Forecast) -> None:
    for rows in (found.cells, found.schools, found.grades, found.totals):
        off = (rows.select(pl.sum_horizontal(COMPONENTS)).to_series() - rows["mean"]).abs().max()
        assert off < 1e-6  # type: ignore[operator]


def test_schools_add_up_to_the_district_in_every_scenario(found: Forecast) -> None:
    for column in ("mean", "low", "high"):
        sums = found.schools.group_by("stage", "year").agg(pl.col(column).sum())
        both = sums.join(found.totals, on=["stage", "year"])
        assert both[column].to_list() == pytest.approx(both[f"{column}_right"].to_list())


def test_late_dwellings_make_no_more_pupils_where_most_leave_early() -> None:
    rolls = [("S", "primary", grade, year, 90 // grade**3) for grade in (1, 2) for year in range(2022, 2027)]
    leaving = District.of(
        {
            "district": pl.DataFrame({"district": ["D"], "name": ["区"], "year": [2026]}),
            "rolls": pl.DataFrame(rolls, schema=["school", "stage", "grade", "year", "pupils"], orient="row"),
            "homes": pl.DataFrame({"home": ["H"], "dwellings": [100]}),
            "children": pl.DataFrame(
                {"home": ["H"], "year": [2026], "stage": ["primary"], "children": [100]}
            ),
            "catchments": pl.DataFrame({"stage": ["primary"], "home": ["H"], "school": ["S"]}),
            "housing": pl.DataFrame(
                {"home": ["H"], "year": [2027], "type": ["commodity"], "dwellings": [900]}
            ),
        }
    )
    made = forecast(leaving, load_standard())
    for rows in (made.cells, made.schools, made.grades, made.totals):
        assert (rows["low"] <= rows["mean"]).all()
        assert (rows["mean"] <= rows["high"]).all()


def test_intervals_hold_the_central_forecast_and_each_other(found: Forecast) -> None:
    for rows in (found.cells, found.schools, found.grades, found.totals):
        for low, high in pairwise(QUANTILE_COLUMNS):
            assert (rows[low] <= rows[high] + 1e-9).all()
        assert ((rows["mean"] >= rows["q10"] - 1e-9) & (rows["mean"] <= rows["q90"] + 1e-9)).all()
        assert ((rows["low"] <= rows["mean"] + 1e-9) & (rows["mean"] <= rows["high"] + 1e-9)).all()


def test_junior_entrants_follow_the_leavers_of_the_primary_schools(town: District) -> None:
    fewer = town.replace(
        rolls=town.table("rolls").with_columns(
            pupils=pl.when((pl.col("stage") == "primary") & (pl.col("grade") == 6) & (pl.col("year") == 2026))
            .then(pl.col("pupils") // 2)
            .otherwise(pl.col("pupils"))
        )
    )
    entrants = [
        forecast(one, load_standard(), stages=["junior"], wanted=Wanted(horizon=1)).grades.filter(
            pl.col("grade") == 7
        )["mean"][0]
        for one in (town, fewer)
    ]
    assert entrants[1] < 0.85 * entrants[0]


def test_pupils_of_new_dwellings_enter_junior_schools_once(town: District) -> None:
    # Leavers of primary schools live in the dwellings too; and more births make no fewer leavers.
    coming = pl.col("year") > 2026
    none = town.replace(housing=town.table("housing").filter(~coming))
    young = town.table("births").with_columns(births=pl.col("births") * (1 + (pl.col("year") >= 2020)))
    seventh, brought = [], []
    for one in (town, none, none.replace(births=young)):
        made = forecast(one, load_standard(), stages=["junior"], wanted=Wanted(horizon=5))
        last = made.grades.filter((pl.col("grade") == 7) & (pl.col("year") == 2031))
        seventh.append(last["mean"][0] - last["damping"][0])
        brought.append(last["housing"][0])
    assert seventh[0] - seventh[1] == pytest.approx(brought[0] - brought[1], rel=0.02)
    assert seventh[2] == pytest.approx(seventh[1])


def test_a_last_grade_that_nobody_counted_is_no_year_without_leavers(town: District) -> None:
    is_left_out = (pl.col("stage") == "primary") & (pl.col("grade") == 6) & (pl.col("year") == 2024)
    gap = town.replace(rolls=town.table("rolls").filter(~is_left_out))
    rules, wanted = load_standard().on(DAY), Wanted(horizon=1)
    primary = records_of(gap, rules, stage="primary", wanted=wanted)
    junior = records_of(gap, rules, stage="junior", wanted=wanted, before=primary)
    assert junior.expected is not None
    is_known = np.isfinite(junior.expected[-1]).all(axis=0)
    assert dict(zip(junior.axes.all_years[1:], is_known[1:].tolist(), strict=True)) == {
        2022: True, 2023: True, 2024: True, 2025: False, 2026: True, 2027: True
    }  # fmt: skip


def test_births_move_the_entrants(town: District) -> None:
    # Children born from September 2020 enter in 2027.
    fewer = town.replace(
        births=town.table("births").with_columns(
            births=pl.when(pl.col("year") >= 2020).then(pl.col("births") // 3).otherwise(pl.col("births"))
        )
    )
    entrants = [
        forecast(one, load_standard(), stages=["primary"], wanted=Wanted(horizon=1)).grades.filter(
            pl.col("grade") == 1
        )["mean"][0]
        for one in (town, fewer)
    ]
    assert entrants[1] < 0.95 * entrants[0]


@pytest.mark.parametrize(
    ("births_from", "keeps_children", "primary", "told"),
    [(2000, True, "births", 0), (2024, True, "children", 1), (2024, False, "recent", 1)],
)
def test_what_entrants_stand_on_is_said_and_births_left_out_are_told(
    town: District, births_from: int, keeps_children: bool, primary: str, told: int
) -> None:
    kept = town.replace(
        births=town.table("births").filter(pl.col("year") >= births_from),
        children=town.table("children") if keeps_children else town.table("children").clear(),
        housing=town.table("housing").clear(),
    )
    made = forecast(kept, load_standard(), wanted=Wanted(horizon=1))
    assert dict(made.entrants_by) == {"primary": primary, "junior": "leavers"}
    assert [notice.code for notice in made.notices] == ["births-left-out"] * told
    for stage, by in made.entrants_by.items():
        school = made.cells.filter(pl.col("stage") == stage)["school"][0]
        words = [
            text for name, text, _ in explain(made, school=school, stage=stage, year=2027) if name == "births"
        ]
        assert words == [ENTRANTS[by]]


def test_births_that_past_entrants_did_not_follow_are_told_and_not_called_their_ground(
    town: District,
) -> None:
    wild = pl.when(pl.col("year") % 2 == 0).then(pl.col("births") * 3).otherwise(pl.col("births"))
    unlike = town.replace(births=town.table("births").with_columns(births=wild))
    made = forecast(unlike, load_standard(), stages=["primary"], wanted=Wanted(horizon=1))
    assert {one.births_response for one in made.settings["primary"]} == {0.0}
    assert dict(made.entrants_by) == {"primary": "recent"}
    assert [notice.code for notice in made.notices] == ["entrants-not-followed"]
    assert (made.cells["retention"].abs() < 1e-9).all()


def test_late_dwellings_bring_fewer_pupils_at_first(town: District) -> None:
    def housing(new: NewHousing) -> float:
        made = forecast(town, load_standard(), stages=["primary"], wanted=Wanted(horizon=1, housing=new))
        return float(made.totals["housing"][0])

    assert 0 < housing(NewHousing(delay_years=1)) < housing(NewHousing())
    nothing = dict.fromkeys(("commodity", "resettlement", "affordable", "talent"), 0.0)
    assert housing(NewHousing(per_type=nothing)) == 0


def test_the_same_district_gives_the_same_forecast(town: District) -> None:
    one, two = (
        forecast(town, load_standard(), stages=["primary"], wanted=Wanted(horizon=2)) for _ in range(2)
    )
    assert one.as_dict() == two.as_dict()


def test_alerts_follow_the_probability_and_not_the_central_forecast(found: Forecast) -> None:
    warned = alerts(found, load_standard().on(DAY))
    assert set(warned["colour"]) <= {"red", "orange", "yellow", "green"}
    for row in warned.iter_rows(named=True):
        share = row["probability"] * 100
        expected = "red" if share >= 50 else "orange" if share >= 25 else "yellow" if share >= 10 else "green"
        assert row["colour"] == expected
    percent, over = (100 * warned["probability"]).round().to_list(), warned["over"].to_list()
    assert list(zip(percent, over, strict=True)) == sorted(zip(percent, over, strict=True), reverse=True)
    assert warned["colour"].unique(maintain_order=True).to_list() == list(COLOURS)
    assert warned.filter((pl.col("over") < 0) & (pl.col("colour") != "green")).height > 0


def test_a_school_without_places_on_record_has_no_alert(town: District) -> None:
    first = town.table("stages")["school"][0]
    unknown = town.replace(
        stages=town.table("stages").with_columns(
            capacity_pupils=pl.when(pl.col("school") != first).then(pl.col("capacity_pupils"))
        )
    )
    made = forecast(unknown, load_standard(), stages=["primary"], wanted=Wanted(horizon=1))
    assert first not in made.overflow["school"].to_list()
    assert [notice.code for notice in made.notices] == ["places-absent"]
    assert made.notices[0].found.en.startswith("1 schools")


def test_a_number_is_explained_in_whole_pupils_that_sum(found: Forecast) -> None:
    for row in found.schools.head(12).iter_rows(named=True):
        *parts, (name, _, whole) = explain(found, school=row["school"], stage=row["stage"], year=row["year"])
        assert name == "mean"
        assert sum(n for _, _, n in parts) == whole
        assert whole == pytest.approx(row["mean"], abs=0.5 + 1e-9)


def test_a_number_that_is_not_there_is_not_explained(found: Forecast) -> None:
    with pytest.raises(UsageError, match="NOBODY; it has 2199"):
        explain(found, school="NOBODY", stage="primary", year=2027)
    with pytest.raises(UsageError, match="school year 2020; it has 2027, 2028"):
        explain(found, school=found.cells["school"][0], stage=found.cells["stage"][0], year=2020)


@given(parts=st.lists(st.floats(-500, 500), min_size=1, max_size=9))
def test_whole_parts_sum_to_the_rounded_whole_and_stay_near(parts: list[float]) -> None:
    whole = whole_parts(parts)
    assert abs(sum(whole) - sum(parts)) <= 0.5 + 1e-6
    assert all(abs(n - part) < 1 + 1e-9 for n, part in zip(whole, parts, strict=True))


def test_every_part_and_column_has_a_name_in_both_languages(found: Forecast) -> None:
    assert set(PARTS) == set(COMPONENTS)
    tables = (
        found.cells,
        found.schools,
        found.grades,
        found.totals,
        found.overflow,
        alerts(found, found.standard),
    )
    assert {column for table in tables for column in table.columns} <= set(HEADERS)
    for table in tables:
        for heads in (
            [HEADERS[column].zh for column in table.columns],
            [HEADERS[column].en for column in table.columns],
        ):
            assert len(set(heads)) == len(heads)


def test_rolls_of_a_year_to_come_keep_every_schools_total(found: Forecast) -> None:
    rolls = rolls_in(found, 2028)
    totals = rolls.group_by("school", "stage").agg(pl.col("pupils").sum())
    both = totals.join(found.schools.filter(pl.col("year") == 2028), on=["school", "stage"])
    assert both.height == totals.height
    assert ((both["pupils"] - both["mean"]).abs() <= 0.5 + 1e-9).all()


def test_children_of_a_year_to_come_change_as_their_school_does(town: District, found: Forecast) -> None:
    now = children_by_home(town, load_standard().on(DAY))
    zones = town.table("catchments")
    later = children_in(found, 2029)
    sums = [
        frame.join(zones, on=["home", "stage"]).group_by("school", "stage").agg(pl.col("children").sum())
        for frame in (now, later)
    ]
    both = (
        sums[0]
        .join(sums[1], on=["school", "stage"], suffix="_later")
        .join(found.schools.filter(pl.col("year") == 2029), on=["school", "stage"])
    )
    assert both.height == found.schools.filter(pl.col("year") == 2029).height
    expected = both["children"] * both["mean"] / both["pupils_now"]
    assert ((both["children_later"] - expected).abs() <= 0.5 + 1e-6).all()


def test_the_district_of_a_year_to_come_can_be_planned(found: Forecast) -> None:
    later = district_in(found, 2029, scenario="high")
    assert later.year.start == 2029
    assert not later.has("classes")
    assert children_by_home(later, load_standard().on(date(2029, 9, 1)))["children"].sum() > 0
    assert later.table("stages")["pupils"].sum() == rolls_in(found, 2029, scenario="high")["pupils"].sum()
    with pytest.raises(UsageError, match="2040"):
        district_in(found, 2040)
    with pytest.raises(UsageError, match="rosy"):
        district_in(found, 2029, scenario="rosy")


def test_a_forecast_is_written_as_workbook_csv_and_json(found: Forecast, tmp_path: Path) -> None:
    write_forecast(found, tmp_path / "f.xlsx", language="en")
    write_forecast(found, tmp_path / "f.json")
    write_forecast(found, tmp_path / "folder")
    write_forecast(found, tmp_path / "folder")  # again, over itself
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == [
        "alerts",
        "district",
        "grades",
        "schools",
        "schools by grade",
        "overflow",
        "notes",
    ]
    row = [cell.value for cell in book["alerts"][2]]
    assert row[1] in found.district.table("schools")["name"].to_list()
    assert row[2] in {"primary", "junior secondary"}
    rows = list(book["district"].iter_rows(values_only=True))
    assert rows[1][2] == pytest.approx(found.totals["mean"][0])
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))["input"] == found.district.hash
    assert pl.read_csv(tmp_path / "folder" / "cells.csv").height == found.cells.height
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    with pytest.raises(UsageError, match="other things"):
        write_forecast(found, tmp_path / "other")


def test_too_short_a_history_is_refused_with_what_is_there(town: District) -> None:
    two = town.replace(rolls=town.table("rolls").filter(pl.col("year") >= 2025))
    with pytest.raises(UsageError, match="2025, 2026; a forecast takes at least 3"):
        forecast(two, load_standard())


def test_a_stage_that_nobody_asked_for_needs_no_history(town: District) -> None:
    short = town.replace(
        rolls=town.table("rolls").filter((pl.col("stage") == "junior") | (pl.col("year") == 2026))
    )
    made = forecast(short, load_standard(), stages=["junior"], wanted=Wanted(horizon=1))
    assert dict(made.entrants_by) == {"junior": "recent"}


def test_rolls_that_end_before_the_year_of_the_records_are_refused(town: District) -> None:
    old = town.replace(rolls=town.table("rolls").filter(pl.col("year") < 2026))
    with pytest.raises(UsageError, match="no pupils"):
        forecast(old, load_standard())


def test_births_counted_in_two_ways_are_refused(town: District) -> None:
    whole = pl.DataFrame({"home": [None], "school": [None], "year": [2024], "births": [900]})
    twice = town.replace(births=pl.concat([town.table("births"), whole], how="vertical_relaxed"))
    with pytest.raises(InputError, match="one way of counting") as refused:
        forecast(twice, load_standard())
    assert refused.value.problems[0].found.zh == "全区 + 居住单元"


def test_births_and_dwellings_in_no_catchment_of_a_school_with_pupils_are_said(town: District) -> None:
    zones, rolls = town.table("catchments"), town.table("rolls")
    home = town.table("housing")["home"][0]
    own = zones.filter((pl.col("home") == home) & (pl.col("stage") == "primary"))["school"][0]
    without_zone = town.replace(catchments=zones.filter(pl.col("home") != home))
    without_rolls = town.replace(rolls=rolls.filter(pl.col("school") != own))
    for left_out in (without_zone, without_rolls):
        made = forecast(left_out, load_standard(), stages=["primary"], wanted=Wanted(horizon=1))
        assert [notice.code for notice in made.notices] == ["births-left-out", "housing-without-catchment"]


def test_what_dwellings_bring_is_told_from_children_by_age_too_and_said_where_there_are_none(
    town: District,
) -> None:
    children, none = town.table("children"), pl.lit(None, dtype=pl.Int64)
    by_age = children.with_columns(age=pl.coalesce("age", pl.col("grade") + 5), grade=none)
    young = children.filter(pl.col("grade").is_null() | (pl.col("grade") <= 6))
    brought = []
    for known in (children, by_age, young):
        made = forecast(town.replace(children=known), load_standard(), wanted=Wanted(horizon=1))
        brought.append(made.totals["housing"].to_list())
        told = ["housing-without-children"] if known is young else []
        assert [notice.code for notice in made.notices] == told
    assert brought[1] == pytest.approx(brought[0])
    assert brought[2] == pytest.approx([brought[0][0], 0.0])


def test_children_who_are_born_and_not_on_record_are_told(town: District) -> None:
    # Those born in the birth year 2022 enter in 2029; nobody knows yet who enters in 2033.
    gap = town.replace(births=town.table("births").filter(pl.col("year") != 2022))
    made = forecast(gap, load_standard(), stages=["primary"], wanted=Wanted(horizon=7))
    (notice,) = made.notices
    assert notice.code == "entrants-unknown"
    assert "in 2029 are" in notice.found.en
    assert "出生年度 2022 " in notice.expected.zh


@pytest.mark.parametrize("wrong", [0, 16])
def test_a_horizon_that_means_nothing_is_refused(wrong: int) -> None:
    with pytest.raises(UsageError, match="1 to 15"):
        Wanted(horizon=wrong)


def test_new_dwellings_fill_no_more_than_whole() -> None:
    with pytest.raises(UsageError, match="exceed 1"):
        NewHousing(filling=(0.7, 0.7))


def test_a_backtest_from_a_year_without_a_past_is_refused(town: District) -> None:
    with pytest.raises(UsageError, match="choose among 2022, 2023, 2024, 2025"):
        backtests(town, load_standard(), stages=["primary"], origins=[2021])


def test_district_births_alone_serve_every_school(town: District) -> None:
    whole = town.table("births").group_by("year").agg(pl.col("births").sum())
    made = forecast(town.replace(births=whole), load_standard(), stages=["primary"], wanted=Wanted(horizon=2))
    assert made.totals["births"][1] > 0


def test_rolls_alone_are_enough(town: District) -> None:
    bare = District.of({name: town.table(name) for name in ("district", "schools", "rolls")})
    made = forecast(bare, load_standard(), wanted=Wanted(horizon=2))
    assert made.totals["mean"].to_list() == pytest.approx([5400, 5500, 2550, 2650], rel=0.06)
    assert made.overflow.height == 0
    assert (made.totals["retention"].abs() < 1e-9).all()


def test_junior_schools_alone_are_not_fed_by_births(town: District) -> None:
    junior = town.replace(rolls=town.table("rolls").filter(pl.col("stage") == "junior"))
    made = forecast(junior, load_standard(), wanted=Wanted(horizon=1))
    assert made.totals["stage"].to_list() == ["junior"]
    assert {one.births_response for one in made.settings["junior"]} <= {0.0, Settings().births_response}
    assert (made.totals["retention"].abs() < 1e-9).all()
