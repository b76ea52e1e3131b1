"""``junheng plan compliance``: what it says and writes, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from junheng.cli.main import main
from junheng.district.examples import example
from junheng.district.files import write
from junheng.plans.plan import read_plan

Run = Callable[..., tuple[int, str, str]]
SCHOOL = "2199000001"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town") / "town"
    write(example("town"), path, language="en")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], town: Path, tmp_path: Path) -> Run:
    def go(*arguments: object) -> tuple[int, str, str]:
        command = ["plan", "compliance", str(town), "--lang", "en", "--out", str(tmp_path / "plan.json")]
        try:
            code = main([*command, *(str(argument) for argument in arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return go


def test_the_plan_is_told_written_and_measured_again(run: Run, tmp_path: Path) -> None:
    code, out, _ = run()
    assert code == 0
    assert "resources: fail → pass" in out
    assert "it varies too much in the district" in out
    assert "Note:" not in out  # the example leaves nothing to assume
    assert read_plan(tmp_path / "plan.json").kind == "compliance"


def test_every_other_answer_is_in_the_json_too(run: Run, tmp_path: Path) -> None:
    files = {name: tmp_path / f"x.{name}" for name in ("html", "xlsx", "csv")}
    code, out, _ = run(
        "--json",
        "--years",
        "--prices",
        "--frontier",
        "--report",
        files["html"],
        "--workbook",
        files["xlsx"],
        "--targets",
        files["csv"],
    )
    assert code == 0
    found = json.loads(out)
    assert found["verdict"]["before"] == "fail"
    assert [row["year"] for row in found["years"]] == [2026, 2027, 2028]
    assert found["unfunded_yuan"] > 0
    assert found["prices"][0]["rule"] == "balance.cv/balance.R5/primary"
    assert found["frontier"][-1]["stages"] == 13
    assert "School stages that change" in files["html"].read_text(encoding="utf-8")
    assert "measures" in openpyxl.load_workbook(files["xlsx"]).sheetnames
    assert "backbone" in pl.read_csv(files["csv"]).columns


def test_money_enough_makes_the_last_year_pass(run: Run) -> None:
    code, out, _ = run("--json", "--budget", "2026=600000", "--budget", "2027=9000000")
    assert code == 0
    found = json.loads(out)
    assert [row["verdict"] for row in found["years"]] == ["fail", "pass"]
    assert found["verdict"]["after"] == "pass"


def test_own_unit_costs_are_used(run: Run) -> None:
    plans = [json.loads(run("--json", "--cost", f"sports_m2={yuan}")[1])["plan"] for yuan in (600, 1200)]
    one, two = (plan["objective"]["yuan"] for plan in plans)
    assert two == pytest.approx(2 * one, rel=0.002)


def test_what_cannot_be_leaves_with_4_and_the_least_relaxation(run: Run) -> None:
    code, _, err = run("--at-most", "3199000005/sports_ground_m2=100")
    assert code == 4
    assert "balance.R5/3199000005/junior" in err
    assert "Least relaxation" in err


@pytest.mark.parametrize(
    "wish",
    [
        ("--cost", "roof=1"),
        ("--cost", "sports_m2=-5"),
        ("--keep", "A"),
        ("--keep", f"{SCHOOL}/primary=x"),
        ("--keep", "nowhere/primary"),
        ("--at-most", f"{SCHOOL}/roof=1"),
        ("--at-least", f"{SCHOOL}/teaching_m2=nan"),
        ("--at-least", f"{SCHOOL}/teaching_m2=1", "--at-least", f"{SCHOOL}/teaching_m2=2"),
        ("--gap", "2"),
        ("--budget", "26=5"),
        ("--budget", "2026=5", "--budget", "2026=6"),
        ("--leaving-share", "3"),
        ("--max-move-km", "-1"),
        ("--max-recruits", "-1"),
        ("--no-arrivals", "nowhere"),
    ],
)
def test_a_wish_that_makes_no_sense_leaves_with_2(run: Run, wish: tuple[str, ...]) -> None:
    assert run(*wish)[0] == 2
