"""Start-up: answering `--help` loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from junheng.cli.main import COMMANDS, EXIT_CODES, main

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
    "junheng.planners.catchments.problem",  # the planners' words, which the options are told in, are light
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


def test_a_call_makes_the_arguments_of_its_own_command_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for name in COMMANDS:
        module = import_module(f"junheng.cli.{name}")
        monkeypatch.setattr(module, "add_arguments", lambda *_, name=name: made.append(name))
    for call in (["--help"], ["--lang", "zh", "assess", "check", "--help"], ["dance"]):
        with pytest.raises(SystemExit):
            main(call)
    assert made == ["assess"]


def test_the_module_is_a_program_too() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "junheng.cli.main", "--version"], check=True, capture_output=True, text=True
    )
    assert found.stdout.startswith("junheng ")


def test_every_exit_code_is_told_in_both_languages() -> None:
    assert set(EXIT_CODES) == {0, 1, 2, 3, 4, 130}
    assert all(text.zh and text.en for text in EXIT_CODES.values())
