"""The national balance assessment of resource allocation: seven indicators, school rule, variation, county.

Source: the measures for supervising and assessing high-quality balanced compulsory education, as encoded in the
standard under ``balance``. Verdicts are taken on unrounded numbers; a verdict that the form's own rounding would
turn is flagged. A figure that is absent makes its rule "not assessed" and is never taken for zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite, nan

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.measure.frames import frame_of, positions
from junheng.measure.resources import (
    COMPULSORY,
    PER,
    RESOURCES,
    Floats,
    Ints,
    Resources,
    absent,
    resources,
)
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import RELATIVE_TOLERANCE, Value

Bools = npt.NDArray[np.bool_]

VERDICTS = ("not_assessed", "met", "near", "below")
"""``near``: not met, but at least the floor share of the threshold; ``below``: under the floor."""
_NOT_ASSESSED, _MET, _NEAR, _BELOW = range(4)

WHY = (None, "kind", "no_pupils", "few_pupils")
"""Why a school stage is left out: its kind, no pupils, a teaching point with too few; `None` if it counts."""
_COUNTED, _NOT_COMPULSORY = 0, len(WHY)

_RULES = pl.Series("rule", [resource.rule for resource in RESOURCES])
_VERDICTS = pl.Series("verdict", VERDICTS)
_UNITS = pl.Series("missing_unit", [resource.unit for resource in RESOURCES])


@dataclass(frozen=True, eq=False)
class Balance:
    """What the balance assessment found.

    Attributes
    ----------
    indicators
        One row per school stage and indicator: ``rule, school, stage, value, threshold, verdict,
        missing, missing_to_floor, missing_unit, rounding_flips, decided_by``. ``value`` is in the standard's
        unit; ``missing`` is what the school must add, with pupils as they are, in whole people and rooms,
        square metres or yuan; ``decided_by`` is the scope whose threshold was used.
    stages
        One row per school stage: ``school, stage, kind, pupils, n_met, n_near, n_below, n_not_assessed,
        verdict`` (``pass``, ``fail``, ``not_assessed`` or ``excluded``) and ``why`` it was excluded.
    variation
        One row per stage and indicator, and one for their mean (``rule`` null), which is reported, not
        judged: ``stage, rule, n, mean, deviation, cv, limit, verdict, rounding_flips, decided_by``.
    verdict
        Of the county: ``pass``, ``fail`` or ``not_assessed``.
    values
        Every value of the standard that was used.
    """

    indicators: pl.DataFrame
    stages: pl.DataFrame
    variation: pl.DataFrame
    verdict: str
    values: tuple[Value, ...]
    _rows: Resources
    _district: District

    @cached_property
    def needs(self) -> pl.DataFrame:
        """What must be recorded before the rest can be assessed: ``rule, school, stage, zh, en``."""
        unassessed = np.argwhere(np.isnan(self._rows.per_head())).tolist()
        texts = [absent(self._rows, row, RESOURCES[r], self._district) for r, row in unassessed]
        own = self._district.table("stages")[self._rows.row[[row for _, row in unassessed]]]
        return pl.DataFrame(
            {
                "rule": [RESOURCES[r].rule for r, _ in unassessed],
                "school": own["school"],
                "stage": own["stage"],
                "zh": [text.zh for text in texts],
                "en": [text.en for text in texts],
            },
            schema=dict.fromkeys(("rule", "school", "stage", "zh", "en"), pl.String),
        )


def balance(district: District, standard: StandardOnDate) -> Balance:
    """Assess the seven resource indicators of every compulsory school stage, and their variation.

    Parameters
    ----------
    district
        Needs ``schools`` and ``stages``; without ``premises`` four indicators are not assessed.
    standard
        The standard on the day of assessment.
    """
    recorded = resources(district, standard)
    why = _exclusions(recorded, standard)
    rows = recorded.only(why == _COUNTED)
    values = rows.per_head()
    limits = _Limits.of(standard)
    judged = _judge(values, rows, limits)
    records = district.table("stages")
    stages = _stages(records, recorded, why, judged, standard=standard)
    variation, cv_values = _variation(values, rows, standard)
    return Balance(
        indicators=_indicators(records, values, judged, rows, limits=limits),
        stages=stages,
        variation=variation,
        verdict=_county(stages, variation),
        values=(*limits.values, *cv_values),
        _rows=rows,
        _district=district,
    )


def coefficient_of_variation(per_head: Floats, pupils: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard deviation and coefficient of variation, all weighted by pupils.

    The mean is the county's total over the county's pupils, not the mean of school means; the deviation is
    the population's (no ``n - 1``).

    Parameters
    ----------
    per_head
        Figures per pupil, shape (..., n): one or several indicators of n school stages.
    pupils
        Pupils of each school stage, shape (n,), not all zero.

    Returns
    -------
    tuple of arrays
        Each of the shape of ``per_head`` without its last axis; NaN where a figure is absent, and a
        coefficient of NaN where the mean is zero: nothing is there to vary.

    Notes
    -----
    ``S = sqrt(sum P_i (x_i - X)^2 / sum P_i)``, ``CV = S / X`` with ``X = sum P_i x_i / sum P_i``
    (policy: ``balance.cv``, ``balance.cv.method``).
    """
    total = pupils.sum()
    mean = per_head @ pupils / total
    deviation = np.sqrt((per_head - mean[..., None]) ** 2 @ pupils / total)
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficient = np.where(mean == 0, np.nan, deviation / mean)
    return mean, deviation, coefficient


