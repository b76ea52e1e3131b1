"""Options of ``junheng plan catchments`` beyond the plain ones, on the synthetic town."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from junheng.cli.main import main
from junheng.cli.plan_tables import show_distances
from junheng.cli.screen import Screen
from junheng.district.examples import example
from junheng.district.files import read_district, write


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "town"
    write(example("town", seed=1), folder, language="en")
    return folder


@pytest.fixture(scope="module")
def zones(town: Path) -> dict[str, str]:
    rows = read_district(town).table("catchments").filter(stage="primary")
    return dict(rows.select("home", "school").iter_rows())


def planned(
    town: Path, out: Path, capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, dict[str, Any], str]:
    """Run the planner; return the exit code, what ``--json`` gave and all that was written."""
    given = ["plan", "catchments", town, "--out", out, "--seconds", "3", "--json", "--lang", "en", *words]
    code = main([str(word) for word in given])
    seen = capsys.readouterr()
    return code, json.loads(seen.out) if code == 0 else {}, seen.err + seen.out


def school_of(plan: dict[str, Any], home: str) -> str:
    return next(str(one["school"]) for one in plan["actions"] if one.get("home") == home)


def test_an_edit_shows_its_effect_and_repairs_the_rest(
    town: Path, tmp_path: Path, zones: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = read_district(town).table("neighbours").select("home", "neighbour").iter_rows()
    at_border = ((a, zones[b]) for a, b in rows if zones[a] != zones[b])
    own = set(read_district(town).table("schools")["home"])
    home, school = next((a, other) for a, other in at_border if a not in own)
    after = tmp_path / "after.xlsx"
    edit = ("--edit", f"{home}={school}", "--max-moved", "9999", "--workbook", after)
    code, found, _ = planned(town, tmp_path / "edited.json", capsys, *edit)
    assert code == 0
    in_force = dict(read_district(after).table("catchments").filter(stage="primary")["home", "school"].rows())
    assert in_force == {one["home"]: one["school"] for one in found["plan"]["actions"]}
    assert school_of(found["plan"], home) == school
    effect = found["effect"]
    assert effect["before"]["moved_homes"] == 0
    assert effect["after"]["moved_homes"] == 1
    assert {one["school"] for one in effect["schools"]} == {zones[home], school}
    back = ("--repair", tmp_path / "edited.json", "--edit", f"{home}={zones[home]}")
    again, of_plan, _ = planned(town, tmp_path / "again.json", capsys, *back)
    assert again == 0
    assert school_of(of_plan["plan"], home) == zones[home]
    assert of_plan["effect"]["not_asked_again"] == ["max_moved_pupils"]


def test_schools_share_a_zone(
    town: Path, tmp_path: Path, zones: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = read_district(town).table("neighbours").select("home", "neighbour").iter_rows()
    one, other = next((zones[a], zones[b]) for a, b in rows if zones[a] != zones[b])
    code, found, _ = planned(town, tmp_path / "plan.json", capsys, "--share", f"{one},{other}")
    assert code == 0
    assert found["plan"]["actions"][0]["schools"] == [one, other]
    assert found["comparison"][1]["cut_off_homes"] == 0
    refused, _, err = planned(town, tmp_path / "plan.json", capsys, "--share", f"{one},NOBODY")
    assert refused == 3  # as any input that does not fit the district
    assert "NOBODY" in err


def test_years_are_forecast_and_measured_one_by_one(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--years", "2026-2028", "--scenario", "high", "--since", "2027", "--keep-present")
    code, found, _ = planned(town, tmp_path / "plan.json", capsys, *words)
    assert code == 0
    by_year = found["years"]
    assert [row["year"] for row in by_year["years"]] == [2026, 2027, 2028]
    assert [row["plan"] for row in by_year["years"]] == [False, True, True]
    settings = found["plan"]["settings"]
    assert (settings["years"], settings["scenario"]) == ([2027, 2028], "high")
    assert "nobody who is at a school changes it" in found["as_if"]["en"]
    assert by_year["worst"] == found["plan"]["objective"]["overflow_pupils"]


@pytest.mark.parametrize(
    "wish",
    [
        ("--years", "2028-2026"),
        ("--years", "soon"),
        ("--years", "2020-2022"),
        ("--siblings", "101"),
        ("--siblings", "10"),
        ("--since", "2028"),
        ("--years", "2026-2028", "--since", "2029"),
        ("--tradeoff-out", "folder"),
        ("--scenario", "high"),
        ("--share-distance", "expected"),
        ("--tradeoff", "12", "--repair", "plan.json"),
        ("--edit", "H1"),
        ("--edit", "H1=A", "--lock", "H1=B"),
        ("--repair", "nowhere.json"),
    ],
)
def test_wishes_that_make_no_sense_end_with_code_2(
    town: Path, tmp_path: Path, wish: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code, _, _ = planned(town, tmp_path / "plan.json", capsys, *wish)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2


def test_the_priority_of_the_nearest_and_the_report_are_options(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.html"
    code, found, _ = planned(
        town,
        tmp_path / "near.json",
        capsys,
        *("--nearest", "0.5", "--balance", "township=95", "--report", report, "--keep-present"),
    )
    assert code == 0
    before, after = (row["apart"] for row in found["comparison"])
    assert 0 < after <= 0.95
    (row,) = [
        one for one in report.read_text(encoding="utf-8").split("</tr>") if "share of the group off" in one
    ]
    assert f"{100 * before:.1f}%" in row
    assert f"{100 * after:.1f}%" in row
    assert found["plan"]["settings"]["nearest_km"] == 0.5
    assert found["distances"] == {"method": "road_network", "off_network": []}
    assert found["years"]["zones_today"]
    assert 'id="years"' in report.read_text(encoding="utf-8")


def test_distances_that_are_straight_lines_are_said_to_be(
    town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    district = read_district(town)
    without = district.table("neighbours").with_columns(road_km=pl.lit(None, pl.Float64))
    measured = show_distances(
        district.replace(neighbours=without), "primary", Screen(language="en", is_json=False)
    )
    assert measured == {"method": "straight_line", "off_network": []}
    assert (
        "distance to school: straight line (no road network, and no complete distances"
        in capsys.readouterr().out
    )
