"""What the balance standard asks on one day, as arrays by indicator, stage and kind of school.

Nothing here is a number of ours: every one is looked up in the standard under ``balance``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.measure.resources import KINDS, Floats
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import RELATIVE_TOLERANCE, Value


@dataclass(frozen=True, slots=True)
class Decimals:
    """How many decimals the national form shows; verdicts are taken on unrounded numbers."""

    school: int
    mean: int
    cv: int


@dataclass(frozen=True, eq=False)
class Norms:
    """The balance standard on one day.

    Attributes
    ----------
    threshold, floor
        What an indicator must reach, and what it must reach where it may stay under the threshold, shape (7, 2):
        indicator by compulsory stage.
    thresholds, decided_by
        Each threshold and its scope as columns of a frame, 14 rows: indicator by indicator, stage by stage.
    n_to_meet
        How many of the seven a school stage must meet, shape (2,).
    share_passing
        Limit on the share of school stages that pass, in percent, by stage.
    cv
        Limit on the coefficients of variation, by stage.
    is_left_out, fewest_pupils
        By kind of school, shape (kinds + 1,), the last one for a kind that is not recorded: whether it takes no
        part, and from how many pupils it does.
    waivers
        Ids of the waivers in force; one before the first is for none.
    decimals
        Of the national form.
    values
        Every value of the standard behind these.
    """

    threshold: Floats
    floor: Floats
    thresholds: pl.Series
    decided_by: pl.Series
    n_to_meet: Floats
    share_passing: tuple[Value, ...]
    cv: tuple[Value, ...]
    is_left_out: npt.NDArray[np.bool_]
    fewest_pupils: Floats
    waivers: pl.Series
    decimals: Decimals
    values: tuple[Value, ...]


@lru_cache(maxsize=8)
def norms_of(standard: StandardOnDate) -> Norms:
    """Look every number up, each once; the result is kept for the next district under the same standard."""
    thresholds = [standard.value(r.rule, stage=stage) for r in RESOURCES for stage in COMPULSORY]
    floor_share = _by_stage(standard, "balance.school.floor_share")
    n_to_meet = _by_stage(standard, "balance.school.indicators_met")
    share_passing = _by_stage(standard, "balance.county.schools_passing")
    cv = _by_stage(standard, "balance.cv")
    left_out = _by_kind(standard, "balance.exclusion.by_kind")
    fewest = _by_kind(standard, "balance.exclusion.teaching_point_pupils")
    form = [standard.value(f"balance.form.{name}_decimals") for name in ("school", "mean", "cv")]
    threshold = np.array([value.number for value in thresholds]).reshape(len(RESOURCES), -1)
    used = (*thresholds, *floor_share, *n_to_meet, *share_passing, *cv, *left_out, *fewest, *form)
    return Norms(
        threshold=threshold,
        floor=threshold * np.array([share.number / 100 for share in floor_share]),
        thresholds=pl.Series("threshold", threshold.ravel()),
        decided_by=pl.Series("decided_by", [scope_of(value) for value in thresholds]),
        n_to_meet=np.array([number.number for number in n_to_meet]),
        share_passing=share_passing,
        cv=cv,
        is_left_out=np.array([value is not None and value.number == 1 for value in left_out]),
        fewest_pupils=np.array([0.0 if value is None else value.number for value in fewest]),
        waivers=pl.Series("waiver", [None, *(waiver.id for waiver in standard.waivers)], dtype=pl.String),
        decimals=Decimals(*(int(value.number) for value in form)),
        values=tuple(value for value in used if value is not None),
    )


def scope_of(value: Value) -> str:
    """Return who set a value: the code of a place, or ``national``."""
    return value.scope.code or value.scope.level


def lowered(limit: Floats) -> Floats:
    """Return limits less the last bits of a division: 42 teachers for 1,000 pupils are 4.2, not 4.199999999999999."""
    return limit * (1 - RELATIVE_TOLERANCE)


def rounded_half_up(values: Floats, decimals: int) -> Floats:
    """Return values as a form shows them: a 5 after the last digit rounds up, as people round."""
    scale = 10.0**decimals
    result: Floats = np.floor(values * (scale * (1 + RELATIVE_TOLERANCE)) + 0.5) / scale
    return result


def _by_stage(standard: StandardOnDate, rule: str) -> tuple[Value, ...]:
    return tuple(standard.value(rule, stage=stage) for stage in COMPULSORY)


def _by_kind(standard: StandardOnDate, rule: str) -> tuple[Value | None, ...]:
    """Return a rule's value for every kind, and `None` for a kind that is not recorded."""
    return (*(standard.value_or_none(rule, kind=kind) for kind in KINDS), None)
