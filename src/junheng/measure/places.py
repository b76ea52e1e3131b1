"""Places: do the children fit, in which classes, and how far must they walk.

Two loads are looked at side by side: the pupils who are enrolled (``stages``, ``rolls``, ``classes``) and the
children who live in each school's catchment (``children``, ``catchments``). A catchment plan changes the second
at once and the first only as cohorts enter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.measure.adjacency import Adjacency, adjacency, cut_off
from junheng.measure.distances import distances, own_homes
from junheng.measure.resources import COMPULSORY, Floats
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value
from junheng.text import Text

Ints = npt.NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class Places:
    """What was found about places. Frames have no row for what was not assessed; `needs` says why.

    Attributes
    ----------
    schools
        One row per school stage: ``school, stage, capacity, pupils, utilisation, over, zoned, zoned_utilisation,
        zoned_over``. Absent figures are null.
    rolls
        One row per school stage and school year: ``school, stage, year, pupils, capacity, utilisation, over``;
        the capacity is this year's.
    classes
        One row per school stage: ``school, stage, n_classes, mean, largest, limit, n_over, n_large,
        n_very_large, verdict, decided_by``.
    access
        One row per school stage with a catchment: ``school, stage, children, mean_km, p95_km, radius_km,
        inside, beyond, share_inside, cut_off`` (children in homes cut off from their school).
    homes
        One row per stage and home with a catchment: ``stage, home, school, children, km, is_beyond,
        is_cut_off``.
    district
        One row per stage: ``stage, children, unzoned, capacity, over, max_utilisation, mean_km, p95_km,
        share_inside, beyond, cut_off_homes, cut_off_children``.
    distance_method, adjacency_method
        How distances and neighbours were had; `None` where they were not.
    needs
        What must be recorded before the rest can be assessed: ``rule, zh, en``.
    values
        Every value of the standard that was used.
    """

    schools: pl.DataFrame
    rolls: pl.DataFrame
    classes: pl.DataFrame
    access: pl.DataFrame
    homes: pl.DataFrame
    district: pl.DataFrame
    distance_method: str | None
    adjacency_method: str | None
    needs: pl.DataFrame
    values: tuple[Value, ...]


def places(district: District, standard: StandardOnDate) -> Places:
    """Measure capacity, class sizes and access for the compulsory stages."""
    zoned = zoned_homes(district, standard)
    located = _with_access(district, zoned, standard)
    by_school = _schools(district, zoned)
    class_sizes, class_values = _classes(district, standard)
    return Places(
        schools=by_school,
        rolls=_rolls(district, by_school),
        classes=class_sizes,
        access=_by_school(located.homes, standard),
        homes=located.homes,
        district=_by_stage(located.homes, by_school, children_by_home(district, standard)),
        distance_method=located.distance_method,
        adjacency_method=located.adjacency_method,
        needs=_needs(district, by_school),
        values=(*class_values, *(standard.value(_RADIUS, stage=stage) for stage in COMPULSORY)),
    )


_RADIUS = "radius.school"


def children_by_home(district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Return the children of the district's year by home and compulsory stage: ``home, stage, children``.

    Children may be recorded by stage, by grade or by age; grades and ages become stages by the standard's
    schooling structure.

    Raises
    ------
    InputError
        If a home records the children of one stage in two ways, which would count them twice.
    """
    rows = district.table("children").filter(pl.col("year") == district.year.start)
    entry_age = int(standard.value("schooling.entry_age").number)
    grade = pl.coalesce("grade", pl.col("age") - entry_age + 1)
    stage = pl.col("stage")
    for name in COMPULSORY:
        first = int(standard.value("schooling.first_grade", stage=name).number)
        last = int(standard.value("schooling.last_grade", stage=name).number)
        stage = pl.coalesce(stage, pl.when(grade.is_between(first, last)).then(pl.lit(name)))
    counted = (
        pl.when(pl.col("stage").is_not_null())
        .then(pl.lit("stage"))
        .when(pl.col("grade").is_not_null())
        .then(pl.lit("grade"))
        .otherwise(pl.lit("age"))
    )
    staged = rows.with_columns(counted_by=counted, stage=stage).filter(pl.col("stage").is_in(COMPULSORY))
    _refuse_double_counts(staged)
    return staged.group_by("home", "stage", maintain_order=True).agg(pl.col("children").sum())


def _refuse_double_counts(staged: pl.DataFrame) -> None:
    ways = staged.group_by("home", "stage", maintain_order=True).agg(pl.col("counted_by").unique().sort())
    twice = ways.filter(pl.col("counted_by").list.len() > 1)
    if twice.height:
        raise InputError(
            Problem(
                code="children-counted-twice",
                severity="error",
                place=Place(sheet="适龄儿童", key=f"{row['home']}/{row['stage']}"),
                found=Text.same(" + ".join(row["counted_by"])),
                expected=Text("学段、年级、年龄三种计法只用一种", "one way of counting: stage, grade or age"),
                remedy=Text("请删去重复的行", "Delete the rows that count the same children again"),
            )
            for row in twice.iter_rows(named=True)
        )


