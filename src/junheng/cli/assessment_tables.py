"""An assessment as tables on a terminal."""

from __future__ import annotations

from typing import Any

import polars as pl

from junheng.cli.screen import Screen
from junheng.cli.tables import MOST_ROWS, missing, number, say_more, with_unit
from junheng.district.columns import label_of
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.measure.needs import in_words
from junheng.plans.compare import MEASURES
from junheng.report import numbers
from junheng.text import Text

_MOST_NEEDS = 12
"""And so many of what could not be assessed."""


def show_assessment(found: Assessment, screen: Screen) -> None:
    """Write an assessment for people: verdict, shortfalls, variation, places, what is not assessed."""
    show_verdict(found, screen)
    show_failures(found, screen)
    show_shortfalls(found, screen)
    show_variation(found, screen)
    show_places(found, screen)
    show_needs(found, screen)


def show_verdict(found: Assessment, screen: Screen) -> None:
    """Write what was measured, against what, and the verdict."""
    district = found.district
    mark = Text("【模拟数据】", " [synthetic]") if district.is_synthetic else Text("", "")
    screen.line(Text.same(f"{district.name} {district.year}").joined("", mark))
    judged = found.balance.stages.filter(pl.col("verdict") != "excluded")
    standard = Text.same(found.standard.name)
    for scope in found.standard.scopes[1:]:
        standard = standard.joined(" + ", scope.name)
    screen.line(
        Text(
            "标准 {standard}（{on}）：全区{verdict}；资源配置达标 {passing}/{judged} 个学段",
            "standard {standard} on {on}: district {verdict}; {passing} of {judged} school stages pass on resources",
        ).format(
            standard=standard,
            on=found.on,
            verdict=VERDICTS[found.verdict],
            passing=int((judged["verdict"] == "pass").sum()),
            judged=judged.height,
        )
    )
    for notice in found.notices:
        screen.line(notice.describe())


def show_failures(found: Assessment, screen: Screen) -> None:
    """Write which of the national indicators and vetoes fail, and which verdicts rest on a waiver."""
    table = found.indicators.table.filter(pl.col("verdict") == "fail")
    screen.heading(Text(f"未通过指标 {table.height} 项", f"indicators that fail: {table.height}"))
    for row in table.iter_rows(named=True):
        screen.line(
            Text("{id} {title}：{n} 处未通过", "{id} {title}: {n} failing").format(
                id=row["indicator"], title=Text(row["zh"], row["en"]), n=row["n_failing"]
            )
        )
    relaxed = [
        frame.select("waiver", "school") for frame in (found.indicators.guarantee, found.balance.indicators)
    ]
    waived = pl.concat(relaxed).drop_nulls("waiver").group_by("waiver", maintain_order=True)
    for row in waived.agg(pl.col("school").n_unique()).iter_rows(named=True):
        title = found.standard.rule(row["waiver"]).title
        screen.line(
            Text(
                "按过渡性政策“{title}”放宽：{n} 所学校", "relaxed by the waiver “{title}”: {n} schools"
            ).format(title=title, n=row["school"])
        )


def show_shortfalls(found: Assessment, screen: Screen) -> None:
    """Write what each school that fails must add, in real units."""
    failing = found.balance.stages.filter(pl.col("verdict") == "fail").select("school", "stage")
    rows = (
        found.balance.indicators.filter(pl.col("verdict").is_in(["near", "below"]))
        .join(failing, on=["school", "stage"], how="semi")
        .join(
            found.district.table("schools").select("school", "name"),
            on="school",
            how="left",
            maintain_order="left",
        )
        .sort("school", "stage", "rule", maintain_order=True)
    )
    screen.heading(
        Text(f"未达标学段 {failing.height} 个", f"school stages that fall short: {failing.height}")
    )
    header = [
        Text("学校", "school"),
        Text("学段", "stage"),
        Text("指标", "indicator"),
        Text("现值", "value"),
        Text("标准", "standard"),
        Text("缺口", "missing"),
        Text("依据", "set by"),
    ]
    screen.table(header, (_shortfall(row, found) for row in rows.head(MOST_ROWS).iter_rows(named=True)))
    say_more(rows.height, screen)


