"""Waivers: off by default, dated, conditional, and never silent."""

from __future__ import annotations

from datetime import date

import pytest

from junheng.errors import UsageError
from junheng.standards import load_standard

INSIDE, AFTER = date(2026, 9, 1), date(2027, 9, 18)
SIZE = "waiver.size.built_before_2011"
MIGRANT = "waiver.size.migrant_majority"
OLD = {"built_year": 2005.0}


def test_every_waiver_is_off_by_default() -> None:
    standard = load_standard()
    waivers = [rule for rule in standard.rules.values() if rule.kind == "waiver"]
    assert len(waivers) == 8
    assert standard.active_waivers == standard.on(INSIDE).waivers == ()
    assert standard.on(INSIDE).relaxed("guarantee.G4", stage="primary", facts=OLD).number == 2000


def test_every_waiver_names_its_conditions_and_its_last_day() -> None:
    for rule in load_standard().rules.values():
        if rule.kind == "waiver":
            assert rule.conditions, rule.id
            assert all(dated.end is not None for dated in rule.values), rule.id
            assert {dated.confidence for dated in rule.values} == {"M"}, rule.id


def test_a_waived_number_says_which_waiver_and_what_the_rule_was() -> None:
    found = load_standard(waivers=[SIZE]).on(INSIDE).relaxed("guarantee.G4", stage="primary", facts=OLD)
    assert (found.rule, found.number, found.waiver) == ("guarantee.G4", 2400, SIZE)
    assert found.overrides is not None
    assert found.overrides.number == 2000
    assert found.meets(2400)
    assert not found.meets(2401)


def test_a_waiver_leaves_the_ordinary_value_alone() -> None:
    assert load_standard(waivers=[SIZE]).on(INSIDE).value("guarantee.G4", stage="primary").number == 2000


def test_after_its_end_a_waiver_is_not_applied_and_that_is_noticed() -> None:
    view = load_standard(waivers=[SIZE]).on(AFTER)
    assert view.relaxed("guarantee.G4", stage="primary", facts=OLD).number == 2000
    assert view.waivers == ()
    (notice,) = view.notices
    assert (notice.code, notice.severity, notice.place.key) == ("waiver-not-in-force", "notice", SIZE)
    assert "2027-09-17" in notice.expected.en


def test_a_waiver_whose_dates_are_an_estimate_warns() -> None:
    (notice,) = load_standard(waivers=[SIZE]).on(INSIDE).notices
    assert (notice.code, notice.severity) == ("waiver-dates-unverified", "warning")


def test_either_of_two_waivers_is_enough() -> None:
    view = load_standard(waivers=[SIZE, MIGRANT]).on(INSIDE)
    migrant = {"built_year": 2020.0, "migrant_share": 60.0}
    assert view.relaxed("guarantee.G4", stage="primary", facts=migrant).waiver == MIGRANT
    assert [rule.id for rule in view.waivers_of("guarantee.G4")] == [SIZE, MIGRANT]


@pytest.mark.parametrize("facts", [{}, {"built_year": None}])
def test_an_absent_fact_never_waives(facts: dict[str, float | None]) -> None:
    view = load_standard(waivers=[SIZE]).on(INSIDE)
    assert view.relaxed("guarantee.G4", stage="primary", facts=facts).waiver is None


def test_a_waiver_never_makes_a_rule_stricter() -> None:
    """The waiver of a twelve-year school would say 2,400 where the rule itself allows 2,500."""
    view = load_standard(waivers=[SIZE]).on(INSIDE)
    assert view.relaxed("guarantee.G4", stage="primary", kind="twelve_year", facts=OLD).number == 2500


def test_a_waiver_that_changes_how_to_count_leaves_the_number_alone() -> None:
    view = load_standard(waivers=["waiver.R5.dense_centre"]).on(INSIDE)
    facts = {"is_dense_centre": 1.0}
    assert view.relaxed("balance.R5", stage="primary", facts=facts).number == 7.5
    assert [rule.id for rule in view.waivers_of("balance.R5")] == ["waiver.R5.dense_centre"]


def test_an_unknown_waiver_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=SIZE):
        load_standard(waivers=["waiver.size.built_before_2010"])


def test_a_rule_that_is_no_waiver_cannot_be_switched_on() -> None:
    with pytest.raises(UsageError):
        load_standard(waivers=["balance.R1"])


def test_the_order_and_repetition_of_waivers_do_not_matter() -> None:
    assert load_standard(waivers=[SIZE, MIGRANT]) == load_standard(waivers=[MIGRANT, SIZE, MIGRANT])
