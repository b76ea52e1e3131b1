"""The assessment as a whole: what it says of itself, and what goes into JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.assessment import VERDICTS, Assessment, assess
from junheng.measure.balance import OUTCOMES
from junheng.measure.verdicts import VERDICTS as INDICATOR_VERDICTS
from junheng.standards import load_standard
from junheng.standards.loader import DATA

CITY = DATA / "examples" / "city.yaml"


@pytest.fixture(scope="module")
def town() -> District:
    return example("town", seed=1)


@pytest.fixture(scope="module")
def found(town: District) -> Assessment:
    return assess(town, load_standard())


def _bare(town: District, **change: pl.DataFrame) -> District:
    return District.of({name: town.tables[name] for name in ("district", "schools", "stages")} | change)


def test_the_day_is_the_first_of_the_school_year_unless_another_is_given(town: District) -> None:
    assert assess(town, load_standard()).on == date(2026, 9, 1)
    assert assess(town, load_standard(), on=date(2025, 5, 1)).on == date(2025, 5, 1)


def test_before_the_measures_there_is_nothing_to_assess_by(town: District) -> None:
    with pytest.raises(UsageError, match="no value in force"):
        assess(town, load_standard(), on=date(2016, 9, 1))


def test_it_writes_the_same_json_twice_without_nan_or_infinity(town: District, found: Assessment) -> None:
    first = json.dumps(found.as_dict(), allow_nan=False, ensure_ascii=False)
    again = json.dumps(assess(town, load_standard()).as_dict(), allow_nan=False, ensure_ascii=False)
    assert first == again


def test_the_least_district_that_can_be_written_down_has_json_too(town: District) -> None:
    given = assess(_bare(town), load_standard()).as_dict()
    json.dumps(given, allow_nan=False)
    assert given["balance"]["needs"]
    assert {need["rule"] for need in given["places"]["needs"]} >= {"places.classes", "places.access"}
    empty = District.of({"district": town.table("district")})
    json.dumps(assess(empty, load_standard()).as_dict(), allow_nan=False)


def test_every_verdict_that_json_can_hold_has_a_name_in_both_languages(found: Assessment) -> None:
    known = {*INDICATOR_VERDICTS, *(verdict for verdict, _ in OUTCOMES), "reported"}
    assert known == set(VERDICTS)
    given = found.as_dict()
    said = {
        row["verdict"]
        for rows in (
            given["indicators"],
            given["guarantee"],
            *_frames(given["balance"]),
            given["places"]["classes"],
        )
        for row in rows
    }
    assert said <= known


def _frames(section: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [section[name] for name in ("passing", "stages", "indicators", "variation")]


def test_every_number_that_decided_is_listed_with_where_it_is_written(found: Assessment) -> None:
    values = found.as_dict()["values"]
    assert len(values) == len({(v["rule"], v["stage"], v["kind"], v["waiver"]) for v in values})
    rules = {value["rule"] for value in values}
    assert {"balance.R4", "balance.cv", "guarantee.G4", "radius.school", "schooling.entry_age"} <= rules
    assert all(value["citation"]["zh"] and value["citation"]["en"] and value["source"] for value in values)


def test_an_overlays_number_decides_and_shows_what_it_replaced(town: District) -> None:
    given = assess(town, load_standard(overlays=[CITY])).as_dict()
    (value,) = [v for v in given["values"] if v["rule"] == "guarantee.G5" and v["stage"] == "primary"]
    assert (value["number"], value["scope"], value["overrides"]["number"]) == (40, "990100", 45)
    classes = [row for row in given["places"]["classes"] if row["stage"] == "primary"]
    assert {row["decided_by"] for row in classes} == {"990100"}
    assert {row["limit"] for row in classes} == {40}
    assert given["standard"]["scopes"] == ["national", "990100"]


def test_a_relaxed_number_and_the_ordinary_one_are_both_listed(town: District) -> None:
    waiver = "waiver.size.built_before_2011"
    old_and_new = town.replace(
        premises=town.table("premises").with_columns(
            built_year=pl.when(pl.int_range(pl.len()) == 0).then(1999).otherwise(2020)
        )
    )
    values = assess(old_and_new, load_standard(waivers=[waiver])).as_dict()["values"]
    size = {(v["number"], v["waiver"]) for v in values if v["rule"] == "guarantee.G4" and v["kind"] is None}
    assert size == {(2000, None), (2400, waiver)}


def test_notices_of_the_standard_of_the_day_and_of_declarations_come_together(town: District) -> None:
    waiver = "waiver.size.built_before_2011"
    declared = pl.DataFrame({"rule": ["guarantee.G99"], "value": [1.0]})
    own = town.replace(declarations=declared)
    standard = load_standard(overlays=[CITY], waivers=[waiver])
    in_force = assess(own, standard)
    codes = [notice.code for notice in in_force.notices]
    assert "waiver-dates-unverified" in codes
    assert "declaration-not-read" in codes
    assert set(standard.notices) <= set(in_force.notices)
    later = assess(own, standard, on=date(2028, 9, 1))
    assert "waiver-not-in-force" in [notice.code for notice in later.notices]
    assert [notice["code"] for notice in later.as_dict()["notices"]] == [n.code for n in later.notices]


def test_the_verdict_is_that_of_the_national_list(found: Assessment) -> None:
    assert found.verdict == found.indicators.verdict == "fail"
    assert found.as_dict()["balance"]["verdict"] == found.balance.verdict


def test_the_order_of_a_districts_rows_changes_no_verdict(town: District, found: Assessment) -> None:
    shuffled = District.of(
        {name: frame.sample(fraction=1.0, shuffle=True, seed=3) for name, frame in town.tables.items()}
    )
    again = assess(shuffled, load_standard())
    assert again.district.hash == town.hash
    assert again.indicators.table.drop("detail").equals(found.indicators.table.drop("detail"))
    key = ["rule", "school", "stage"]
    one, other = (a.indicators.guarantee.sort(key, nulls_last=True) for a in (found, again))
    assert one.equals(other)


def test_it_changes_nothing(town: District) -> None:
    before = {name: frame.clone() for name, frame in town.tables.items()}
    assess(town, load_standard())
    assert all(town.tables[name].equals(frame) for name, frame in before.items())


def test_measuring_imports_no_planner_and_no_solver() -> None:
    code = (
        "import sys, junheng.measure.assessment, junheng.plans.compare, junheng.plans.apply;"
        "print(*sorted(m for m in sys.modules if m.startswith(('junheng.planners', 'highspy', 'junheng.report'))))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=Path.cwd()
    )
    assert found.stdout.strip() == ""
