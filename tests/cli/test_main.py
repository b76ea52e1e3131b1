"""Start-up: answering `--help` loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from junheng.cli.main import EXIT_CODES

HEAVY = (
    "polars",
    "numpy",
    "scipy",
    "yaml",
    "shapely",
    "highspy",
    "pyproj",
    "jinja2",
    "xlsxwriter",
    "python_calamine",
    "junheng.measure",
    "junheng.standards",
    "junheng.planners",
    "junheng.report",
)


@pytest.mark.parametrize(
    "call", ["build_parser('zh')", "main(['--help'])", "main(['plan', 'catchments', '--help'])"]
)
def test_the_parser_of_every_command_is_built_without_anything_heavy(call: str) -> None:
    code = (
        "import sys\n"
        "from junheng.cli.main import build_parser, main\n"
        "try:\n"
        f"    {call}\n"
        "except SystemExit as left:\n"
        "    assert not left.code\n"
        f"print(*(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stderr.strip() == ""


def test_the_module_is_a_program_too() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "junheng.cli.main", "--version"], check=True, capture_output=True, text=True
    )
    assert found.stdout.startswith("junheng ")


def test_every_exit_code_is_told_in_both_languages() -> None:
    assert set(EXIT_CODES) == {0, 1, 2, 3, 4, 130}
    assert all(text.zh and text.en for text in EXIT_CODES.values())
