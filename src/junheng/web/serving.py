"""The server: brings the database up to date, then keeps the web server and the worker running."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from django.core.management import call_command

from junheng.errors import UsageError
from junheng.text import Language, Text
from junheng.web.place import PUBLIC_URL, Place
from junheng.web.processes import on_start

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PAUSE_SECONDS = 0.5
_GRACE_SECONDS = 10.0
_THREADS = 24
"""Of each process. A thread waits while a body arrives slowly: a few phones on a bad network must not stop all."""


def serve(one: Place, *, host: str, port: int, has_worker: bool, language: Language) -> int:
    """Serve until told to stop; a worker that died is started again.

    Raises
    ------
    UsageError
        If others could reach the server under an address that it has not been told, or its port is taken.
    """
    if host not in LOOPBACK and not one.public_url:
        raise UsageError(
            Text(
                f"要让其他电脑访问，请先设置 {PUBLIC_URL}，即浏览器中输入的网址，如 https://junheng.example.cn",
                f"for other computers to reach it, set {PUBLIC_URL} to what is typed into browsers, "
                "such as https://junheng.example.cn",
            )
        )
    _refuse_taken(host, port)
    _empty(one.scratch)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    address = one.public_url or f"http://{'[::1]' if host == '::1' else host}:{port}"
    line = Text(
        "均衡已启动：{address}（数据在 {home}；按 Ctrl+C 停止）",
        "Junheng runs at {address} (records in {home}; Ctrl+C stops it)",
    )
    print(line.format(address=address, home=one.home).in_(language), flush=True)
    os.environ["TMPDIR"] = str(one.scratch)  # of whatever is started from here
    return _keep_running(
        _web_server(host, port, one.processes),
        [sys.executable, "-m", "junheng.web", "worker"] if has_worker else None,
    )


def _refuse_taken(host: str, port: int) -> None:
    """Refuse a port on which somebody listens: the web server would share it, and requests go now here, now there."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(address)
        except OSError as error:
            text = Text(
                "{host} 的端口 {port} 不能使用（{reason}）：可能已有一个均衡在运行；换一个端口：--port",
                "port {port} of {host} cannot be used ({reason}): perhaps Junheng runs already; another port: --port",
            )
            raise UsageError(text.format(host=host, port=port, reason=error.strerror)) from error


def _empty(folder: Path) -> None:
    """Make the folder for unfinished work, and take away what a server that was killed left in it.

    Such files hold what families and schools sent: they must not lie about in the system's own folder.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.iterdir():
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _web_server(host: str, port: int, processes: int) -> list[str]:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(processes),
        "--blocking-threads": str(_THREADS),
        "--backlog": "1024",
        "--log-level": "warning",
    }
    flat = [part for pair in options.items() for part in pair]
    return [sys.executable, "-m", "granian", *flat, "--no-ws", "junheng.web.wsgi:application"]


def _keep_running(server_call: list[str], worker_call: list[str] | None) -> int:
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # A group of their own: Ctrl+C reaches us alone, and we end them in order.
    server = _started(server_call)
    worker = _start(worker_call)
    try:
        while not stopping.wait(_PAUSE_SECONDS) and server.poll() is None:
            if worker is not None and worker.poll() is not None:
                time.sleep(_PAUSE_SECONDS)
                worker = _start(worker_call)
    finally:
        for process in (worker, server):
            _end(process)
    return 0 if stopping.is_set() else server.returncode or 0


def _start(call: list[str] | None) -> subprocess.Popen[bytes] | None:
    return None if call is None else _started(call)


def _started(call: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(call, start_new_session=True, preexec_fn=on_start(signal.SIGTERM))  # noqa: S603, PLW1509


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
