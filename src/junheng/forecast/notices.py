"""What a reader of a forecast should know: suspect counts, records that were left out, alerts that were not given."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.district.columns import label_of, table
from junheng.district.model import District
from junheng.errors import Place, Problem
from junheng.forecast.children import births_without_catchment
from junheng.forecast.housing import unplaced
from junheng.forecast.intake import places_of
from junheng.forecast.outlook import Outlook
from junheng.forecast.records import Records
from junheng.text import Text


def notices(district: District, records: Records, outlook: Outlook) -> list[Problem]:
    """Return what a reader of the forecast of one stage should know."""
    found = [*_incomplete(records, outlook), *_without_places(district, records)]
    if records.stage == "primary":
        found += [*_births_left_out(district, records), *_homeless_dwellings(district)]
    return found


def _incomplete(records: Records, outlook: Outlook) -> Iterator[Problem]:
    for i in np.flatnonzero(outlook.projection.is_suspect).tolist():
        counted = int(np.nansum(records.pupils[i, :, -1]))
        before = int(np.nansum(records.pupils[i, :, -2]))
        yield Problem(
            code="count-incomplete",
            severity="warning",
            place=Place(sheet=table("rolls").label.zh, key=f"{records.schools[i]}/{records.stage}"),
            found=Text(
                f"在校生由 {before} 骤降至 {counted}，各年级均低于上年延续值，且当年没有新开学校",
                f"pupils fell from {before} to {counted} in nearly every grade, and no school opened",
            ),
            expected=Text("与上年各年级延续的人数相近", "about as many as last year's grades promised"),
            remedy=Text(
                "请核对是否漏报；预测主要依据上年延续值，下一年的数据将被采信",
                "Look whether pupils were left out; the forecast leans on last year's cohorts until the next count",
            ),
        )


def _without_places(district: District, records: Records) -> Iterator[Problem]:
    known = places_of(district, records.stage)
    taught = np.nansum(records.pupils[:, :, -1], axis=1) > 0
    without = [
        school
        for school, is_open in zip(records.schools, taught, strict=True)
        if is_open and school not in known
    ]
    if without:
        yield Problem(
            code="places-absent",
            severity="warning",
            place=Place(
                sheet=table("stages").label.zh, column=table("stages").column("capacity_pupils").label.zh
            ),
            found=Text(
                "{n} 所学校没有核定学位（{stage}）", "{n} schools have no places on record ({stage})"
            ).format(n=len(without), stage=label_of("stage", records.stage)),
            expected=Text("每所学校都有", "places of every school"),
            remedy=Text(
                "补填之前，这些学校没有学位预警", "Fill them in; until then these schools have no alert"
            ),
        )


def _births_left_out(district: District, records: Records) -> Iterator[Problem]:
    if not district.has("births"):
        return
    outside, is_used = births_without_catchment(district), records.entrants_by == "births"
    if is_used and outside == 0:
        return
    found = (
        Text(
            "{n} 名出生人口的居住单元不在任何小学学区内", "{n} births are of homes in no primary catchment"
        ).format(n=outside)
        if outside
        else Text(
            "出生人口的年份太少，入学预测没有采用",
            "births are of too few years: entrants do not stand on them",
        )
    )
    yield Problem(
        code="births-left-out",
        severity="warning",
        place=Place(sheet=table("births").label.zh),
        found=found,
        expected=Text(
            "至少三个已入学年份的出生人口，居住单元都在学区内",
            "births of at least three years whose children have entered, each home in a catchment",
        ),
        remedy=Text(
            "请补填往年出生人口，或为居住单元划定学区",
            "Fill in births of earlier years, or give the homes a school",
        ),
    )


def _homeless_dwellings(district: District) -> Iterator[Problem]:
    left_out = unplaced(district, "primary")
    if left_out:
        yield Problem(
            code="housing-without-catchment",
            severity="warning",
            place=Place(sheet=table("housing").label.zh),
            found=Text(
                "{n} 套新建住房不在任何{stage}学区内", "{n} new dwellings lie in no catchment ({stage})"
            ).format(n=left_out, stage=label_of("stage", "primary")),
            expected=Text("每套都在学区内", "every one in a catchment"),
            remedy=Text("请为其居住单元划定学区", "Give their homes a school"),
        )
