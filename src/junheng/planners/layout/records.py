"""What the records say of every site: what it holds, what its land bears, whether it is protected, who is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.planners.arrays import IntArray
from junheng.planners.layout.menu import Site
from junheng.planners.layout.settings import LayoutSettings, Limits
from junheng.planners.layout.travel import RURAL, Travel
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

SMALL = "guarantee.G6.funded_pupils"
"""Rural schools below this number of pupils are the small schools that are protected."""


@dataclass(frozen=True, eq=False)
class Records:
    """Every site in the order of the travel table."""

    sites: tuple[Site, ...]


def records_of(
    district: District,
    standard: StandardOnDate,
    *,
    stage: str,
    travel: Travel,
    present: IntArray,
    settings: LayoutSettings,
) -> Records:
    """Return the sites of a stage.

    Raises
    ------
    InputError
        Naming every school without recorded places.
    """
    schools = travel.sites[: travel.n_schools]
    rows = _rows(district, stage)
    _refuse_absent(schools, rows)
    size = int(standard.value("size.class.design", stage=stage).number)
    small = standard.value_or_none(SMALL, stage=stage)
    fewest = 0.0 if small is None else small.number
    pupils = np.array([rows[code]["pupils"] for code in schools], np.int64)
    near = _Near(travel, present, pupils)
    limits = Limits.of(settings, standard, stage)
    leads = frozenset(district.table("groups").filter(pl.col("role") == "lead")["school"].to_list())
    own = tuple(
        _school(
            j,
            rows[code],
            size=size,
            fewest=fewest,
            leads=leads,
            near=near,
            limits=limits,
            partners=settings.partners,
        )
        for j, code in enumerate(schools)
    )
    return Records((*own, *candidate_sites(district, stage, travel.sites[travel.n_schools :])))


@dataclass(frozen=True, eq=False)
class _Near:
    """Finds schools near the zone of another."""

    travel: Travel
    present: IntArray
    pupils: IntArray

    def zone(self, school: int) -> IntArray:
        return np.flatnonzero(self.present == school)

    def of(self, school: int, *, more_than: int, needs_way: bool, most: int) -> tuple[int, ...]:
        """Return the nearest schools with more pupils; ``needs_way``: that all of the zone may go to."""
        zone, n = self.zone(school), self.travel.n_schools
        if not len(zone):
            return ()
        may = self.pupils > more_than
        if needs_way:
            may &= self.travel.allowed[zone, :n].all(axis=0)
        may[school] = False
        mean = np.where(may, self.travel.km[zone, :n].mean(axis=0), np.inf)
        order = np.argsort(mean, kind="stable")[:most]
        return tuple(int(j) for j in order if np.isfinite(mean[j]))


def _school(
    j: int,
    row: Mapping[str, Any],
    *,
    size: int,
    fewest: float,
    leads: frozenset[str],
    near: _Near,
    limits: Limits,
    partners: int,
) -> Site:
    classes = -(-row["capacity_pupils"] // size)
    others = row["all_classes"] - (row["classes"] or 0)
    most = None if row["most_classes"] is None else max(classes, row["most_classes"] - others)
    is_small_rural = row["urban_rural"] in RURAL and row["pupils"] < fewest
    return Site(
        code=row["school"],
        classes=classes,
        places=row["capacity_pupils"],
        pupils=row["pupils"],
        most_classes=most,
        is_protected=row["keep_open"] == "yes" or (is_small_rural and row["keep_open"] is None),
        leads_group=row["school"] in leads,
        receivers=near.of(j, more_than=limits.merge_up_to_pupils, needs_way=True, most=partners),
        leads=near.of(j, more_than=limits.branch_up_to_pupils, needs_way=False, most=1),
        has_zone=bool(len(near.zone(j))),
    )


def candidate_sites(district: District, stage: str, codes: tuple[str, ...]) -> tuple[Site, ...]:
    """Return the candidate sites of a stage in the order of the codes."""
    frame = district.table("candidates").filter(pl.col("stage") == stage)
    by_code = {row["candidate"]: row for row in frame.iter_rows(named=True)}
    return tuple(
        Site(
            code=code,
            classes=0,
            places=0,
            pupils=0,
            most_classes=by_code[code]["most_classes"],
            first_year=by_code[code]["first_year"],
            fixed_yuan=by_code[code]["fixed_yuan"],
            class_yuan=by_code[code]["class_yuan"],
            is_candidate=True,
            is_purchase=by_code[code]["bought_back"] == "yes",
            has_zone=False,
        )
        for code in codes
    )


def _rows(district: District, stage: str) -> dict[str, dict[str, Any]]:
    everything = district.table("stages").group_by("school").agg(all_classes=pl.col("classes").sum())
    frame = (
        district.table("stages")
        .filter(pl.col("stage") == stage)
        .join(everything, on="school", how="left", maintain_order="left")
        .join(
            district.table("schools").select("school", "urban_rural"),
            on="school",
            how="left",
            maintain_order="left",
        )
        .join(
            district.table("sites").select("school", "most_classes", "keep_open"),
            on="school",
            how="left",
            maintain_order="left",
        )
    )
    return {row["school"]: row for row in frame.iter_rows(named=True)}


def _refuse_absent(schools: tuple[str, ...], rows: Mapping[str, Mapping[str, Any]]) -> None:
    problems = [
        Problem(
            code="needed-for-layout",
            severity="error",
            place=Place(sheet="stages", key=code),
            found=Text("没有数据", "no data"),
            expected=Text("该学段的核定学位数和在校生数", "places and pupils of the stage"),
            remedy=Text("请补填", "Fill it in"),
        )
        for code in schools
        if rows[code]["capacity_pupils"] is None or rows[code]["pupils"] is None
    ]
    if problems:
        raise InputError(problems)
