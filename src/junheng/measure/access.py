"""How far the children of each catchment must go, and which homes are cut off from their school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.measure.adjacency import Adjacency, adjacency, cut_off
from junheng.measure.distances import distances, listed
from junheng.measure.positions import own_homes, unplaced_homes, unplaced_schools
from junheng.measure.resources import Floats, Ints
from junheng.measure.seven import COMPULSORY
from junheng.measure.shared import SharedZone, shared_zones, zone_km
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import RELATIVE_TOLERANCE
from junheng.text import Text

RADIUS = "radius.school"
METRES = 1000.0


@dataclass(frozen=True, eq=False)
class Access:
    """Distance and contiguity of every zoned home.

    Attributes
    ----------
    homes
        ``stage, home, school, children, km, is_beyond, is_cut_off``; null where it is not known.
    distance_method, adjacency_method
        How distances and neighbours were had; `None` where they were not.
    off_network
        Homes and schools whose distances are straight lines although there is a road network.
    needs
        What must be recorded before the rest is known, as rule and text.
    """

    homes: pl.DataFrame
    distance_method: str | None
    off_network: tuple[str, ...]
    adjacency_method: str | None
    needs: tuple[tuple[str, Text], ...]


def access_of(district: District, zoned: pl.DataFrame, standard: StandardOnDate) -> Access:
    """Add to every zoned home its distance, and whether it is beyond the radius or cut off.

    Parameters
    ----------
    zoned
        What `junheng.measure.children.zoned_homes` returns.
    """
    if zoned.is_empty():
        unknown = {"km": pl.Float64, "is_beyond": pl.Boolean, "is_cut_off": pl.Boolean}
        columns_of = [pl.lit(None, dtype).alias(name) for name, dtype in unknown.items()]
        return Access(zoned.with_columns(columns_of), None, (), None, ())
    zones = [zone for stage in COMPULSORY for zone in shared_zones(district, stage)]
    sharing = {school for zone in zones for school in zone.schools}
    schools = tuple(sorted({*zoned["school"].unique(), *sharing}))
    found = distances(district, schools, needs_all=False)
    rows = _places_in(found.homes, zoned["home"])
    columns = _places_in(schools, zoned["school"])
    km = np.full(len(rows), np.nan)
    km[rows >= 0] = found.km[rows[rows >= 0], columns[rows >= 0]]
    for zone in zones:
        own_rows = ((zoned["stage"] == zone.stage) & (zoned["school"] == zone.lead)).to_numpy() & (rows >= 0)
        members = [schools.index(school) for school in zone.schools]
        km[own_rows] = zone_km(
            found.km[rows[own_rows]][:, members],
            places=_places_of(district, zone),
            distance=zone.distance,
        )
    located = zoned.with_columns(
        km=pl.Series(np.where(np.isfinite(km), km, np.nan), nan_to_null=True)
    ).with_columns(is_beyond=~_is_inside(standard))
    graph = adjacency(district)
    own = own_homes(district, schools, needs_all=False)
    cut = (
        pl.lit(None, pl.Boolean)
        if graph is None
        else _cut_off(graph, rows, columns, zoned["stage"], own=own, bridges=_bridges(zones, schools, own))
    )
    return Access(
        homes=located.with_columns(is_cut_off=cut),
        distance_method=found.method,
        off_network=found.off_network,
        adjacency_method=None if graph is None else graph.method,
        needs=tuple(
            _needs(district, schools, located, unreachable=np.isinf(km), has_graph=graph is not None)
        ),
    )


def _is_inside(standard: StandardOnDate) -> pl.Expr:
    inside: pl.Expr = pl.lit(None, pl.Boolean)
    for stage in COMPULSORY:
        limit = standard.value(RADIUS, stage=stage)
        inside = (
            pl.when(pl.col("stage") == stage).then(limit.is_met_by(METRES * pl.col("km"))).otherwise(inside)
        )
    return inside


def _places_in(codes: tuple[str, ...], wanted: pl.Series) -> Ints:
    at = {code: i for i, code in enumerate(codes)}
    return np.array([at.get(code, -1) for code in wanted.to_list()], dtype=int)


def _places_of(district: District, zone: SharedZone) -> list[int | None]:
    rows = district.table("stages").filter(pl.col("stage") == zone.stage)
    known = dict(zip(rows["school"].to_list(), rows["capacity_pupils"].to_list(), strict=True))
    return [known.get(school) for school in zone.schools]


def _bridges(zones: list[SharedZone], schools: tuple[str, ...], own: Ints) -> dict[str, Ints]:
    """Return, by stage, pairs that join the own homes of schools that share a zone: a part with any of them holds."""
    pairs: dict[str, list[tuple[int, int]]] = {stage: [] for stage in COMPULSORY}
    for zone in zones:
        at = [int(own[schools.index(school)]) for school in zone.schools]
        pairs[zone.stage] += [(at[0], other) for other in at[1:] if min(at[0], other) >= 0]
    return {stage: np.array(found, dtype=int).reshape(-1, 2) for stage, found in pairs.items()}


def _cut_off(
    graph: Adjacency, rows: Ints, columns: Ints, stage: pl.Series, *, own: Ints, bridges: dict[str, Ints]
) -> pl.Series:
    """Say of each catchment row (home and school positions, stage) whether its home is cut off."""
    result = np.zeros(len(rows), dtype=bool)
    for name in COMPULSORY:
        of_stage = (stage == name).to_numpy() & (rows >= 0)
        school_of = np.full(len(graph.homes), -1)
        school_of[rows[of_stage]] = columns[of_stage]
        pairs = np.concatenate([graph.pairs, bridges[name]])
        result[of_stage] = cut_off(pairs, school_of, own)[rows[of_stage]]
    is_known = pl.Series((own[columns] >= 0) & (rows >= 0), dtype=pl.Boolean)
    return pl.Series(result, dtype=pl.Boolean).zip_with(is_known, pl.Series([None], dtype=pl.Boolean))


def _needs(
    district: District,
    schools: tuple[str, ...],
    located: pl.DataFrame,
    *,
    unreachable: npt.NDArray[np.bool_],
    has_graph: bool,
) -> list[tuple[str, Text]]:
    needs = []
    placed = {*district.table("homes")["home"].to_list()} - {*unplaced_homes(district)}
    no_place = {*located["home"].to_list()} - placed
    for codes, zh, en in (
        (sorted(no_place), "居住单元", "homes"),
        (unplaced_schools(district, schools), "学校", "schools"),
    ):
        if codes:
            text = Text(f"{zh}的位置：{{codes}}", f"positions of {en}: {{codes}}").format(codes=listed(codes))
            needs.append(("places.distance", text))
    if unreachable.any():
        cut = located.filter(pl.Series(unreachable))["home"].unique().sort().to_list()
        text = Text("到校的道路距离（相邻关系走不通）：{codes}", "a road to the school from homes {codes}")
        needs.append(("places.distance", text.format(codes=listed(cut))))
    if not has_graph:
        text = Text("相邻关系，或每个居住单元的边界", "neighbours, or polygons of all the homes")
        needs.append(("places.contiguity", text))
    return needs


SUMMARY = {
    "children": pl.Int64(),
    "mean_km": pl.Float64(),
    "p95_km": pl.Float64(),
    "inside": pl.Int64(),
    "beyond": pl.Int64(),
    "share_inside": pl.Float64(),
    "cut_off_homes": pl.Int64(),
    "cut_off": pl.Int64(),
}


def summed(homes: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Sum up access by school stage or by stage; distances are weighted by children.

    Returns
    -------
    polars.DataFrame
        The columns ``by`` and those of `SUMMARY`. A figure is null where a child's part in it is not known.
    """
    groups = [
        {**dict(zip(by, key, strict=True)), **_summary(group)}
        for key, group in homes.group_by(*by, maintain_order=True)
    ]
    return pl.DataFrame(groups, schema={**dict.fromkeys(by, pl.String()), **SUMMARY})


