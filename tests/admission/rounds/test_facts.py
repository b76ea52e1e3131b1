"""Facts, classes and reserves of made-up children, against the rules read slowly, one child and school at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_round import child, district_of, rules_of

from junheng.admission.rounds.facts import CLAIMS, classified, facts
from junheng.admission.rules import Rules, example_rules
from junheng.admission.rules.model import Case
from junheng.district.model import District

ZONE = {"HA": "A", "HB": "A", "HC": "B"}
SECTOR = {"A": "public", "B": "public", "P": "private"}
HOMES = st.sampled_from([None, "HA", "HB", "HC"])
FLAG = st.sampled_from([None, "yes", "no"])
CHILD = st.fixed_dictionaries(
    {
        "home": HOMES,
        "register": st.sampled_from([None, "district", "city", "elsewhere"]),
        "register_home": HOMES,
        "tenure": st.sampled_from([None, "owned", "relative", "public_rent", "rented", "other_tenure"]),
        "family": st.sampled_from([None, "f", "g"]),
        "dwelling": st.sampled_from([None, "d", "e"]),
        "from_school": st.sampled_from([None, "A", "B"]),
        **dict.fromkeys(CLAIMS, FLAG),
    }
)
SEAT = st.fixed_dictionaries(
    {
        "dwelling": st.sampled_from(["d", "e"]),
        "stage": st.sampled_from(["primary", "junior"]),
        "year": st.integers(2018, 2026),
        "family": st.sampled_from([None, "f", "g"]),
    }
)


def _slow_facts(
    one: dict[str, Any], school: str, *, kin: Any, feeders: Any, seats: Any, years: int
) -> dict[str, Any]:
    is_locked = any(
        seat["dwelling"] == one["dwelling"]
        and seat["stage"] == "primary"
        and 2026 - years < seat["year"] < 2026
        and (seat["family"] is None or seat["family"] != one["family"])
        for seat in seats
    )
    if one["home"] is None:
        home = "outside"
    elif is_locked:
        home = "locked"
    else:
        home = "zone" if ZONE[one["home"]] == school else "district"
    register = one["register"]
    if register == "district" and one["register_home"] is not None and ZONE[one["register_home"]] == school:
        register = "zone"
    return {
        "sector": SECTOR[school],
        "home": home,
        "register": register,
        "tenure": one["tenure"],
        **{claim: one[claim] == "yes" for claim in CLAIMS},
        "sibling_here": (one["applicant"], school) in kin,
        "feeder": (one["from_school"], school) in feeders,
    }


def _fits(case: Case, known: dict[str, Any]) -> bool:
    return all(known[fact] in words for fact, words in case.words.items()) and all(
        known[fact] is wanted for fact, wanted in case.flags.items()
    )


def _slow_class(rules: Rules, known: dict[str, Any]) -> tuple[int | None, int]:
    classes = rules.classes[known["sector"]]
    fitting = [
        n for n, one in enumerate(classes) if not one.cases or any(_fits(case, known) for case in one.cases)
    ]
    reserves = [
        n
        for n, one in enumerate(rules.reserves, start=1)
        if known["sector"] in one.sectors and any(_fits(case, known) for case in one.cases)
    ]
    return (fitting[0] if fitting else None), (reserves[0] if reserves else 0)


@pytest.mark.parametrize("which", ["small", "example"])
@given(
    children=st.lists(CHILD, min_size=1, max_size=5),
    seats=st.lists(SEAT, max_size=4, unique_by=str),
    data=st.data(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_pair_is_judged_as_the_rules_read(
    which: str, children: Any, seats: Any, data: st.DataObject, tmp_path: Path
) -> None:
    rules = rules_of(tmp_path) if which == "small" else example_rules("primary")
    pairs_drawn = st.sets(
        st.tuples(st.sampled_from([str(n) for n in range(len(children))]), st.sampled_from("ABP"))
    )
    kin, feeders = (
        data.draw(pairs_drawn),
        data.draw(st.sets(st.tuples(st.sampled_from("AB"), st.sampled_from("ABP")))),
    )
    rows = [child(str(n), **one) for n, one in enumerate(children)]
    district = _district(rows, kin=kin, feeders=feeders, seats=seats)
    pairs = pl.DataFrame(
        [(row["applicant"], school) for row in rows for school in "ABP"],
        schema=["applicant", "school"],
        orient="row",
    )
    found = classified(rules, facts(district, rules, pairs, lock_years=6))
    assert found.select("applicant", "school").equals(pairs)
    for row, got in zip([row for row in rows for _ in "ABP"], found.iter_rows(named=True), strict=True):
        known = _slow_facts(row, got["school"], kin=kin, feeders=feeders, seats=seats, years=6)
        assert {fact: got[fact] for fact in known} == known
        assert (got["class"], got["reserve"]) == _slow_class(rules, known)


def _district(rows: list[dict[str, Any]], *, kin: Any, feeders: Any, seats: Any) -> District:
    return district_of(
        rows,
        kin=[{"applicant": one, "relation": "sibling_here", "school": school} for one, school in sorted(kin)],
        feeders=[{"stage": "primary", "school": one, "target": other} for one, other in sorted(feeders)],
        home_seats=seats,
    )
