"""A PostgreSQL server of one's own that goes away afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def initdb() -> str | None:
    """Return the program that makes a cluster, or `None` where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return shutil.which("initdb") or (str(found[-1]) if found else None)


@contextmanager
def running(*, is_durable: bool) -> Iterator[str]:
    """Yield the address of a server that belongs to the caller.

    Parameters
    ----------
    is_durable
        Whether what is committed survives a power cut, as on a real server; tests do without.
    """
    program = initdb()
    assert program is not None
    # A root user must not run it; Debian's package brings a user who may.
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(subprocess.check_output([*before, "mktemp", "-d"], text=True).strip())
    port = free_port()
    control = str(Path(program).with_name("pg_ctl"))
    fsync = "on" if is_durable else "off"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync={fsync}"
    _quietly(*before, program, "-D", f"{folder}/data", "-U", "junheng", "-A", "trust", "-E", "UTF8")
    _quietly(*before, control, "-D", f"{folder}/data", "-o", options, "-w", "start")
    try:
        yield f"postgresql://junheng@127.0.0.1:{port}/postgres"
    finally:
        _quietly(*before, control, "-D", f"{folder}/data", "-m", "immediate", "stop")
        _quietly(*before, "rm", "-rf", str(folder))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _quietly(*call: str) -> None:
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