def _summary(group: pl.DataFrame) -> dict[str, Any]:
    cut = group["is_cut_off"]
    cut_off_homes = None if cut.null_count() else int(cut.sum())
    if group["children"].null_count():
        return {"cut_off_homes": cut_off_homes}
    children = group["children"].to_numpy()
    lived_in = children > 0
    km = group["km"].to_numpy()
    return {
        "children": int(children.sum()),
        **({} if np.isnan(km[lived_in]).any() else _distances(km, children, group["is_beyond"])),
        "cut_off_homes": cut_off_homes,
        "cut_off": None if cut.null_count() else int(children[cut.to_numpy()].sum()),
    }


def _distances(km: Floats, children: Ints, is_beyond: pl.Series) -> dict[str, Any]:
    total = int(children.sum())
    beyond = int(children[is_beyond.to_numpy().astype(bool)].sum())  # unknown only where no child lives
    reached = np.where(children > 0, km, 0.0)
    return {
        "mean_km": float(children @ reached / total) if total else None,
        "p95_km": weighted_percentile(reached, children.astype(float), 0.95) if total else None,
        "inside": total - beyond,
        "beyond": beyond,
        "share_inside": 1 - beyond / total if total else None,
    }


def weighted_percentile(values: Floats, weights: Floats, share: float) -> float:
    """Return the smallest value at or below which at least that share of the weight lies.

    Parameters
    ----------
    values, weights
        Shape (n,), n at least 1; weights are not negative and not all zero.
    share
        Above 0, at most 1.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, share * reached[-1] * (1 - RELATIVE_TOLERANCE))])
