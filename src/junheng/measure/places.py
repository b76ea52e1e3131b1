"""Places: do the children fit, in which classes, and how far must they walk.

Two loads are looked at side by side: the pupils who are enrolled (``stages``, ``rolls``, ``classes``) and the
children who live in each school's catchment (``children``, ``catchments``). A catchment plan changes the second
at once and the first only as cohorts enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.measure.access import METRES, RADIUS, access_of, summed, weighted_percentile
from junheng.measure.children import children_by_home, schooling_values, zoned_homes
from junheng.measure.distances import how_far, listed
from junheng.measure.norms import scope_of
from junheng.measure.seven import COMPULSORY
from junheng.measure.shared import each_school, shared_loads
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value
from junheng.text import Text

__all__ = ["Places", "children_by_home", "places", "weighted_percentile", "zoned_homes"]


@dataclass(frozen=True, eq=False)
class Places:
    """What was found about places. Frames have no row for what was not assessed; `needs` says why.

    Attributes
    ----------
    schools
        One row per school stage: ``school, stage, capacity, pupils, utilisation, over, zoned, zoned_utilisation,
        zoned_over``. Absent figures are null. Children of a shared zone are divided by places among its schools.
    rolls
        One row per school stage and school year: ``school, stage, year, pupils, capacity, utilisation, over``;
        the capacity is this year's.
    classes
        One row per school stage: ``school, stage, n_classes, mean, largest, limit, n_over, n_large,
        n_very_large, verdict, decided_by``.
    access
        One row per school stage with a catchment: ``school, stage, children, mean_km, p95_km, radius_km,
        inside, beyond, share_inside, cut_off_homes, cut_off``: the last two are homes, and children in them, that
        are cut off from their school. Schools that share a zone each have the zone's row.
    homes
        One row per stage and home with a catchment: ``stage, home, school, children, km, is_beyond,
        is_cut_off``.
    district
        One row per stage: ``stage, children, unzoned, capacity, over, max_utilisation, mean_km, p95_km,
        inside, beyond, share_inside, cut_off_homes, cut_off``; capacity and ``over`` are those of the schools with
        a catchment, ``unzoned`` counts children of homes without one.
    distance_method, adjacency_method
        How distances and neighbours were had; `None` where they were not.
    off_network
        Homes and schools whose distances are straight lines although there is a road network.
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
    off_network: tuple[str, ...]
    adjacency_method: str | None
    needs: pl.DataFrame
    values: tuple[Value, ...]

    @property
    def how_far(self) -> Text | None:
        """How distances were measured, in words; `None` where they were not."""
        return None if self.distance_method is None else how_far(self.distance_method, self.off_network)


def places(district: District, standard: StandardOnDate) -> Places:
    """Measure capacity, class sizes and access for the compulsory stages."""
    children = children_by_home(district, standard)
    zoned = zoned_homes(district, children)
    access = access_of(district, zoned, standard)
    by_school = _schools(district, zoned)
    class_sizes, class_values = _classes(district, standard)
    needs = [*_needs(district, by_school, children), *access.needs]
    return Places(
        schools=by_school,
        rolls=_rolls(district, by_school),
        classes=class_sizes,
        access=_by_school(district, access.homes, standard),
        homes=access.homes,
        district=_by_stage(access.homes, by_school, children),
        distance_method=access.distance_method,
        off_network=access.off_network,
        adjacency_method=access.adjacency_method,
        needs=pl.DataFrame(
            [(rule, text.zh, text.en) for rule, text in needs],
            schema=dict.fromkeys(("rule", "zh", "en"), pl.String()),
            orient="row",
        ),
        values=(
            *class_values,
            *schooling_values(standard),
            *(standard.value(RADIUS, stage=stage) for stage in COMPULSORY),
        ),
    )


def _schools(district: District, zoned: pl.DataFrame) -> pl.DataFrame:
    load = zoned.group_by("school", "stage", maintain_order=True).agg(
        zoned=pl.when(pl.col("children").null_count() == 0).then(pl.col("children").sum())
    )
    return (
        district.table("stages")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .select("school", "stage", capacity="capacity_pupils", pupils="pupils")
        .join(shared_loads(load, district), on=["school", "stage"], how="left", maintain_order="left")
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
            "decided_by": [scope_of(value) for value in limits],
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
            verdict=pl.when((pl.col("pupils") > pl.col("limit")).any())
            .then(pl.lit("below"))
            .when(pl.col("pupils").null_count() == 0)
            .then(pl.lit("met"))
            .otherwise(pl.lit("not_assessed")),
        )
    )
    return sizes, (large, very_large, *limits)


def _by_school(district: District, homes: pl.DataFrame, standard: StandardOnDate) -> pl.DataFrame:
    radius = {stage: standard.value(RADIUS, stage=stage).number / METRES for stage in COMPULSORY}
    return each_school(summed(homes, "school", "stage"), district).with_columns(
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
        summed(homes, "stage")
        .join(load, on="stage", how="left", maintain_order="left")
        .join(everyone, on="stage", how="left", maintain_order="left")
        .with_columns(unzoned=pl.col("everyone") - pl.col("children"))
        .drop("everyone")
    )


def _needs(district: District, by_school: pl.DataFrame, children: pl.DataFrame) -> Iterator[tuple[str, Text]]:
    if not district.has("classes"):
        yield "places.classes", Text("各班人数（表“班级”）", "pupils of every class (table “classes”)")
    if not district.has("rolls"):
        yield "places.rolls", Text("各年级在校生（表“在校生”）", "pupils by grade and year (table “rolls”)")
    if not district.has("homes"):
        yield "places.access", Text("居住单元（表“居住单元”）", "homes (table “homes”)")
    zones = district.table("catchments")
    for stage in (stage for stage in COMPULSORY if stage in by_school["stage"]):
        name = label_of("stage", stage)
        if stage not in zones["stage"]:
            text = Text("{stage}学区（表“学区”）", "catchments of the stage {stage} (table “catchments”)")
            yield "places.access", text.format(stage=name)
        if stage not in children["stage"]:
            text = Text(
                "{year} 学年{stage}适龄儿童（表“适龄儿童”）",
                "children of the stage {stage} in {year} (table “children”)",
            )
            yield "places.zoned", text.format(year=district.year, stage=name)
    without = by_school.filter(pl.col("capacity").is_null())["school"].to_list()
    if without:
        text = Text("各学段的核定学位数：{codes}", "places of school stages: {codes}")
        yield "places.capacity", text.format(codes=listed(without))
