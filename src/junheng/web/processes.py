"""Processes that end when the one that started them dies, even by kill -9."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

_SET_DEATH_SIGNAL = 1  # prctl(2): PR_SET_PDEATHSIG


def die_with_parent(sent: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent dies; nothing but Linux can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, int(sent))


def on_start(sent: signal.Signals) -> Callable[[], None] | None:
    """Return what a new process is to run first, or `None` where that cannot be asked for."""
    return (lambda: die_with_parent(sent)) if sys.platform == "linux" else None


def watch_parent() -> None:
    """End this process within a second of its parent's death, on any system."""
    parent = os.getppid()

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()
