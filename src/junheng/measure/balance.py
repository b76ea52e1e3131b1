"""The national balance assessment of resource allocation: seven indicators, school rule, variation, county.

Source: the measures for supervising and assessing high-quality balanced compulsory education, as encoded in the
standard under ``balance``. Verdicts are taken on unrounded numbers; a verdict that the form's own rounding would
turn is flagged. A figure that is absent makes its rule "not assessed" and is never taken for zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.frames import frame_of, positions
from junheng.measure.needs import needs_frame
from junheng.measure.norms import Decimals, Norms, norms_of, scope_of
from junheng.measure.resources import KINDS, Ints, Resources, resources, split_of
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.measure.variation import coefficient_of_variation, variation_frame
from junheng.measure.verdicts import BELOW, MET, NEAR, NOT_ASSESSED, VERDICTS, indicator_frame, judge
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value

__all__ = ["OUTCOMES", "VERDICTS", "Balance", "Passing", "balance", "coefficient_of_variation"]

OUTCOMES = (
    ("pass", None),
    ("fail", None),
    ("not_assessed", None),
    ("excluded", "kind"),
    ("excluded", "no_pupils"),
    ("excluded", "few_pupils"),
)
"""What can come of a school stage: the verdict, and why it is left out: its kind, no pupils, a teaching point with
too few."""
_PASS, _FAIL, _OPEN, _KIND, _NO_PUPILS, _FEW_PUPILS = range(len(OUTCOMES))
_COUNTED, _NOT_COMPULSORY = -1, -2


class Passing(NamedTuple):
    """How many school stages pass.

    Attributes
    ----------
    stage
        The stage.
    n, n_pass, n_not_assessed
        School stages that count, that pass, and of which it is not known.
    share
        Share that passes, in percent; `None` while it is not known.
    limit, decided_by
        What the share must reach, and who set that.
    verdict
        ``pass``, ``fail`` or ``not_assessed``.
    """

    stage: str
    n: int
    n_pass: int
    n_not_assessed: int
    share: float | None
    limit: float
    verdict: str
    decided_by: str


@dataclass(frozen=True, eq=False)
class Balance:
    """What the balance assessment found.

    Attributes
    ----------
    indicators
        One row per school stage and indicator: ``rule, school, stage, value, threshold, verdict,
        missing, missing_to_floor, missing_unit, rounding_flips, decided_by, waiver``. ``value`` is in the standard's
        unit; ``missing`` is what the school must add, with pupils as they are, in whole people and rooms,
        square metres or yuan. Stages of a one-through school that share a resource also share what is missing:
        the school lacks the largest of their needs, not the sum. ``decided_by`` is the scope whose threshold was
        used, ``waiver`` the waiver under which more is counted than otherwise.
    stages
        One row per school stage: ``school, stage, kind, pupils, n_met, n_near, n_below, n_not_assessed,
        verdict`` (``pass``, ``fail``, ``not_assessed`` or ``excluded``) and ``why`` it was excluded.
    passing
        The county's school rule, stage by stage.
    variation
        One row per stage and indicator, and one for their mean (``rule`` null), which is reported, not
        judged: ``stage, rule, n, mean, deviation, cv, limit, verdict, rounding_flips, decided_by``.
    verdict
        Of the county: ``pass``, ``fail`` or ``not_assessed``.
    decimals
        With how many decimals the national form shows these numbers.
    values
        Every value of the standard that was used.
    """

    indicators: pl.DataFrame
    stages: pl.DataFrame
    passing: tuple[Passing, ...]
    variation: pl.DataFrame
    verdict: str
    decimals: Decimals
    values: tuple[Value, ...]
    _rows: Resources
    _district: District

    @cached_property
    def needs(self) -> pl.DataFrame:
        """What must be recorded before the rest can be assessed: ``rule, school, stage, needs, zh, en``."""
        unassessed = np.argwhere(np.isnan(self._rows.per_head()))
        return needs_frame(self._district, unassessed, self._rows.row)


def balance(district: District, standard: StandardOnDate) -> Balance:
    """Assess the seven resource indicators of every compulsory school stage, and their variation.

    Parameters
    ----------
    district
        Needs ``schools`` and ``stages``; without ``premises`` four indicators are not assessed.
    standard
        The standard on the day of assessment.
    """
    norms = norms_of(standard)
    recorded = resources(district, standard)
    outcome = _exclusions(recorded, norms)
    rows = recorded.only(outcome == _COUNTED)
    judged = judge(rows, norms)
    counts = _counts(judged.verdict)
    outcome[outcome == _COUNTED] = _school_rule(rows, counts, norms)
    records = district.table("stages")
    variation = variation_frame(judged.values, rows, norms)
    passing = tuple(_passing(recorded.stage, outcome, norms))
    return Balance(
        indicators=indicator_frame(records, rows, judged, norms),
        stages=_stages(records, recorded, outcome, counts=counts),
        passing=passing,
        variation=variation,
        verdict=_county(passing, variation),
        decimals=norms.decimals,
        values=(*norms.values, *split_of(standard).values),
        _rows=rows,
        _district=district,
    )


def _exclusions(rows: Resources, norms: Norms) -> Ints:
    """Return why each row is left out of the seven indicators, as a position in `OUTCOMES`, shape (n,)."""
    outcome = np.where(rows.pupils < norms.fewest_pupils[rows.kind], _FEW_PUPILS, _COUNTED)
    outcome[rows.pupils == 0] = _NO_PUPILS
    outcome[norms.is_left_out[rows.kind]] = _KIND
    outcome[(rows.stage < 0) | (rows.stage >= len(COMPULSORY))] = _NOT_COMPULSORY
    return outcome


def _counts(verdict: Ints) -> Ints:
    """Return how many indicators have each of `VERDICTS`, from shape (7, n) to shape (4, n)."""
    n = verdict.shape[1]
    row_and_verdict = np.arange(n) * len(VERDICTS) + verdict
    return np.bincount(row_and_verdict.ravel(), minlength=n * len(VERDICTS)).reshape(n, len(VERDICTS)).T


def _school_rule(rows: Resources, counts: Ints, norms: Norms) -> Ints:
    """Apply the school rule: enough indicators met, and every other one at least at its floor.

    Parameters
    ----------
    counts
        How many indicators have each of `VERDICTS`, shape (4, n).

    Returns
    -------
    array
        Positions in `OUTCOMES`, shape (n,). An indicator that is not assessed decides nothing: the row fails only
        if it would fail with that one met.
    """
    allowed = (len(RESOURCES) - norms.n_to_meet)[rows.stage]
    fails = (counts[BELOW] > 0) | (counts[NEAR] > allowed)
    return np.where(fails, _FAIL, np.where(counts[NOT_ASSESSED] == 0, _PASS, _OPEN))


def _stages(records: pl.DataFrame, recorded: Resources, outcome: Ints, *, counts: Ints) -> pl.DataFrame:
    shown = np.flatnonzero(outcome != _NOT_COMPULSORY)
    row, outcome = positions(shown), outcome[shown]
    n_of = np.zeros((len(VERDICTS), len(shown)), dtype=np.int64)
    n_of[:, outcome <= _OPEN] = counts
    at = positions(outcome)
    return frame_of(
        school=records["school"][row],
        stage=records["stage"][row],
        kind=_KIND_NAMES[positions(recorded.kind[shown] + 1)],
        pupils=records["pupils"][row],
        n_met=n_of[MET],
        n_near=n_of[NEAR],
        n_below=n_of[BELOW],
        n_not_assessed=n_of[NOT_ASSESSED],
        verdict=_OUTCOME_VERDICTS[at],
        why=_OUTCOME_WHY[at],
    )


_KIND_NAMES = pl.Series("kind", [None, *KINDS])
"""One before the first is for a school that is not recorded."""

_OUTCOME_VERDICTS, _OUTCOME_WHY = (
    pl.Series(name, [outcome[i] for outcome in OUTCOMES], dtype=pl.String)
    for i, name in enumerate(("verdict", "why"))
)


def _passing(stage: Ints, outcome: Ints, norms: Norms) -> Iterator[Passing]:
    """Judge the share of school stages that pass; those not assessed may still turn out either way."""
    for s, (name, limit) in enumerate(zip(COMPULSORY, norms.share_passing, strict=True)):
        n_of = np.bincount(outcome[stage == s], minlength=len(OUTCOMES)).tolist()
        n = n_of[_PASS] + n_of[_FAIL] + n_of[_OPEN]
        if n == 0:
            continue
        worst, best = 100 * n_of[_PASS] / n, 100 * (n_of[_PASS] + n_of[_OPEN]) / n
        yield Passing(
            stage=name,
            n=n,
            n_pass=n_of[_PASS],
            n_not_assessed=n_of[_OPEN],
            share=worst if n_of[_OPEN] == 0 else None,
            limit=limit.number,
            verdict="pass" if limit.meets(worst) else "not_assessed" if limit.meets(best) else "fail",
            decided_by=scope_of(limit),
        )


def _county(passing: tuple[Passing, ...], variation: pl.DataFrame) -> str:
    """Judge the county: enough schools pass and no indicator varies too much, at every stage that there is."""
    verdicts = {*(part.verdict for part in passing), *variation["verdict"].to_list()} - {"reported"}
    if "fail" in verdicts:
        return "fail"
    return "pass" if verdicts == {"pass"} else "not_assessed"
