"""An assessment and a comparison of plans as tables on a terminal."""

from __future__ import annotations

from typing import Any

import polars as pl

from junheng.cli.screen import Screen
from junheng.district.columns import label_of
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.measure.needs import in_words
from junheng.plans.compare import MEASURES
from junheng.plans.edit import EditEffect
from junheng.plans.plan import Plan
from junheng.plans.years import YearsCompared
from junheng.report import numbers
from junheng.report.words import LEVELS, known
from junheng.text import Text
from junheng.units import UNITS

_MOST_ROWS, _MOST_NEEDS = 30, 12
"""A terminal shows so many rows of a list; the JSON output and the report have all."""


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
    screen.line(
        Text(
            "标准 {standard}（{on}）：全区{verdict}；资源配置达标 {passing}/{judged} 个学段",
            "standard {standard} on {on}: district {verdict}; {passing} of {judged} school stages pass on resources",
        ).format(
            standard=found.standard.name,
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
            Text("{id} {title}：{n} 处未达标", "{id} {title}: {n} not met").format(
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
    screen.table(header, (_shortfall(row, found) for row in rows.head(_MOST_ROWS).iter_rows(named=True)))
    _say_more(rows.height, screen)


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
    header = [Text("学段", "stage"), *(_with_unit(*MEASURES[key]) for key in keys)]
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
    _say_more(table.height, screen, shown=_MOST_NEEDS)
    for row in found.places.needs.iter_rows(named=True):
        needs = Text(row["zh"], row["en"])
        screen.line(
            Text("{rule}：需要 {needs}", "{rule}: needs {needs}").format(rule=row["rule"], needs=needs)
        )


def show_comparison(comparison: pl.DataFrame, screen: Screen) -> None:
    """Write plans side by side, one a column."""
    names = [Text(row["zh"], row["en"]) for row in comparison.iter_rows(named=True)]
    screen.table(
        [Text("指标", "measure"), *names],
        (
            [_with_unit(label, unit), *(number(value, unit) for value in comparison[key].to_list())]
            for key, (label, unit) in MEASURES.items()
        ),
    )


def show_effect(found: EditEffect, screen: Screen) -> None:
    """Write what an edit by hand does before anything is repaired: every measure, and the schools concerned."""
    screen.heading(Text("手工调整的影响（修复之前）", "what the edit does, before any repair"))
    header = [Text("指标", "measure"), Text("调整前", "before"), Text("调整后", "after")]
    screen.table(
        header,
        (
            [_with_unit(name, unit), number(found.before[key], unit), number(found.after[key], unit)]
            for key, (name, unit) in MEASURES.items()
        ),
    )
    for one in found.schools:
        screen.line(
            Text("{school}：{before} → {after} 人", "{school}: {before} → {after} children").format(
                school=one.school, before=_known(one.children_before), after=_known(one.children_after)
            )
        )
    if found.cut_off:
        screen.line(
            Text("与学校不连片：{list}", "cut off from their school: {list}").format(
                list=", ".join(found.cut_off[:_MOST_NEEDS])
            )
        )


def _known(children: int | None) -> str:
    return "–" if children is None else str(children)


def show_years(found: YearsCompared, screen: Screen) -> None:
    """Write pupils over places year by year, by the zones of today and by the plan."""
    screen.heading(Text("逐年学位（独立复测）", "places year by year, re-measured independently"))
    header = [
        Text("学年", "year"),
        Text("学区", "zones"),
        Text("超出学位", "over places"),
        Text("如沿用现行学区", "if today's zones stayed"),
        Text("最高使用率", "highest utilisation"),
    ]
    rows = (
        [
            row["year"],
            Text("新", "the plan's") if row["plan"] else Text("现行", "today's"),
            numbers.show(row["over"], "pupil"),
            numbers.show(row["over_today"], "pupil"),
            numbers.share(row["max_utilisation"]),
        ]
        for row in found.years.iter_rows(named=True)
    )
    screen.table(header, rows)
    screen.line(
        Text(
            "使每年都不超出须增加学位 {n} 个（现行学区 {today} 个）",
            "places to add so that nobody is over in any year: {n} (today's zones: {today})",
        ).format(n=found.worst, today=found.worst_today)
    )


def show_frontier(frontier: pl.DataFrame, screen: Screen) -> None:
    """Write the trade-off between pupils moved and distance, one plan a row."""
    screen.heading(Text("取舍：改换学校的学生与上学距离", "trade-off: pupils moved against distance"))
    keys = ("moved", "mean_km", "p95_km", "over")
    header = [
        *(_with_unit(*MEASURES[key]) for key in keys),
        Text("距离总和已证下界", "proven bound of pupil-km"),
    ]
    screen.table(
        header,
        (
            [*(number(row[key], MEASURES[key][1]) for key in keys), number(row["pupil_km_bound"], "pupil km")]
            for row in frontier.iter_rows(named=True)
        ),
    )


def show_plan(plan: Plan, screen: Screen) -> None:
    """Write a plan's objective, level by level, with what was proven."""
    screen.heading(plan.name)
    header = [
        Text("目标（依次）", "objective, in order"),
        Text("方案", "plan"),
        Text("已证下界", "proven bound"),
        Text("差距", "gap"),
    ]
    screen.table(
        header,
        (
            [
                known(LEVELS, name),
                number(level.value, level.unit),
                number(level.bound, level.unit),
                None if level.gap is None else numbers.share(level.gap, decimals=2),
            ]
            for name, level in plan.objective.items()
        ),
    )
    screen.line(
        Text(
            "用时 {seconds} 秒，{why}；输入哈希 {hash}",
            "{seconds} s, stopped by: {why}; inputs hash {hash}",
        ).format(seconds=f"{plan.seconds:.1f}", why=plan.stopped_by, hash=plan.inputs_hash[:12])
    )


def _with_unit(label: Text, unit: str) -> Text:
    """Return a measure's name with its unit, where that is not plain from the name or the number."""
    if unit in ("percent", "pupil", "count"):
        return label
    return Text("{label}（{unit}）", "{label} ({unit})").format(label=label, unit=UNITS[unit].text)


def number(value: float | None, unit: str, *, decimals: int | None = None) -> str | None:
    """Return a number as its unit is shown; shares kept as fractions are shown in percent."""
    if value is None:
        return None
    digits = UNITS[unit].decimals if decimals is None else decimals
    return numbers.share(value, decimals=digits) if unit == "percent" else numbers.decimal(value, digits)


def missing(value: float | None, unit: str) -> Text | None:
    """Return what is missing with its unit, rounded up: adding what is shown is always enough."""
    if value is None:
        return None
    return Text.same(numbers.shortage(value, unit)).joined(" ", UNITS[unit].text)


def _say_more(height: int, screen: Screen, *, shown: int = _MOST_ROWS) -> None:
    if height > shown:
        more = height - shown
        screen.line(
            Text(f"……另有 {more} 行，见 --json 或报告", f"... and {more} more rows: see --json or the report")
        )
