"""Where every number came from: values of the standard, hashes, methods, and what could not be assessed."""

from __future__ import annotations

from dataclasses import dataclass

from junheng.measure import adjacency
from junheng.measure.assessment import Assessment
from junheng.report import numbers
from junheng.report.facts import Names, is_local, kind_label, stage_label
from junheng.report.loop import LoopReport
from junheng.report.words import CONFIDENCE, known
from junheng.standards.model import STAGES
from junheng.standards.value import Value
from junheng.text import Text
from junheng.units import UNITS

_OPERATORS = {">=": "≥", "<=": "≤", "<": "<", "=": "="}
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One value of the standard that decided something."""

    rule: str
    title: Text
    stage: Text
    kind: Text | None
    number: str
    unit: Text
    since: str
    citation: Text
    source: str
    confidence: str
    confidence_text: Text
    scope: Text
    is_local: bool
    overrides: str | None
    waiver: str | None


@dataclass(frozen=True, slots=True)
class Need:
    """Something that was not assessed, and what it needs."""

    rule: str
    what: Text
    who: Text


@dataclass(frozen=True, slots=True)
class Provenance:
    """The facts of this section."""

    version: str
    on: str
    standard: str
    hashes: tuple[tuple[Text, str], ...]
    methods: tuple[tuple[Text, Text], ...]
    values: tuple[ValueRow, ...]
    confidence: tuple[tuple[str, Text], ...]
    needs: tuple[Need, ...]
    notices: tuple[Text, ...]
    waivers: tuple[Text, ...]
    has_local: bool


def section(report: LoopReport) -> Provenance:
    """Gather the facts of this section."""
    now, after = report.before, report.after
    values = tuple(_value(now, value) for value in _sorted(now.values))
    hashes = [(Text("现状数据", "records today"), now.district.hash)]
    if after is not None:
        hashes.append((Text("方案后数据", "records after the plan"), after.district.hash))
    standard = now.standard
    return Provenance(
        version=now.version,
        on=now.on.isoformat(),
        standard=standard.name,
        hashes=(*hashes, (Text("标准", "standard"), standard.hash)),
        methods=tuple(_methods(now)),
        values=values,
        confidence=tuple((letter, text) for letter, text in CONFIDENCE.items()),
        needs=tuple(_needs(now)),
        notices=tuple(problem.describe() for problem in (*standard.notices, *standard.on(now.on).notices)),
        waivers=tuple(standard.rule(waiver).title for waiver in standard.active_waivers),
        has_local=any(row.is_local for row in values),
    )


def _sorted(values: tuple[Value, ...]) -> list[Value]:
    order = {stage: place for place, stage in enumerate((None, *STAGES))}
    return sorted(values, key=lambda value: (value.rule, order[value.stage], value.kind or ""))


def _value(now: Assessment, value: Value) -> ValueRow:
    wider = value.overrides
    return ValueRow(
        rule=value.rule,
        title=now.standard.rule(value.rule).title,
        stage=stage_label(value.stage) if value.stage != "preschool" else Text("学前", "preschool"),
        kind=None if value.kind is None else kind_label(value.kind),
        number=f"{_OPERATORS.get(value.operator or '', '')} {numbers.limit(value.number, value.unit)}".strip(),
        unit=UNITS[value.unit].text,
        since=value.start.isoformat(),
        citation=value.citation.describe(),
        source=value.citation.source,
        confidence=value.confidence,
        confidence_text=known(CONFIDENCE, value.confidence),
        scope=value.scope.name,
        is_local=is_local(value.scope.code),
        overrides=None if wider is None else numbers.limit(wider.number, wider.unit),
        waiver=value.waiver,
    )


def _methods(now: Assessment) -> list[tuple[Text, Text]]:
    unknown = Text("没有数据，未计算", "no records, not computed")
    found = now.places
    return [
        (
            Text("上学距离", "distance to school"),
            found.how_far or unknown,
        ),
        (
            Text("相邻与连片", "neighbours and contiguity"),
            unknown if found.adjacency_method is None else adjacency.METHODS[found.adjacency_method],
        ),
    ]


def _needs(now: Assessment) -> list[Need]:
    """Return what is missing, once for each rule and wording, with the schools that lack it."""
    names = Names.of(now.district)
    by_school = now.balance.needs.group_by("rule", "zh", "en", maintain_order=True).agg("school")
    result = [
        Need(rule, Text(zh, en), _listed([names.school(code) for code in dict.fromkeys(schools)]))
        for rule, zh, en, schools in by_school.iter_rows()
    ]
    return result + [
        Need(rule, Text(zh, en), Text("全区", "whole district"))
        for rule, zh, en in now.places.needs.select("rule", "zh", "en").iter_rows()
    ]


def _listed(schools: list[str]) -> Text:
    listed = Text.same("、".join(schools[:_MOST_NAMED]))
    if len(schools) <= _MOST_NAMED:
        return listed
    return listed.joined("", Text(" 等 {n} 所", " and others, {n} in all").format(n=len(schools)))
