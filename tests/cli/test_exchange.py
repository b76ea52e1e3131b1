"""``junheng plan exchange`` and ``junheng staffing``, run in this process on the example town."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from junheng.cli.main import main
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.plan import read_plan


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("town") / "town.xlsx"
    assert main(["example", "town", str(file), "--lang", "en"]) == 0
    return file


@pytest.fixture(scope="module")
def plan(town: Path) -> Path:
    file = town.with_name("exchange.json")
    assert main(["plan", "exchange", str(town), "--years", "6", "--out", str(file), "--lang", "en"]) == 0
    return file


def test_the_plan_is_shown_without_a_single_persons_number(
    town: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = town.with_name("again.json")
    assert main(["plan", "exchange", str(town), "--years", "6", "--out", str(again), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "teachers still short" in out
    assert "re-measured independently" in out
    assert not any(move.teacher in out for move in read_plan(plan).of(MoveTeacher))


def test_a_refusal_is_one_option_and_the_number_of_others_is_told(
    town: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mover = next(move.teacher for move in read_plan(plan).of(MoveTeacher) if move.move == "rotation")
    call = ["plan", "exchange", str(town), "--years", "6", "--previous", str(plan), "--lock", f"{mover}=stay"]
    assert main([*call, "--out", str(town.with_name("second.json")), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["others_changed"] <= 1
    assert mover not in {action["teacher"] for action in told["plan"]["actions"]}


def test_a_plan_applies_and_compares_like_any_other(town: Path, plan: Path) -> None:
    assert len(read_plan(plan).actions) == len(json.loads(plan.read_text(encoding="utf-8"))["actions"]) > 0


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], 3),  # no local years
        (["--years", "6", "--most-km", "0.1"], 4),
        (["--years", "6", "--lock", "T000001"], 2),
        (["--years", "6", "--lock", "T1=stay"], 3),
        (["--years", "6", "--lock", "T000001=stay", "--lock", "T000001=2199000001"], 2),
        (["--years", "6", "--previous", "nowhere.json"], 2),
    ],
)
def test_a_wrong_call_has_its_exit_code_and_no_traceback(given: list[str], code: int, town: Path) -> None:
    assert main(["plan", "exchange", str(town), "--out", str(town.with_name("x.json")), *given]) == code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_staff_is_told_in_both_languages(
    language: str, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["staffing", str(town), "--lang", language]) == 0
    out = capsys.readouterr().out
    assert {"zh": "全区教师结构", "en": "the district's staff"}[language] in out
    assert "19" in out


def test_the_staff_in_json_is_whole(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["staffing", str(town), "--json", "--years", "2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"structure", "ratio", "rotation", "need"}
    assert {row["year"] for row in told["need"]} == {2027, 2028}


def test_leaders_are_planned_and_the_plan_reads_back(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = town.with_name("leaders.json")
    assert (
        main(["plan", "leaders", str(town), "--teaching-share", "50", "--out", str(file), "--lang", "en"])
        == 0
    )
    assert "leaders left without a post" in capsys.readouterr().out
    assert read_plan(file).kind == "leaders"
