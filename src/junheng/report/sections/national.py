"""The national list: 32 indicators and the vetoes, each with its verdict and what it still needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from junheng.district.columns import label_of
from junheng.measure.assessment import Assessment
from junheng.measure.needs import each_in_words
from junheng.report import numbers, svg
from junheng.report.loop import LoopReport
from junheng.report.sections import guaranteed
from junheng.report.words import GROUPS, known
from junheng.standards.standard import Standard
from junheng.text import Text
from junheng.units import UNITS

_VERDICTS = ("pass", "fail", "not_assessed")


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator or veto."""

    code: str
    title: Text
    requirement: Text
    verdict: str
    after: str | None
    n_failing: int
    needs: tuple[Text, ...]
    details: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The indicators of one group."""

    code: str
    name: Text
    rows: tuple[Row, ...]
    counts: tuple[tuple[str, int], ...]
    bar: Markup


@dataclass(frozen=True, slots=True)
class National:
    """The facts of this section."""

    groups: tuple[Group, ...]
    counts: tuple[tuple[str, int], ...]
    gaps: tuple[guaranteed.Gap, ...]


def section(report: LoopReport) -> National:
    """Gather the facts of this section."""
    now, after = report.before, report.after
    later = {} if after is None else _verdicts(after)
    by_group: dict[str, list[Row]] = {}
    for row in now.indicators.table.iter_rows(named=True):
        code = row["indicator"]
        by_group.setdefault(row["group"], []).append(
            Row(
                code=code,
                title=Text(row["zh"], row["en"]),
                requirement=now.standard.indicators[code].requirement,
                verdict=row["verdict"],
                after=later.get(code) if later.get(code) != row["verdict"] else None,
                n_failing=row["n_failing"],
                needs=tuple(_needs(now, code, row["group"], row["needs"])),
                details=tuple(_detail(now.standard, part) for part in _parts(row["detail"])),
            )
        )
    groups = tuple(_group(code, rows) for code, rows in by_group.items())
    everything = [row for group in groups for row in group.rows]
    return National(groups, _counts(everything), guaranteed.gaps(now))


def _verdicts(found: Assessment) -> dict[str, str]:
    frame = found.indicators.table
    return dict(zip(frame["indicator"].to_list(), frame["verdict"].to_list(), strict=True))


def _group(code: str, rows: list[Row]) -> Group:
    counts = _counts(rows)
    return Group(code, known(GROUPS, code), tuple(rows), counts, svg.stacked(counts))


def _counts(rows: Iterable[Row]) -> tuple[tuple[str, int], ...]:
    verdicts = [row.verdict for row in rows]
    return tuple((verdict, verdicts.count(verdict)) for verdict in _VERDICTS)


def _parts(text: str | None) -> list[str]:
    return [] if not text else text.split(", ")


def _needs(now: Assessment, code: str, group: str, needs: str | None) -> list[Text]:
    if not needs:
        return []
    if group == "balance":
        rules = now.standard.indicators[code].rules
        own = (
            now.balance.needs.filter(pl.col("rule").is_in(rules))
            .select("zh", "en")
            .unique(maintain_order=True)
        )
        return [Text(zh, en) for zh, en in own.iter_rows()]
    return each_in_words(needs, now.standard)


def _rule_title(standard: Standard, key: str) -> Text:
    """Return the title of ``rule`` or ``rule/stage``."""
    rule, _, stage = key.partition("/")
    if rule not in standard.rules:
        return Text.same(key)
    title = standard.rules[rule].title
    return title.joined(" · ", label_of("stage", stage)) if stage else title


def _detail(standard: Standard, part: str) -> Text:
    """Return one compared figure in words: ``CV primary 0.412`` or ``guarantee.G12: 100``."""
    words = part.split(" ")
    if words[0] == "CV" and len(words) == 3:
        return Text("差异系数 {stage} {cv}", "CV {stage} {cv}").format(
            stage=label_of("stage", words[1]), cv=words[2]
        )
    key, colon, figure = part.partition(": ")
    rule = standard.rules.get(key.partition("/")[0])
    if not colon or rule is None:
        return Text.same(part)
    shown = _BREACH.get(figure, Text.same(figure)) if rule.kind == "veto" else _figure(figure, rule.unit)
    return Text("{what}：{figure}", "{what}: {figure}").format(what=_rule_title(standard, key), figure=shown)


_BREACH = {"0": Text("未发生", "has not happened"), "1": Text("发生", "has happened")}


def _figure(figure: str, unit: str) -> Text:
    if "/" in figure:
        return Text("{n} 达标", "{n} met").format(n=figure)
    if unit == "flag":
        return (
            Text("是", "yes") if figure == "1" else Text("否", "no") if figure == "0" else Text.same(figure)
        )
    if unit not in UNITS:
        return Text.same(figure)
    return numbers.with_unit(numbers.limit(float(figure), unit), unit)
