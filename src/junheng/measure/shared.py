"""Zones shared by several schools: who shares, how far it is to them, and how many children each takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.district.shared import by_lead, leads
from junheng.measure.resources import Floats

NEAREST, EXPECTED = "nearest", "expected"
"""Distance to the nearest school of a zone, or to the school that the lot gives: the mean weighted by places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedZone:
    """One zone with several schools.

    Attributes
    ----------
    stage, name
        The stage, and what people call the zone.
    schools
        Codes of its schools; the first is its lead, by whose code the zone goes.
    distance
        `NEAREST` or `EXPECTED`: which distance counts.
    """

    stage: str
    name: str
    schools: tuple[str, ...]
    distance: str = NEAREST

    @property
    def lead(self) -> str:
        """The school by whose code the zone goes."""
        return self.schools[0]


def shared_zones(district: District, stage: str) -> tuple[SharedZone, ...]:
    """Return the shared zones of a stage, in the order of the table; a zone of one school is none."""
    rows = district.table("shared_zones").filter(pl.col("stage") == stage)
    return tuple(
        SharedZone(
            stage=stage,
            name=str(name),
            schools=tuple(zone["school"].unique(maintain_order=True).to_list()),
            distance=str(zone["distance"].fill_null(NEAREST)[0]),
        )
        for (name,), zone in rows.group_by("zone", maintain_order=True)
        if zone["school"].n_unique() > 1
    )


def members_of(zones: Iterable[SharedZone]) -> dict[str, tuple[str, ...]]:
    """Return the schools of each shared zone, by every one of its schools."""
    return {school: zone.schools for zone in zones for school in zone.schools}


def zoned_to_leads(district: District, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows of ``stage`` and ``school`` with schools that share a zone replaced by the zone's lead."""
    return by_lead(frame, district.table("shared_zones"))


def zone_km(km: Floats, *, places: Sequence[int | None], distance: str) -> Floats:
    """Return the distance from every home to a shared zone, shape (n,).

    Parameters
    ----------
    km
        Distances to its schools, shape (n, schools).
    places
        Their places; where any is not known, or all are 0, `EXPECTED` weighs all schools alike.
    distance
        `NEAREST` or `EXPECTED`.
    """
    if distance == NEAREST:
        return np.asarray(km.min(axis=1))
    known = [float(one) for one in places if one is not None]
    weights = np.array(known) if len(known) == len(places) and sum(known) > 0 else np.ones(len(places))
    used = weights > 0  # a school without places is never drawn, however far it is
    return np.asarray(km[:, used] @ (weights[used] / weights[used].sum()))


def shares(children: int, places: Sequence[int]) -> list[int]:
    """Return how many children of a shared zone each school takes: in proportion to places, whole, all of them.

    Nobody is over unless the zone is: a school gets at most its places rounded up, which are whole, if the children
    fit, and at least its places if they do not. Without any places the first school takes all.
    """
    total = sum(places)
    if total == 0:
        return [children, *[0] * (len(places) - 1)]
    exact = [children * one / total for one in places]
    whole = [floor(one) for one in exact]
    by_rest = sorted(range(len(places)), key=lambda k: (whole[k] - exact[k], k))
    for k in by_rest[: children - sum(whole)]:
        whole[k] += 1
    return whole


def shared_loads(loads: pl.DataFrame, district: District) -> pl.DataFrame:
    """Return children by ``school, stage`` with those of shared zones divided among their schools.

    Parameters
    ----------
    loads
        ``school, stage, zoned``: children of each zone, shared zones by their lead; null where not known.
    """
    shared = leads(district.table("shared_zones"))
    if shared.is_empty():
        return loads
    places = district.table("stages").select("school", "stage", "capacity_pupils")
    rows: list[tuple[str, str, int | None]] = []
    for (stage, lead), members in shared.group_by("stage", "lead", maintain_order=True):
        load = loads.filter((pl.col("school") == lead) & (pl.col("stage") == stage))
        if load.is_empty():
            continue
        known = members.join(places, on=["school", "stage"], how="left", maintain_order="left")
        rows += zip(
            known["school"].to_list(), [str(stage)] * known.height, _divided(load, known), strict=True
        )
    divided = pl.DataFrame(
        rows, schema={"school": pl.String, "stage": pl.String, "zoned": pl.Int64}, orient="row"
    )
    others = loads.join(shared.select("stage", school="lead"), on=["school", "stage"], how="anti")
    return pl.concat([others.with_columns(pl.col("zoned").cast(pl.Int64)), divided])


def each_school(rows: pl.DataFrame, district: District) -> pl.DataFrame:
    """Return rows of ``school, stage`` of zones with a copy of each shared zone's row for its other schools."""
    shared = leads(district.table("shared_zones")).filter(pl.col("school") != pl.col("lead"))
    copies = shared.join(rows.rename({"school": "lead"}), on=["stage", "lead"], maintain_order="left")
    return pl.concat([rows, copies.select(rows.columns)])


def _divided(load: pl.DataFrame, members: pl.DataFrame) -> list[int | None]:
    children = load["zoned"].item()
    places = members["capacity_pupils"]
    if children is None or places.null_count():
        return [None] * members.height
    return list(shares(int(children), places.to_list()))


def overlaps(
    one: str, other: str, before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> bool:
    """Say whether a home whose school was one and becomes another keeps a school: the two zones share one."""
    return not {*before.get(one, (one,))}.isdisjoint(after.get(other, (other,)))