def _shortfall(row: dict[str, Any], found: Assessment) -> list[object]:
    scopes = {scope.code or scope.level: scope.name for scope in found.standard.scopes}
    return [
        row["name"],
        label_of("stage", row["stage"]),
        Text.same(row["rule"].removeprefix("balance.")).joined(" ", found.standard.rule(row["rule"]).title),
        Text.same(numbers.decimal(row["value"], found.balance.decimals.school)).joined(
            "", _flag(row["rounding_flips"])
        ),
        numbers.decimal(row["threshold"], found.balance.decimals.school),
        missing(row["missing"], row["missing_unit"]),
        scopes[row["decided_by"]],
    ]


def show_variation(found: Assessment, screen: Screen) -> None:
    """Write the coefficients of variation against their limits."""
    screen.heading(Text("校际差异系数（按学生数加权）", "coefficients of variation (weighted by pupils)"))
    if found.balance.variation["cv"].null_count() == found.balance.variation.height:
        screen.line(VERDICTS["not_assessed"])
        return
    header = [
        Text("学段", "stage"),
        Text("指标", "indicator"),
        Text("均值", "mean"),
        Text("差异系数", "CV"),
        Text("限值", "limit"),
        Text("结论", "verdict"),
    ]
    screen.table(
        header,
        (
            [
                label_of("stage", row["stage"]),
                Text("综合（仅报告）", "mean of the seven")
                if row["rule"] is None
                else row["rule"].removeprefix("balance."),
                number(row["mean"], "ratio", decimals=found.balance.decimals.mean),
                number(row["cv"], "ratio", decimals=found.balance.decimals.cv),
                number(row["limit"], "ratio", decimals=found.balance.decimals.cv),
                VERDICTS[row["verdict"]].joined("", _flag(row["rounding_flips"])),
            ]
            for row in found.balance.variation.iter_rows(named=True)
        ),
    )


def _flag(flips: bool) -> Text:
    return Text("（四舍五入会改变结论）", " (rounding would turn it)") if flips else Text("", "")


def show_places(found: Assessment, screen: Screen) -> None:
    """Write capacity, class sizes and access by stage."""
    screen.heading(Text("学位与距离", "places and distance"))
    keys = ("over", "max_utilisation", "mean_km", "p95_km", "share_inside", "cut_off_homes", "unzoned")
    header = [Text("学段", "stage"), *(with_unit(*MEASURES[key]) for key in keys)]
    screen.table(
        header,
        (
            [label_of("stage", row["stage"]), *(number(row[key], MEASURES[key][1]) for key in keys)]
            for row in found.places.district.iter_rows(named=True)
        ),
    )
    how = found.places.how_far
    if how is not None:
        screen.line(Text("距离：{how}", "distance: {how}").format(how=how))
    _show_class_sizes(found, screen)


def _show_class_sizes(found: Assessment, screen: Screen) -> None:
    sizes = found.places.classes
    if sizes.is_empty():
        return
    today = found.standard.on(found.on)
    large, huge = (round(today.value(f"size.class.{name}").number) for name in ("large", "very_large"))
    screen.line(
        Text(
            "超标准班额的班 {over} 个；{large} 人及以上大班额 {n_large} 个，其中 {huge} 人及以上 {n_huge} 个",
            "classes over the limit: {over}; of {large} and more: {n_large}, among them of {huge} and more: {n_huge}",
        ).format(
            over=sizes["n_over"].sum(),
            large=large,
            n_large=sizes["n_large"].sum(),
            huge=huge,
            n_huge=sizes["n_very_large"].sum(),
        )
    )


def show_needs(found: Assessment, screen: Screen) -> None:
    """Write what could not be assessed, and what it needs."""
    table = found.indicators.table.filter(pl.col("verdict") == "not_assessed")
    screen.heading(Text(f"未评指标 {table.height} 项", f"indicators not assessed: {table.height}"))
    for row in table.head(_MOST_NEEDS).iter_rows(named=True):
        needs = in_words(row["needs"] or "", found.standard)
        screen.line(
            Text("{id} {title}：{needs}", "{id} {title}: {needs}").format(
                id=row["indicator"], title=Text(row["zh"], row["en"]), needs=needs
            )
        )
    say_more(table.height, screen, shown=_MOST_NEEDS)
    for row in found.places.needs.iter_rows(named=True):
        needs = Text(row["zh"], row["en"])
        screen.line(
            Text("{rule}：需要 {needs}", "{rule}: needs {needs}").format(rule=row["rule"], needs=needs)
        )
