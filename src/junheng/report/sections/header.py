"""The head of the report: whose district, which standard, the verdict in one sentence, the key figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from junheng.measure.assessment import Assessment
from junheng.plans.compare import diff
from junheng.report import numbers
from junheng.report.facts import stage_label
from junheng.report.loop import LoopReport, better
from junheng.report.words import SHORT_NAMES
from junheng.text import Text

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure.

    Attributes
    ----------
    before, after
        As shown; ``after`` is `None` where nothing was planned or the plan does not touch it.
    better
        1 if the plan betters it, -1 if it worsens it, 0 if it leaves it, `None` without a plan.
    """

    label: Text
    unit: Text
    before: str
    after: str | None
    better: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """The facts of the head of the report."""

    name: str
    code: str
    year: str
    standard: Text
    scopes: tuple[Text, ...]
    on: str
    is_synthetic: bool
    stage: Text
    verdict: str
    verdict_text: Text
    sentences: tuple[Text, ...]
    cards: tuple[Card, ...]


_VERDICTS = {
    "pass": Text("通过评估", "passes the assessment"),
    "fail": Text("未通过评估", "does not pass the assessment"),
    "not_assessed": Text("数据不全，尚不能作结论", "records incomplete, no verdict yet"),
}


_AHEAD = Text(
    "以下学区、儿童和距离是 {year} 学年的：“现状”为现有学校，“方案后”为规划的学校；"
    "师资、校舍、班级和在校生没有预测，仍是现有记录。",
    "Zones, children and distances below are those of {year}: “today” in today's schools, “after” in the planned ones. "
    "Nobody has forecast teachers, rooms, classes and rolls: they are those of the records.",
)
"""What the report of a planned year has of that year, and what of the records."""


def section(report: LoopReport) -> Header:
    """Gather the facts of the head of the report."""
    now = report.before
    district, standard = now.district, now.standard
    start = district.year.start
    sentences = [_verdict_sentence(now), _shortfall_sentence(now)]
    if report.after is not None:
        sentences.append(_plan_sentence(report, report.after))
    if report.layout is not None:
        sentences.append(_AHEAD.format(year=f"{start}–{start + 1}"))
    return Header(
        name=district.name,
        code=district.code,
        year=f"{start}–{start + 1}",
        standard=standard.title,
        scopes=tuple(scope.name for scope in standard.scopes),
        on=now.on.isoformat(),
        is_synthetic=district.is_synthetic,
        stage=stage_label(report.stage),
        verdict=now.verdict,
        verdict_text=_VERDICTS[now.verdict],
        sentences=tuple(sentence for sentence in sentences if sentence is not None),
        cards=tuple(_cards(report)),
    )


def _count(frame: pl.DataFrame, verdict: str) -> int:
    return int((frame["verdict"] == verdict).sum())


def _verdict_sentence(found: Assessment) -> Text:
    stages, variation = _judged(found, "stages"), _judged(found, "variation")
    return Text(
        "{n} 个学校学段中，{passing} 个通过，{failing} 个未通过{rest}；{m} 项差异系数中，{over} 项超过限值{unknown}。",
        "{passing} of {n} school stages pass, {failing} do not{rest}; "
        "{over} of {m} coefficients of variation exceed their limit{unknown}.",
    ).format(
        n=stages.height,
        passing=_count(stages, "pass"),
        failing=_count(stages, "fail"),
        rest=_unknown(stages),
        m=variation.height,
        over=_count(variation, "fail"),
        unknown=_unknown(variation),
    )


def _unknown(frame: pl.DataFrame) -> Text:
    n = _count(frame, "not_assessed")
    return Text("，{n} 个数据不全", ", {n} lack records").format(n=n) if n else Text("", "")


def _shortfall_sentence(found: Assessment) -> Text | None:
    """Name the indicators that most school stages fall short in."""
    short = found.balance.indicators.filter(pl.col("verdict").is_in(["near", "below"]))
    if short.is_empty():
        return None
    most = (
        short.group_by(pl.col("rule").cast(pl.String))
        .len()
        .sort(["len", "rule"], descending=[True, False])
        .head(_MOST_NAMED)
    )
    named = [(SHORT_NAMES[rule], n) for rule, n in most.iter_rows()]
    return Text(
        "未达标最多的是" + "、".join(f"{name.zh}（{n} 个学校学段）" for name, n in named) + "。",
        "Most often short: " + ", ".join(f"{name.en} ({n} school stages)" for name, n in named) + ".",
    )


@dataclass(frozen=True, slots=True)
class _Access:
    """The planned stage of one assessment."""

    over: float | None = None
    max_utilisation: float | None = None
    mean_km: float | None = None
    share_inside: float | None = None

    @classmethod
    def of(cls, found: Assessment, stage: str) -> _Access:
        rows = found.places.district.filter(pl.col("stage") == stage)
        if rows.is_empty():
            return cls()
        row = rows.row(0, named=True)
        return cls(row["over"], row["max_utilisation"], row["mean_km"], row["share_inside"])


