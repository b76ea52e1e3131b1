"""Read a plan from JSON: every part is checked, and what is wrong is named by its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from junheng.plans.action import Action
from junheng.plans.actions import BY_CODE
from junheng.plans.parts import (
    Damaged,
    Part,
    both,
    mapping,
    number,
    number_or_none,
    sequence,
    text,
    unit,
    whole_or_none,
)
from junheng.plans.plan import FORMAT, Level, Plan
from junheng.text import Text


def plan_from(given: Mapping[str, Any]) -> Plan:
    """Return the plan that `Plan.as_dict` gave; raises `Damaged` at the first part that is wrong."""
    if given.get("format") != FORMAT:
        raise Damaged("format", Text.same(f"“{FORMAT}”"))
    top = Part(given)
    return Plan(
        kind=top.get("kind", text),
        name=top.get("name", both),
        objective=_levels(top),
        seconds=top.get("seconds", number),
        seed=top.get("seed", whole_or_none),
        inputs=MappingProxyType(dict(top.items("inputs", text))),
        inputs_hash=top.get("inputs_hash", text),
        standard_date=top.get("standard_date", text),
        version=top.get("version", text),
        settings=MappingProxyType(dict(top.get("settings", mapping))),
        stopped_by=top.get("stopped_by", text),
        actions=tuple(
            _action(action, f"actions[{i}]") for i, action in enumerate(top.get("actions", sequence))
        ),
    )


def _action(given: Any, where: str) -> Action:
    part = Part(given, where)
    kind = BY_CODE.get(part.get("action", text))
    if kind is None:
        raise Damaged(part.place("action"), Text.same(" | ".join(f"“{code}”" for code in BY_CODE)))
    return kind.read(part)


def _levels(top: Part) -> Mapping[str, Level]:
    values = dict(top.items("objective", number))
    bounds, units = dict(top.items("bound", number_or_none)), dict(top.items("units", unit))
    for name, found in (("bound", bounds), ("units", units)):
        if found.keys() != values.keys():
            raise Damaged(name, Text("与 objective 相同的各级", "the same levels as objective"))
    return MappingProxyType(
        {name: Level(value=value, bound=bounds[name], unit=units[name]) for name, value in values.items()}
    )
