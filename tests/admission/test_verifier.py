"""The verifier: a program of its own that agrees with the draw and sees every change to a published file."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import junheng.admission.verifier as room
from junheng.admission.lottery.after import refill_round
from junheng.admission.lottery.ballot import BallotRules, Choice, Entry, SchoolPlan
from junheng.admission.lottery.round import Committed, commit, draw
from junheng.admission.lottery.seed import Source
from junheng.admission.market import ADJUSTMENT

PROGRAM = Path(room.__file__).parent / "verify.py"
SCHOOLS = ("P1", "P2", "P3", "P4")
SOURCES = (
    Source(id="ssq", kind="public", what="state lottery, issue 2026077"),
    Source(id="dice", kind="dice", what="ten dice thrown by parents"),
)
VALUES = {"ssq": "3 8 12 17 25 31 + 9", "dice": "4 1 6 6 2 3 5 1 2 6"}


def committed_round(draw_kind: str = "single", method: str = "hmac-sha256") -> Committed:
    """A made-up round that has everything: lines, a family of two, adjustment, more children than places."""
    plans = tuple(SchoolPlan(code=c, seats=4, floors=(0, 1, 0), ceilings=(None, None, 2)) for c in SCHOOLS)
    rules = BallotRules(round="2026-primary", draw=draw_kind, method=method, lines=("open", "migrant", "staff"),
                        schools=plans, about={})  # type: ignore[arg-type]  # fmt: skip
    entries = []
    for i in range(24):
        first, second, third = (SCHOOLS[(i * (i + 1) // 2 + k) % 4] for k in range(3))
        choices = [Choice(first, i % 2, i % 3), Choice(second, 1, 0)]
        if i % 5 == 0:
            choices.append(Choice(third, ADJUSTMENT, 0))
        entries.append(Entry(f"A{i:03}", 2 if i == 7 else 1, tuple(choices)))
    return commit(rules, entries, secret=bytes(range(32)), sources=SOURCES)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def verify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run it isolated: no site-packages path of ours, no environment."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), *options]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, encoding="utf-8", env={"PYTHONUTF8": "1"}
    )


def whole_round(committed: Committed) -> dict[str, bytes]:
    files = {**committed.published, **draw(committed.published, VALUES).files}
    placed = [line.split(",")[0] for line in files["results.csv"].decode().splitlines()[1:] if ",P" in line]
    files.update(refill_round(files, {placed[0]: "withdrawn", placed[1]: "settled", placed[5]: "withdrawn"}))
    files.update(refill_round(files, {placed[2]: "withdrawn", placed[3]: "settled"}))
    return files


@pytest.mark.parametrize(
    "kind", [("single", "hmac-sha256"), ("per_school", "hmac-sha256"), ("single", "rfc3797")]
)
def test_it_confirms_a_round_and_its_refills_and_shows_a_family_its_own(
    kind: tuple[str, str], tmp_path: Path
) -> None:
    committed = committed_round(*kind)
    folder = write(tmp_path, whole_round(committed))
    number, salt, receipt = committed.private["receipts.csv"].decode().splitlines()[8].split(",")
    done = verify(folder, "--commitment", committed.hash, "--number", number, "--salt", salt)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"receipt {receipt}" in done.stdout
    assert "5.2 " in done.stdout


def changes(files: dict[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Return small changes to each published file, by what was changed."""
    results = files["results.csv"].decode().splitlines()
    first = next(line for line in results if line.endswith(",P1,1"))
    second = next(line for line in results if line.endswith(",P2,1"))
    ends = first[64:], second[64:]
    swapped = (
        "\n".join(results).replace(first, first[:64] + ends[1]).replace(second, second[:64] + ends[0]) + "\n"
    )
    ranks, listed = (files[name].splitlines(keepends=True) for name in ("ranks.csv", "applications.csv"))
    return {
        "a child dropped from the list": ("applications.csv", b"".join(listed[:3] + listed[4:])),
        "a class changed": ("applications.csv", files["applications.csv"].replace(b":1:", b":0:", 1)),
        "a place more": ("rules.json", files["rules.json"].replace(b'"seats": 4', b'"seats": 5', 1)),
        "another value of the seed": ("seed.json", files["seed.json"].replace(b"+ 9", b"+ 10")),
        "another seed": ("seed.json", files["seed.json"].replace(b'"seed": "', b'"seed": "0')),
        "two draw numbers swapped": (
            "ranks.csv",
            files["ranks.csv"].replace(b",,1\n", b",,x\n").replace(b",,2\n", b",,1\n").replace(b",,x\n", b",,2\n"),
        ),
        "a line of the draw missing": ("ranks.csv", b"".join(ranks[:-1])),
        "two results swapped": ("results.csv", swapped.encode()),
        "a place taken away": ("results.csv", files["results.csv"].replace(ends[0].encode(), b",,", 1)),
        "a stranger among the results": ("results.csv", files["results.csv"] + b"0" * 64 + b",P1,1\n"),
        "a result of the refill changed": ("results-1.csv", files["results-1.csv"].replace(b",,", b",P1,1", 1)),
        "a withdrawal that nobody made": (
            "refill-2.csv", files["refill-2.csv"].replace(b"settled", b"withdrawn", 1)),
        "the verifier replaced": ("verify.py", files["verify.py"] + b"\n# a harmless line\n"),
        "the commitment replaced": ("commitment.json", files["commitment.json"].replace(b"2026077", b"2026078")),
    }  # fmt: skip


FILES = whole_round(committed_round())


@pytest.mark.parametrize("change", sorted(changes(FILES)))
def test_every_change_is_seen(change: str, tmp_path: Path) -> None:
    name, content = changes(FILES)[change]
    assert content != FILES[name]
    assert verify(write(tmp_path, FILES)).returncode == 0
    done = verify(write(tmp_path, {name: content}))
    assert done.returncode == 1
    assert "WRONG" in done.stdout


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_seen(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path, FILES)
    if name in {"verify.py", "refill-2.csv", "results-2.csv"}:
        return  # the program itself; and a round is whole before its last refill
    (folder / name).unlink()
    done = verify(folder)
    assert (done.returncode, "Traceback" in done.stderr) == (1 if name != "refill-1.csv" else 0, False)


def test_another_commitment_than_the_printed_one_is_seen(tmp_path: Path) -> None:
    done = verify(write(tmp_path, FILES), "--commitment", "0" * 64)
    assert (done.returncode, "another commitment" in done.stdout) == (1, True)


def test_a_receipt_that_is_not_on_the_list_is_seen(tmp_path: Path) -> None:
    done = verify(write(tmp_path, FILES), "--number", "A000", "--salt", "00")
    assert (done.returncode, "no such receipt" in done.stdout) == (1, True)
    assert verify(tmp_path, "--number", "A000").returncode == 2


def test_it_imports_the_standard_library_only_and_nothing_of_ours() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"))
    names = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {(node.module or "").partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called & {"__import__", "exec", "eval", "compile", "importlib.import_module"} == set()


def test_it_is_short_and_parses_as_python_3_8() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    assert len(source.splitlines()) < 300