@dataclass(frozen=True, eq=False)
class _Limits:
    """Thresholds as arrays, shape (7, 2): indicator by compulsory stage."""

    values: tuple[Value, ...]
    threshold: Floats
    floor_share: Floats
    scope: pl.Series
    decimals: int

    @classmethod
    def of(cls, standard: StandardOnDate) -> _Limits:
        values = [standard.value(r.rule, stage=stage) for r in RESOURCES for stage in COMPULSORY]
        floors = [standard.value("balance.school.floor_share", stage=stage) for stage in COMPULSORY]
        decimals = standard.value("balance.form.school_decimals")
        return cls(
            values=(*values, *floors),
            threshold=np.array([value.number for value in values]).reshape(len(RESOURCES), -1),
            floor_share=np.array([floor.number / 100 for floor in floors]),
            scope=pl.Series("decided_by", [value.scope.code or value.scope.level for value in values]),
            decimals=int(decimals.number),
        )


@dataclass(frozen=True, eq=False)
class _Judged:
    """Verdict codes, thresholds and flags of the counted rows, all of shape (7, n)."""

    verdict: Ints
    threshold: Floats
    missing: Floats
    missing_to_floor: Floats
    rounding_flips: Bools


def _exclusions(rows: Resources, standard: StandardOnDate) -> Ints:
    """Return why each row is left out of the seven indicators, as a position in `WHY`, shape (n,)."""
    left_out = [_number(standard, "balance.exclusion.by_kind", kind) == 1 for kind in _KINDS]
    fewest = [_number(standard, "balance.exclusion.teaching_point_pupils", kind) or 0 for kind in _KINDS]
    why = np.where(rows.pupils < np.array([*fewest, 0])[rows.kind], WHY.index("few_pupils"), _COUNTED)
    why[rows.pupils == 0] = WHY.index("no_pupils")
    why[np.array([*left_out, False])[rows.kind]] = WHY.index("kind")
    why[rows.stage >= len(COMPULSORY)] = _NOT_COMPULSORY
    return why


_KINDS = tuple(choice.code for choice in table("schools").column("kind").choices)


def _number(standard: StandardOnDate, rule: str, kind: str) -> float | None:
    value = standard.value_or_none(rule, kind=kind)
    return None if value is None else value.number


def _judge(values: Floats, rows: Resources, limits: _Limits) -> _Judged:
    threshold = limits.threshold[:, rows.stage]
    floor = threshold * limits.floor_share[rows.stage]
    met, near = _at_least(values, threshold), _at_least(values, floor)
    known = ~np.isnan(values)
    # Whatever is met is also above the floor: 3 - 1 - 1 is "met", 3 - 1 is "near", 3 is "below".
    verdict = np.where(known, _BELOW - near.astype(int) - met, _NOT_ASSESSED)
    rounded = np.round(values, limits.decimals)
    return _Judged(
        verdict=verdict,
        threshold=threshold,
        missing=_missing(threshold, rows, met=met),
        missing_to_floor=_missing(floor, rows, met=near),
        rounding_flips=(_at_least(rounded, threshold) != met) & known,
    )


def _at_least(values: Floats, threshold: Floats) -> Bools:
    result: Bools = values >= threshold * (1 - RELATIVE_TOLERANCE)
    return result


_IS_WHOLE = np.array([[resource.is_whole] for resource in RESOURCES])


def _missing(threshold: Floats, rows: Resources, *, met: Bools) -> Floats:
    """Return what must be added to reach a threshold, in real units; whole where the resource is."""
    needed = threshold * rows.pupils_sharing / PER
    # A need of 3.0000000000000004 teachers is three: the last bits of a division are no person.
    whole = np.ceil(needed * (1 - RELATIVE_TOLERANCE))
    missing = np.where(_IS_WHOLE, whole, needed) - rows.total
    result: Floats = np.where(met, 0.0, missing)
    return result


def _indicators(
    records: pl.DataFrame, values: Floats, judged: _Judged, rows: Resources, *, limits: _Limits
) -> pl.DataFrame:
    row = positions(np.tile(rows.row, len(RESOURCES)))
    rule = np.repeat(np.arange(len(RESOURCES)), len(rows.row))
    stage = np.tile(rows.stage, len(RESOURCES))
    return frame_of(
        rule=_RULES[positions(rule)],
        school=records["school"][row],
        stage=records["stage"][row],
        value=values.ravel(),
        threshold=judged.threshold.ravel(),
        verdict=_VERDICTS[positions(judged.verdict.ravel())],
        missing=judged.missing.ravel(),
        missing_to_floor=judged.missing_to_floor.ravel(),
        missing_unit=_UNITS[positions(rule)],
        rounding_flips=judged.rounding_flips.ravel(),
        decided_by=limits.scope[positions(rule * len(COMPULSORY) + stage)],
    )


