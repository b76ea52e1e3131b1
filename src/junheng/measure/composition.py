"""The share of a group of children in every zone, and in the zones around it: migrant children, township children."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.measure.adjacency import adjacency
from junheng.measure.children import children_by_home, staged_children
from junheng.measure.shared import zoned_to_leads
from junheng.measure.waived import is_rural
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

MIGRANT, TOWNSHIP = "migrant", "township"
GROUPS = {
    MIGRANT: Text("随迁子女", "migrant children"),
    TOWNSHIP: Text("乡村儿童", "township children"),
}
"""Groups whose share can be looked at: by the column ``migrant`` of ``children``, or by where the home is."""

Ints = npt.NDArray[np.int_]


def group_by_home(
    district: District, standard: StandardOnDate, *, stage: str, group: str
) -> tuple[Ints, Ints]:
    """Return the children of a group, and all children of the stage, in each home, shapes (n,).

    Raises
    ------
    UsageError
        For a group that is none of `GROUPS`.
    InputError
        Where the District does not record who belongs to the group.
    """
    if group not in GROUPS:
        raise UsageError(
            Text(
                f"没有“{group}”这一群体：应为 {'、'.join(GROUPS)}",
                f"no group “{group}”: it must be one of {', '.join(GROUPS)}",
            )
        )
    homes = district.table("homes").select("home", "urban_rural")
    children = children_by_home(district, standard).filter(pl.col("stage") == stage)
    everyone = _by_home(homes, children, "children")
    if group == TOWNSHIP:
        _refuse_unknown(
            homes.filter(pl.col("urban_rural").is_null())["home"].to_list(), "homes", "urban_rural"
        )
        rural = np.array([is_rural(code) == 1.0 for code in homes["urban_rural"].to_list()], dtype=bool)
        return np.where(rural, everyone, 0), everyone
    rows = staged_children(district, standard).filter((pl.col("stage") == stage) & (pl.col("children") > 0))
    wrong = rows.filter(pl.col("migrant").is_null() | (pl.col("migrant") > pl.col("children")))
    _refuse_unknown(wrong["home"].unique(maintain_order=True).to_list(), "children", "migrant")
    members = rows.group_by("home").agg(pl.col("migrant").sum())
    return _by_home(homes, members, "migrant"), everyone


def composition(district: District, standard: StandardOnDate, *, stage: str, group: str) -> pl.DataFrame:
    """Measure the share of a group in every zone.

    Returns
    -------
    polars.DataFrame
        One row a zone, by its lead: ``school, members, children, share, around, apart``. ``around`` is the share in
        this zone and those that touch it together; ``apart`` is how far the zone's own share lies from it.
    """
    by_zone, zones = _by_zone(district, standard, stage=stage, group=group)
    touching = _touching(
        district, dict(zones.select("home", "school").iter_rows()), district.table("homes")["home"].to_list()
    )
    total = {school: (one, all_) for school, one, all_, _ in by_zone.iter_rows()}
    around = [_share(*_sum(total, {school, *touching.get(school, ())})) for school in by_zone["school"]]
    return by_zone.with_columns(around=pl.Series(around, dtype=pl.Float64)).with_columns(
        apart=(pl.col("share") - pl.col("around")).abs()
    )


def apart_from_today(
    today: District, after: District, standard: StandardOnDate, *, stage: str, group: str
) -> float | None:
    """Return how far the share of a group in some zone lies from the share around that zone today, at most.

    Parameters
    ----------
    today, after
        The District, and the same with other zones.

    Returns
    -------
    float or None
        A fraction; a zone that nothing lies around today is held against the share of all homes. `None` where no zone
        has a child.
    """
    before = composition(today, standard, stage=stage, group=group)
    members, everyone = group_by_home(today, standard, stage=stage, group=group)
    of_all = _share(int(members.sum()), int(everyone.sum()))
    found = _by_zone(after, standard, stage=stage, group=group)[0]
    apart = found.join(before.select("school", "around"), on="school", how="left").select(
        (pl.col("share") - pl.col("around").fill_null(of_all)).abs().max()
    )
    farthest: float | None = apart.item()
    return farthest


def _by_zone(
    district: District, standard: StandardOnDate, *, stage: str, group: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return every zone's members, children and share, by its lead, and the zones of which they are added up."""
    members, everyone = group_by_home(district, standard, stage=stage, group=group)
    counted = pl.DataFrame(
        {"home": district.table("homes")["home"], "members": members, "children": everyone},
        schema_overrides={"home": pl.String},
    )
    zones = zoned_to_leads(district, district.table("catchments").filter(pl.col("stage") == stage))
    by_zone = (
        zones.join(counted, on="home", maintain_order="left")
        .group_by("school", maintain_order=True)
        .agg(pl.col("members").sum(), pl.col("children").sum())
    )
    return by_zone.with_columns(
        share=pl.when(pl.col("children") > 0).then(pl.col("members") / pl.col("children"))
    ), zones


def _touching(district: District, school_of: dict[str, str], homes: list[str]) -> dict[str, set[str]]:
    graph = adjacency(district)
    found: dict[str, set[str]] = {}
    for a, b in [] if graph is None else graph.pairs.tolist():
        one, other = school_of.get(homes[a]), school_of.get(homes[b])
        if one is not None and other is not None and one != other:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return found


def _sum(total: dict[str, tuple[int, int]], schools: set[str]) -> tuple[int, int]:
    rows = [total[school] for school in schools]
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def _share(members: int, children: int) -> float | None:
    return members / children if children else None


def _by_home(homes: pl.DataFrame, rows: pl.DataFrame, column: str) -> Ints:
    joined = homes.select("home").join(
        rows.select("home", column), on="home", how="left", maintain_order="left"
    )
    return joined[column].fill_null(0).to_numpy().astype(int)


def _refuse_unknown(homes: list[str], sheet: str, column: str) -> None:
    if homes:
        raise InputError(
            Problem(
                code="needed-for-composition",
                severity="error",
                place=Place(sheet=sheet, column=column, key=home),
                found=Text("没有数据或超过总数", "no data, or more than all"),
                expected=Text("按此群体均衡须有此项", "known where this group is balanced"),
                remedy=Text("请补填", "Fill it in"),
            )
            for home in homes
        )
