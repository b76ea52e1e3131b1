"""A frozen round: the same bytes again, another hash for another list, and nothing read back that has changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_round import RULES, child, district_of, frozen_of, rules_of

from junheng.admission.rounds.arrays import round_arrays
from junheng.admission.rounds.folder import read_frozen, write_frozen
from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.rules import Rules
from junheng.errors import InputError, UsageError

CHILDREN = [child("1", "A", "B"), child("2", "B"), child("3", "P", "A", migrant=None)]


@pytest.fixture
def frozen(tmp_path: Path) -> FrozenRound:
    return frozen_of(district_of(CHILDREN), rules_of(tmp_path))


def test_freezing_again_gives_the_same_bytes(frozen: FrozenRound, tmp_path: Path) -> None:
    again = frozen_of(district_of(CHILDREN), rules_of(tmp_path))
    assert dict(again.files) == dict(frozen.files)
    assert again.hash == frozen.hash


@given(order=st.permutations(range(len(CHILDREN))), seed=st.integers(0, 99))
@settings(max_examples=15)
def test_the_order_of_rows_does_not_matter(
    order: list[int], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rules = rules_of(tmp_path_factory.mktemp("rules"))
    district = district_of([CHILDREN[n] for n in order])
    shuffled = {
        name: frame.sample(fraction=1.0, shuffle=True, seed=seed) for name, frame in district.tables.items()
    }
    assert frozen_of(district.replace(**shuffled), rules).hash == frozen_of(district_of(CHILDREN), rules).hash


@pytest.mark.parametrize(
    "children",
    [
        CHILDREN[:2],
        [*CHILDREN, child("4", "A")],
        [child("1", "B", "A"), *CHILDREN[1:]],
        [child("1", "A", "B", tenure="rented"), *CHILDREN[1:]],
    ],
    ids=["one fewer", "one more", "another order of choices", "another fact"],
)
def test_a_changed_list_has_another_hash(
    children: list[dict[str, object]], frozen: FrozenRound, tmp_path: Path
) -> None:
    assert frozen_of(district_of(children), rules_of(tmp_path)).hash != frozen.hash


def test_changed_rules_or_places_have_another_hash(frozen: FrozenRound, tmp_path: Path) -> None:
    more = frozen_of(district_of(CHILDREN, places={"A": 4, "B": 2, "P": 1}), rules_of(tmp_path))
    other = frozen_of(district_of(CHILDREN), rules_of(tmp_path, RULES.replace("zh: 双符", "zh: 双符合")))
    assert len({more.hash, other.hash, frozen.hash}) == 3


def test_another_stage_in_the_same_records_changes_nothing(frozen: FrozenRound, tmp_path: Path) -> None:
    older = child("9", "J", stage="junior", born="2014-01-01")
    assert frozen_of(district_of([*CHILDREN, older]), rules_of(tmp_path)).hash == frozen.hash


def test_documents_stay_with_the_bureau(frozen: FrozenRound) -> None:
    assert "documents.csv" not in frozen.files
    assert "documents" not in frozen.district.tables


def test_the_hash_of_the_round_is_that_of_its_header_and_the_header_has_all_others(
    frozen: FrozenRound, tmp_path: Path
) -> None:
    write_frozen(frozen, tmp_path / "f")
    printed = subprocess.run(
        ["sha256sum", "round.json"], cwd=tmp_path / "f", capture_output=True, text=True, check=True
    )
    assert printed.stdout.split()[0] == frozen.hash
    names = {path.name for path in (tmp_path / "f").iterdir()} - {"round.json"}
    listed = json.loads((tmp_path / "f" / "round.json").read_bytes())["files"]
    assert set(listed) == names
    for name, expected in listed.items():
        assert hashlib.sha256((tmp_path / "f" / name).read_bytes()).hexdigest() == expected


def test_a_round_reads_back_as_it_was(frozen: FrozenRound, tmp_path: Path) -> None:
    assert write_frozen(frozen, tmp_path / "f")
    back = read_frozen(tmp_path / "f")
    assert dict(back.files) == dict(frozen.files)
    assert back.rules == frozen.rules
    assert back.lock_years == frozen.lock_years
    assert back.district.equals(frozen.district)
    assert round_arrays(back).rows.equals(round_arrays(frozen).rows)


def test_a_frozen_round_is_never_written_over(frozen: FrozenRound, tmp_path: Path) -> None:
    write_frozen(frozen, tmp_path / "f")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "f").iterdir()}
    assert not write_frozen(frozen, tmp_path / "f")
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "f").iterdir()} == before
    with pytest.raises(UsageError, match="another frozen round"):
        write_frozen(frozen_of(district_of(CHILDREN[:1]), rules_of(tmp_path)), tmp_path / "f")
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="not empty"):
        write_frozen(frozen, tmp_path / "g")


def test_a_changed_or_missing_file_is_named(frozen: FrozenRound, tmp_path: Path) -> None:
    write_frozen(frozen, tmp_path / "f")
    choices = tmp_path / "f" / "choices.csv"
    choices.write_bytes(choices.read_bytes().replace(b"1,1,A", b"1,1,B"))
    (tmp_path / "f" / "kin.csv").unlink()
    with pytest.raises(InputError) as refused:
        read_frozen(tmp_path / "f")
    assert [problem.place.file for problem in refused.value.problems] == ["choices.csv", "kin.csv"]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "x"}', '{"format": "junheng-round-1", "files": {"../x": ""}}']
)
def test_what_is_no_frozen_round_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "round.json").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="not a frozen round"):
        read_frozen(tmp_path)


def test_an_empty_folder_is_no_frozen_round(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no frozen round"):
        read_frozen(tmp_path)


NASTY = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=6)


@given(numbers=st.lists(NASTY, min_size=1, max_size=4, unique=True), family=NASTY)
@settings(max_examples=25)
def test_any_text_survives_freezing(
    numbers: list[str], family: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("round")
    rules: Rules = rules_of(folder)
    children = [child(number, "A", family=family + number) for number in numbers]
    frozen = frozen_of(district_of(children, places={"A": 9, "B": 1, "P": 1}), rules)
    write_frozen(frozen, folder / "f")
    back = read_frozen(folder / "f").district.table("applicants")
    assert back["applicant"].to_list() == sorted(numbers, key=lambda text: text.encode())
    assert back.equals(frozen.district.table("applicants"))
    assert back.schema == pl.Schema(frozen.district.table("applicants").schema)
