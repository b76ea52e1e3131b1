"""What a reader of a forecast should know: suspect counts, records that were left out, alerts that were not given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from junheng.district.columns import label_of, table
from junheng.district.model import District
from junheng.errors import Place, Problem
from junheng.forecast.children import births_left_out
from junheng.forecast.housing import brings_nobody, unplaced
from junheng.forecast.intake import places_of
from junheng.forecast.outlook import Outlook
from junheng.forecast.records import EntrantsBy, Records
from junheng.measure.seven import COMPULSORY
from junheng.text import Text


def notices(district: District, records: Records, outlook: Outlook, *, entry_age: int) -> list[Problem]:
    """Return what a reader of the forecast of one stage should know."""
    found = [
        *_absent(records, outlook),
        *_incomplete(records, outlook),
        *_without_places(district, records),
    ]
    if records.expected is not None and not outlook.follows_children:
        found.append(_not_followed(records))
    if records.stage == "primary":
        found += [*_births_left_out(district, records), *_entrants_unknown(records, outlook, entry_age)]
    if records.stage in COMPULSORY:
        found += _dwellings_left_out(district, records, entry_age)
    return found


def _open(records: Records) -> list[str]:
    """Return the schools with pupils in the last year."""
    has = np.nansum(records.pupils[:, :, -1], axis=1) > 0
    return [school for school, is_open in zip(records.schools, has, strict=True) if is_open]


def _absent(records: Records, outlook: Outlook) -> Iterator[Problem]:
    """Tell of grades that had pupils last year and have no row this year."""
    is_absent = outlook.known.has_absent
    for i in np.flatnonzero(is_absent.any(axis=1)).tolist():
        grades = ", ".join(str(records.grades[g]) for g in np.flatnonzero(is_absent[i]))
        yield Problem(
            code="grade-absent",
            severity="warning",
            place=Place(sheet=table("rolls").label.zh, key=f"{records.schools[i]}/{records.stage}"),
            found=Text(
                "{year} 学年没有 {grades} 年级的人数", "no pupils of grade {grades} on record in {year}"
            ).format(year=records.years[-1], grades=grades),
            expected=Text("每个年级一行，没有学生填 0", "a row for every grade, 0 where nobody is in it"),
            remedy=Text(
                "请补填；补填之前按上年的人数延续",
                "Fill it in; until then last year's pupils are carried on",
            ),
        )


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
    without = [school for school in _open(records) if school not in known]
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
    outside, is_used = births_left_out(district, _open(records)), records.entrants_by == "births"
    if is_used and outside == 0:
        return
    found = (
        Text(
            "{n} 名出生人口不在任何有在校生学校的小学学区内",
            "{n} births are in no catchment of a primary school with pupils",
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


_FOLLOWED: Mapping[EntrantsBy, tuple[str, Text]] = {
    "births": ("births", Text("出生人口", "births")),
    "children": ("children", Text("适龄儿童", "children of the age")),
    "leavers": ("rolls", Text("上一学段毕业生", "leavers of the stage before")),
}
"""Where the children known to come are on record, and what people call them."""


def _not_followed(records: Records) -> Problem:
    """Tell that entrants of the past had nothing to do with the children known to come, who have no weight then."""
    sheet, what = _FOLLOWED[records.entrants_by]
    return Problem(
        code="entrants-not-followed",
        severity="warning",
        place=Place(sheet=table(sheet).label.zh),
        found=Text(
            "往年{stage}入学人数没有随{what}增减，预测没有采用，按近年入学水平计",
            "entrants of past years ({stage}) did not follow the {what}: these have no weight, and entrants are "
            "forecast as in recent years",
        ).format(stage=label_of("stage", records.stage), what=what),
        expected=Text("入学人数大体随之增减", "entrants who rise and fall with them"),
        remedy=Text(
            "请核对往年的数字；属实则无须处理",
            "Check the figures of past years; if they are right, leave them",
        ),
    )


def _entrants_unknown(records: Records, outlook: Outlook, entry_age: int) -> Iterator[Problem]:
    """Tell of entry years whose children are born and yet not on record."""
    if not outlook.follows_children or records.expected is None:
        return
    now, last = len(records.years) - 1, records.years[-1]
    is_known = np.isfinite(records.expected[-1]).any(axis=0)
    unknown = [h for h in range(1, min(records.beyond, entry_age) + 1) if not is_known[now + h]]
    if not unknown:
        return
    is_births = records.entrants_by == "births"
    absent = [last + h - entry_age - 1 if is_births else entry_age - h for h in unknown]
    yield Problem(
        code="entrants-unknown",
        severity="warning",
        place=Place(sheet=table("births" if is_births else "children").label.zh),
        found=Text(
            "{years} 学年入学的儿童没有填报，按最近有记录的一年计",
            "the children who enter in {years} are not recorded: they are taken to be as many as those of the "
            "nearest year that is",
        ).format(years=", ".join(str(last + h) for h in unknown)),
        expected=(
            Text("出生年度 {absent} 的出生人口", "births of birth year {absent}")
            if is_births
            else Text("{absent} 周岁的儿童", "children of age {absent}")
        ).format(absent=", ".join(map(str, sorted(absent)))),
        remedy=Text("请补填", "Fill them in"),
    )


def _dwellings_left_out(district: District, records: Records, entry_age: int) -> Iterator[Problem]:
    """Tell of dwellings that no school has in its catchment, and of those that bring nobody for want of children."""
    place = Place(sheet=table("housing").label.zh)
    stage = label_of("stage", records.stage)
    left_out = unplaced(district, records.stage, _open(records))
    if left_out:
        yield Problem(
            code="housing-without-catchment",
            severity="warning",
            place=place,
            found=Text(
                "{n} 套新建住房不在任何有在校生学校的{stage}学区内",
                "{n} new dwellings lie in no catchment of a school with pupils ({stage})",
            ).format(n=left_out, stage=stage),
            expected=Text("每套都在学区内", "every one in a catchment"),
            remedy=Text(
                "请为其居住单元划定学区；按学校填报的住房只计入该校所办的学段",
                "Give their homes a school; dwellings that name a school count for its own stages alone",
            ),
        )
    if brings_nobody(district, records.axes, entry_age=entry_age):
        yield Problem(
            code="housing-without-children",
            severity="warning",
            place=Place(sheet=table("children").label.zh),
            found=Text(
                "填报了住宅套数的居住单元没有{stage}的适龄儿童，新建住房没有带来{stage}学生",
                "homes with their dwellings on record have no children ({stage}): new dwellings bring no pupils",
            ).format(stage=stage),
            expected=Text(
                "本学年各年级、各年龄或该学段的儿童", "children of this year by grade, by age or of the stage"
            ),
            remedy=Text("请补填", "Fill them in"),
        )
