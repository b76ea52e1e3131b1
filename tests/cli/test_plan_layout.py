"""``junheng plan layout``: what it says and writes, and how it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from junheng.cli.main import main
from junheng.district.examples import example
from junheng.district.examples.merger import merger_example
from junheng.district.files import read_district, write
from junheng.plans.plan import read_plan

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county") / "county"
    write(merger_example(), path, language="en")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], county: Path, tmp_path: Path) -> Run:
    def go(*arguments: object) -> tuple[int, str, str]:
        command = ["plan", "layout", str(county), "--stage", "junior", "--lang", "en", "--seconds", "10"]
        command += ["--out", str(tmp_path / "plan.json")]
        try:
            code = main([*command, *(str(argument) for argument in arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return go


def test_the_plan_is_told_and_written_with_its_tables_and_a_map_a_year(run: Run, tmp_path: Path) -> None:
    code, out, _ = run(
        "--tables", tmp_path / "tables", "--workbook", tmp_path / "after.xlsx", "--report", tmp_path
    )
    assert code == 0
    assert "0 pupil-years without a place" in out
    assert "merge into another school" in out
    assert " C1 " not in out, "schools are named"
    assert read_plan(tmp_path / "plan.json").kind == "layout"
    named = {path.name for path in (tmp_path / "tables").iterdir()}
    assert {"schedule.csv", "why_not.csv", "map-now.geojson", "map-2031.geojson"} <= named
    report = (tmp_path / "report-2027.html").read_text(encoding="utf-8")
    assert "S1" in report
    assert "are those of 2027–2028" in report, "what is of the planned year, and what of the records"
    assert not re.search("plan of catchments|and on catchments|trade-off curve", report)
    schedule = pl.read_csv(tmp_path / "tables" / "schedule.csv")
    after = read_district(tmp_path / "after.xlsx")
    merged = schedule.filter(pl.col("kind") == "merge")["site"].to_list()
    assert not set(merged) & set(after.table("schools")["school"])


def test_the_json_has_the_prices_of_the_scenarios_and_every_reason(run: Run) -> None:
    code, out, _ = run("--json", "--prices")
    assert code == 0
    given = json.loads(out)
    assert [row["scenario"] for row in given["prices"]] == ["low", "medium", "high"]
    assert {row["site"] for row in given["why_not"]} == {
        "C1", "C2", "C3", "C4", "T1", "T2", "T3", "T4", "T5", "S1", "S2",
    }  # fmt: skip
    assert given["plan"]["gap"]["cost"] < 0.01


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--lock", "C1=merge"], 4, "too large a school"),
        (["--lock", "C1=open"], 4, "nothing that can happen to such a site"),
        (["--lock", "C1=fly"], 3, "nothing is called “fly”"),
        (["--forbid", "C1"], 2, "SITE=KIND"),
        (["--years", "2027-2028"], 3, "2 planned years"),
        (["--years", "2027-2037"], 3, "3 to 10 years"),
        (["--public-share", "60"], 2, "preschool"),
        (["--stage", "junior,junior"], 2, "junior,junior"),
        (["--stage", "primary,senior"], 2, "primary,senior"),
        (["--lock", "S1=keep", "--lock", "S1=merge"], 2, "two kinds"),
        (["--budget", "-1"], 2, "--budget"),
        (["--settings", "nowhere.json"], 2, "nowhere.json"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(run: Run, arguments, code: int, words: str) -> None:
    found, out, err = run(*arguments)
    assert found == code
    assert words in out + err


def test_an_unknown_setting_is_named_with_those_that_are_known(run: Run, tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"bus_yuan": 3}', encoding="utf-8")
    code, out, err = run("--settings", tmp_path / "s.json")
    assert code == 2
    assert "bus_yuan" in out + err
    assert "transport_yuan_per_km" in out + err


def test_stages_that_share_the_money_have_their_tables_side_by_side(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    town = tmp_path / "town"
    write(example("town"), town, language="en")
    command = [
        "plan",
        "layout",
        str(town),
        "--stage",
        "preschool,primary",
        "--budget",
        "15000000",
        "--lang",
        "en",
    ]
    command += ["--seconds", "10", "--out", str(tmp_path / "plan.json"), "--tables", str(tmp_path / "tables")]
    assert main([*command, "--json"]) == 0
    given = json.loads(capsys.readouterr().out)
    assert set(given["stages"]) == {"preschool", "primary"}
    by_year: dict[int, float] = {}
    for row in given["investment"]:
        by_year[row["year"]] = by_year.get(row["year"], 0.0) + row["yuan"]
    assert max(by_year.values()) <= 15e6
    assert given["plan"]["gap"]["cost"] is not None
    assert {path.name for path in (tmp_path / "tables").iterdir()} == {"preschool", "primary", "layout.xlsx"}
    assert not list((tmp_path / "tables" / "preschool").glob("*.geojson"))
    assert list((tmp_path / "tables" / "primary").glob("*.geojson"))
