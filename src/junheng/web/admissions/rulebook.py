"""The rules file of a round: begun from an example or an earlier round, and changed in a few named places."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from junheng.admission.rules import example_rules
from junheng.errors import InputError
from junheng.standards.safe_yaml import read


def begun(*, stage: str, year: int, code: str, text: str | None = None) -> str:
    """Return the rules of a new round: those of an earlier one, or the example's, under the new round's name and year.

    An example stays marked as one until somebody says that its clauses are the locality's own.
    """
    known = example_rules(stage)
    if text is None and (known.round, known.year) == (code, year):
        return known.text
    return changed(known.text if text is None else text, {"round": code, "stage": stage, "year": year})


def changed(text: str, changes: Mapping[str, Any]) -> str:
    """Return a rules file with some of its keys set anew, or left out where the value is `None`.

    The wording of everything else is kept in meaning; comments are not.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    tree = plain(text)
    for path, value in changes.items():
        *parents, last = path.split(".")
        node: Any = tree
        for name in parents:
            node = node[int(name)] if isinstance(node, list) else node.setdefault(name, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=10_000)


def plain(text: str) -> dict[str, Any]:
    """Return a rules file as plain values.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="junheng-rules-") as folder:
        path = Path(folder) / "rules.yaml"
        path.write_bytes(text.encode())
        node, problems = read(path)
    if node is None or problems:
        raise InputError(problems)
    found: dict[str, Any] = _plain(node)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value
