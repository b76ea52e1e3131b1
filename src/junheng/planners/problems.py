"""What stands in the way of a plan, as the checks of every planner say it."""

from __future__ import annotations

from collections.abc import Sequence

from junheng.errors import Place, Problem, Severity
from junheng.text import Text


def problem_of(
    code: str, *, key: str | None, found: Text, expected: Text, remedy: Text, severity: Severity = "error"
) -> Problem:
    """Return the problem of a record that is known by its key alone: a planner no longer knows files and rows."""
    return Problem(
        code=code, severity=severity, place=Place(key=key), found=found, expected=expected, remedy=remedy
    )


def listed(names: Sequence[str], *, most: int) -> str:
    """Return names as one list, cut where there are more than can be read."""
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
