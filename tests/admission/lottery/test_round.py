"""The draw from commitment to refill, and what a stranger can see of it."""

from __future__ import annotations

import json

import pytest

from junheng.admission.lottery.after import refill_round
from junheng.admission.lottery.ballot import BallotRules, Choice, Entry, SchoolPlan
from junheng.admission.lottery.parse import read_entries, read_rules
from junheng.admission.lottery.ranks import keyed_ranks
from junheng.admission.lottery.receipts import receipt_of
from junheng.admission.lottery.round import Committed, commit, draw
from junheng.admission.lottery.seed import Source, seed_of, settled_values
from junheng.errors import InputError, UsageError

SOURCES = (Source(id="ssq", kind="public", what="state lottery"), Source(id="dice", kind="dice", what="dice"))
VALUES = {"ssq": "3 8 12", "dice": "4 1 6"}
RULES = BallotRules(
    round="r", draw="single", method="hmac-sha256", lines=("open",), about={},
    schools=(SchoolPlan(code="P", seats=2, floors=(0,), ceilings=(None,)),
             SchoolPlan(code="Q", seats=1, floors=(0,), ceilings=(None,))),
)  # fmt: skip
ENTRIES = [Entry(f"N{i}", 1, (Choice("P", 0, 0), Choice("Q", 0, 0))) for i in range(5)]
SECRET = bytes(32)


def published(committed: Committed) -> dict[str, bytes]:
    return {**committed.published, **draw(committed.published, VALUES).files}


def test_the_same_list_gives_the_same_bytes_in_whatever_order_it_comes() -> None:
    one = commit(RULES, ENTRIES, secret=SECRET, sources=SOURCES)
    other = commit(RULES, ENTRIES[::-1], secret=SECRET, sources=SOURCES)
    assert (one.published, one.private, one.hash) == (other.published, other.private, other.hash)
    assert draw(one.published, VALUES).files == draw(other.published, VALUES).files


@pytest.mark.parametrize(
    "entries",
    [ENTRIES[:-1], [*ENTRIES[:-1], Entry("N4", 2, ENTRIES[4].choices)], [*ENTRIES[:-1], Entry("N4", 1, ())],
     [*ENTRIES[:-1], Entry("N9", 1, ENTRIES[4].choices)]],
)  # fmt: skip
def test_a_changed_list_changes_the_commitment(entries: list[Entry]) -> None:
    before = commit(RULES, ENTRIES, secret=SECRET, sources=SOURCES)
    assert commit(RULES, entries, secret=SECRET, sources=SOURCES).hash != before.hash


def test_no_number_stands_in_a_published_file() -> None:
    entries = [Entry(f"370102-{i:05}", 1, ENTRIES[0].choices) for i in range(5)]
    files = published(commit(RULES, entries, secret=SECRET, sources=SOURCES))
    assert [name for name, content in files.items() if b"370102" in content] == []


def test_a_family_finds_its_receipt_from_number_and_salt() -> None:
    committed = commit(RULES, ENTRIES, secret=SECRET, sources=SOURCES)
    for line in committed.private["receipts.csv"].decode().splitlines()[1:]:
        number, salt, receipt = line.split(",")
        assert receipt_of(number, salt) == receipt
        assert receipt.encode() in committed.published["applications.csv"]


def test_another_list_or_another_value_gives_another_seed() -> None:
    assert len({seed_of("a", VALUES), seed_of("b", VALUES), seed_of("a", {**VALUES, "dice": "4 1 5"})}) == 3
    assert settled_values(SOURCES, {"dice": " 4  1 6\n", "ssq": "3 8 12"}) == VALUES


@pytest.mark.parametrize("values", [{"ssq": "1"}, {**VALUES, "more": "1"}, {"ssq": "1", "dice": "  "}])
def test_values_that_do_not_fit_the_sources_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        settled_values(SOURCES, values)


def test_draw_numbers_are_spread_evenly_and_do_not_depend_on_the_order_of_the_list() -> None:
    receipts = [f"{i:064x}" for i in range(20)]
    firsts = [0] * 20
    for n in range(2000):
        ranks = keyed_ranks(f"{n:064x}", receipts)
        assert sorted(ranks) == list(range(20))
        firsts[ranks.index(0)] += 1
    expected = 2000 / 20
    chi_square = sum((count - expected) ** 2 / expected for count in firsts)
    assert chi_square < 43.8  # the 0.1% point for 19 degrees of freedom; the seeds are fixed
    assert keyed_ranks("ab" * 32, receipts[::-1]) == keyed_ranks("ab" * 32, receipts)[::-1]


