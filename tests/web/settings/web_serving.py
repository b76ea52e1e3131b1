"""A real server on a folder of its own, as `junheng serve` starts it; it can be killed like a machine without power."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from web_postgres import free_port


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Run one of Django's commands and return what it printed."""
    call = [sys.executable, "-m", "junheng.web", "manage", *arguments]
    return subprocess.run(call, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def environment_of(home: Path, database: str = "", **more: str) -> dict[str, str]:
    """Return the environment of an installation, without anything of the tests' own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUNHENG_", "DJANGO_"))}
    return {**kept, "JUNHENG_HOME": str(home), "JUNHENG_DATABASE_URL": database, **more}


class Served:
    """A server that answers once this is made.

    Parameters
    ----------
    environment
        Of the installation.
    log
        Where it writes what it has to say.
    """

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        call = [sys.executable, "-m", "junheng.web", "serve", "--no-worker", "--port", str(self.port)]
        with log.open("ab") as out:
            self.process = subprocess.Popen(call, env=environment, stdout=out, stderr=out)
        self._wait()

    def processes(self) -> list[int]:
        """Return the server's process and all that it started."""
        return [self.process.pid, *_descendants(self.process.pid)]

    def processor_seconds(self) -> float:
        """Return the processor seconds of all its processes that still run."""
        tick = os.sysconf("SC_CLK_TCK")
        total = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / tick

    def kill(self) -> None:
        """End all of it at once, with no time for a last word."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> None:
        """End it in order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def _wait(self) -> None:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=2).close()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.25)
            else:
                return
        raise AssertionError("the server does not answer")


def _descendants(pid: int) -> list[int]:
    own = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return own + [grandchild for child in own for grandchild in _descendants(child)]
