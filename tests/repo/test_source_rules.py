"""Rules about the source that no linter knows: both languages agree, no clock, no chance, web stays web."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

# Rooms at the edge of the house may ask what day it is; the core is told.
MAY_READ_THE_CLOCK = {"cli", "web", "province"}
CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.localtime",
    "time.gmtime",
}
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "BitGenerator"}


def test_every_text_has_the_same_placeholders_in_both_languages(source_trees: dict[Path, ast.Module]) -> None:
    wrong = [
        f"{path}:{call.lineno}: {_values(zh)} / {_values(en)}"
        for path, tree in source_trees.items()
        for call, zh, en in _texts(tree)
        if _values(zh) != _values(en)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "agree"),
    [
        ('Text("{n} 所", "{n} schools")', True),
        ('Text("{n} 所", "{m} schools")', False),
        ('Text("{n:.2f} 所", "{n} schools")', True),
        ('Text(zh="{n} 所", en="schools")', False),
        ("Text(f\"{n} 所\", f\"{n} school{'s' if n > 1 else ''}\")", True),
        ('Text(f"{place.zh}：{n}", f"{place.en}: {n}")', True),
        ('Text(f"{n} 所", "many schools")', False),
    ],
)
def test_the_placeholder_rule_sees_what_it_should(source: str, agree: bool) -> None:
    ((_, zh, en),) = _texts(ast.parse(source))
    assert (_values(zh) == _values(en)) is agree


def test_the_core_reads_no_clock(source_trees: dict[Path, ast.Module]) -> None:
    found = [
        f"{path}:{node.lineno}: {name}"
        for path, tree in source_trees.items()
        if not MAY_READ_THE_CLOCK & set(path.parts)
        for node, name in _calls(tree)
        if name in CLOCK or ".".join(name.split(".")[-2:]) in CLOCK
    ]
    assert found == []


def test_chance_always_has_a_seed(source_trees: dict[Path, ast.Module]) -> None:
    found = [f"{path}:{complaint}" for path, tree in source_trees.items() for complaint in _unseeded(tree)]
    assert found == []


@pytest.mark.parametrize(
    ("source", "n_complaints"),
    [
        ("import random", 1),
        ("from random import shuffle", 1),
        ("def f(seed):\n    return np.random.default_rng(seed)", 0),
        ("def f():\n    return np.random.default_rng()", 1),
        ("rng = np.random.default_rng(1)", 1),
        ("def f():\n    return np.random.normal()", 1),
        ("def f(rng):\n    return rng.normal()", 0),
    ],
)
def test_the_chance_rule_sees_what_it_should(source: str, n_complaints: int) -> None:
    assert len(_unseeded(ast.parse(source))) == n_complaints


def test_only_the_web_room_imports_the_web_framework(source_trees: dict[Path, ast.Module]) -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in source_trees.items()
        if "web" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(name.startswith("django") for name in _modules(node))
    ]
    assert found == []


def test_no_test_is_always_skipped(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{number}"
        for path in sorted((root / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.match(r"\s*@pytest\.mark\.skip\b(?!if)|pytest\.skip\(", line)
    ]
    assert found == []


def _texts(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.expr, ast.expr]]:
    for call, name in _calls(tree):
        if name.rpartition(".")[2] != "Text":
            continue
        given = dict(zip(("zh", "en"), call.args, strict=False)) | {
            str(k.arg): k.value for k in call.keywords
        }
        if isinstance(given.get("zh"), ast.Constant | ast.JoinedStr) and "en" in given:
            yield call, given["zh"], given["en"]


def _values(node: ast.expr) -> set[str]:
    """Return what is filled in: the placeholders of a plain text, the names that an f-string uses."""
    if isinstance(node, ast.Constant):
        fields = [field for _, field, _, _ in string.Formatter().parse(str(node.value)) if field is not None]
        return {re.split(r"[.\[]", field)[0] for field in fields}
    if isinstance(node, ast.JoinedStr):
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        return {re.sub(r"(?:^|_)(zh|en)$", "", name) for name in names}
    return {ast.unparse(node)}


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def _unseeded(tree: ast.Module) -> list[str]:
    complaints = [
        f"{node.lineno}: the standard library's random"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "random" in _modules(node)
    ]
    inside = {
        call
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call, _ in _calls(function)
    }
    for call, name in _calls(tree):
        last = name.rpartition(".")[2]
        if ".random." in f".{name}" and last not in SEEDED:
            complaints.append(f"{call.lineno}: {name} draws from the global state")
        elif last == "default_rng" and not (call.args or call.keywords):
            complaints.append(f"{call.lineno}: {name}() has no seed")
        elif last == "default_rng" and call not in inside:
            complaints.append(f"{call.lineno}: {name} at module level")
    return complaints


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names} if isinstance(node, ast.Import) else {node.module or ""}
