"""The parts of a file of JSON, read one by one: what is absent or of another kind is named by its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from junheng.text import Text
from junheng.units import UNITS

T = TypeVar("T")
Reader = Callable[[Any, str], Any]
"""Gives what a part of the file is, from what stands there and where; raises `Damaged` for anything else."""


class Damaged(Exception):  # noqa: N818 - not an error of ours, and never seen outside
    """A part of the file is absent or of another kind than it must be."""

    def __init__(self, where: str, expected: Text) -> None:
        super().__init__(where)
        self.text = Text("{where}：应为{what}", "{where}: expected {what}").format(where=where, what=expected)


class Part:
    """A mapping in the file and where it stands."""

    def __init__(self, given: Any, where: str = "") -> None:
        self.where = where
        self._given = mapping(given, where)

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def get(self, name: str, read: Callable[[Any, str], T]) -> T:
        """Return a part, which must be there."""
        where = self.place(name)
        if name not in self._given:
            raise Damaged(where, Text("有此一项", "to be there"))
        return read(self._given[name], where)

    def items(self, name: str, read: Callable[[Any, str], T]) -> list[tuple[str, T]]:
        """Return the parts of a mapping that must be there, each read."""
        parts = self.get(name, mapping)
        return [(key, read(part, f"{self.place(name)}.{key}")) for key, part in parts.items()]

    def place(self, name: str) -> str:
        """Return where a part stands in the file."""
        return f"{self.where}.{name}" if self.where else name


def text(given: Any, where: str) -> str:
    """Read text."""
    # Half of a character pair can stand in JSON, and nowhere be written out again.
    if not isinstance(given, str) or any("\ud800" <= character <= "\udfff" for character in given):
        raise Damaged(where, Text("文本", "text"))
    return given


def text_or_none(given: Any, where: str) -> str | None:
    """Read text or null."""
    return None if given is None else text(given, where)


def both(given: Any, where: str) -> Text:
    """Read a text in both languages."""
    part = Part(given, where)
    return Text(part.get("zh", text), part.get("en", text))


def number(given: Any, where: str) -> float:
    """Read a number, whole or not, that can be computed with."""
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not -_LARGEST <= given <= _LARGEST:
        raise Damaged(where, Text("数字", "a number"))
    found: float = given
    return found


_LARGEST = sys.float_info.max
"""Beyond it are infinity, "not a number", and whole numbers that nothing can compute with."""


def number_or_none(given: Any, where: str) -> float | None:
    """Read a number or null."""
    return None if given is None else number(given, where)


def whole(given: Any, where: str) -> int:
    """Read a whole number."""
    if isinstance(given, bool) or not isinstance(given, int):
        raise Damaged(where, Text("整数", "a whole number"))
    return given


def whole_or_none(given: Any, where: str) -> int | None:
    """Read a whole number or null."""
    return None if given is None else whole(given, where)


def figures(given: Any, where: str) -> Mapping[str, float | str]:
    """Read the figures behind a reason: numbers and names."""
    parts = mapping(given, where).items()
    return MappingProxyType({name: _figure(part, f"{where}.{name}") for name, part in parts})


def _figure(given: Any, where: str) -> float | str:
    return given if isinstance(given, str) else number(given, where)


def unit(given: Any, where: str) -> str:
    """Read the code of a unit."""
    if text(given, where) not in UNITS:
        raise Damaged(where, Text("已知的单位", "a known unit"))
    return str(given)


def mapping(given: Any, where: str) -> Mapping[str, Any]:
    """Read names with values."""
    if not isinstance(given, Mapping):
        raise Damaged(where, Text("名称与值的对应", "names with values"))
    return given


def sequence(given: Any, where: str) -> list[Any]:
    """Read a list."""
    if not isinstance(given, list):
        raise Damaged(where, Text("列表", "a list"))
    return given
