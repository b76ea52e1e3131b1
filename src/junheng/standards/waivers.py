"""Waivers: dated, conditional relaxations of a rule, off unless they are switched on by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from junheng.errors import Place, Problem
from junheng.standards.model import Condition, Rule
from junheng.standards.value import Value
from junheng.text import Text


def in_force(
    active: Iterable[str], *, rules: Mapping[str, Rule], day: date
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Split the active waivers into those in force on the day and a notice for each of the others."""
    holding: list[Rule] = []
    notices: list[Problem] = []
    for name in sorted(set(active)):
        rule = rules[name]
        if any(dated.holds_on(day) and dated.value is not None for dated in rule.values):
            holding.append(rule)
            notices += _if_unverified(rule)
        else:
            notices.append(_not_in_force(rule, day))
    return tuple(holding), tuple(notices)


def applies(waiver: Rule, facts: Mapping[str, float | None]) -> bool:
    """Tell whether every condition of a waiver is known to hold."""
    return all(_holds(condition, facts.get(condition.fact)) for condition in waiver.conditions)


def relax(value: Value, *, ordinary: Value, waiver: str) -> Value:
    """Return a waiver's number as the number of the rule that it relaxes."""
    return replace(value, rule=ordinary.rule, operator=ordinary.operator, overrides=ordinary, waiver=waiver)


def _if_unverified(rule: Rule) -> list[Problem]:
    """Warn where the days of a waiver that decides verdicts are an estimate."""
    if all(dated.confidence != "M" for dated in rule.values):
        return []
    return [
        Problem(
            code="waiver-dates-unverified",
            severity="warning",
            place=Place(file=rule.file, key=rule.id),
            found=Text(
                f"过渡政策“{rule.title.zh}”的起止日期未经核实",
                f"unverified dates of waiver “{rule.title.en}”",
            ),
            expected=Text("文件规定的日期", "the dates of the document itself"),
            remedy=Text("请向省级核实后再采用。", "Ask the province before relying on it."),
        )
    ]


def _not_in_force(rule: Rule, day: date) -> Problem:
    first = min(dated.start for dated in rule.values)
    last = max((dated.end for dated in rule.values if dated.end is not None), default=None)
    return Problem(
        code="waiver-not-in-force",
        severity="notice",
        place=Place(file=rule.file, key=rule.id),
        found=Text(
            f"过渡政策“{rule.title.zh}”在 {day} 不适用", f"waiver “{rule.title.en}” is not in force on {day}"
        ),
        expected=Text(f"{first} 至 {last} 之间的日期", f"a day from {first} to {last}"),
        remedy=Text("按一般标准判定。", "The ordinary rule was applied."),
    )


def _holds(condition: Condition, fact: float | None) -> bool:
    if fact is None:
        return False
    match condition.operator:
        case ">=":
            return fact >= condition.value
        case "<=":
            return fact <= condition.value
        case "<":
            return fact < condition.value
        case ">":
            return fact > condition.value
        case "=":
            return fact == condition.value
