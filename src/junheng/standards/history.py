"""Read the dated values of one rule and check that they form a sound history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any, cast

from junheng.standards.citing import Library, parse_citation
from junheng.standards.fields import Fields
from junheng.standards.model import (
    CONFIDENCES,
    SCHOOL_KINDS,
    STAGES,
    Confidence,
    DatedValue,
    SchoolKind,
    Scope,
    Stage,
)
from junheng.standards.plausible import PLAUSIBLE
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every value of a file shares: what may be cited, and who sets it."""

    library: Library
    scope: Scope
    layer: int


def parse_values(
    rule: Fields, *, unit: str, options: Iterable[str], context: Context
) -> tuple[DatedValue, ...]:
    """Read the ``values`` of a rule: in order of date within each stage and kind, never overlapping."""
    series: dict[tuple[Stage | None, SchoolKind | None], DatedValue] = {}
    done: list[DatedValue] = []
    for fields in rule.children("values"):
        for dated in _expand(fields, unit=unit, options=tuple(options), context=context):
            key = (dated.stage, dated.kind)
            earlier = series.get(key)
            if earlier is not None:
                if not _follows(earlier, dated, fields):
                    continue
                if earlier.end is None:
                    done[done.index(earlier)] = replace(earlier, end=dated.start - timedelta(days=1))
            series[key] = dated
            done.append(dated)
    _check_ambiguity(series, rule)
    return tuple(done)


def _expand(fields: Fields, *, unit: str, options: tuple[str, ...], context: Context) -> list[DatedValue]:
    """Read one entry; a list of stages or kinds stands for one entry each."""
    stages = _names(fields, "stage", STAGES)
    kinds = _names(fields, "kind", SCHOOL_KINDS)
    start, end = fields.day("from"), fields.day("until", required=False)
    has_value, value = _value(fields, unit=unit, options=options)
    confidence = fields.choice("confidence", CONFIDENCES)
    citation = None
    if fields.raw("citation", required=True) is not None:
        citation = parse_citation(fields.child("citation"), context.library)
    elif fields.has("citation"):
        fields.child("citation")
    is_expected, may_be_looser = fields.flag("expected"), fields.flag("allow_looser")
    note = fields.bilingual("note", required=False)
    fields.finish()
    if end is not None and start is not None and end < start:
        fields.note(
            "standard-bad-date",
            "until",
            found=_shown(end),
            zh=f"不早于 {start}",
            en=f"a day not before {start}",
        )
        return []
    if start is None or citation is None or confidence is None or not has_value:
        return []
    return [
        DatedValue(
            start=start,
            end=end,
            value=value,
            stage=cast("Stage | None", stage),
            kind=cast("SchoolKind | None", kind),
            citation=citation,
            confidence=cast("Confidence", confidence),
            is_expected=is_expected,
            may_be_looser=may_be_looser,
            scope=context.scope,
            layer=context.layer,
            note=note,
        )
        for stage, kind in product(stages, kinds)
    ]


def _names(fields: Fields, name: str, allowed: tuple[str, ...]) -> list[str | None]:
    words = fields.words(name)
    for word in words:
        if word not in allowed:
            fields.note(
                "standard-not-allowed",
                name,
                found=_shown(word),
                zh="、".join(allowed),
                en="one of " + ", ".join(allowed),
            )
    return [word for word in words if word in allowed] or [None]


def _value(fields: Fields, *, unit: str, options: tuple[str, ...]) -> tuple[bool, float | str | None]:
    """Return whether there is a sound value, and the value; an explicit null is sound and ends the rule."""
    if fields.has("value") and fields.raw("value") is None:
        return True, None
    if options:
        option = fields.choice("value", options)
        return option is not None, option
    number = _month_day(fields) if unit == "month-day" else fields.number("value")
    if number is None:
        return False, None
    low, high = PLAUSIBLE.get(unit, (float("-inf"), float("inf")))
    if low <= number <= high:
        return True, number
    fields.note(
        "standard-implausible",
        "value",
        found=Text(f"{number:g}（单位 {unit}）", f"{number:g} ({unit})"),
        zh=f"{low:g} 至 {high:g} 之间的数",
        en=f"a number from {low:g} to {high:g}",
    )
    return False, None


def _month_day(fields: Fields) -> float | None:
    """Read a day of the year written ``09-01`` as the number 901."""
    wording = fields.text("value")
    if wording is None:
        return None
    try:
        day = date.fromisoformat(f"2001-{wording}")
    except ValueError:
        fields.note(
            "standard-bad-date",
            "value",
            found=_shown(wording),
            zh="如 09-01 的月-日",
            en="a day such as 09-01",
        )
        return None
    return float(day.month * 100 + day.day)


def _follows(earlier: DatedValue, later: DatedValue, fields: Fields) -> bool:
    if later.start <= earlier.start:
        fields.note(
            "standard-unordered",
            "from",
            found=_shown(later.start),
            zh=f"晚于 {earlier.start} 的日期（按时间先后排列）",
            en=f"a day after {earlier.start}: values stand in order of time",
        )
        return False
    if earlier.end is not None and later.start <= earlier.end:
        fields.note(
            "standard-overlap",
            "from",
            found=_shown(later.start),
            zh=f"晚于 {earlier.end} 的日期（前一值的截止日）",
            en=f"a day after {earlier.end}, the last day of the value before it",
        )
        return False
    return True


def _check_ambiguity(series: Iterable[tuple[Stage | None, SchoolKind | None]], rule: Fields) -> None:
    """Refuse a stage's value beside a kind's value where nothing says which of the two holds for both."""
    keys = set(series)
    for stage in sorted({s for s, k in keys if s is not None and k is None}):
        for kind in sorted({k for s, k in keys if k is not None and s is None}):
            if (stage, kind) not in keys:
                rule.note(
                    "standard-ambiguous",
                    "values",
                    found=Text(f"{stage} 与 {kind} 各有一值", f"a value for {stage} and another for {kind}"),
                    zh=f"同时写明 stage: {stage}、kind: {kind} 的值",
                    en=f"a value for stage {stage} and kind {kind} together",
                )


def _shown(value: Any) -> Text:
    return Text.same(f"“{value}”")
