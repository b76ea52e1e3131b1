"""The closed list of units: every column and every rule of the standard uses one of them."""

from __future__ import annotations

import pytest

from junheng.district.columns import tables
from junheng.standards import load_standard
from junheng.units import UNITS

WITHOUT_A_NAME = {"none", "ratio"}


def test_each_unit_is_known_by_its_own_code() -> None:
    assert all(code == unit.code for code, unit in UNITS.items())


def test_each_unit_has_a_name_in_both_languages_or_in_neither() -> None:
    nameless = {code for code, unit in UNITS.items() if not unit.text.zh or not unit.text.en}
    assert nameless == WITHOUT_A_NAME
    assert all(UNITS[code].text == ("", "") for code in nameless)


def test_decimals_are_few_and_never_negative() -> None:
    assert all(0 <= unit.decimals <= 6 for unit in UNITS.values())


@pytest.mark.parametrize("name", sorted(tables()))
def test_every_number_of_a_table_has_a_unit(name: str) -> None:
    numbers = [column for column in tables()[name] if column.type in ("integer", "number")]
    assert [column.name for column in numbers if column.unit.code == "none"] in ([], ["value"])


def test_every_rule_of_the_standard_has_a_unit_of_the_list() -> None:
    assert {rule.unit for rule in load_standard().rules.values()} <= set(UNITS)
