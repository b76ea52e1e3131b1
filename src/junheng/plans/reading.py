"""Read a plan from JSON: every part is checked, and what is wrong is named by its place in the file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from junheng.plans.plan import ASSIGN_HOME, FORMAT, AssignHome, Level, Plan
from junheng.text import Text
from junheng.units import UNITS

T = TypeVar("T")


class Damaged(Exception):  # noqa: N818 - not an error of ours, and never seen outside
    """A part of the file is absent or of another kind than it must be."""

    def __init__(self, where: str, expected: Text) -> None:
        super().__init__(where)
        self.text = Text("{where}：应为{what}", "{where}: expected {what}").format(where=where, what=expected)


def plan_from(given: Mapping[str, Any]) -> Plan:
    """Return the plan that `Plan.as_dict` gave; raises `Damaged` at the first part that is wrong."""
    if given.get("format") != FORMAT:
        raise Damaged("format", Text(f"“{FORMAT}”", f"“{FORMAT}”"))
    top = _Part(given, "")
    return Plan(
        kind=top.get("kind", _text),
        name=top.get("name", _both),
        objective=_levels(top),
        seconds=top.get("seconds", _number),
        seed=top.get("seed", _whole_or_none),
        inputs=MappingProxyType(dict(top.items("inputs", _text))),
        inputs_hash=top.get("inputs_hash", _text),
        standard_date=top.get("standard_date", _text),
        version=top.get("version", _text),
        settings=MappingProxyType(dict(top.get("settings", _mapping))),
        stopped_by=top.get("stopped_by", _text),
        actions=tuple(
            action_from(action, f"actions[{i}]") for i, action in enumerate(top.get("actions", _list))
        ),
    )


def action_from(given: Any, where: str = "action") -> AssignHome:
    """Return the action that `AssignHome.as_dict` gave; raises `Damaged` at the first part that is wrong."""
    part = _Part(_mapping(given, where), f"{where}.")
    if part.get("action", _text) != ASSIGN_HOME:
        raise Damaged(f"{where}.action", Text(f"“{ASSIGN_HOME}”", f"“{ASSIGN_HOME}”"))
    return AssignHome(
        stage=part.get("stage", _text),
        home=part.get("home", _text),
        school=part.get("school", _text),
        before=part.get("before", _text_or_none, default=None),
        reason=part.get("reason", _text, default=_GIVEN.reason),
        text=part.get("text", _both, default=_GIVEN.text),
        numbers=part.get("numbers", _figures, default=_GIVEN.numbers),
    )


_GIVEN = AssignHome(stage="", home="", school="")
"""What an action written by hand may leave out."""


def _levels(top: _Part) -> Mapping[str, Level]:
    values = dict(top.items("objective", _number))
    bounds, units = dict(top.items("bound", _number_or_none)), dict(top.items("units", _unit))
    for name, found in (("bound", bounds), ("units", units)):
        if found.keys() != values.keys():
            raise Damaged(name, Text("与 objective 相同的各级", "the same levels as objective"))
    return MappingProxyType(
        {name: Level(value=value, bound=bounds[name], unit=units[name]) for name, value in values.items()}
    )


class _Required:
    """No default."""


REQUIRED = _Required()


class _Part:
    """A mapping in the file and where it stands."""

    def __init__(self, given: Mapping[str, Any], where: str) -> None:
        self._given = given
        self._where = where

    def get(self, name: str, read: Callable[[Any, str], T], *, default: T | _Required = REQUIRED) -> T:
        """Return a part; one without a default must be there."""
        where = f"{self._where}{name}"
        if name in self._given:
            return read(self._given[name], where)
        if isinstance(default, _Required):
            raise Damaged(where, Text("有此一项", "to be there"))
        return default

    def items(self, name: str, read: Callable[[Any, str], T]) -> list[tuple[str, T]]:
        """Return the parts of a mapping that must be there, each read."""
        parts = self.get(name, _mapping)
        return [(key, read(part, f"{self._where}{name}.{key}")) for key, part in parts.items()]


def _text(given: Any, where: str) -> str:
    # Half of a character pair can stand in JSON, and nowhere be written out again.
    if not isinstance(given, str) or any("\ud800" <= character <= "\udfff" for character in given):
        raise Damaged(where, Text("文本", "text"))
    return given


def _text_or_none(given: Any, where: str) -> str | None:
    return None if given is None else _text(given, where)


def _both(given: Any, where: str) -> Text:
    part = _Part(_mapping(given, where), f"{where}.")
    return Text(part.get("zh", _text), part.get("en", _text))


def _number(given: Any, where: str) -> float:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not -_LARGEST <= given <= _LARGEST:
        raise Damaged(where, Text("数字", "a number"))
    number: float = given
    return number


_LARGEST = sys.float_info.max
"""Beyond it are infinity, "not a number", and whole numbers that nothing can compute with."""


def _number_or_none(given: Any, where: str) -> float | None:
    return None if given is None else _number(given, where)


def _whole_or_none(given: Any, where: str) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int):
        raise Damaged(where, Text("整数", "a whole number"))
    return given


def _figures(given: Any, where: str) -> Mapping[str, float | str]:
    parts = _mapping(given, where).items()
    return MappingProxyType({name: _figure(part, f"{where}.{name}") for name, part in parts})


def _figure(given: Any, where: str) -> float | str:
    return given if isinstance(given, str) else _number(given, where)


def _unit(given: Any, where: str) -> str:
    if _text(given, where) not in UNITS:
        raise Damaged(where, Text("已知的单位", "a known unit"))
    return str(given)


def _mapping(given: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise Damaged(where, Text("名称与值的对应", "names with values"))
    return given


def _list(given: Any, where: str) -> list[Any]:
    if not isinstance(given, list):
        raise Damaged(where, Text("列表", "a list"))
    return given
