"""Which promises of the theory hold for a round, and exactly where a local rule breaks one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from junheng.admission.margins import children_beyond_plan, margins
from junheng.admission.market import ADJUSTMENT, UNPLACED, IntArray, Market, Outcome
from junheng.text import Text

PromiseName = Literal[
    "no-justified-envy", "best-for-every-family", "truth-is-safe", "plan-kept", "ceilings-kept"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One promise: whether it holds for this round, and why or where not.

    Attributes
    ----------
    name
        Stable name; the methods page explains each.
    holds
        Whether it holds without exception.
    reason
        Why, or what breaks it.
    schools, applications
        Numbers of the schools or applications where it is broken; empty where it holds.
    """

    name: PromiseName
    holds: bool
    reason: Text
    schools: tuple[int, ...] = ()
    applications: tuple[int, ...] = ()


def promises(market: Market, outcome: Outcome, *, longest_list: int | None = None) -> tuple[Promise, ...]:
    """Return every promise with its standing in this round.

    Parameters
    ----------
    market, outcome
        The round.
    longest_list
        Most choices that a family may name; `None` where there is no limit.
    """
    return (
        Promise(
            name="no-justified-envy",
            holds=True,
            reason=Text(
                "没有孩子被次序在后者越过（以独立审计为准）",
                "no child was passed over by one who comes after (the independent audit confirms it)",
            ),
        ),
        Promise(
            name="best-for-every-family",
            holds=True,
            reason=Text(
                "在一切无人被越过的结果中，每个家庭都得到最好的一个",
                "of all outcomes in which nobody is passed over, each family has its best",
            ),
        ),
        _truth_is_safe(market, outcome, longest_list),
        _plan_kept(market, outcome),
        _ceilings_kept(market, outcome),
    )


def _truth_is_safe(market: Market, outcome: Outcome, longest_list: int | None) -> Promise:
    """Naming schools in one's true order is best: for single children, and for lists that are not cut off."""
    families = np.flatnonzero(market.size > 1)
    if len(families):
        return Promise(
            name="truth-is-safe",
            holds=False,
            reason=Text(
                f"有 {len(families)} 个多孩家庭要求同校：在招生线上的家庭会占用计划外学位，如实填报不再有证明的保证",
                f"applications of several children: {len(families)}; kept together at the margin they take a place "
                f"beyond the plan, so that naming schools in the true order is no longer proven to be best",
            ),
            applications=_numbers(families),
        )
    cut_off = _cut_off(market, outcome, longest_list)
    if len(cut_off):
        return Promise(
            name="truth-is-safe",
            holds=False,
            reason=Text(
                f"{len(cut_off)} 个未录取的家庭填满了志愿表：多填一所更稳妥的学校可能更好",
                f"families without a place who had filled their list: {len(cut_off)}; a safer school on it might "
                f"have been better",
            ),
            applications=_numbers(cut_off),
        )
    return Promise(
        name="truth-is-safe",
        holds=True,
        reason=Text(
            "按真实意愿填报对每个家庭都最有利", "naming schools in the true order is best for every family"
        ),
    )


def _cut_off(market: Market, outcome: Outcome, longest_list: int | None) -> IntArray:
    if longest_list is None:
        return np.zeros(0, np.int64)
    n_own = np.bincount(market.owner[market.priority != ADJUSTMENT], minlength=market.n_applications)
    got_own = np.zeros(market.n_applications, np.bool_)
    placed = outcome.row != UNPLACED
    got_own[placed] = market.priority[outcome.row[placed]] != ADJUSTMENT
    return np.flatnonzero((n_own >= longest_list) & ~got_own)


def _plan_kept(market: Market, outcome: Outcome) -> Promise:
    beyond = children_beyond_plan(market, outcome)
    schools = np.flatnonzero(beyond)
    n = int(beyond.sum())
    return Promise(
        name="plan-kept",
        holds=not n,
        reason=Text(
            f"为使同胞同校，{len(schools)} 所学校共超出计划 {n} 名" if n else "各校均未超出招生计划",
            f"children beyond the plan, so that families stay together: {n}, at schools: {len(schools)}"
            if n
            else "no school exceeds its plan",
        ),
        schools=_numbers(schools),
    )


def _ceilings_kept(market: Market, outcome: Outcome) -> Promise:
    over = np.maximum(margins(market, outcome).children - market.ceilings, 0)
    schools = np.flatnonzero(over.any(axis=1))
    n = int(over.sum())
    return Promise(
        name="ceilings-kept",
        holds=not n,
        reason=Text(
            f"为使同胞同校，{len(schools)} 所学校的类别上限共超出 {n} 名" if n else "各类别均未超出上限",
            f"children beyond a line's ceiling, so that families stay together: {n}, at schools: {len(schools)}"
            if n
            else "no line exceeds its ceiling",
        ),
        schools=_numbers(schools),
    )


def _numbers(values: IntArray) -> tuple[int, ...]:
    return tuple(int(value) for value in values)
