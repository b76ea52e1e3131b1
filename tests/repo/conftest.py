"""What the rules about the repository look at: its own files, nothing that git ignores."""

from __future__ import annotations

import ast
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def own_files() -> list[Path]:
    """Return every file of the repository, the not yet committed ones too, relative to its root."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(Path(name) for name in listing.split("\0") if name and (ROOT / name).is_file())


@pytest.fixture(scope="session")
def own_texts(own_files: list[Path]) -> dict[Path, str]:
    """Return the text of every file that is text."""
    texts = {}
    for path in own_files:
        data = (ROOT / path).read_bytes()
        if b"\0" not in data[:8192]:
            texts[path] = data.decode("utf-8")
    return texts


@pytest.fixture(scope="session")
def source_trees() -> dict[Path, ast.Module]:
    """Return the syntax tree of every module under src/, by its path from the root."""
    modules = sorted((ROOT / "src").rglob("*.py"))
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in modules}


@pytest.fixture(scope="session")
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
