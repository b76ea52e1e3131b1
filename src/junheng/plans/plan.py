"""Plan: a set of actions that somebody or some planner proposes, with its proof and what it was computed from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import Any, TypeVar

from junheng.district.atomic import whole_file
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.plans.action import Action
from junheng.text import Text

FORMAT = "junheng-plan-1"
A = TypeVar("A", bound=Action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a plan's objective, in the order in which the levels were minimised.

    Attributes
    ----------
    value
        What the plan reaches.
    bound
        What no plan can go below, given the levels before it; `None` where nothing was proven.
    unit
        A code of `junheng.units.UNITS`.
    """

    value: float
    bound: float | None
    unit: str

    @property
    def gap(self) -> float | None:
        """``(value - bound) / |value|``; 0 when both are equal, `None` without a bound or where it is no number."""
        if self.bound is None:
            return None
        if self.value <= self.bound:
            return 0.0
        gap = (self.value - self.bound) / abs(self.value) if self.value != 0 else inf
        return gap if isfinite(gap) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan of any planner. It is never trusted: an Assessment that did not see the solver re-scores it.

    Attributes
    ----------
    kind
        Which planner's plan it is: ``catchments``.
    name
        What people call it.
    objective
        Levels by name, in the order in which they were minimised; empty for a plan nobody computed.
    seconds
        How long it took; the only field that differs when the same plan is computed again.
    seed
        Seed of the random numbers, `None` for a plan nobody computed.
    inputs
        Hashes of what it was computed from, such as ``district`` and ``standard``.
    inputs_hash
        One hash over ``inputs`` and ``settings``.
    standard_date
        Day (ISO) of the standard's values.
    version
        Version of the program.
    settings
        Everything the user asked for.
    stopped_by
        ``proven``, or what ended the search before that.
    actions
        What to do, in the order of the district's tables.
    """

    kind: str
    name: Text
    objective: Mapping[str, Level]
    seconds: float
    seed: int | None
    inputs: Mapping[str, str]
    inputs_hash: str
    standard_date: str
    version: str
    settings: Mapping[str, Any]
    stopped_by: str
    actions: tuple[Action, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the plan for JSON; objective, bound and gap are one mapping each, level by level."""
        return {
            "format": FORMAT,
            "kind": self.kind,
            "name": self.name._asdict(),
            "objective": {name: level.value for name, level in self.objective.items()},
            "bound": {name: level.bound for name, level in self.objective.items()},
            "gap": {name: level.gap for name, level in self.objective.items()},
            "units": {name: level.unit for name, level in self.objective.items()},
            "seconds": self.seconds,
            "seed": self.seed,
            "inputs": dict(self.inputs),
            "inputs_hash": self.inputs_hash,
            "standard_date": self.standard_date,
            "version": self.version,
            "settings": dict(self.settings),
            "stopped_by": self.stopped_by,
            "actions": [action.as_dict() for action in self.actions],
        }

    def of(self, kind: type[A]) -> tuple[A, ...]:
        """Return the actions of one kind, in the plan's order."""
        return tuple(action for action in self.actions if isinstance(action, kind))

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Plan:
        """Read a plan back from JSON; anything that is no whole plan raises `UsageError` and names the part."""
        from junheng.plans.parts import Damaged  # noqa: PLC0415 - with reading, which knows Plan
        from junheng.plans.reading import plan_from  # noqa: PLC0415

        try:
            return plan_from(given)
        except Damaged as damaged:
            text = Text("不是完整的方案：{why}", "not a whole plan: {why}").format(why=damaged.text)
            raise UsageError(text) from damaged

    def apply(self, district: District, *, allow_changed: bool = False) -> District:
        """Return the District as it is after the plan.

        Parameters
        ----------
        district
            The District for which the plan was made.
        allow_changed
            Apply to a District whose records differ from those the plan was computed from.

        Raises
        ------
        UsageError
            If the records differ and ``allow_changed`` is not set.
        InputError
            Naming every action that does not fit the district, such as a home or school that it does not have.
        """
        from junheng.plans.apply import apply_plan  # noqa: PLC0415 - apply knows Plan

        return apply_plan(self, district, allow_changed=allow_changed)


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan as JSON, whole or not at all."""
    text = json.dumps(plan.as_dict(), ensure_ascii=False, indent=1, allow_nan=False)
    with whole_file(path) as part:
        part.write_text(text + "\n", encoding="utf-8")


def read_plan(path: Path) -> Plan:
    """Read a plan from JSON; anything that is no whole plan raises `UsageError` with the file's name."""
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            Text(f"无法读取方案文件 {path.name}：{error}", f"cannot read the plan file {path.name}: {error}")
        ) from error
    if not isinstance(given, dict):
        raise UsageError(Text(f"{path.name} 不是方案文件", f"{path.name} is not a plan file"))
    try:
        return Plan.from_dict(given)
    except UsageError as error:
        raise UsageError(Text.same(f"{path.name}: ").joined("", error.text)) from error
