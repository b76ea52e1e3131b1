"""Read capacitated location problems as the OR-Library publishes them (J. E. Beasley)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from junheng.errors import UsageError
from junheng.planners.layout.location.problem import LocationProblem
from junheng.text import Text


def read_orlib(path: Path, *, capacity: float | None = None) -> LocationProblem:
    """Return the problem of a file: sites with capacity and fixed cost, then customers with demand and costs.

    Parameters
    ----------
    capacity
        For the files that say ``capacity`` in its place (capa, capb, capc).

    Raises
    ------
    UsageError
        If the file is no such problem, or needs a capacity that is not given.
    """
    try:
        words = path.read_text(encoding="ascii").split()
        m, n = int(words[0]), int(words[1])
        given = _numbers(words[2 : 2 + 2 * m], capacity).reshape(m, 2)
        rows = _numbers(words[2 + 2 * m :], None).reshape(n, m + 1)
    except (OSError, ValueError, IndexError) as error:
        message = Text("无法读取 {name}：{error}", "cannot read {name}: {error}")
        raise UsageError(message.format(name=path.name, error=error)) from error
    return LocationProblem(
        fixed_cost=given[:, 1],
        capacity=given[:, 0],
        demand=rows[:, 0],
        cost=np.ascontiguousarray(rows[:, 1:].T),
    )


def read_optima(path: Path) -> dict[str, float]:
    """Return the published optimum of every problem that a table of optima names."""
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {name: float(optimum) for name, optimum, *_ in lines}


def _numbers(words: list[str], capacity: float | None) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if capacity is None and "capacity" in words:
        raise ValueError("capacity?")
    return np.array([capacity if word == "capacity" else float(word) for word in words], dtype=np.float64)
