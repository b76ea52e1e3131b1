"""How commands of the web application are run: by a program of their own, which this one does not import."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text


def add_home(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the option that names the folder of the records."""
    home = Text(
        "存放数据库与密钥的文件夹（默认取环境变量 JUNHENG_HOME）",
        "folder of the database and its key (the environment's JUNHENG_HOME if not given)",
    )
    parser.add_argument("--home", type=Path, metavar="FOLDER", help=home.in_(language))


def hand_over(command: str, options: Sequence[str], *, arguments: argparse.Namespace, screen: Screen) -> int:
    """Run ``python -m junheng.web`` with a command, and return its exit code.

    Raises
    ------
    UsageError
        Where the web application's own dependencies are not installed.
    """
    if find_spec("django") is None:
        raise UsageError(
            Text(
                "尚未安装网页应用：pip install 'junheng[web]'",
                "the web application is not installed: pip install 'junheng[web]'",
            )
        )
    home = [] if arguments.home is None else ["--home", str(arguments.home)]
    call = [sys.executable, "-m", "junheng.web", "--lang", screen.language, *home, command, *options]
    with subprocess.Popen(call) as process:  # noqa: S603 - our own program
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # it got the same Ctrl+C and ends in order
                continue
