"""What the kinds have in common: settings in words, names, and measures before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from junheng.district.columns import label_of
from junheng.measure.assessment import VERDICTS, Assessment
from junheng.plans.rescored import passing_pupils, variation_side_by_side
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.planning.kinds.kind import Figure

VERDICT = "verdict"
"""Stands where a unit stands, for a measure that is a verdict."""
NONE = Text("无", "none")
UNLIMITED = Text("不限", "no limit")
ANY_DISTANCE = Text("不限：先求改换学校的学生最少", "any: the fewest pupils moved come first")


def row(name: Text, unit: str, before: float | str | None, after: float | str | None) -> dict[str, Any]:
    """Return one measure for JSON; `figures` reads it back."""
    return {"name": name._asdict(), "unit": unit, "before": before, "after": after}


def figures(measured: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """Return the measures that `row` wrote, as people read them."""
    return [
        Figure(
            name=Text(**one["name"]),
            before=_shown(one["before"], one["unit"]),
            after=_shown(one["after"], one["unit"]),
        )
        for one in measured
    ]


def balance_rows(before: Assessment, after: Assessment) -> list[dict[str, Any]]:
    """Return the verdict on the resource indicators, who learns in passing stages, and every coefficient."""
    old, new = before.balance, after.balance
    (pupils_before, _), (pupils_after, _) = passing_pupils(old), passing_pupils(new)
    titles = before.standard.rules
    return [
        row(Text("资源配置结论", "verdict on resources"), VERDICT, old.verdict, new.verdict),
        row(
            Text("达标的学段数（各校分学段计）", "school stages passing"),
            "none",
            _passing(old),
            _passing(new),
        ),
        row(Text("就读于达标学段的学生", "pupils in stages that pass"), "pupil", pupils_before, pupils_after),
        *(
            row(
                Text(
                    "{stage}差异系数：{rule}（限值 {limit}）", "{stage} coefficient: {rule} (limit {limit})"
                ).format(
                    stage=label_of("stage", one["stage"]),
                    rule=titles[one["rule"]].title,
                    limit=numbers.limit(one["limit"], "ratio"),
                ),
                "ratio",
                one["before"],
                one["after"],
            )
            for one in variation_side_by_side(old, new).iter_rows(named=True)
            if one["limit"] is not None
        ),
    ]


def limit(value: float | None, unit: str) -> Text:
    """Return a limit that somebody set, or that there is none."""
    return UNLIMITED if value is None else numbers.with_unit(numbers.limit(value, unit), unit)


def pairs(given: Sequence[Sequence[str]] | None, names: Names) -> Text:
    """Return pairs by name, or that there are none; `None` stands for pairs that the reader may not see."""
    if given is None:
        return Text("涉及个人，不显示", "not shown: it names persons")
    called = {**names.homes, **names.schools}
    said = ["=".join(called.get(code, code) for code in pair) for pair in given]
    return Text("；".join(said), "; ".join(said)) if said else NONE


def seconds(given: Mapping[str, Any]) -> tuple[Text, Text]:
    """Return how long it may take."""
    n = f"{given['seconds']:g}"
    return Text("最长计算时间", "longest time"), Text(f"{n} 秒", f"{n} s")


def _passing(found: Any) -> int:
    return int((found.stages["verdict"] == "pass").sum())


def _shown(value: float | str | None, unit: str) -> Text:
    if isinstance(value, str):
        return VERDICTS[value]
    return numbers.with_unit(numbers.show(value, unit), unit)
