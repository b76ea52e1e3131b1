"""The docs are whole and true: every page is reachable, generated pages are up to date, commands exist."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from junheng.cli.main import COMMANDS
from junheng.plans.actions import KINDS

TARGET = re.compile(r"^(?P<name>[a-z][a-z-]*):(?P<rest>.*)$", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)")
CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)|^\$ [^#\n]*", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")
PROSE = ("README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")


@pytest.fixture(scope="module")
def targets(root: Path) -> dict[str, str]:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    return {match["name"]: match["rest"] for match in TARGET.finditer(makefile)}


@pytest.fixture(scope="module")
def generator(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", root / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def prose(root: Path) -> dict[Path, str]:
    """Return everything that people read in the repository: the root's pages and docs/."""
    paths = [root / name for name in PROSE] + sorted((root / "docs").rglob("*.md"))
    return {path.relative_to(root): path.read_text(encoding="utf-8") for path in paths}


def test_every_page_of_the_docs_is_in_the_contents(root: Path) -> None:
    contents = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    pages = {str(path.relative_to(root / "docs")) for path in (root / "docs").rglob("*.md")}
    assert set(_leaves(contents)) == pages


def test_generated_pages_say_what_the_code_says(generator: ModuleType) -> None:
    assert generator.out_of_date() == [], "run make docs"


def test_every_command_of_make_is_described_in_chinese_and_english(targets: dict[str, str]) -> None:
    bare = {name for name, rest in targets.items() if not re.search(r"## .*[\u4e00-\u9fff].* \| [A-Z]", rest)}
    assert bare == set()


def test_every_make_command_that_people_are_told_exists(
    prose: dict[Path, str], targets: dict[str, str]
) -> None:
    told = {
        (str(path), name)
        for path, text in prose.items()
        for code in CODE.findall(text)
        for name in MAKE.findall(code)
    }
    assert told, "nothing found: has the pattern gone stale?"
    assert {entry for entry in told if entry[1] not in targets} == set()


def test_every_junheng_command_that_people_are_told_exists(prose: dict[Path, str]) -> None:
    told = {
        (str(path), name)
        for path, text in prose.items()
        for name in re.findall(r"^\$ junheng ([a-z]+)", text, re.MULTILINE)
    }
    assert told, "nothing found: has the pattern gone stale?"
    assert {entry for entry in told if entry[1] not in COMMANDS} == set()


def test_links_of_the_root_pages_lead_somewhere(root: Path) -> None:
    pages = {name: (root / name).read_text(encoding="utf-8") for name in PROSE}
    links = [(name, match["target"]) for name, text in pages.items() for match in LINK.finditer(text)]
    assert [link for link in links if "://" not in link[1] and not (root / link[1]).exists()] == []


def test_both_readmes_show_the_same_commands_and_picture(root: Path) -> None:
    blocks = {
        name: re.findall(
            r"^\$ .*$|!\[[^\]]*\]\([^)]*\)", (root / name).read_text(encoding="utf-8"), re.MULTILINE
        )
        for name in ("README.md", "README.zh.md")
    }
    # The picture's own language is the page's.
    commands = {
        name: [_without_words(line).replace(".zh.png", ".png") for line in lines]
        for name, lines in blocks.items()
    }
    assert commands["README.md"] == commands["README.zh.md"] != []


def test_every_kind_of_action_is_on_the_page_of_the_plan_file(root: Path) -> None:
    page = (root / "docs/reference/plan-file.md").read_text(encoding="utf-8")
    kinds = re.findall(r"^\| `(\w+)` \|[^|]*\| `", page, flags=re.MULTILINE)
    assert kinds == [kind.kind for kind in KINDS], "in the order in which a plan is applied"


def _without_words(line: str) -> str:
    return re.sub(r"!\[[^\]]*\]", "![]", line.split("#", maxsplit=1)[0]).strip()


def _leaves(contents: Any) -> Iterator[str]:
    if isinstance(contents, str):
        yield contents
    elif isinstance(contents, dict):
        for value in contents.values():
            yield from _leaves(value)
    else:
        for value in contents:
            yield from _leaves(value)
