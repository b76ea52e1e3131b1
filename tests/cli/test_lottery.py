"""The lottery from the command line: commitment, draw, refill, verification, and every wrong turn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from junheng.cli.main import main

RULES = {
    "format": "junheng-lottery-1",
    "round": "2026-primary",
    "draw": "single",
    "method": "hmac-sha256",
    "lines": ["open", "migrant"],
    "schools": [
        {"code": "P1", "seats": 2, "floors": [0, 1], "ceilings": [None, None]},
        {"code": "P2", "seats": 2, "floors": [0, 0], "ceilings": [None, 1]},
    ],
}
LIST = "number,children,choices\nA1,1,P1:0:0 P2:1:0\nA2,1,P1:0:1\nA3,2,P1:0:0 P2:0:0\nA4,1,P1:1:0 P2:0:1\nA5,1,\n"
VALUES = ("--value", "ssq=1 2 3", "--value", "dice=6 6 1")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*arguments: object) -> tuple[int, str, str]:
        code = main(["--lang", "en", "lottery", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return go


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "rules.json").write_text(json.dumps(RULES), encoding="utf-8")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8-sig")
    return tmp_path


def commit(run: Run, desk: Path, *more: object) -> tuple[int, str, str]:
    sources = ("--public", "ssq=state lottery, issue 2026077", "--dice", "dice=ten dice")
    given = {"--applications": desk / "list.csv", "--rules": desk / "rules.json", "--private": desk / "own"}
    options = [part for pair in given.items() for part in pair]
    return run("commit", desk / "public", *options, *sources, *more)


def test_a_round_goes_from_commitment_to_a_verified_refill(run: Run, desk: Path) -> None:
    code, out, _ = commit(run, desk, "--json")
    commitment = json.loads(out)["commitment"]
    assert code == 0
    assert commit(run, desk)[0] == 0  # the same again
    assert run("draw", desk / "public", *VALUES)[0] == 0
    before = {path.name: path.read_bytes() for path in (desk / "public").iterdir()}
    assert run("draw", desk / "public", *VALUES)[0] == 0
    assert {path.name: path.read_bytes() for path in (desk / "public").iterdir()} == before
    (desk / "gone.csv").write_text("number,state\nA1,withdrawn\nA2,settled\n", encoding="utf-8")
    assert run("refill", desk / "public", "--states", desk / "gone.csv", "--private", desk / "own")[0] == 0
    number, salt, receipt = (
        (desk / "own" / "receipts.csv").read_text(encoding="utf-8").splitlines()[2].split(",")
    )
    code, out, _ = run(
        "verify", desk / "public", "--commitment", commitment, "--number", number, "--salt", salt, "--json"
    )
    assert (code, json.loads(out)["verified"]) == (0, True)
    assert any(receipt in line for line in json.loads(out)["output"])


def test_what_is_published_is_never_written_over(run: Run, desk: Path) -> None:
    commit(run, desk)
    run("draw", desk / "public", *VALUES)
    code, _, err = run("draw", desk / "public", "--value", "ssq=1 2 4", "--value", "dice=6 6 1")
    assert (code, "never written over" in err) == (2, True)
    (desk / "list.csv").write_text(LIST.replace("A5", "A6"), encoding="utf-8")
    code, _, err = commit(run, desk)
    assert (code, "never written over" in err) == (2, True)


def test_a_changed_result_is_not_verified(run: Run, desk: Path) -> None:
    commit(run, desk)
    run("draw", desk / "public", *VALUES)
    results = desk / "public" / "results.csv"
    results.write_text(results.read_text(encoding="utf-8").replace(",P2,2", ",P1,1", 1), encoding="utf-8")
    code, out, _ = run("verify", desk / "public")
    assert (code, "WRONG" in out) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["draw", "public", "--value", "ssq=1"], 2, "missing dice"),
        (["draw", "public", "--value", "ssq"], 2, "ID="),
        (["draw", "nowhere", *VALUES], 2, "nowhere"),
        (["refill", "public", "--states", "list.csv", "--private", "own"], 2, "number,state"),
        (["verify", "public"], 3, "seed.json"),
        (["verify", "public", "--number", "A1"], 2, "--salt"),
    ],
)
def test_each_wrong_turn_is_told(run: Run, desk: Path, arguments: list[str], code: int, said: str) -> None:
    commit(run, desk)
    left, out, err = run(
        *[
            str(desk / part) if part in {"public", "nowhere", "own", "list.csv"} else part
            for part in arguments
        ]
    )
    assert (left, said in out + err) == (code, True)


def test_an_unknown_number_among_the_withdrawn_is_told(run: Run, desk: Path) -> None:
    commit(run, desk)
    run("draw", desk / "public", *VALUES)
    (desk / "gone.csv").write_text("number,state\nB1,withdrawn\n", encoding="utf-8")
    code, _, err = run("refill", desk / "public", "--states", desk / "gone.csv", "--private", desk / "own")
    assert (code, "B1" in err) == (2, True)


def test_the_secret_does_not_go_into_the_published_folder(run: Run, desk: Path) -> None:
    code, _, err = commit(run, desk, "--private", desk / "public" / "own")
    assert (code, "to be published" in err, (desk / "public").exists()) == (2, True, False)


def test_a_broken_list_freezes_nothing(run: Run, desk: Path) -> None:
    (desk / "list.csv").write_bytes("number,children,choices\nA1,1,北校:0:0\n".encode("gb18030"))
    code, _, err = commit(run, desk)
    assert (code, "UTF-8" in err, (desk / "public").exists()) == (3, True, False)
