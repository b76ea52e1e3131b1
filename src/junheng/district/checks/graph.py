"""Neighbouring homes: no loops, one road a pair, everything connected, roads no shorter than the crow flies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.checks.kit import Check, Finding, check, each, listed, number
from junheng.district.checks.records import AT, Records, kilometres
from junheng.text import Text

SHORTER_SHARE = 0.01
"""A road may be this much shorter than the straight line: points are rounded."""
PAIR = ["low", "high"]
_BARRIERS = {"yes": Text("有阻隔", "a barrier"), "no": Text("没有阻隔", "no barrier")}


@check(
    "self-neighbour",
    "error",
    "居住单元与自己相邻",
    "A home is its own neighbour",
)
def self_neighbour(records: Records) -> Iterator[Finding]:
    """Yield rows whose two homes are one."""
    rows = records.frame("neighbours").filter(pl.col("home") == pl.col("neighbour"))
    yield from each(
        rows,
        "neighbours",
        "neighbour",
        key=("home",),
        found=Text("两列都是 {home}", "{home} in both columns"),
        expected=Text("两个不同的居住单元", "two different homes"),
        remedy=Text("改正代码，或删去这一行", "Mend the code, or delete the row"),
    )


@check(
    "pair-given-twice",
    "error",
    "同一对居住单元给出两次，步行距离不同",
    "A pair of homes is given twice with different walking distances",
)
def pair_given_twice(records: Records) -> Iterator[Finding]:
    """Yield later rows of a pair, in either direction, whose distance differs from the first row's."""
    rows = (
        _pairs(records)
        .with_columns(
            pl.col(AT).first().over(PAIR).alias("first"),
            pl.col("road_km").first().over(PAIR).alias("first_km"),
        )
        .filter(pl.col("road_km").ne_missing(pl.col("first_km")) & (pl.col(AT) != pl.col("first")))
    )
    for row in rows.iter_rows(named=True):
        yield Finding(
            table="neighbours",
            at=row[AT],
            column="road_km",
            key=f"{row['home']}/{row['neighbour']}",
            found=_km(row["road_km"]),
            expected=Text("{km}（第 {first} 行）", "{km} as in row {first}").format(
                km=_km(row["first_km"]), first=records.row_number("neighbours", row["first"])
            ),
            remedy=Text("每对只填一次，或两次距离相同", "Give each pair once, or with the same distance"),
        )


@check(
    "barrier-given-once",
    "error",
    "同一对居住单元给出两次，只有一次写明阻隔",
    "A pair of homes is given twice, with a barrier and without",
)
def barrier_given_once(records: Records) -> Iterator[Finding]:
    """Yield later rows of a pair, in either direction, that part it where the first row does not, or the reverse."""
    parted = pl.col("barrier").fill_null("no")  # as whoever reads the table takes an empty cell
    rows = (
        _pairs(records)
        .with_columns(pl.col(AT).first().over(PAIR).alias("first"), parted.first().over(PAIR).alias("other"))
        .filter(parted != pl.col("other"))
    )
    for row in rows.iter_rows(named=True):
        yield Finding(
            table="neighbours",
            at=row[AT],
            column="barrier",
            key=f"{row['home']}/{row['neighbour']}",
            found=_BARRIERS["no" if row["other"] == "yes" else "yes"],
            expected=Text("{barrier}，同第 {first} 行", "{barrier}, as in row {first}").format(
                barrier=_BARRIERS[row["other"]], first=records.row_number("neighbours", row["first"])
            ),
            remedy=Text("每对只填一次，或两次写法相同", "Give each pair once, or the same both times"),
        )


@check(
    "walking-distances-incomplete",
    "warning",
    "相邻单元的步行距离不全，全部按直线量距",
    "Walking distances between neighbours are incomplete, so that all are straight lines",
)
def walking_distances_incomplete(records: Records) -> Iterator[Finding]:
    """Yield the first pair without a distance where others have one and there is no road network to measure along."""
    pairs = records.frame("neighbours").filter(pl.col("barrier").fill_null("no") == "no")
    absent = pairs.filter(pl.col("road_km").is_null())
    if records.has("roads") or absent.height in (0, pairs.height):
        return
    yield Finding(
        table="neighbours",
        at=absent[AT][0],
        column="road_km",
        key=f"{absent['home'][0]}/{absent['neighbour'][0]}",
        found=Text("{all} 对中有 {n} 对没有步行距离", "no distance of {n} of {all} pairs").format(
            n=absent.height, all=pairs.height
        ),
        expected=Text("每对都有步行距离", "the walking distance of every pair"),
        remedy=Text(
            "补齐步行距离；在此之前，所有上学距离都按直线计算",
            "Fill them in: until then every distance to school is a straight line",
        ),
    )


@check(
    "road-shorter-than-straight",
    "warning",
    "步行距离短于两点间直线距离",
    "A walking distance is shorter than the straight line",
)
def road_shorter_than_straight(records: Records) -> Iterator[Finding]:
    """Yield pairs whose road is more than one per cent shorter than the great circle between their points."""
    places = records.homes.select("home", "lon", "lat")
    rows = (
        _pairs(records)
        .join(places, on="home")
        .join(places.rename({"home": "neighbour", "lon": "other_lon", "lat": "other_lat"}), on="neighbour")
        .drop_nulls(["lon", "lat", "other_lon", "other_lat", "road_km"])
        .sort(AT)
    )
    straight = kilometres(*(rows[name].to_numpy() for name in ("lon", "lat", "other_lon", "other_lat")))
    for i in np.flatnonzero(rows["road_km"].to_numpy() < (1 - SHORTER_SHARE) * straight).tolist():
        row = rows.row(i, named=True)
        key = f"{row['home']}/{row['neighbour']}"
        yield _too_short("neighbours", "road_km", row, key=key, straight=float(straight[i]))