def _stages(
    records: pl.DataFrame, recorded: Resources, why: Ints, judged: _Judged, *, standard: StandardOnDate
) -> pl.DataFrame:
    is_compulsory = why != _NOT_COMPULSORY
    row, why = recorded.row[is_compulsory], why[is_compulsory]
    is_counted = why == _COUNTED
    counts = np.zeros((len(VERDICTS), len(why)), dtype=np.int64)
    for code in range(len(VERDICTS)):
        counts[code, is_counted] = (judged.verdict == code).sum(axis=0)
    must_meet = [standard.value("balance.school.indicators_met", stage=stage).number for stage in COMPULSORY]
    allowed = len(RESOURCES) - np.array(must_meet)[recorded.stage[row]]
    fails = (counts[_BELOW] > 0) | (counts[_NEAR] > allowed)
    passes = ~fails & (counts[_NOT_ASSESSED] == 0)
    verdict = np.where(is_counted, np.where(fails, 1, np.where(passes, 0, 2)), 3)
    return frame_of(
        school=records["school"][positions(row)],
        stage=records["stage"][positions(row)],
        kind=_KIND_NAMES[positions(recorded.kind[row] % len(_KIND_NAMES))],
        pupils=recorded.pupils[row].astype(np.int64),
        n_met=counts[_MET],
        n_near=counts[_NEAR],
        n_below=counts[_BELOW],
        n_not_assessed=counts[_NOT_ASSESSED],
        verdict=_STAGE_VERDICTS[positions(verdict)],
        why=_WHY[positions(why)],
    )


_KIND_NAMES = pl.Series([*_KINDS, None])
"""The last one, at -1, is for a school that is not recorded."""

_STAGE_VERDICTS = pl.Series(["pass", "fail", "not_assessed", "excluded"])
_WHY = pl.Series(WHY, dtype=pl.String)


def _variation(
    values: Floats, rows: Resources, standard: StandardOnDate
) -> tuple[pl.DataFrame, tuple[Value, ...]]:
    """Judge every coefficient against its stage's limit; the mean of the seven is reported, not judged.

    One absent figure leaves an indicator's variation over the whole district unknown.
    """
    decimals = int(standard.value("balance.form.cv_decimals").number)
    table: list[tuple[object, ...]] = []
    limits = []
    for s, stage in enumerate(COMPULSORY):
        of_stage = rows.stage == s
        if not of_stage.any():
            continue
        limit = standard.value("balance.cv", stage=stage)
        limits.append(limit)
        per_head = values[:, of_stage]
        statistics = coefficient_of_variation(per_head, rows.pupils[of_stage])
        n, mean, deviation, cv = (
            figures.tolist() for figures in (np.isfinite(per_head).sum(axis=1), *statistics)
        )
        scope = limit.scope.code or limit.scope.level
        for r, resource in enumerate(RESOURCES):
            judged = _judge_variation(cv[r], limit, decimals)
            table.append(
                (stage, resource.rule, n[r], mean[r], deviation[r], cv[r], limit.number, *judged, scope)
            )
        composite = sum(cv) / len(cv)
        verdict = "reported" if isfinite(composite) else "not_assessed"
        n_known = sum(map(isfinite, cv))
        table.append((stage, None, n_known, nan, nan, composite, nan, verdict, False, scope))
    return _variation_frame(table), tuple(limits)


def _judge_variation(cv: float, limit: Value, decimals: int) -> tuple[str, bool]:
    """Return the verdict, and whether it would be another on the rounded coefficient."""
    if not isfinite(cv):
        return "not_assessed", False
    meets = limit.meets(cv)
    return "pass" if meets else "fail", limit.meets(round(cv, decimals)) != meets


def _variation_frame(table: list[tuple[object, ...]]) -> pl.DataFrame:
    columns = zip(*table, strict=True) if table else [()] * len(_VARIATION_SCHEMA)
    return frame_of(
        **{
            name: np.array(column) if dtype == pl.Float64 else pl.Series(name, column, dtype=dtype)
            for (name, dtype), column in zip(_VARIATION_SCHEMA.items(), columns, strict=True)
        }
    )


_VARIATION_SCHEMA: dict[str, pl.DataType] = {
    "stage": pl.String(),
    "rule": pl.String(),
    "n": pl.Int64(),
    "mean": pl.Float64(),
    "deviation": pl.Float64(),
    "cv": pl.Float64(),
    "limit": pl.Float64(),
    "verdict": pl.String(),
    "rounding_flips": pl.Boolean(),
    "decided_by": pl.String(),
}


def _county(stages: pl.DataFrame, variation: pl.DataFrame) -> str:
    verdicts = {*stages["verdict"].to_list(), *variation["verdict"].to_list()} - {"excluded", "reported"}
    if "fail" in verdicts:
        return "fail"
    return "pass" if verdicts == {"pass"} else "not_assessed"
