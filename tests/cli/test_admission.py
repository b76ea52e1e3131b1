"""The whole journey by the command line: check, freeze, commit, draw, assign, verify, explain, events, what-if."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from junheng.cli.main import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command line: exit code and standard output."""

    def go(*arguments: object, language: str = "en") -> tuple[int, str]:
        try:
            code = main(["--lang", language, *(str(argument) for argument in arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        return code, capsys.readouterr().out

    return go


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the journey up to the draw once, in a folder of its own."""
    folder = tmp_path_factory.mktemp("round")
    steps: list[list[object]] = [
        ["example", "town", folder / "town"],
        ["admission", "example", folder / "town", folder / "records", "--rules", folder / "rules.yaml"],
        ["admission", "freeze", folder / "records", "--rules", folder / "rules.yaml", "--out", folder / "frozen"],
        ["lottery", "commit", folder / "public", "--private", folder / "private", "--dice", "dice=ten throws",
         "--applications", folder / "frozen/ballot/applications.csv", "--rules", folder / "frozen/ballot/rules.json"],
        ["lottery", "draw", folder / "public", "--value", "dice=3 1 4 1 5 2 6 5 3 5"],
    ]  # fmt: skip
    for step in steps:
        assert main([str(part) for part in (*step, "--lang", "en")]) == 0
    return folder


def _drawn(journey: Path) -> list[object]:
    return [journey / "frozen", "--published", journey / "public", "--private", journey / "private"]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_records_check_clean(journey: Path, run: Run) -> None:
    code, out = run("admission", "check", journey / "records", "--rules", journey / "rules.yaml")
    assert code == 0
    assert "2026-primary: errors 0" in out


def test_freezing_again_changes_nothing(journey: Path, run: Run) -> None:
    rules = journey / "rules.yaml"
    code, out = run(
        "admission", "freeze", journey / "records", "--rules", rules, "--out", journey / "frozen", "--json"
    )
    assert code == 0
    told = json.loads(out)
    assert told["is_new"] is False
    assert told["header"]["children"] == 913


def test_the_verifier_confirms_the_published_files(journey: Path, run: Run) -> None:
    assert run("lottery", "verify", journey / "public")[0] == 0


def test_the_places_agree_with_the_published_result_and_come_again_the_same(
    journey: Path, run: Run, tmp_path: Path
) -> None:
    code, out = run("admission", "assign", *_drawn(journey), "--out", tmp_path / "a", "--json")
    assert code == 0
    counts = json.loads(out)["counts"]
    assert counts["children"] == counts["placed"] + counts["adjusted"] + counts["unplaced"]
    assert run("admission", "assign", *_drawn(journey), "--out", tmp_path / "b")[0] == 0
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    receipts = {row["number"]: row["receipt"] for row in _rows(journey / "private" / "receipts.csv")}
    published = {row["receipt"]: row["school"] for row in _rows(journey / "public" / "results.csv")}
    ours = {row["applicant"]: row["school"] for row in _rows(tmp_path / "a" / "children.csv")}
    assert {number: published[receipt] for number, receipt in receipts.items()} == {
        n: ours[n] for n in receipts
    }


def test_no_number_of_a_child_is_in_the_published_files(journey: Path) -> None:
    numbers = [row["number"] for row in _rows(journey / "private" / "receipts.csv")]
    for file in (journey / "public").iterdir():
        text = file.read_text(encoding="utf-8")
        assert not any(f"{number}," in text or f'"{number}"' in text for number in numbers)


def test_a_family_is_told_in_either_language(journey: Path, run: Run) -> None:
    code, out = run("admission", "explain", *_drawn(journey), "--applicant", "261000001")
    assert code == 0
    assert "Applicant 261000001" in out
    code, out = run("admission", "explain", *_drawn(journey), "--applicant", "261000001", language="zh")
    assert "报名号 261000001" in out
    code, out = run("admission", "explain", *_drawn(journey), "--applicant", "261000001", "--json")
    (told,) = json.loads(out)["explanations"]
    assert told["choices"][0]["result_text"]["zh"]


def test_every_family_gets_a_page(journey: Path, run: Run, tmp_path: Path) -> None:
    assert run("admission", "explain", *_drawn(journey), "--pages", tmp_path / "pages")[0] == 0
    pages = list((tmp_path / "pages").iterdir())
    assert len(pages) == 913
    assert "261000001" in (tmp_path / "pages" / "261000001.html").read_text(encoding="utf-8")
    assert run("admission", "explain", *_drawn(journey), "--pages", tmp_path / "pages")[0] == 2


def test_explaining_nobody_or_somebody_unknown_is_a_wrong_call(journey: Path, run: Run) -> None:
    assert run("admission", "explain", *_drawn(journey))[0] == 2
    assert run("admission", "explain", *_drawn(journey), "--applicant", "9")[0] == 2


EVENTS = """
events:
  - {kind: withdraw, applicant: "261000001", on: 2026-07-05, by: 某某, reason: 迁出}
  - kind: late
    applicant: "269000001"
    choices: ["2199000001"]
    child: {born: 2020-03-01, home: H0001, register: district, register_home: H0001, tenure: owned}
    on: 2026-07-06
    by: 某某
    reason: 新迁入
  - {kind: refill, on: 2026-07-09, by: 某某, reason: 递补}
"""


def test_events_after_the_draw_are_taken_in(journey: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(EVENTS, encoding="utf-8")
    log = ["--events", tmp_path / "events.yaml"]
    code, out = run("admission", "assign", *_drawn(journey), *log, "--out", tmp_path / "r", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["events"], told["withdrawn"], told["waiting_for_refill"]) == (3, 1, 0)
    rows = {row["applicant"]: row for row in _rows(tmp_path / "r" / "children.csv")}
    assert rows["261000001"]["status"] == "withdrawn"
    assert rows["269000001"]["status"] in ("placed", "adjusted")
    assert run("admission", "explain", *_drawn(journey), *log, "--applicant", "269000001")[0] == 0


def test_after_events_places_are_published_by_receipt_and_late_families_get_theirs(
    journey: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "events.yaml").write_text(EVENTS, encoding="utf-8")
    assert (
        run(
            "admission",
            "assign",
            *_drawn(journey),
            "--events",
            tmp_path / "events.yaml",
            "--out",
            tmp_path / "r",
        )[0]
        == 0
    )
    (late,) = _rows(tmp_path / "r" / "late-receipts.csv")
    assert late["number"] == "269000001"
    assert (
        late["receipt"]
        == hashlib.sha256(f"junheng receipt 1\n{late['number']}\n{late['salt']}\n".encode()).hexdigest()
    )
    public = {row["receipt"]: row for row in _rows(tmp_path / "r" / "published.csv")}
    own = {row["applicant"]: row for row in _rows(tmp_path / "r" / "children.csv")}
    assert public[late["receipt"]]["school"] == own["269000001"]["school"]
    assert len(public) == 903
    assert not any(number in (tmp_path / "r" / "published.csv").read_text(encoding="utf-8") for number in own)


def test_a_late_child_below_the_age_is_refused(journey: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(EVENTS.replace("2020-03-01", "2021-03-01"), encoding="utf-8")
    log = ["--events", tmp_path / "events.yaml"]
    assert run("admission", "assign", *_drawn(journey), *log, "--out", tmp_path / "r")[0] == 3


def test_what_one_more_class_would_change_is_told_by_group(journey: Path, run: Run) -> None:
    words: list[object] = [
        "admission",
        "whatif",
        journey / "frozen",
        "--places",
        "2199000001=45",
        "--draws",
        2,
    ]
    code, out = run(*words, "--json")
    assert code == 0
    (everybody,) = [row for row in json.loads(out)["groups"] if row["dimension"] == "all"]
    assert everybody["gains"] > everybody["loses"] == 0
    assert "children with disabilities" in run(*words)[1]


def test_a_what_if_without_a_change_or_with_a_wrong_one_is_a_wrong_call(journey: Path, run: Run) -> None:
    assert run("admission", "whatif", journey / "frozen")[0] == 2
    assert run("admission", "whatif", journey / "frozen", "--places", "2199000001=many")[0] == 2


def test_a_column_of_scores_stops_the_round(journey: Path, run: Run, tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    for file in (journey / "records").iterdir():
        (records / file.name).write_bytes(file.read_bytes())
    applicants = records / "applicants.csv"
    pl.read_csv(applicants, infer_schema=False).with_columns(pl.lit("A").alias("综合素质等级")).write_csv(
        applicants
    )
    rules = journey / "rules.yaml"
    code, out = run("admission", "check", records, "--rules", rules, "--json")
    assert code == 3
    assert "admission-by-exam" in {problem["code"] for problem in json.loads(out)["problems"]}
    assert run("admission", "freeze", records, "--rules", rules, "--out", tmp_path / "frozen")[0] == 3
    assert not (tmp_path / "frozen").exists()


def _copy(folder: Path, target: Path) -> Path:
    target.mkdir()
    for file in folder.iterdir():
        if file.is_file():
            (target / file.name).write_bytes(file.read_bytes())
    return target


def test_a_result_that_is_not_the_published_one_is_not_written(
    journey: Path, run: Run, tmp_path: Path
) -> None:
    public = _copy(journey / "public", tmp_path / "public")
    results = public / "results.csv"
    lines = results.read_text(encoding="utf-8").splitlines(keepends=True)
    receipt = lines[1].split(",")[0]
    results.write_text("".join([lines[0], f"{receipt},,\n", *lines[2:]]), encoding="utf-8")
    words: list[Any] = [journey / "frozen", "--published", public, "--private", journey / "private"]
    assert run("admission", "assign", *words, "--out", tmp_path / "r")[0] == 3
    assert not (tmp_path / "r").exists()


def test_a_missing_folder_or_draw_is_a_wrong_call(journey: Path, run: Run, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing"
    public = _copy(journey / "public", tmp_path / "public")
    (public / "ranks.csv").unlink()
    out = ["--out", tmp_path / "r"]
    for words in (
        [nothing, "--published", journey / "public", "--private", journey / "private"],
        [journey / "frozen", "--published", nothing, "--private", journey / "private"],
        [journey / "frozen", "--published", journey / "public", "--private", nothing],
        [journey / "frozen", "--published", public, "--private", journey / "private"],
    ):
        assert run("admission", "assign", *words, *out)[0] == 2


def test_example_rules_are_not_written_over_other_rules(journey: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("mine", encoding="utf-8")
    words = ["admission", "example", journey / "town", tmp_path / "r", "--rules", tmp_path / "rules.yaml"]
    assert run(*words)[0] == 2
    assert (tmp_path / "rules.yaml").read_text(encoding="utf-8") == "mine"
