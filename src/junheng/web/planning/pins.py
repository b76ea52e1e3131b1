"""What a plan does, action by action, to be pinned or forbidden by name when it is planned again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from junheng.text import Text
from junheng.web.planning.models import PlanRecord

LOCK, BAN = "lock", "ban"
MOST = 400
"""Actions that a page offers to pin: each is a field, and a form has a thousand at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One action of a plan.

    Attributes
    ----------
    name, what
        Whom it is about and what happens, as people read it.
    lock, ban
        The field of the kind's form that keeps it or rules it out, and the line which says so there; `None` where the
        planner cannot be told.
    """

    name: Text
    what: Text
    lock: tuple[str, str] | None
    ban: tuple[str, str] | None


def of_pair(name: Text, what: Text, one: str, other: str) -> Pin:
    """Return the pin of an action that the form names by a pair of codes."""
    line = f"{one}={other}"
    return Pin(name=name, what=what, lock=("locked", line), ban=("forbidden", line))


def no_pins(plan: PlanRecord) -> Sequence[Pin]:
    """Return nothing: for kinds that are pinned elsewhere, or not at all."""
    return ()


def actions_of(plan: PlanRecord) -> list[dict[str, Any]]:
    """Return the actions of a plan, from its JSON; none before it is computed."""
    found: list[dict[str, Any]] = json.loads(plan.result or "{}").get("actions", [])
    return found


def ticked(data: QueryDict, pins: Sequence[Pin]) -> QueryDict:
    """Return what was posted with a line for every action that was ticked; its opposite, if somebody wrote it, goes."""
    found = data.copy()
    for number, pin in enumerate(pins[:MOST]):
        wanted, undone = {LOCK: (pin.lock, pin.ban), BAN: (pin.ban, pin.lock)}.get(
            data.get(f"pin-{number}", ""), (None, None)
        )
        if wanted is None:
            continue
        if undone is not None:
            found[undone[0]] = "\n".join(_without(found, *undone))
        field, line = wanted
        found[field] = "\n".join([*_without(found, field, line), line])
    return found


def _without(data: QueryDict, field: str, line: str) -> list[str]:
    """Return the lines of a field but one, spaces and the kind of its equals sign aside."""
    lines = [one.strip().replace("＝", "=") for one in data.get(field, "").splitlines()]
    return [one for one in lines if one and one != line]
