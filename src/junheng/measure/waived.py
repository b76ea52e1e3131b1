"""What schools may count besides under a waiver: visiting teachers, leased venues.

Such a waiver changes what is counted, not the limit. It is off unless it is switched on by name, and each figure that
it changes says so. Source: the transitional provisions of the national procedure, as encoded under ``waiver``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.measure.seven import COMPULSORY, RESOURCES, Resource
from junheng.standards.lookup import StandardOnDate
from junheng.standards.model import Rule
from junheng.standards.waivers import applies

NO_WAIVER = -1

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]


def count_waived(total: Floats, district: District, standard: StandardOnDate) -> Ints:
    """Add to the resources of each school stage what a waiver lets it count besides.

    Parameters
    ----------
    total
        What each school stage can draw on, shape (7, n), in the order of the table ``stages``; changed in place.
    standard
        Says which waivers are switched on and in force.

    Returns
    -------
    array
        The waiver that changed a figure, as a position in ``standard.waivers``, shape (7, n); `NO_WAIVER` elsewhere. A
        fact or figure that is not recorded changes nothing. Of several waivers of a rule the first that applies counts.
    """
    changed = np.full(total.shape, NO_WAIVER)
    on = [
        (r, resource, w, waiver)
        for r, resource in enumerate(RESOURCES)
        for w, waiver in enumerate(standard.waivers)
        if resource.waived and waiver.waives == resource.rule
    ]
    if not on:
        return changed
    for i, row in enumerate(_rows(district)):
        for r, resource, w, waiver in on:
            more = _counted(resource, row)
            is_open = changed[r, i] == NO_WAIVER and not np.isnan(total[r, i])
            if is_open and more > 0 and _is_for(waiver, row, standard):
                total[r, i] += more
                changed[r, i] = w
    return changed


def _is_for(waiver: Rule, row: Mapping[str, Any], standard: StandardOnDate) -> bool:
    if row["stage"] not in COMPULSORY:
        return False
    value = standard.value_or_none(waiver.id, stage=row["stage"])
    return value is not None and value.number == 1 and applies(waiver, _facts(row))


def _counted(resource: Resource, row: Mapping[str, Any]) -> float:
    """Return what is recorded of the columns that count besides; none of them need be."""
    return sum(row[column] or 0.0 for _, column in resource.waived)


def _facts(row: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what the conditions of these waivers ask for; what is not recorded is `None`."""
    return {
        "pupils": row["school_pupils"],
        "is_rural": is_rural(row["urban_rural"]),
        "is_dense_centre": None if row["dense_centre"] is None else float(row["dense_centre"] == "yes"),
    }


def is_rural(urban_rural: str | None) -> float | None:
    """Return 1 for a township centre or village, 0 for any other place, `None` where it is not recorded."""
    return None if urban_rural is None else float(urban_rural in {"township_centre", "village"})


def _rows(district: District) -> Iterator[dict[str, Any]]:
    """Yield each row of ``stages`` with its school, the school's premises and its pupils at all stages."""
    stages = district.table("stages").with_columns(school_pupils=pl.col("pupils").sum().over("school"))
    for table in ("schools", "premises"):
        stages = stages.join(district.table(table), on="school", how="left", maintain_order="left")
    yield from stages.iter_rows(named=True)
