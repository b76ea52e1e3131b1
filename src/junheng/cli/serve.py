"""``junheng serve``: the bureau's web application on this machine."""

from __future__ import annotations

import argparse

from junheng.cli.options import add_common, whole
from junheng.cli.screen import Screen
from junheng.cli.web import add_home, hand_over
from junheng.text import Language, Text

HELP = Text("启动网页应用（登记、测算、规划、审批）", "run the web application (records, plans, approvals)")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "serve")
    add_home(parser, language)
    host = Text(
        "监听地址（默认仅本机 127.0.0.1）",
        "address to listen on (127.0.0.1, this machine only, if not given)",
    )
    parser.add_argument("--host", default="127.0.0.1", help=host.in_(language))
    port = Text("端口（默认 8000）", "port (8000 if not given)")
    parser.add_argument("--port", type=whole, default=8000, help=port.in_(language))
    worker = Text(
        "不启动后台任务进程（另行运行 junheng worker）", "start no worker (run junheng worker elsewhere)"
    )
    parser.add_argument("--no-worker", action="store_true", help=worker.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Serve until told to stop."""
    options = ["--host", arguments.host, "--port", str(arguments.port)]
    return hand_over(
        "serve",
        [*options, *(["--no-worker"] if arguments.no_worker else [])],
        arguments=arguments,
        screen=screen,
    )
