"""Forecast, backtest and preschool from the command line: what they say, write, and leave with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from junheng.cli.main import main
from junheng.district.examples import example
from junheng.district.files import write

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line in English: exit code, standard output, standard error."""

    def go(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([*(str(argument) for argument in arguments), "--lang", "en"])
        except SystemExit as left:  # argparse leaves by itself
            code = int(left.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return go


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast") / "town"
    write(example("town"), folder, language="en")
    return folder


def test_a_forecast_shows_the_district_and_its_alerts(run: Run, town: Path, tmp_path: Path) -> None:
    page = tmp_path / "f.html"
    code, out, _ = run("forecast", "pupils", town, "--stage", "primary", "--years", 2, "--report", page)
    assert code == 0
    assert "80% interval" in out
    assert "what entrants stand on: primary: entrants by births" in out
    assert "alerts of places" in out
    assert "2028" in out
    text = page.read_text(encoding="utf-8")
    assert 'lang="en"' in text
    assert "fan80" in text


def test_a_forecast_for_programs_is_json_with_every_row(run: Run, town: Path, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    code, out, _ = run("forecast", "pupils", town, "--years", 1, "--json", "--out", file)
    assert code == 0
    found = json.loads(out)
    assert found["format"] == "junheng-forecast-1"
    assert {row["stage"] for row in found["cells"]} == {"primary", "junior"}
    assert json.loads(file.read_text(encoding="utf-8"))["cells"] == found["cells"]


def test_one_number_is_explained(run: Run, town: Path) -> None:
    school = example("town").table("stages")["school"][0]
    why = ("--why", f"{school}/primary/2028")
    code, out, _ = run("forecast", "pupils", town, "--stage", "primary", "--years", 2, *why)
    assert code == 0
    assert "pupils here now" in out
    assert "pupils forecast" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--why", "somewhere"), "SCHOOL/STAGE/YEAR"),
        (("--why", "S/primary/2027²"), "SCHOOL/STAGE/YEAR"),
        (("--why", "NOBODY/primary/2027"), "NOBODY"),
        (("--years", "0"), "1 to 15"),
        (("--entry-age", "2"), "4 to 9"),
        (("--stage", "senior"), "no pupils of the stage senior"),
    ],
)
def test_a_wrong_call_is_explained(run: Run, town: Path, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run("forecast", "pupils", town, *arguments)
    assert code == 2
    assert said in err


def test_a_backtest_prints_errors_and_coverage(run: Run, town: Path) -> None:
    code, out, _ = run("forecast", "backtest", town, "--stage", "primary", "--origin", 2024, "--origin", 2025)
    assert code == 0
    assert "last year same" in out
    assert "under 200 pupils" in out
    assert "outcomes inside the intervals" in out


def test_preschool_shows_coverage_and_demand(run: Run, town: Path) -> None:
    code, out, _ = run("preschool", town)
    assert code == 0
    assert "inclusive kindergartens" in out
    assert "of them public or inclusive private: 9 (90.0%); children: 2,359" in out
    assert re.search(r"inclusive kindergartens +92\.8% +>=80% +met +0 children", out)
    assert re.search(r"示例第4幼儿园 +small-1 +26 +25", out)
    assert re.search(r"Teachers and carers per class +2\.88 +>=3 +below +1 persons", out)
    assert "demand for kindergarten places" in out
    found = json.loads(run("preschool", town, "--json")[1])
    assert {row["verdict"] for row in found["county"]} <= {"met", "below"}
    assert len(found["demand"]) == 6


def test_preschool_without_its_records_says_what_to_record(run: Run, tmp_path: Path) -> None:
    tables = ("kindergartens", "kindergarten_classes", "births")
    births = example("town").table("births")
    gap = example("town").replace(births=births.filter(births["year"] != 2022))
    write(gap, tmp_path / "gap", language="en")
    assert (
        "2026, 2027, 2028: births of the years it takes are absent" in run("preschool", tmp_path / "gap")[1]
    )
    bare = example("town")
    bare = bare.replace(**{name: bare.table(name).clear() for name in tables})
    write(bare, tmp_path / "bare", language="en")
    code, out, _ = run("preschool", tmp_path / "bare")
    assert code == 0
    assert out.count("not assessed, record the kindergarten") == 2
    assert "there are no births" in out
    assert " of 0 " not in out