def test_a_changed_file_stops_the_draw_and_is_named() -> None:
    committed = commit(RULES, ENTRIES, secret=SECRET, sources=SOURCES)
    changed = {
        **committed.published,
        "rules.json": committed.published["rules.json"].replace(b'"seats": 2', b'"seats": 3'),
    }
    with pytest.raises(InputError) as caught:
        draw(changed, VALUES)
    assert [problem.place.file for problem in caught.value.problems] == ["rules.json"]


def test_a_refill_builds_only_on_what_follows_from_the_commitment() -> None:
    files = published(commit(RULES, ENTRIES, secret=SECRET, sources=SOURCES))
    results = [line.split(",") for line in files["results.csv"].decode().splitlines()[1:]]
    at_p = [receipt for receipt, school, _ in results if school == "P"]
    at_q = [receipt for receipt, school, _ in results if school == "Q"]
    first = refill_round(files, {at_p[0]: "withdrawn"})
    assert sorted(first) == ["refill-1.csv", "results-1.csv"]
    assert f"{at_q[0]},P,1" in first["results-1.csv"].decode()
    second = refill_round({**files, **first}, {at_p[1]: "withdrawn"})
    assert sorted(second) == ["refill-2.csv", "results-2.csv"]
    assert f"{at_p[0]},," in second["results-2.csv"].decode()
    tampered = {**files, "results.csv": files["results.csv"].replace(b",P,1", b",Q,2", 1)}
    with pytest.raises(UsageError, match=r"results\.csv"):
        refill_round(tampered, {at_p[0]: "withdrawn"})
    with pytest.raises(UsageError, match="not on the list"):
        refill_round(files, {"nobody": "withdrawn"})


def test_a_commitment_needs_a_source_and_a_secret() -> None:
    for sources, secret in (([], SECRET), (SOURCES, b"short"), ([SOURCES[0], SOURCES[0]], SECRET)):
        with pytest.raises(UsageError):
            commit(RULES, ENTRIES, secret=secret, sources=sources)


def test_rules_and_lists_are_read_back_as_they_were_written() -> None:
    committed = commit(RULES, ENTRIES, secret=SECRET, sources=SOURCES)
    rules = read_rules(committed.published["rules.json"])
    assert rules == RULES
    listed = read_entries(committed.published["applications.csv"], rules, name="receipt")
    assert sorted(entry.choices for entry in listed) == sorted(entry.choices for entry in ENTRIES)


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (b"number,children", 1),
        (b"N1,1,P:0:0\nN1,1,P:0:0", 3),
        (b"N1,0,P:0:0", 2),
        (b"N1,1,Z:0:0", 2),
        (b"N1,1,P:0:1", 2),
        (b"N1,1,P:128:0", 2),
        (b"N1,1,P:0:0 P:1:0", 2),
        (b'"N,1",1,P:0:0', 2),
        (b"N1,1", 2),
    ],
)
def test_each_fault_of_a_list_is_named_with_its_row(change: bytes, row: int) -> None:
    content = change if row == 1 else b"number,children,choices\n" + change + b"\n"
    with pytest.raises(InputError) as caught:
        read_entries(content, RULES, name="number")
    assert [problem.place.row for problem in caught.value.problems] == [row]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"draw": "twice"},
        {"draw": "per_school", "method": "rfc3797"},
        {"lines": []},
        {"schools": []},
        {"schools": [{"code": "P Q", "seats": 1}]},
        {"schools": [{"code": "P", "seats": -1}]},
        {"schools": [{"code": "P", "seats": 1, "floors": [1]}]},
        {"lines": ["open", "x"], "schools": [{"code": "P", "seats": 1, "floors": [0, 2]}]},
        {
            "lines": ["open", "x"],
            "schools": [{"code": "P", "seats": 3, "floors": [0, 2], "ceilings": [None, 1]}],
        },
        {"schools": [{"code": "P", "seats": 1}, {"code": "P", "seats": 1}]},
    ],
)
def test_rules_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read_rules(json.dumps({**RULES.as_dict(), **change}).encode())


def test_rules_that_are_no_json_are_refused() -> None:
    for content in (b"{", b"[]", b"\xff"):
        with pytest.raises(InputError):
            read_rules(content)
