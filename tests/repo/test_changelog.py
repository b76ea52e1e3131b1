"""No fragment of the changelog is lost, and those that change results say what they touch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MUST_SAY = {"policy": ("Period:", "Area:"), "numbers": ("Was:", "Now:")}


@pytest.fixture(scope="module")
def types(pyproject: dict[str, Any]) -> set[str]:
    return {entry["directory"] for entry in pyproject["tool"]["towncrier"]["type"]}


@pytest.fixture(scope="module")
def fragments(root: Path) -> list[Path]:
    return sorted(path for path in (root / "changelog.d").iterdir() if path.name != "README.md")


def test_fragments_have_names_that_the_renderer_keeps(fragments: list[Path], types: set[str]) -> None:
    grammar = re.compile(rf"(?:\d+|\+[a-z][a-z-]*)\.(?:{'|'.join(sorted(types))})(?:\.\d+)?\.md")
    assert [path.name for path in fragments if not grammar.fullmatch(path.name)] == []


def test_the_types_are_those_that_contributors_are_told(root: Path, types: set[str]) -> None:
    section = (root / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The changelog")[2]
    told = set(
        re.findall(
            r"`([a-z]+)`", "".join(line.split("|")[1] for line in section.splitlines() if line[:1] == "|")
        )
    )
    assert told == types == {"added", "changed", "fixed", "removed", "policy", "numbers"}


def test_fragments_that_change_results_say_what_they_touch(fragments: list[Path]) -> None:
    silent = [
        (path.name, word)
        for path in fragments
        for word in MUST_SAY.get(path.name.split(".")[1], ())
        if word not in path.read_text(encoding="utf-8")
    ]
    assert silent == []


def test_every_fragment_appears_in_the_rendered_draft(root: Path, fragments: list[Path]) -> None:
    draft = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next", "--date", "unreleased"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    first_words = {path.name: " ".join(path.read_text(encoding="utf-8").split()[:6]) for path in fragments}
    flat = " ".join(draft.split())
    assert [name for name, words in first_words.items() if words not in flat] == []
