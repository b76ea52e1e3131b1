"""The national standard that comes with the package is whole: every indicator, every citation, every unit."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from junheng.standards import Standard, load_standard
from junheng.standards.coverage import coverage, coverage_markdown, register
from junheng.standards.model import CONFIDENCES
from junheng.standards.plausible import PLAUSIBLE
from junheng.units import UNITS

CASES = Path(__file__).parent / "cases"
INDICATORS = {
    "balance": [f"R{n}" for n in range(1, 8)],
    "guarantee": [f"G{n}" for n in range(1, 16)],
    "quality": [f"Q{n}" for n in range(1, 10)],
    "recognition": ["SOC"],
    "veto": [f"V{n}" for n in range(1, 8)],
}


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard()


def test_all_32_indicators_and_7_vetoes_are_there(standard: Standard) -> None:
    by_group: dict[str, list[str]] = {}
    for indicator in standard.indicators.values():
        by_group.setdefault(indicator.group, []).append(indicator.id)
    assert by_group == INDICATORS
    assert sum(len(names) for group, names in INDICATORS.items() if group != "veto") == 32


def test_every_indicator_is_judged_by_at_least_one_rule_today(standard: Standard) -> None:
    today = standard.on(date(2026, 9, 1))
    for indicator in standard.indicators.values():
        judged = [
            rule for rule in standard.rules_of(indicator.id) if rule.kind in ("threshold", "evidence", "veto")
        ]
        assert judged, indicator.id
        for rule in judged:
            assert rule.indicator == indicator.id
            stages = {dated.stage for dated in rule.values}
            assert all(today.value(rule.id, stage=stage).operator for stage in stages), rule.id


def test_every_value_has_citation_unit_and_confidence(standard: Standard) -> None:
    for rule in standard.rules.values():
        assert rule.unit in UNITS, rule.id
        assert rule.values or rule.is_set_locally, rule.id
        for dated in rule.values:
            assert dated.citation.title.zh, rule.id
            assert dated.citation.title.en, rule.id
            assert dated.citation.clause, rule.id
            assert dated.citation.source, rule.id
            assert dated.citation.where, rule.id
            assert dated.confidence in CONFIDENCES, rule.id


def test_every_unit_has_a_plausible_range() -> None:
    assert set(PLAUSIBLE) == set(UNITS)
    assert all(low <= high for low, high in PLAUSIBLE.values())


def test_every_rule_of_the_balance_group_names_the_function_that_uses_it_or_none(standard: Standard) -> None:
    assert [row.rule.id for row in coverage(standard, CASES) if row.use == "broken"] == []


def test_rules_that_are_said_to_be_used_are_named_where_they_are_used(standard: Standard) -> None:
    """A rule's id, or its stem before the last dot, stands in the package of the function that it names."""
    text = _code_of_the_core()
    unnamed = [
        rule.id
        for rule in standard.rules.values()
        if rule.assessed_by is not None
        and rule.kind not in ("method", "waiver")
        and rule.id not in text
        and f"{rule.id.rpartition('.')[0]}.{{" not in text
    ]
    assert unnamed == []


def test_a_rule_that_the_code_names_is_not_said_to_be_unused(standard: Standard) -> None:
    text = _code_of_the_core()
    unused = [row.rule.id for row in coverage(standard, CASES) if row.use == "not yet"]
    assert [rule for rule in unused if f'"{rule}"' in text] == []


def _code_of_the_core() -> str:
    src = Path(__file__).parents[2] / "src" / "junheng"
    rooms = ("measure", "forecast", "planners", "admission")
    used = [path for room in rooms for path in sorted((src / room).rglob("*.py"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in used)


def test_a_standard_and_its_parts_cannot_be_changed(standard: Standard) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        standard.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        standard.rules["x"] = standard.rule("balance.R1")  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        standard.rule("balance.R1").unit = "m"  # type: ignore[misc]


def test_one_through_weights_multiply_as_the_form_prints_them(standard: Standard) -> None:
    """1.1 x 1.2 = 1.32: the twelve-year weights are those of the two others put together."""
    today = standard.on(date(2026, 9, 1))
    nine = today.value("balance.split.nine_year", stage="junior").number
    complete = today.value("balance.split.complete_secondary", stage="senior").number
    assert today.value("balance.split.twelve_year", stage="senior").number == pytest.approx(nine * complete)


def test_rules_name_only_rows_that_the_register_has(standard: Standard) -> None:
    named = {row for rule in standard.rules.values() for row in rule.register}
    assert named - set(register()) == set()


def test_the_whole_assessment_of_the_register_is_encoded(standard: Standard) -> None:
    named = {row for rule in standard.rules.values() for row in rule.register}
    left_out = set(register()) - named
    assert left_out == {"MON", "PAY", "HRS", "GRP", "DOC"}


def test_the_coverage_page_lists_every_rule_indicator_and_register_row(standard: Standard) -> None:
    page = coverage_markdown(standard, CASES)
    assert page.startswith("# ")
    for name in standard.rules:
        assert f"| `{name}` |" in page
    for name in (*standard.indicators, *register()):
        assert f"| {name} |" in page
    assert all(row.n_cases > 0 for row in coverage(standard, CASES))