def _plan_sentence(report: LoopReport, after: Assessment) -> Text | None:
    if report.as_if is not None:
        return _years_sentence(report)
    old, new = (_Access.of(found, report.stage) for found in (report.before, after))
    if old.over is None or new.over is None:
        return None
    return Text(
        "方案使{stage}超出学位的学生由 {over} 人变为 {over_after} 人，平均上学距离由 {km} 公里变为 {km_after} 公里，"
        "{moved} 名学生改换学校。",
        "The plan takes {stage} pupils over capacity from {over} to {over_after} and the mean distance from {km} to "
        "{km_after} km; {moved} pupils change school.",
    ).format(
        stage=stage_label(report.stage),
        over=numbers.show(old.over, "pupil"),
        over_after=numbers.show(new.over, "pupil"),
        km=numbers.show(old.mean_km, "km"),
        km_after=numbers.show(new.mean_km, "km"),
        moved=numbers.show(moved_pupils(report), "pupil"),
    )


def _years_sentence(report: LoopReport) -> Text | None:
    """Say what a plan that is not for all of today's children does, which only the years show."""
    if report.years is None or report.chosen is None:
        return report.as_if
    settings, year = report.chosen.settings, report.before.district.year.start
    return Text(
        "方案自 {since} 学年起调整{stage}学区{staying}；使每年都不超出须增加的学位由 {today} 个变为 {worst} 个。",
        "The plan changes the {stage} zones in {since}{staying}; the places to add so that nobody is over in any year "
        "go from {today} to {worst}.",
    ).format(
        since=year if settings.get("since") is None else settings["since"],
        stage=stage_label(report.stage),
        staying=Text("，在读学生不改换学校", ", and nobody who is at a school changes it")
        if settings.get("keep_present")
        else Text("", ""),
        today=numbers.decimal(report.years.worst_today, 0),
        worst=numbers.decimal(report.years.worst, 0),
    )


def moved_pupils(report: LoopReport) -> float | None:
    """Return how many pupils get another school than they have; `None` without a plan or without children."""
    if report.after is None:
        return None
    changed = diff(report.before.district, report.after.district, stage=report.stage)
    moved = report.before.places.homes.filter(pl.col("stage") == report.stage).join(
        changed.filter(pl.col("before").is_not_null()), on="home", how="semi"
    )
    return None if moved["children"].null_count() else float(moved["children"].sum())


def _cards(report: LoopReport) -> Iterator[Card]:
    now, after = report.before, report.after
    yield _counted(Text("通过的学校学段", "school stages that pass"), now, after, of="stages", verdict="pass")
    yield _counted(
        Text("超限的差异系数", "coefficients over the limit"), now, after, of="variation", verdict="fail"
    )
    old = _Access.of(now, report.stage)
    is_now = after is not None and report.as_if is None
    new = _Access.of(after, report.stage) if after is not None and is_now else None
    stage = stage_label(report.stage)
    for name, label, unit, up in (
        ("over", Text("超出学位的学生", "pupils over capacity"), "pupil", -1),
        ("max_utilisation", Text("最高学位使用率", "highest utilisation"), "share", -1),
        ("mean_km", Text("平均上学距离", "mean distance to school"), "km", -1),
        ("share_inside", Text("服务半径内学生", "pupils inside the radius"), "share", 1),
    ):
        first, second = getattr(old, name), None if new is None else getattr(new, name)
        shown = numbers.share if unit == "share" else lambda value, unit=unit: numbers.show(value, unit)
        yield Card(
            label=label.joined(" · ", stage),
            unit=Text("公里", "km")
            if unit == "km"
            else Text("人", "pupils")
            if unit == "pupil"
            else Text("", ""),
            before=shown(first),
            after=None if second is None else shown(second),
            better=better(first, second, up=up),
        )
    if report.years is not None and report.layout is None:
        yield Card(
            label=Text("各年都不超出须增加的学位", "places to add, worst year of each school").joined(
                " · ", stage
            ),
            unit=Text("个", "places"),
            before=numbers.decimal(report.years.worst_today, 0),
            after=numbers.decimal(report.years.worst, 0),
            better=better(report.years.worst_today, report.years.worst, up=-1),
        )
    if is_now:
        yield Card(
            label=Text("改换学校的学生", "pupils who change school").joined(" · ", stage),
            unit=Text("人", "pupils"),
            before=numbers.show(moved_pupils(report), "pupil"),
            after=None,
            better=None,
        )


def _counted(label: Text, now: Assessment, after: Assessment | None, *, of: str, verdict: str) -> Card:
    frames = [_judged(found, of) for found in (now, after) if found is not None]
    counts = [_known(frame, verdict) for frame in frames]
    is_same = len(counts) < 2 or counts[0] == counts[1]
    return Card(
        label=label,
        unit=Text.same(f"/ {frames[0].height}").joined("", _unknown(frames[0])),
        before=numbers.decimal(counts[0], 0),
        after=None if is_same else numbers.decimal(counts[1], 0),
        better=None if len(counts) < 2 else better(*counts, up=1 if verdict == "pass" else -1),
    )


def _judged(found: Assessment, of: str) -> pl.DataFrame:
    """Return the rows that get a verdict: no school that is left out, and not the mean of the seven."""
    frame: pl.DataFrame = getattr(found.balance, of)
    frame = frame.filter(~pl.col("verdict").is_in(["excluded", "reported"]))
    return frame.filter(pl.col("rule").is_not_null()) if of == "variation" else frame


def _known(frame: pl.DataFrame, verdict: str) -> float | None:
    """Return how many have a verdict, `None` where nothing could be assessed: none known is not none."""
    return None if _count(frame, "not_assessed") == frame.height else _count(frame, verdict)