def zoned_homes(district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Return every catchment row with its children: ``stage, home, school, children`` (none recorded: zero).

    Where the district keeps no children at all, the children are null.
    """
    zones = district.table("catchments").filter(pl.col("stage").is_in(COMPULSORY))
    children = children_by_home(district, standard)
    joined = zones.join(children, on=["home", "stage"], how="left", maintain_order="left")
    if district.has("children"):
        joined = joined.with_columns(pl.col("children").fill_null(0))
    return joined.select("stage", "home", "school", "children")


def _schools(district: District, zoned: pl.DataFrame) -> pl.DataFrame:
    load = zoned.group_by("school", "stage").agg(
        zoned=pl.when(pl.col("children").null_count() == 0).then(pl.col("children").sum())
    )
    return (
        district.table("stages")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .select("school", "stage", capacity="capacity_pupils", pupils="pupils")
        .join(load, on=["school", "stage"], how="left", maintain_order="left")
        .with_columns(
            utilisation=_ratio("pupils", "capacity"),
            over=_excess("pupils", "capacity"),
            zoned_utilisation=_ratio("zoned", "capacity"),
            zoned_over=_excess("zoned", "capacity"),
        )
        .select(
            *("school", "stage", "capacity", "pupils", "utilisation", "over"),
            *("zoned", "zoned_utilisation", "zoned_over"),
        )
    )


def _ratio(load: str, capacity: str) -> pl.Expr:
    return pl.when(pl.col(capacity) > 0).then(pl.col(load) / pl.col(capacity))


def _excess(load: str, capacity: str) -> pl.Expr:
    return (pl.col(load) - pl.col(capacity)).clip(lower_bound=0)


def _rolls(district: District, by_school: pl.DataFrame) -> pl.DataFrame:
    return (
        district.table("rolls")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .group_by("school", "stage", "year", maintain_order=True)
        .agg(pl.col("pupils").sum())
        .join(
            by_school.select("school", "stage", "capacity"),
            on=["school", "stage"],
            how="left",
            maintain_order="left",
        )
        .with_columns(utilisation=_ratio("pupils", "capacity"), over=_excess("pupils", "capacity"))
    )


def _classes(district: District, standard: StandardOnDate) -> tuple[pl.DataFrame, tuple[Value, ...]]:
    large = standard.value("size.class.large")
    very_large = standard.value("size.class.very_large")
    limits = [standard.value("guarantee.G5", stage=stage) for stage in COMPULSORY]
    limit = pl.DataFrame(
        {
            "stage": COMPULSORY,
            "limit": [int(value.number) for value in limits],
            "decided_by": [value.scope.code or value.scope.level for value in limits],
        }
    )
    sizes = (
        district.table("classes")
        .join(limit, on="stage", maintain_order="left")
        .group_by("school", "stage", maintain_order=True)
        .agg(
            n_classes=pl.len().cast(pl.Int64),
            mean=pl.col("pupils").mean(),
            largest=pl.col("pupils").max(),
            limit=pl.col("limit").first(),
            n_over=(pl.col("pupils") > pl.col("limit")).sum().cast(pl.Int64),
            n_large=(pl.col("pupils") >= large.number).sum().cast(pl.Int64),
            n_very_large=(pl.col("pupils") >= very_large.number).sum().cast(pl.Int64),
            decided_by=pl.col("decided_by").first(),
        )
        .with_columns(verdict=pl.when(pl.col("n_over") == 0).then(pl.lit("met")).otherwise(pl.lit("below")))
    )
    return sizes, (large, very_large, *limits)


@dataclass(frozen=True, eq=False)
class _Located:
    homes: pl.DataFrame
    distance_method: str | None
    adjacency_method: str | None


def _with_access(district: District, zoned: pl.DataFrame, standard: StandardOnDate) -> _Located:
    """Add to every zoned home its distance, and whether it is beyond the radius or cut off."""
    if zoned.is_empty():
        unknown = zoned.with_columns(
            km=pl.lit(None, pl.Float64),
            is_beyond=pl.lit(None, pl.Boolean),
            is_cut_off=pl.lit(None, pl.Boolean),
        )
        return _Located(unknown, None, None)
    schools = tuple(zoned["school"].unique().sort())
    found = distances(district, schools)
    graph = adjacency(district)
    home_at = {code: i for i, code in enumerate(found.homes)}
    school_at = {code: j for j, code in enumerate(schools)}
    rows = np.array([home_at[code] for code in zoned["home"].to_list()])
    columns = np.array([school_at[code] for code in zoned["school"].to_list()])
    stage = zoned["stage"].to_numpy()
    radius = {name: standard.value(_RADIUS, stage=name).number / 1000 for name in COMPULSORY}
    km = found.km[rows, columns]
    homes = zoned.with_columns(
        km=pl.Series(km),
        is_beyond=pl.Series(km > np.array([radius[name] for name in stage])),
        is_cut_off=pl.lit(None, pl.Boolean)
        if graph is None
        else pl.Series(_cut_off(graph, rows, columns, stage, own_homes(district, schools))),
    )
    return _Located(homes, found.method, None if graph is None else graph.method)


def _cut_off(
    graph: Adjacency, rows: Ints, columns: Ints, stage: npt.NDArray[np.object_], own: Ints
) -> npt.NDArray[np.bool_]:
    """Say of each catchment row (home and school positions, stage) whether its home is cut off."""
    result = np.zeros(len(rows), dtype=bool)
    for name in COMPULSORY:
        of_stage = stage == name
        school_of = np.full(len(graph.homes), -1)
        school_of[rows[of_stage]] = columns[of_stage]
        result[of_stage] = cut_off(graph.pairs, school_of, own)[rows[of_stage]]
    return result


def _access(homes: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Sum up access by school stage or by stage; distances are weighted by children."""
    groups = []
    for key, group in homes.group_by(*by, maintain_order=True):
        weight = group["children"].fill_null(0).to_numpy().astype(float)
        km = group["km"].to_numpy()
        total = weight.sum()
        beyond = int(weight[group["is_beyond"].to_numpy()].sum())
        cut = group["is_cut_off"].null_count() == 0
        groups.append(
            {
                **dict(zip(by, key, strict=True)),
                "children": int(total),
                "mean_km": float(weight @ km / total) if total else None,
                "p95_km": weighted_percentile(km, weight, 0.95) if total else None,
                "inside": int(total) - beyond,
                "beyond": beyond,
                "share_inside": 1 - beyond / total if total else None,
                "cut_off_homes": int(group["is_cut_off"].sum()) if cut else None,
                "cut_off": int(weight[group["is_cut_off"].to_numpy().astype(bool)].sum()) if cut else None,
            }
        )
    return pl.DataFrame(groups, schema={**dict.fromkeys(by, pl.String), **_ACCESS_SCHEMA})


_ACCESS_SCHEMA = {
    "children": pl.Int64,
    "mean_km": pl.Float64,
    "p95_km": pl.Float64,
    "inside": pl.Int64,
    "beyond": pl.Int64,
    "share_inside": pl.Float64,
    "cut_off_homes": pl.Int64,
    "cut_off": pl.Int64,
}


def weighted_percentile(values: Floats, weights: Floats, share: float) -> float:
    """Return the smallest value at or below which at least that share of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))])


def _by_school(homes: pl.DataFrame, standard: StandardOnDate) -> pl.DataFrame:
    radius = {stage: standard.value(_RADIUS, stage=stage).number / 1000 for stage in COMPULSORY}
    return _access(homes, "school", "stage").with_columns(
        radius_km=pl.col("stage").replace_strict(radius, return_dtype=pl.Float64)
    )


def _by_stage(homes: pl.DataFrame, by_school: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    zoned = by_school.filter(pl.col("zoned").is_not_null())
    load = zoned.group_by("stage", maintain_order=True).agg(
        capacity=pl.when(pl.col("capacity").null_count() == 0).then(pl.col("capacity").sum()),
        over=pl.when(pl.col("zoned_over").null_count() == 0).then(pl.col("zoned_over").sum()),
        max_utilisation=pl.col("zoned_utilisation").max(),
    )
    everyone = children.group_by("stage").agg(everyone=pl.col("children").sum())
    return (
        _access(homes, "stage")
        .join(load, on="stage", how="left", maintain_order="left")
        .join(everyone, on="stage", how="left", maintain_order="left")
        .with_columns(unzoned=pl.col("everyone") - pl.col("children"))
        .drop("everyone")
    )


def _needs(district: District, by_school: pl.DataFrame) -> pl.DataFrame:
    wanted = [
        (
            "places.classes",
            "classes",
            Text("各班人数（表“班级”）", "pupils of every class (table “classes”)"),
        ),
        (
            "places.rolls",
            "rolls",
            Text("各年级在校生（表“在校生”）", "pupils by grade and year (table “rolls”)"),
        ),
        ("places.access", "catchments", Text("学区（表“学区”）", "catchments (table “catchments”)")),
        ("places.zoned", "children", Text("适龄儿童（表“适龄儿童”）", "children by home (table “children”)")),
        ("places.access", "homes", Text("居住单元（表“居住单元”）", "homes (table “homes”)")),
    ]
    rows = [(rule, text) for rule, name, text in wanted if not district.has(name)]
    without = by_school.filter(pl.col("capacity").is_null())["school"].to_list()
    if without:
        names = "、".join(without[:10]) + ("…" if len(without) > 10 else "")
        rows.append(
            (
                "places.capacity",
                Text(
                    f"{len(without)} 个学段的核定学位数：{names}",
                    f"places of {len(without)} school stages: {names}",
                ),
            )
        )
    if adjacency(district) is None and district.has("homes"):
        rows.append(("places.contiguity", Text("相邻关系或边界", "neighbours, or polygons of the homes")))
    return pl.DataFrame(
        [(rule, text.zh, text.en) for rule, text in rows],
        schema={"rule": pl.String, "zh": pl.String, "en": pl.String},
        orient="row",
    )
