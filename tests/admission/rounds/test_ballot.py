"""From the frozen round to the public draw and back: both draws, and what does not fit is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_round import child, district_of, frozen_of, rules_of, schools_of

from junheng.admission.lottery.parse import APPLICATIONS_FILE, RULES_FILE, read_entries, read_rules
from junheng.admission.lottery.round import RECEIPTS_FILE, commit, draw
from junheng.admission.lottery.seed import Source
from junheng.admission.rounds.arrays import RoundArrays, round_arrays
from junheng.admission.rounds.ballot import ballot_files, drawn_ranks, receipts_of, same_as_published
from junheng.admission.rounds.result import decide
from junheng.admission.rounds.review import audited
from junheng.errors import UsageError

CHILDREN = [
    *(child(f"a{n}", "A", "B", "P") for n in range(5)),
    *(child(f"b{n}", "P", "B", home="HC", register_home="HC") for n in range(4)),
    child("t1", "B", "A"),
    child("t2", "B", "A", family="ft1", dwelling="dt1"),
]
KIN = [{"applicant": "t2", "relation": "twin", "other": "t1"}]


def _arrays(folder: Path, lottery: str) -> RoundArrays:
    rules = rules_of(folder, lottery=f"lottery: {lottery}")
    return round_arrays(frozen_of(district_of(CHILDREN, places={"A": 3, "B": 3, "P": 2}, kin=KIN), rules))


def _drawn(arrays: RoundArrays) -> tuple[dict[str, bytes], dict[str, str]]:
    """Hold the draw with what the round hands over, as the command line does."""
    files = ballot_files(arrays)
    rules = read_rules(files[RULES_FILE])
    entries = read_entries(files[APPLICATIONS_FILE], rules, name="number")
    source = Source(id="dice", kind="dice", what="ten throws")
    committed = commit(rules, entries, secret=b"s" * 32, sources=[source])
    published = committed.published | draw(committed.published, {"dice": "3 1 4 1 5"}).files
    return published, receipts_of(committed.private[RECEIPTS_FILE])


@pytest.mark.parametrize("lottery", ["single", "per_school"])
def test_the_places_of_the_round_are_those_of_the_public_draw(lottery: str, tmp_path: Path) -> None:
    arrays = _arrays(tmp_path, lottery)
    published, receipts = _drawn(arrays)
    result = decide(arrays, drawn_ranks(arrays, published, receipts))
    assert audited(result) == ()
    assert same_as_published(result, published, receipts) == []
    assert schools_of(result)["t1"] == schools_of(result)["t2"]


def test_a_place_that_differs_from_the_published_one_is_named(tmp_path: Path) -> None:
    arrays = _arrays(tmp_path, "single")
    published, receipts = _drawn(arrays)
    ranks = drawn_ranks(arrays, published, receipts)
    last = len(ranks) - 1
    result = decide(arrays, {key: last - number for key, number in ranks.items()})
    found = same_as_published(result, published, receipts)
    assert found
    assert {problem.code for problem in found} == {"result-not-as-published"}
    assert {problem.place.key for problem in found} <= set(receipts.values())


def test_a_round_that_is_not_the_committed_one_is_refused(tmp_path: Path) -> None:
    arrays = _arrays(tmp_path, "single")
    published, receipts = _drawn(arrays)
    del receipts["a0"]
    with pytest.raises(UsageError, match="no receipt, such as a0"):
        drawn_ranks(arrays, published, receipts)
    with pytest.raises(UsageError, match=r"no ranks\.csv"):
        drawn_ranks(arrays, {}, receipts)
    with pytest.raises(UsageError, match=r"columns of receipts\.csv"):
        receipts_of(b"number,receipt\n")


def test_an_application_without_a_number_or_with_anothers_is_refused(tmp_path: Path) -> None:
    arrays = _arrays(tmp_path, "single")
    ranks = {(name, ""): n for n, name in enumerate(arrays.names)}
    with pytest.raises(UsageError, match="no draw number"):
        decide(arrays, {key: n for key, n in ranks.items() if key != ("a0", "")})
    with pytest.raises(UsageError, match="same draw number"):
        decide(arrays, dict.fromkeys(ranks, 0))
