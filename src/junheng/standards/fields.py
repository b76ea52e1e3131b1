"""Take typed values out of a mapping that a person wrote; note every problem, not only the first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from junheng.errors import Place, Problem
from junheng.standards.safe_yaml import Node
from junheng.text import Text

_MISSING = object()


class Fields:
    """One mapping of a file: hands out its keys by type, and knows which keys nobody asked for.

    Parameters
    ----------
    node
        The mapping as read; anything else is noted as a problem and treated as empty.
    file, key
        Where it stands: the file's name and the path of keys that leads to it.
    problems
        The list to which every problem is added.
    """

    def __init__(
        self, node: Any, *, file: str, key: str, problems: list[Problem], line: int | None = None
    ) -> None:
        self.file, self.key, self.problems = file, key, problems
        self._seen: set[str] = set()
        self.line = node.line if isinstance(node, Node) else line
        self.node = node if isinstance(node, Node) else Node(line or 1)
        if not isinstance(node, Node):
            self.note(
                "standard-shape", None, found=_as_found(node), zh="“键: 值”映射", en="a mapping of keys"
            )

    def note(
        self, code: str, name: str | None, *, found: Text, zh: str, en: str, severity: str = "error"
    ) -> None:
        """Add a problem at one key of this mapping (or at the mapping itself)."""
        key = ".".join(part for part in (self.key, name) if part)
        line = self.node.lines.get(name, self.line) if name else self.line
        self.problems.append(
            Problem(
                code=code,
                severity="error" if severity == "error" else "warning",
                place=Place(file=self.file, row=line, key=key),
                found=found,
                expected=Text(zh, en),
                remedy=Text("请改正该键。", "Correct this key."),
            )
        )

    def has(self, name: str) -> bool:
        """Tell whether the key is there, whatever its value."""
        return name in self.node

    def raw(self, name: str, *, required: bool = False) -> Any:
        """Return the value as read, or `None`; note it if a required key is missing."""
        self._seen.add(name)
        value = self.node.get(name, _MISSING)
        if value is _MISSING:
            if required:
                self.note(
                    "standard-missing-key",
                    name,
                    found=Text("没有此键", "no such key"),
                    zh="此键",
                    en="this key",
                )
            return None
        return value

    def text(self, name: str, *, required: bool = True) -> str | None:
        """Return a non-empty wording."""
        value = self.raw(name, required=required)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if name in self.node and (required or value is not None):
            self.note("standard-not-text", name, found=_as_found(value), zh="文字", en="some text")
        return None

    def bilingual(self, name: str, *, required: bool = True) -> Text | None:
        """Return a wording in both languages, written as ``{zh: ..., en: ...}``."""
        value = self.raw(name, required=required)
        if name not in self.node or (value is None and not required):
            return None
        both = self.child(name)
        zh, en = both.text("zh"), both.text("en")
        both.finish()
        return Text(zh, en) if zh and en else None

    def choice(
        self, name: str, allowed: Iterable[str], *, required: bool = True, code: str | None = None
    ) -> str | None:
        """Return one of the allowed words."""
        value = self.raw(name, required=required)
        words = tuple(allowed)
        if value is None and not (required and name in self.node):
            return None
        if value in words:
            return str(value)
        self.note(
            code or "standard-not-allowed",
            name,
            found=_as_found(value),
            zh="、".join(words),
            en="one of " + ", ".join(words),
        )
        return None

    def day(self, name: str, *, required: bool = True) -> date | None:
        """Return a day that exists in the calendar."""
        value = self.raw(name, required=required)
        if isinstance(value, date):
            return value
        if name in self.node and (required or value is not None):
            self.note(
                "standard-bad-date",
                name,
                found=_as_found(value),
                zh="如 2017-04-19 的日期",
                en="a day such as 2017-04-19",
            )
        return None

    def flag(self, name: str) -> bool:
        """Return true or false; false where the key is missing."""
        value = self.raw(name)
        if isinstance(value, bool):
            return value
        if name in self.node:
            self.note(
                "standard-not-a-flag", name, found=_as_found(value), zh="true 或 false", en="true or false"
            )
        return False

    def number(self, name: str) -> float | None:
        """Return a number."""
        value = self.raw(name, required=True)
        if isinstance(value, float):
            return value
        if name in self.node:
            self.note("standard-not-a-number", name, found=_as_found(value), zh="数值", en="a number")
        return None

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of words; a single word may stand without a list."""
        value = self.raw(name)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if all(isinstance(item, str) for item in items):
            return tuple(items)
        self.note("standard-not-text", name, found=_as_found(value), zh="词语列表", en="a list of words")
        return ()

    def child(self, name: str) -> Fields:
        """Return the mapping under a key."""
        self._seen.add(name)
        return Fields(
            self.node.get(name),
            file=self.file,
            key=f"{self.key}.{name}" if self.key else name,
            problems=self.problems,
            line=self.node.lines.get(name, self.line),
        )

    def children(self, name: str) -> list[Fields]:
        """Return the mappings of the list under a key."""
        value = self.raw(name)
        if name not in self.node:
            return []
        if not isinstance(value, list):
            self.note("standard-shape", name, found=_as_found(value), zh="列表", en="a list")
            return []
        line = self.node.lines.get(name, self.line)
        key = f"{self.key}.{name}" if self.key else name
        return [
            Fields(item, file=self.file, key=f"{key}[{n}]", problems=self.problems, line=line)
            for n, item in enumerate(value)
        ]

    def finish(self) -> None:
        """Note every key that nobody asked for, with the nearest known one."""
        for name in self.node:
            if name in self._seen:
                continue
            near = difflib.get_close_matches(name, self._seen, n=1)
            zh, en = (
                (f"{near[0]}", f"{near[0]}")
                if near
                else (_zh_list(self._seen), ", ".join(sorted(self._seen)))
            )
            self.note(
                "standard-unknown-key",
                name,
                found=Text(f"未知的键“{name}”", f"the unknown key “{name}”"),
                zh=zh,
                en=en,
            )


def _zh_list(names: Iterable[str]) -> str:
    return "、".join(sorted(names))


def _as_found(value: Any) -> Text:
    if value is None or value is _MISSING:
        return Text("空值", "nothing")
    if isinstance(value, Node):
        return Text("映射", "a mapping")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Text("列表", "a list")
    return Text(f"“{str(value)[:60]}”", f"“{str(value)[:60]}”")
