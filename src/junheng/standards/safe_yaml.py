"""Read one YAML file as plain data that remembers its lines; refuse what policy data does not need.

Refused: tags, anchors, aliases, merge keys, duplicate keys, several documents, deep nesting, files over
one megabyte. Plain scalars are read by our own narrow rules (null, true, false, numbers, dates), so that
``no`` and ``12:30`` stay text.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from junheng.errors import Place, Problem
from junheng.text import Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAPPING = ("一个“键: 值”文档", "one document, a mapping of keys")
_PLAIN = ("写全的普通值", "the plain value, written in full")
_VALID = ("合法的 YAML", "valid YAML")
_TOO_LARGE = (
    f"大于 {MAX_BYTES} 字节的文件",
    f"a file of more than {MAX_BYTES} bytes",
    "不超过 1 MB",
    "at most 1 MB",
)
_WORDS: dict[str, bool | None] = {"null": None, "~": None, "": None, "true": True, "false": False}


class Node(dict[str, Any]):
    """A YAML mapping with the line of each key (1 is the first) and its own line."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def read(path: Path) -> tuple[Node | None, list[Problem]]:
    """Read one file: its data, or `None` if it cannot be read, and every problem that was found."""
    builder = _Builder(path.name)
    try:
        if path.stat().st_size > MAX_BYTES:
            builder.refuse("yaml-too-large", 1, *_TOO_LARGE)
            return None, builder.problems
        root = builder.build(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        builder.refuse(
            "yaml-not-utf8",
            1,
            f"第 {error.start} 字节不是 UTF-8",
            f"byte {error.start} is not UTF-8",
            "UTF-8",
            "UTF-8",
        )
        return None, builder.problems
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        builder.refuse(
            "yaml-syntax",
            line,
            f"YAML 语法错误（{error.problem}）",
            f"broken YAML ({error.problem})",
            *_VALID,
        )
        return None, builder.problems
    except yaml.YAMLError as error:
        detail = str(error).splitlines()[0]
        builder.refuse("yaml-syntax", 1, f"YAML 语法错误（{detail}）", f"broken YAML ({detail})", *_VALID)
        return None, builder.problems
    return root, builder.problems


class _TooDeepError(yaml.YAMLError):
    """Nested deeper than any standard needs; the rest of the file is not read."""


class _Builder:
    """Turns the event stream of the YAML library into nodes, noting what is refused as it goes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def build(self, text: str) -> Node | None:
        loader = _Loader(text)
        self.next = loader.get_event
        try:
            self.next()  # the start of the stream
            if not isinstance(self.next(), yaml.DocumentStartEvent):
                self.refuse("yaml-shape", 1, "空文件", "an empty file", *_MAPPING)
                return None
            root = self._value(self.next(), depth=0)
            self.next()  # the end of the document
            if not isinstance(self.next(), yaml.StreamEndEvent):
                self.refuse("yaml-shape", 1, "多个 YAML 文档", "several YAML documents", *_MAPPING)
        finally:
            loader.dispose()
        if isinstance(root, Node):
            return root
        self.refuse("yaml-shape", 1, "最外层不是映射", "no mapping at the top", *_MAPPING)
        return None

    def _value(self, event: Any, *, depth: int) -> Any:
        line = event.start_mark.line + 1
        if event.anchor is not None:  # an alias, too, carries its anchor's name
            self.refuse(
                "yaml-alias",
                line,
                f"锚点或别名“{event.anchor}”",
                f"the anchor or alias “{event.anchor}”",
                *_PLAIN,
            )
        if isinstance(event, yaml.AliasEvent):
            return None
        if event.tag is not None:
            self.refuse("yaml-tag", line, f"标签 {event.tag}", f"the tag {event.tag}", *_PLAIN)
        if depth > MAX_DEPTH:
            raise _TooDeepError(f"line {line}: more than {MAX_DEPTH} levels of nesting")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._mapping(line, depth)

    def _sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self._value(event, depth=depth + 1))
        return items

    def _mapping(self, line: int, depth: int) -> Node:
        node = Node(line)
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            at = event.start_mark.line + 1
            key = self._key(event, at, depth)
            value = self._value(self.next(), depth=depth + 1)
            if key is not None and key in node:
                zh = f"键“{key}”重复（首次在第 {node.lines[key]} 行）"
                en = f"the key “{key}” a second time (first on line {node.lines[key]})"
                self.refuse("yaml-duplicate-key", at, zh, en, "每个键只出现一次", "each key once", key=key)
            elif key is not None:
                node.lines[key] = at
                node[key] = value
        return node

    def _key(self, event: Any, line: int, depth: int) -> str | None:
        plain = isinstance(event, yaml.ScalarEvent) and event.tag is None and event.anchor is None
        if plain and event.value != "<<":
            return str(event.value)
        self.refuse("yaml-key", line, "不是普通文字的键", "a key that is not plain text", *_PLAIN)
        self._value(event, depth=depth + 1)  # read on past it
        return None

    def refuse(self, code: str, line: int, *wording: str, key: str | None = None) -> None:
        """Note a problem; the wording is found (zh, en) and expected (zh, en)."""
        zh, en, zh_wanted, en_wanted = wording
        self.problems.append(
            Problem(
                code=code,
                severity="error",
                place=Place(file=self.file, row=line, key=key),
                found=Text(zh, en),
                expected=Text(zh_wanted, en_wanted),
                remedy=Text("请按示例改写该处。", "Rewrite this place as in the shipped files."),
            )
        )


def _scalar(text: str) -> Any:
    """Read a plain scalar: null, true, false, a number, a date that exists; everything else is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
