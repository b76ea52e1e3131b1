"""Why each primary school leads where it does: the nearest, or why not the nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.feeders.problem import FeederProblem
from junheng.text import Text

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "only_target": Text("只可对口{target}", "{target} is the only school allowed"),
        "nearest": Text("最近的初中", "the nearest junior school"),
        "forbidden": Text(
            "不得对口最近的{nearest}；到{target}远 {extra} 公里",
            "may not lead to the nearest, {nearest}; {target} is {extra} km further",
        ),
        "nearest_full": Text(
            "最近的{nearest}再收将超 {over} 人；到{target}远 {extra} 公里",
            "the nearest, {nearest}, would be {over} pupils over; {target} is {extra} km further",
        ),
        "mixing": Text(
            "强弱搭配：本校 {own}、最近的{nearest} {there}、{target} {here}（达标程度）；远 {extra} 公里",
            "strong with weak: {own} here, {there} at the nearest, {nearest}, {here} at {target} (how far standards "
            "are met); {extra} km further",
        ),
        "on_balance": Text(
            "对口最近的{nearest}须另行调整其他学校；到{target}远 {extra} 公里",
            "the nearest, {nearest}, would do only if others moved; {target} is {extra} km further",
        ),
    }
)
"""Every reason by its stable code, in the order in which they are looked for."""


class Reason(NamedTuple):
    """Why one primary school leads where it does: code, words, and the figures behind them."""

    code: str
    text: Text
    numbers: Mapping[str, float | str]


def explain(problem: FeederProblem, target: IntArray, *, names: Sequence[str]) -> list[Reason]:
    """Return one reason a primary school, in their order.

    Parameters
    ----------
    target
        Junior school of each primary school, shape (p,).
    names
        What people call the junior schools.
    """
    loads = np.bincount(target, weights=problem.leavers, minlength=len(problem.juniors))
    return [
        _reason(problem, i, int(target[i]), loads=loads.tolist(), names=names)
        for i in range(len(problem.primaries))
    ]


def _reason(
    problem: FeederProblem, i: int, chosen: int, *, loads: list[float], names: Sequence[str]
) -> Reason:
    nearest = int(np.argmin(problem.distance_km[i]))
    over = int(loads[nearest] + problem.leavers[i] - problem.places[nearest])
    code = _code(problem, i, chosen, nearest=nearest, over=over)
    extra = float(problem.distance_km[i, chosen] - problem.distance_km[i, nearest])
    numbers: dict[str, float | str] = {}
    if chosen != nearest:
        numbers = {"nearest": problem.juniors[nearest], "extra_km": round(extra, 3)}
    if code == "nearest_full":
        numbers["over_pupils"] = over
    strengths = (problem.strength[i], problem.target_strength[nearest], problem.target_strength[chosen])
    own, there, here = (f"{100 * strength:.0f}%" for strength in strengths)
    text = REASONS[code].format(
        target=names[chosen],
        nearest=names[nearest],
        extra=f"{extra:.2f}",
        over=over,
        own=own,
        there=there,
        here=here,
    )
    return Reason(code, text, MappingProxyType(numbers))


def _code(problem: FeederProblem, i: int, chosen: int, *, nearest: int, over: int) -> str:
    tests = (
        ("only_target", problem.allowed[i].sum() == 1),
        ("nearest", chosen == nearest),
        ("forbidden", not problem.allowed[i, nearest]),
        ("nearest_full", over > 0),
        ("mixing", problem.target_strength[chosen] < problem.target_strength[nearest]),
    )
    return next((code for code, holds in tests if holds), "on_balance")
