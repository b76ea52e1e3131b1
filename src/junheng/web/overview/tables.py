"""The tables of the overview and of a school's page."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.urls import reverse

from junheng.measure.assessment import Assessment
from junheng.text import Text
from junheng.web.listing import Chart, Column, Link, Listing, Mark
from junheng.web.overview import facts

_STAGE = facts.SCHOOL_AND_STAGE[1]
_SCHOOLS = (
    *facts.SCHOOL_AND_STAGE,
    Column("verdict", Text("七项指标", "seven indicators")),
    Column("met", Text("达标项", "met"), "count"),
    Column("unmet", Text("未达标项", "not met"), "count"),
    Column("pupils", Text("在校生", "pupils"), "pupil"),
    Column("capacity", Text("核定学位", "places"), "pupil"),
    Column("utilisation", Text("使用率 %", "utilisation %"), "percent"),
)
_LACKS = (
    Column("school", Text("学校", "school")),
    _STAGE,
    Column("short", Text("指标", "indicator")),
    Column("value", Text("现值", "value")),
    Column("threshold", Text("标准", "standard")),
    Column("missing", Text("差什么", "what is missing")),
)
_COEFFICIENTS = (
    Column("name", Text("指标", "indicator")),
    _STAGE,
    Column("bar", Text("图（竖线为限值）", "chart (the line is the limit)")),
    Column("cv", Text("差异系数", "coefficient"), "ratio"),
    Column("limit", Text("限值", "limit"), "ratio"),
    Column("verdict", Text("结论", "verdict")),
)
_INDICATORS = (
    Column("title", Text("指标", "indicator")),
    Column("code", Text("代码", "code")),
    _STAGE,
    Column("value", Text("现值", "value"), "none"),
    Column("threshold", Text("标准", "standard"), "none"),
    Column("verdict", Text("结论", "verdict")),
    Column("missing", Text("差什么", "what is missing")),
    Column("flips", Text("注意", "mind")),
)
_LAST = Column("last", Text("上学年", "last year"), "none")
_PLACES = (
    _STAGE,
    Column("capacity", Text("核定学位", "places"), "pupil"),
    Column("pupils", Text("在校生", "pupils"), "pupil"),
    Column("utilisation", Text("使用率 %", "utilisation %"), "percent"),
    Column("zoned", Text("学区内适龄儿童", "children of the zone"), "child"),
    Column("over", Text("超出学位", "over capacity"), "pupil"),
    Column("mean", Text("平均班额", "mean class"), "pupil"),
    Column("largest", Text("最大班额", "largest class"), "pupil"),
    Column("limit", Text("班额上限", "limit"), "pupil"),
    Column("verdict", Text("班额", "classes")),
)
_FLIPS = Text("四舍五入后结论会变", "rounding would turn the verdict")
_OVER, _NEAR = Mark(Text("超限", "over"), "bad"), Mark(Text("接近", "near"), "near")


def links(found: Assessment, opened: frozenset[str] | None) -> Mapping[str, Link | str]:
    """Return names by code, leading to the page of every school that a person may open."""
    year = found.district.year.start
    return {
        code: Link(name, f"{reverse('overview:school', args=[code])}?year={year}")
        if opened is None or code in opened
        else name
        for code, name in found.district.table("schools").select("school", "name").iter_rows()
    }


def schools(request: HttpRequest, found: Assessment, *, opened: frozenset[str] | None) -> Listing:
    """Return one row a school stage; a school of which nothing is filed yet has a row too."""
    names = links(found, opened)
    told = [*facts.school_rows(found, opened), *facts.waiting_rows(found, opened)]
    rows = [{**row, "name": names[row["school"]]} for row in told]
    return Listing(request, name="schools", title=Text("学校", "schools"), columns=_SCHOOLS, rows=rows)


def lacks(request: HttpRequest, found: Assessment) -> Listing:
    """Return what every school lacks."""
    by_name = {_name(one): one for one in links(found, None).values()}
    rows = [
        {
            "school": by_name.get(one.school, one.school),
            "stage": one.stage,
            "short": one.short,
            "value": one.value,
            "threshold": one.threshold,
            "missing": one.missing,
        }
        for one in facts.lacks(found)
    ]
    return Listing(
        request,
        name="lacks",
        title=Text("未达标学校及缺口", "what schools lack"),
        columns=_LACKS,
        rows=rows,
        empty=Text("所有学校的七项指标均达标", "every school meets all seven indicators")
        if found.balance.passing
        else Text("还没有可评的学校", "no school can be judged yet"),
    )


def coefficients(request: HttpRequest, found: Assessment) -> Listing:
    """Return the coefficients of variation beside their limits."""
    limits = {
        (row["stage"], row["rule"]): row["limit"] for row in found.balance.variation.iter_rows(named=True)
    }
    rows = [
        {
            "name": Text.same(row.code).joined(" ", row.name) if row.code else row.name,
            "stage": panel.stage,
            "bar": Chart(row.order, row.bar),
            "cv": row.order,
            "limit": limits[panel.stage_code, row.rule],
            "verdict": _OVER
            if row.verdict == "fail"
            else _NEAR
            if row.is_near
            else facts.verdict_mark(row.verdict),
        }
        for panel in facts.panels(found)
        for row in panel.rows
    ]
    return Listing(
        request,
        name="variation",
        title=Text("差异系数与限值", "coefficients of variation and their limits"),
        columns=_COEFFICIENTS,
        rows=rows,
        empty=Text("没有可比较的学校", "no schools to compare"),
    )


def indicators(request: HttpRequest, found: Assessment, school: str, *, last: Assessment | None) -> Listing:
    """Return the seven indicators of one school, with what is missing in real things, and last year's where known."""
    earlier = {} if last is None else _values(last, school)
    rows = [
        {
            **row,
            "flips": _FLIPS if row["flips"] else None,
            "last": earlier.get((row["code"], row["stage"])),
        }
        for row in facts.indicator_rows(found, school)
    ]
    return Listing(
        request,
        name="indicators",
        title=Text("七项指标", "the seven indicators"),
        columns=_INDICATORS if last is None else (*_INDICATORS[:3], _LAST, *_INDICATORS[3:]),
        rows=rows,
        empty=Text(
            "没有可评的指标：该类学校不纳入，或本学年的年报还没有接收",
            "nothing to judge: this kind of school is left out, or this year's return is not accepted yet",
        ),
    )


def _values(found: Assessment, school: str) -> dict[tuple[str, Text], str]:
    return {(row["code"], row["stage"]): row["value"] for row in facts.indicator_rows(found, school)}


def places(request: HttpRequest, found: Assessment, school: str) -> Listing:
    """Return places, pupils, children of the zone and classes of one school."""
    return Listing(
        request,
        name="places",
        title=Text("学位与班额", "places and classes"),
        columns=_PLACES,
        rows=facts.places_rows(found, school),
        empty=Text("没有学位记录", "no places are recorded"),
    )


def _name(one: Link | str) -> str:
    return str(one.value) if isinstance(one, Link) else one
