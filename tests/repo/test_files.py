"""No rubbish, no giants, no addresses of the machine that a file was written on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

MODULE_LINES = 400
FUNCTION_LINES = 80
FILE_BYTES = 1_500_000

RUBBISH = re.compile(
    r"\.(bkp|bak|orig|rej|swp|pyc|pkl|pickle|log|tmp)$|~$|\.DS_Store|Thumbs\.db"
    r"|(^|[ _.(-])(copy|backup|old)([ _.)-]|$)",
    re.IGNORECASE,
)
# The bracketed letters keep these patterns from finding themselves.
MACHINE_PATH = re.compile(
    r"(?<![\w.~$}<)-])/(?:[w]ork|[h]ome|[r]oot|[t]mp|[U]sers|[o]pt|[m]nt)/\w|\b[C-E]:\\{1,2}[U]sers", re.ASCII
)
REGISTRY = re.compile(
    r"[p]ypi\.(?:org|python\.org|tuna|doubanio)|[p]ythonhosted\.org|[r]egistry\.npm|[n]pmmirror|[a]naconda\.org"
    r"|[m]irrors?\.[a-z]+\.(?:com|cn|edu|org)|[d]eb\.debian\.org|(?:extra-)?[i]ndex-url\s*=|\"[r]esolved\"\s*:",
    re.IGNORECASE,
)


def test_no_leftovers_are_committed(own_files: list[Path]) -> None:
    command = Path("src/junheng/cli/backup.py")  # makes backups, and is none
    assert [path for path in own_files if RUBBISH.search(path.name) and path != command] == []


def test_no_module_is_empty(own_files: list[Path], root: Path) -> None:
    modules = [path for path in own_files if path.suffix == ".py"]
    assert [path for path in modules if not (root / path).read_text(encoding="utf-8").strip()] == []


def test_benchmarks_live_in_one_folder(own_files: list[Path]) -> None:
    folders = {part for path in own_files for part in path.parts[:-1] if part.lower().startswith("bench")}
    assert folders <= {"benchmarks"}


def test_no_file_is_large(own_files: list[Path], root: Path) -> None:
    assert [path for path in own_files if (root / path).stat().st_size > FILE_BYTES] == []


def test_modules_stay_short_enough_to_read(own_files: list[Path], root: Path) -> None:
    modules = [path for path in own_files if path.suffix == ".py" and path.parts[0] != "tests"]
    lengths = {path: len((root / path).read_text(encoding="utf-8").splitlines()) for path in modules}
    assert {path: n for path, n in lengths.items() if n > MODULE_LINES} == {}


def test_functions_stay_short_enough_to_read(source_trees: dict[Path, ast.Module]) -> None:
    functions = [
        (path, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for path, tree in source_trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert [entry for entry in functions if entry[2] > FUNCTION_LINES] == []


def test_no_file_names_a_path_of_one_machine(own_texts: dict[Path, str]) -> None:
    assert _hits(MACHINE_PATH, own_texts) == []


def test_no_file_names_a_package_registry_or_mirror(own_texts: dict[Path, str]) -> None:
    assert _hits(REGISTRY, own_texts) == []


@pytest.mark.parametrize(
    ("pattern", "line", "found"),
    [
        (MACHINE_PATH, "see /" + "work/main/x.py", True),
        (MACHINE_PATH, "open('/" + "tmp/x')", True),
        (MACHINE_PATH, "C:\\" + "Users\\x", True),
        (MACHINE_PATH, "docs/" + "work/x and $HOME/" + "work and ../" + "tmp/x", False),
        (REGISTRY, "--index-" + "url = x", True),
        (REGISTRY, "https://pypi" + ".org/simple", True),
        (REGISTRY, "a registry of schools; an index of pages", False),
        (RUBBISH, "plan copy.py", True),
        (RUBBISH, "notes.bak", True),
        (RUBBISH, "household.py", False),
    ],
)
def test_the_file_rules_see_what_they_should(pattern: re.Pattern[str], line: str, found: bool) -> None:
    assert bool(pattern.search(line)) is found


def _hits(pattern: re.Pattern[str], texts: dict[Path, str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]
