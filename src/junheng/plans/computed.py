"""What a computed plan carries beside its actions: what it was computed from, how, and by which program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from junheng import __version__
from junheng.district.model import District
from junheng.plans.action import Action
from junheng.plans.plan import Level, Plan
from junheng.provenance import hash_json
from junheng.standards.standard import Standard
from junheng.text import Text


def computed_plan(
    kind: str,
    name: Text,
    *,
    district: District,
    standard: Standard,
    on: date,
    asked: Mapping[str, Any],
    objective: Mapping[str, Level],
    actions: Sequence[Action],
    stopped_by: str,
    seconds: float,
    seed: int | None = None,
) -> Plan:
    """Return the Plan of a planner, so that anyone who has the same records can compute it again.

    Parameters
    ----------
    kind, name
        Which planner's plan it is, and what people call it.
    district, standard, on
        What it was computed from, and the day of the standard's values. The plan carries their hashes.
    asked
        Wishes, options and assumptions as JSON. Day and seed are added to them.
    objective, actions, stopped_by, seconds
        What the solver found; see `Plan`.
    seed
        Of the random numbers; `None` for a planner that draws none.
    """
    settings = {**asked, "on": on.isoformat()}
    if seed is not None:
        settings["seed"] = seed
    inputs = {"district": district.hash, "standard": standard.hash}
    return Plan(
        kind=kind,
        name=name,
        objective=objective,
        seconds=seconds,
        seed=seed,
        inputs=inputs,
        inputs_hash=hash_json({"inputs": inputs, "settings": settings}),
        standard_date=on.isoformat(),
        version=__version__,
        settings=settings,
        stopped_by=stopped_by,
        actions=tuple(actions),
    )
