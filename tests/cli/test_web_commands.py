"""Commands that hand over to the web application: what is passed on, and what is said where it is not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from junheng.cli import web
from junheng.cli.main import main


class Handed:
    """Stands in the place of the program that is run."""

    calls: ClassVar[list[list[str]]] = []

    def __init__(self, call: list[str]) -> None:
        self.calls.append(call)

    def __enter__(self) -> Handed:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def wait(self) -> int:
        return 7


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    Handed.calls = []
    monkeypatch.setattr(web.subprocess, "Popen", Handed)
    monkeypatch.setattr(web.signal, "signal", lambda *_: None)
    return Handed.calls


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (["serve"], ["serve", "--host", "127.0.0.1", "--port", "8000"]),
        (
            ["serve", "--port", "81", "--no-worker"],
            ["serve", "--host", "127.0.0.1", "--port", "81", "--no-worker"],
        ),
        (["worker"], ["worker"]),
        (["backup", "b.zip", "--with-key"], ["backup", "b.zip", "--with-key"]),
        (["restore", "b.zip", "--force"], ["restore", "b.zip", "--force"]),
    ],
)
def test_a_command_and_its_exit_code_are_handed_over(
    given: list[str], passed: list[str], handed: list[list[str]], tmp_path: Path
) -> None:
    assert main(["--lang", "en", *given, "--home", str(tmp_path)]) == 7
    start = [sys.executable, "-m", "junheng.web", "--lang", "en", "--home", str(tmp_path)]
    assert handed == [[*start, *passed]]


def test_without_the_web_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(web, "find_spec", lambda name: None)
    assert main(["--lang", "en", "serve"]) == 2
    assert "junheng[web]" in capsys.readouterr().err


def test_the_command_line_does_not_load_the_web_framework() -> None:
    code = "import sys; from junheng.cli.main import build_parser; build_parser('zh'); print('django' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
