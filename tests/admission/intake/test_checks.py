"""Every check of a round: an example that it finds, by which key, and whether somebody may sign for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_round import RULES, STANDARD, child, district_of, frozen_of, rules_of, take

from junheng.admission.intake.run import check_round, registry
from junheng.admission.intake.waivers import Waiver, load_waivers
from junheng.admission.rounds.frozen import freeze
from junheng.district.model import District
from junheng.errors import InputError, Problem, UsageError

Build = Callable[[], District]


def _set(district: District, name: str, **values: Any) -> District:
    return district.replace(
        **{name: district.table(name).with_columns(**{k: pl.lit(v) for k, v in values.items()})}
    )


def _without(district: District, name: str, document: str) -> District:
    return district.replace(**{name: district.table(name).filter(pl.col("document") != document)})


def _kin(*rows: tuple[str, str, str | None, str | None]) -> list[dict[str, Any]]:
    names = ("applicant", "relation", "other", "school")
    return [dict(zip(names, row, strict=True)) for row in rows]


TWIN = _kin(("2", "twin", "1", None))
ONE = [child("1", "A")]
ALIKE = {"family": "f1", "dwelling": "d1"}

# check -> (records, keys of the problems that it must find)
CASES: dict[str, tuple[Build, list[str | None]]] = {
    "no-applicants": (lambda: _set(district_of(ONE), "applicants", stage="junior"), [None]),
    "child-twice": (lambda: district_of([*ONE, child("2", "A", person="p1")]), ["2"]),
    "perhaps-child-twice": (lambda: district_of([*ONE, child("2", "A", **ALIKE)]), ["2"]),
    "too-young": (
        lambda: district_of([child("1", "A", born="2020-08-31"), child("2", "A", born="2020-09-01")]),
        ["2"],
    ),
    "too-old": (
        lambda: district_of([child("1", "A", born="2019-08-31"), child("2", "A", born="2019-09-01")]),
        ["1"],
    ),
    "identity-number": (
        lambda: district_of([child("1", "A", person="11010120200101123X")]),
        ["applicants/person/1"],
    ),
    "home-used-twice": (lambda: district_of([*ONE, child("2", "A", dwelling="d1")]), ["2"]),
    "home-locked": (
        lambda: district_of(
            [*ONE, child("2", "A")],
            home_seats=[
                {"dwelling": "d1", "stage": "primary", "year": 2021, "family": "other"},
                {"dwelling": "d2", "stage": "primary", "year": 2020, "family": "other"},
                {"dwelling": "d2", "stage": "junior", "year": 2025, "family": "other"},
            ],
        ),
        ["1"],
    ),
    "kin-incomplete": (
        lambda: district_of(
            [*ONE, child("2", "A")],
            kin=_kin(("1", "twin", None, None), ("1", "sibling_here", None, None), ("2", "twin", "2", None)),
        ),
        ["1", "1", "2"],
    ),
    "twins-apart": (lambda: district_of([*ONE, child("2", "A", home="HB", **ALIKE)], kin=TWIN), ["1+2"]),
    "twins-born-apart": (
        lambda: district_of([*ONE, child("2", "A", born="2020-01-03", **ALIKE)], kin=TWIN),
        ["2"],
    ),
    "twins-wish-apart": (lambda: district_of([*ONE, child("2", "B", **ALIKE)], kin=TWIN), ["1+2"]),
    "twins-of-different-classes": (
        lambda: district_of([*ONE, child("2", "A", register_home="HC", **ALIKE)], kin=TWIN),
        ["1+2"],
    ),
    "choice-of-another-stage": (lambda: district_of([child("1", "A", "J")]), ["1/2"]),
    "choice-without-places": (lambda: district_of([child("1", "A", "B")], places={"A": 3}), ["1/2"]),
    "choice-repeated": (lambda: district_of([child("1", "A", "B", "A")]), ["1/3"]),
    "no-choice": (lambda: district_of([*ONE, child("2")]), ["2"]),
    "choice-in-vain": (
        lambda: district_of([child("1", "P", "A", home=None, register="elsewhere", register_home=None)]),
        ["1/2"],
    ),
    "register-home-missing": (lambda: district_of([child("1", "A", register_home=None)]), ["1"]),
    "claim-contradicts": (lambda: district_of([child("1", "A", migrant="yes")]), ["1"]),
    "document-missing": (lambda: _without(district_of(ONE), "documents", "property"), ["1/property"]),
    "document-refused": (
        lambda: _set(district_of(ONE), "documents", checked="no"),
        ["1/household_register", "1/property"],
    ),
    "no-places": (lambda: _set(district_of(ONE), "places", stage="junior"), [None]),
    "floors-above-places": (
        lambda: district_of(
            ONE,
            place_reserves=[
                {"school": "A", "stage": "primary", "reserve": "sibling", "floor": 2},
                {"school": "A", "stage": "primary", "reserve": "migrant", "floor": 2},
                {"school": "B", "stage": "primary", "reserve": "sibling", "floor": 2},
            ],
        ),
        ["A"],
    ),
    "floor-above-ceiling": (
        lambda: district_of(
            ONE,
            place_reserves=[
                {"school": "A", "stage": "primary", "reserve": "sibling", "floor": 2, "ceiling": 1}
            ],
        ),
        ["A/sibling"],
    ),
    "reserve-unknown": (
        lambda: district_of(
            ONE,
            places={"A": 3, "B": 2},
            place_reserves=[
                {"school": "A", "stage": "primary", "reserve": "talent", "floor": 1},
                {"school": "P", "stage": "primary", "reserve": "sibling", "floor": 1},
            ],
        ),
        ["A/talent", "P/sibling"],
    ),
    "plan-above-class-size": (lambda: _set(district_of(ONE, places={"A": 46}), "places", classes=1), ["A"]),
    "school-without-holder": (
        lambda: _set(district_of(ONE, places={"A": 3}), "schools", holder=None),
        ["A"],
    ),
    "ceiling-on-zone-children": (
        lambda: district_of(
            [*ONE, child("2", "A")],
            kin=_kin(("1", "sibling_here", None, "A"), ("2", "sibling_here", None, "A")),
            place_reserves=[{"school": "A", "stage": "primary", "reserve": "sibling", "ceiling": 1}],
        ),
        ["A/sibling"],
    ),
    "places-short": (lambda: district_of([*ONE, child("2", "A")], places={"A": 1}), [None]),
}
BY_RULES = {"private-without-rules", "zone-of-unknown-schools"}
IDS = list(CASES)


def _found(code: str, folder: Path) -> list[Problem]:
    return [problem for problem in take(CASES[code][0](), rules_of(folder)).problems if problem.code == code]


def test_clean_records_have_no_problem(tmp_path: Path) -> None:
    taken = take(district_of([child("1", "A"), child("2", "B", "A")]), rules_of(tmp_path))
    assert [problem.describe().en for problem in taken.problems] == []


def test_every_check_has_an_example() -> None:
    assert {one.code for one in registry()} == set(CASES) | BY_RULES


@pytest.mark.parametrize("code", IDS)
def test_a_check_finds_its_example_by_its_key(code: str, tmp_path: Path) -> None:
    assert [problem.place.key for problem in _found(code, tmp_path)] == CASES[code][1]


@pytest.mark.parametrize("code", IDS)
def test_a_problem_says_everything_in_both_languages(code: str, tmp_path: Path) -> None:
    for problem in _found(code, tmp_path):
        for text in (problem.found, problem.expected, problem.remedy):
            assert text.zh.strip()
            assert text.en.strip()
            assert "{" not in text.zh + text.en


@pytest.mark.parametrize("one", registry(), ids=lambda one: one.code)
def test_a_check_and_what_follows_from_its_waiver_are_worded_in_both_languages(one: Any) -> None:
    assert all(text.zh and text.en for text in (one.text, *([one.waived] if one.waived else [])))
    assert one.waived is None or one.severity == "error"


def test_an_identity_number_is_never_shown(tmp_path: Path) -> None:
    (problem,) = _found("identity-number", tmp_path)
    assert "20200101" not in str(problem.as_dict())


def test_an_identity_number_given_as_applicant_number_is_hidden_in_every_other_problem(
    tmp_path: Path,
) -> None:
    number = "370102" + "20200101" + "0011"
    taken = take(district_of([child(number, "A", "J")], documents=[]), rules_of(tmp_path))
    assert {problem.code for problem in taken.errors} >= {"identity-number", "document-missing"}
    assert number not in str([problem.as_dict() for problem in taken.problems])


def test_a_private_school_needs_classes_of_its_own(tmp_path: Path) -> None:
    start, end = RULES.index("  private:"), RULES.index("reserves:")
    rules = rules_of(tmp_path, RULES[:start] + RULES[end:])
    taken = take(district_of([child("1", "A")]), rules)
    assert [(problem.code, problem.place.key) for problem in taken.errors] == [("private-without-rules", "P")]


def test_a_shared_zone_is_of_public_schools_with_places(tmp_path: Path) -> None:
    zone = "zones:\n  - {id: Z, name: {zh: 共用, en: Shared}, schools: [A, P, X]}\nexample: true"
    taken = take(district_of([child("1", "A")]), rules_of(tmp_path, example=zone))
    found = [problem.place.key for problem in taken.errors if problem.code == "zone-of-unknown-schools"]
    assert found == ["Z/P", "Z/X"]


def test_all_problems_are_listed_at_once(tmp_path: Path) -> None:
    children = [child("1", "A", born="2021-01-01"), child("2", "J", person="p1", dwelling="d1")]
    codes = {problem.code for problem in take(district_of(children), rules_of(tmp_path)).errors}
    assert codes == {"too-young", "child-twice", "home-used-twice", "choice-of-another-stage"}


def _signed(check: str, key: str) -> Waiver:
    return Waiver(check=check, key=key, by="某某", reason="已核实", on=date(2026, 6, 1))


def test_a_round_with_an_error_does_not_freeze_until_somebody_signs(tmp_path: Path) -> None:
    district, rules = district_of([child("1", "A", born="2020-09-01")]), rules_of(tmp_path)
    with pytest.raises(InputError, match="born on"):
        frozen_of(district, rules)
    taken = check_round(district, rules, STANDARD, waivers=(_signed("too-young", "1"),))
    (kept,) = freeze(taken, STANDARD).header["waivers"]
    assert (kept["check"], kept["key"], kept["by"], kept["reason"]) == ("too-young", "1", "某某", "已核实")
    assert "2020-09-01" in kept["found"]["zh"]


def test_a_signature_covers_one_problem_only(tmp_path: Path) -> None:
    children = [child("1", "A", born="2020-09-01"), child("2", "A", born="2020-09-01")]
    taken = check_round(
        district_of(children), rules_of(tmp_path), STANDARD, waivers=(_signed("too-young", "1"),)
    )
    assert [problem.place.key for problem in taken.errors] == ["2"]


def test_what_nobody_may_waive_stays_an_error(tmp_path: Path) -> None:
    district = district_of(
        ONE, place_reserves=[{"school": "A", "stage": "primary", "reserve": "sibling", "floor": 9}]
    )
    taken = check_round(
        district, rules_of(tmp_path), STANDARD, waivers=(_signed("floors-above-places", "A"),)
    )
    assert {problem.code for problem in taken.errors} == {"floors-above-places", "waiver-not-allowed"}


def test_a_signature_for_nothing_is_pointed_out(tmp_path: Path) -> None:
    taken = check_round(district_of(ONE), rules_of(tmp_path), STANDARD, waivers=(_signed("too-young", "9"),))
    assert [(problem.code, problem.severity) for problem in taken.problems] == [("waiver-unused", "warning")]


def test_waivers_are_read_from_a_file_and_wrong_ones_refused(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(
        'waivers:\n  - {check: too-young, key: "0012", by: 某某, reason: 已核实, on: 2026-06-01}\n',
        encoding="utf-8",
    )
    (waiver,) = load_waivers(file)
    assert (waiver.key, waiver.on) == ("0012", date(2026, 6, 1))
    file.write_text(
        "waivers:\n  - {check: too-young, key: 12, by: 某某, reason: 已核实, on: 2026-06-01}\n"
        "  - {check: too-young, key: a, by: 某某, on: 2026-06-01, bulk: true}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        load_waivers(file)
    assert len(refused.value.problems) == 3
    with pytest.raises(UsageError, match="no file of waivers"):
        load_waivers(tmp_path / "none.yaml")


TABLES = (
    "applicants",
    "choices",
    "documents",
    "kin",
    "places",
    "place_reserves",
    "home_seats",
    "schools",
    "catchments",
)


@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_records_with_holes_and_strange_codes_are_reported_never_a_crash(
    data: st.DataObject, tmp_path: Path
) -> None:
    district = district_of(
        [child("1", "A", "B"), child("2", "A", "B", **ALIKE), child("3", "P", born="2021-01-01")],
        kin=[*TWIN, *_kin(("3", "sibling_here", None, "A"))],
        place_reserves=[{"school": "A", "stage": "primary", "reserve": "sibling", "floor": 1}],
        home_seats=[{"dwelling": "d1", "stage": "primary", "year": 2024, "family": "x"}],
    )
    for _ in range(data.draw(st.integers(1, 6))):
        name = data.draw(st.sampled_from(TABLES))
        frame = district.table(name)
        column = data.draw(st.sampled_from([one for one in frame.columns if frame.schema[one] == pl.String]))
        values = frame[column].to_list()
        strange = [None] if column == "born" else [None, "?", "1", "A", "junior"]  # a reader keeps no bad day
        values[data.draw(st.integers(0, frame.height - 1))] = data.draw(st.sampled_from(strange))
        district = district.replace(**{name: frame.with_columns(pl.Series(column, values, dtype=pl.String))})
    for problem in take(district, rules_of(tmp_path)).problems:
        assert "{" not in problem.describe().zh + problem.describe().en
