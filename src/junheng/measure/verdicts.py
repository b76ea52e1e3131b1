"""The seven resource indicators of school stages against their thresholds: verdict, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.measure.frames import frame_of, positions
from junheng.measure.norms import Norms, lowered, rounded_half_up
from junheng.measure.resources import Floats, Ints, Resources
from junheng.measure.seven import COMPULSORY, PER, RESOURCES

Bools = npt.NDArray[np.bool_]

VERDICTS = ("below", "near", "met", "not_assessed")
"""``below``: under the floor; ``near``: at least the floor share of the threshold; ``met``: at least the threshold."""
BELOW, NEAR, MET, NOT_ASSESSED = range(len(VERDICTS))

_VERDICTS = pl.Series("verdict", VERDICTS)
# As the limits in `Norms`: indicator by indicator, stage by stage.
_RULES = pl.Series("rule", [resource.rule for resource in RESOURCES for _ in COMPULSORY])
_UNITS = pl.Series("missing_unit", [resource.unit for resource in RESOURCES for _ in COMPULSORY])
_IS_WHOLE = np.array([[resource.is_whole] for resource in RESOURCES])


@dataclass(frozen=True, eq=False)
class Judged:
    """Indicators, verdicts (as positions in `VERDICTS`), what is missing and flags of n school stages, all (7, n)."""

    values: Floats
    verdict: Ints
    missing: Floats
    missing_to_floor: Floats
    rounding_flips: Bools


def judge(rows: Resources, norms: Norms) -> Judged:
    """Judge every indicator of every school stage on its unrounded value."""
    values = rows.per_head()
    threshold, floor = norms.threshold.take(rows.stage, axis=1), norms.floor.take(rows.stage, axis=1)
    least = lowered(threshold), lowered(floor)
    reached = _reached(values, *least)
    as_shown = _reached(rounded_half_up(values, norms.decimals.school), *least)
    return Judged(
        values=values,
        verdict=np.where(np.isnan(values), NOT_ASSESSED, reached),
        missing=np.where(reached == MET, 0.0, _missing(threshold, rows)),
        missing_to_floor=np.where(reached == BELOW, _missing(floor, rows), 0.0),
        rounding_flips=as_shown != reached,
    )


def _reached(values: Floats, threshold: Floats, floor: Floats) -> npt.NDArray[np.int8]:
    """Return `BELOW`, `NEAR` or `MET` as a number: whatever reaches the threshold also reaches the floor."""
    return (values >= threshold).view(np.int8) + (values >= floor).view(np.int8)


def _missing(limit: Floats, rows: Resources) -> Floats:
    """Return what must be added to reach a limit, in real units; whole where the resource is."""
    needed = limit * rows.pupils_sharing / PER
    # A need of 3.0000000000000004 teachers is three: the last bits of a division are no person.
    result: Floats = np.where(_IS_WHOLE, np.ceil(lowered(needed)), needed) - rows.total
    return result


def indicator_frame(records: pl.DataFrame, rows: Resources, judged: Judged, norms: Norms) -> pl.DataFrame:
    """Return one row per indicator and school stage; columns as in `junheng.measure.balance.Balance`."""
    row = positions(np.tile(rows.row, len(RESOURCES)))
    limit = positions((np.arange(len(RESOURCES))[:, None] * len(COMPULSORY) + rows.stage).ravel())
    return frame_of(
        rule=_RULES[limit],
        school=records["school"][row],
        stage=records["stage"][row],
        value=judged.values.ravel(),
        threshold=norms.thresholds[limit],
        verdict=_VERDICTS[positions(judged.verdict.ravel())],
        missing=judged.missing.ravel(),
        missing_to_floor=judged.missing_to_floor.ravel(),
        missing_unit=_UNITS[limit],
        rounding_flips=judged.rounding_flips.ravel(),
        decided_by=norms.decided_by[limit],
        waiver=norms.waivers[positions(rows.waiver.ravel() + 1)],
    )
