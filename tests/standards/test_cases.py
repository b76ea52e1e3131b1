"""The cases that a lawyer can read: sentence, date, input, expected outcome; each is one test."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from junheng.standards import Standard, Value, load_standard
from junheng.standards.loader import DATA

CASES = Path(__file__).parent / "cases"
INPUTS = {"stage", "kind", "measured", "facts", "waivers", "overlays"}
OUTCOMES = {"value", "meets", "scope", "overrides", "waiver", "option", "document"}


@cache
def _cases() -> list[Any]:
    found = []
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(CASES.rglob("*.yaml")):
        for n, case in enumerate(yaml.load(path.read_text(encoding="utf-8"), loader)["cases"], start=1):
            found.append(pytest.param(case, id=f"{path.relative_to(CASES).with_suffix('')}-{n}"))
    return found


@cache
def _standard(overlays: tuple[str, ...], waivers: tuple[str, ...]) -> Standard:
    return load_standard(overlays=[DATA / "examples" / name for name in overlays], waivers=waivers)


@pytest.mark.parametrize("case", _cases())
def test_the_standard_says_what_the_case_says(case: dict[str, Any]) -> None:
    asked, expected = case.get("input", {}), case["expected"]
    assert set(case) <= {"sentence", "in_english", "rule", "date", "input", "expected"}
    assert set(asked) <= INPUTS
    assert set(expected) <= OUTCOMES
    assert expected
    standard = _standard(tuple(asked.get("overlays", ())), tuple(asked.get("waivers", ())))
    view = standard.on(case["date"])
    if "option" in expected:
        assert view.method(case["rule"]).option == expected["option"]
        return
    stage, kind = asked.get("stage"), asked.get("kind")
    if "facts" in asked:
        value: Value | None = view.relaxed(case["rule"], stage=stage, kind=kind, facts=asked["facts"])
    else:
        value = view.value_or_none(case["rule"], stage=stage, kind=kind)
    outcome = None if value is None else _outcome(value, asked)
    assert {key: outcome[key] if outcome else None for key in expected} == expected


def _outcome(value: Value, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "value": value.number,
        "meets": value.meets(asked["measured"]) if "measured" in asked else None,
        "scope": value.scope.level,
        "overrides": None if value.overrides is None else value.overrides.number,
        "waiver": value.waiver,
        "document": value.citation.document,
    }


def test_every_rule_has_cases() -> None:
    tested = {case.values[0]["rule"] for case in _cases()} | {
        waiver for case in _cases() for waiver in case.values[0].get("input", {}).get("waivers", ())
    }
    assert set(load_standard().rules) - tested == set()


def test_every_number_is_tested_on_the_day_before_and_the_day_it_starts() -> None:
    asked = {
        (case["rule"], case["date"], case.get("input", {}).get("stage"), case.get("input", {}).get("kind"))
        for case in (param.values[0] for param in _cases())
    }
    waived = {
        (waiver, case["date"], case["input"].get("stage"), case["input"].get("kind"))
        for case in (param.values[0] for param in _cases())
        for waiver in case.get("input", {}).get("waivers", ())
    }
    missing = [
        (rule.id, str(day), dated.stage, dated.kind)
        for rule in load_standard().rules.values()
        if rule.kind != "method"
        for dated in rule.values
        for day in (dated.start, dated.start.fromordinal(dated.start.toordinal() - 1))
        if (rule.id, day, dated.stage, dated.kind) not in asked | waived
    ]
    assert missing == []