@check(
    "stretch-shorter-than-straight",
    "warning",
    "路段长度短于两路口的直线距离",
    "A stretch of road is shorter than the straight line between its junctions",
)
def stretch_shorter_than_straight(records: Records) -> Iterator[Finding]:
    """Yield stretches more than one per cent shorter than the great circle between their junctions."""
    at = records.frame("junctions").select("junction", "lon", "lat")
    rows = (
        records.frame("roads")
        .join(at.rename({"junction": "start"}), on="start")
        .join(at.rename({"junction": "end", "lon": "other_lon", "lat": "other_lat"}), on="end")
        .drop_nulls(["lon", "lat", "other_lon", "other_lat", "km"])
        .sort(AT)
    )
    straight = kilometres(*(rows[name].to_numpy() for name in ("lon", "lat", "other_lon", "other_lat")))
    for i in np.flatnonzero(rows["km"].to_numpy() < (1 - SHORTER_SHARE) * straight).tolist():
        row = rows.row(i, named=True)
        yield _too_short("roads", "km", row, key=f"{row['start']}/{row['end']}", straight=float(straight[i]))


def _too_short(table: str, column: str, row: dict[str, Any], *, key: str, straight: float) -> Finding:
    return Finding(
        table=table,
        at=row[AT],
        column=column,
        key=key,
        found=_km(row[column]),
        expected=Text("不短于直线距离 {km} 公里", "at least the straight line of {km} km").format(
            km=number(round(straight, 3))
        ),
        remedy=Text("核对距离的单位（公里）与两点坐标", "Check the distance's unit (km) and both points"),
    )


@check(
    "lonely-home",
    "warning",
    "居住单元没有任何相邻单元",
    "A home has no neighbour",
)
def lonely_home(records: Records) -> Iterator[Finding]:
    """Yield homes that no pair names, where pairs are given at all."""
    if not records.has("neighbours"):
        return
    edges = records.edges
    lonely = records.homes.filter(~pl.col("n").is_in(pl.concat([edges["a"], edges["b"]]).unique().to_list()))
    yield from each(
        lonely,
        "homes",
        "home",
        key=("home",),
        found=Text("没有相邻单元", "no neighbour"),
        expected=Text("至少一个相邻单元", "at least one neighbour"),
        remedy=Text(
            "在相邻关系中补充，否则它无法与其他单元同属一个学区",
            "Add it to “neighbours”; else no connected zone can take it in",
        ),
    )


@check(
    "disconnected-homes",
    "warning",
    "相邻关系把居住单元分成互不相连的几片",
    "The neighbours leave homes in parts that do not touch",
)
def disconnected_homes(records: Records) -> Iterator[Finding]:
    """Yield each part of two or more homes that is cut off from the largest part."""
    if not records.has("neighbours") or records.homes.is_empty():
        return
    parts = components(records.homes.height, records.edges)
    sizes = np.bincount(parts)
    largest = int(np.argmax(sizes))
    codes, at = np.array(records.homes["home"].to_list()), records.homes[AT].to_list()
    for part in np.flatnonzero(sizes > 1).tolist():
        members = np.flatnonzero(parts == part)
        if part == largest:
            continue
        yield Finding(
            table="homes",
            at=at[members[0]],
            column="home",
            key=str(codes[members[0]]),
            found=Text(
                "{n} 个单元与其他单元不相连：{codes}", "{n} homes cut off from the others: {codes}"
            ).format(n=len(members), codes=listed(codes[members].tolist())),
            expected=Text("所有居住单元相连", "all homes connected"),
            remedy=Text("补充连接两片的桥梁、道路等相邻关系", "Add the bridge or road that joins the parts"),
        )


CHECKS: tuple[Check, ...] = (
    self_neighbour,
    pair_given_twice,
    barrier_given_once,
    walking_distances_incomplete,
    road_shorter_than_straight,
    stretch_shorter_than_straight,
    lonely_home,
    disconnected_homes,
)


def components(n: int, edges: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Return the lowest number among the homes that each of n homes is joined to, shape (n,).

    Every home takes over the lowest number around it, and then that home's own, until nothing changes: a few
    rounds, without loading scipy, which would cost more memory than the whole workbook.
    """
    first, second = edges["a"].to_numpy(), edges["b"].to_numpy()
    lowest = np.arange(n)
    while True:
        joined = np.minimum(lowest[first], lowest[second])
        before = lowest.copy()
        np.minimum.at(lowest, first, joined)
        np.minimum.at(lowest, second, joined)
        np.minimum.at(lowest, before[first], joined)
        np.minimum.at(lowest, before[second], joined)
        lowest = lowest[lowest]
        if np.array_equal(lowest, before):
            return lowest


def _pairs(records: Records) -> pl.DataFrame:
    """Return the rows of neighbours with their pair in one order, loops left out."""
    return (
        records.frame("neighbours")
        .filter(pl.col("home") != pl.col("neighbour"))
        .with_columns(
            pl.min_horizontal("home", "neighbour").alias("low"),
            pl.max_horizontal("home", "neighbour").alias("high"),
        )
    )


def _km(value: float | None) -> Text:
    if value is None:
        return Text("空", "empty")
    return Text("{km} 公里", "{km} km").format(km=number(value))
