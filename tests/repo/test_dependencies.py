"""One list of dependencies, each with its reason, and one pinned file that agrees with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ENTRY = re.compile(r'^\s+"(?P<requirement>[^"]+)",(?P<comment>\s+# \S.{8,})?$')
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+?)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\$")
PYTHONS = ("3.11", "3.12", "3.13")
HEAVY_TEST_TOOLS = {
    "pytest",
    "hypothesis",
    "playwright",
    "ortools",
    "pandas",
    "openpyxl",
    "mypy",
    "ruff",
    "mkdocs",
}


@pytest.fixture(scope="module")
def requirements_text(root: Path) -> str:
    return (root / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pins(requirements_text: str) -> list[tuple[str, Version, str | None]]:
    matches = [PIN.match(line) for line in requirements_text.splitlines() if not line.startswith((" ", "#"))]
    assert None not in matches, "a line of requirements.txt is neither a pin, a hash nor a comment"
    return [(canonicalize_name(m["name"]), Version(m["version"]), m["marker"]) for m in matches if m]


def test_every_dependency_says_why_it_is_there(root: Path) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|web|bench|dev) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert len(lists) == 4
    entries = [line for block in lists for line in block.splitlines() if line.strip()]
    unexplained = [
        line for line in entries if (match := ENTRY.match(line)) is None or match["comment"] is None
    ]
    assert unexplained == []


def test_test_tools_and_peers_are_not_needed_to_run(pyproject: dict[str, Any]) -> None:
    names = {canonicalize_name(Requirement(entry).name) for entry in pyproject["project"]["dependencies"]}
    assert names & HEAVY_TEST_TOOLS == set()


@pytest.mark.parametrize("python", PYTHONS)
def test_the_pinned_file_satisfies_every_requirement(
    python: str, pyproject: dict[str, Any], pins: list[tuple[str, Version, str | None]]
) -> None:
    wanted = [Requirement(entry) for entry in pyproject["project"]["dependencies"]]
    extras = pyproject["project"]["optional-dependencies"].values()
    wanted += [Requirement(entry) for extra in extras for entry in extra]
    wanted += [Requirement(entry) for group in pyproject["dependency-groups"].values() for entry in group]
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    here = _pins_on(pins, environment)
    missing = []
    for requirement in wanted:
        if requirement.marker is not None and not requirement.marker.evaluate(environment):
            continue
        pinned = here.get(canonicalize_name(requirement.name))
        if pinned is None or not requirement.specifier.contains(pinned):
            missing.append(f"{requirement} (pinned: {pinned})")
    assert missing == [], "run make requirements"


def test_every_pin_has_a_hash(requirements_text: str, pins: list[tuple[str, Version, str | None]]) -> None:
    blocks = re.split(r"\n(?=\S)", requirements_text)
    hashed = [block for block in blocks if re.search(r"--hash=sha256:[0-9a-f]{64}", block)]
    assert len(hashed) == len(pins) > 0


def test_the_pinned_file_holds_no_address(requirements_text: str) -> None:
    lines = requirements_text.splitlines()
    assert [line for line in lines if "://" in line or " @ " in line or line.startswith("-")] == []


def test_the_version_stands_in_one_place(root: Path, pyproject: dict[str, Any]) -> None:
    assert "version" not in pyproject["project"]
    text = (root / pyproject["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    assert len(re.findall(r'^__version__ = "\d+\.\d+\.\d+"$', text, re.MULTILINE)) == 1


def _pins_on(pins: list[tuple[str, Version, str | None]], environment: dict[str, str]) -> dict[str, Version]:
    chosen: dict[str, Version] = {}
    for name, version, marker in pins:
        if marker is None or Requirement(f"x ; {marker}").marker.evaluate(environment):  # type: ignore[union-attr]
            assert name not in chosen, f"{name} is pinned twice for {environment}"
            chosen[name] = version
    return chosen
