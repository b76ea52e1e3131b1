"""Which schools fall short in what: seven indicators by school stage, and what is missing in real things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.report import numbers
from junheng.report.facts import is_local, scope_label, stage_label
from junheng.report.loop import LoopReport
from junheng.report.sections import matrix
from junheng.report.sections.matrix import Key
from junheng.report.words import MISSING, SHORT_NAMES
from junheng.text import Text
from junheng.units import UNITS

_UNMET = ("near", "below")


@dataclass(frozen=True, slots=True)
class Head:
    """One indicator over a column, and what the whole district lacks in it."""

    rule: str
    code: str
    title: Text
    short: Text
    unit: Text
    thresholds: tuple[tuple[Text, str], ...]
    is_local: bool
    counts: tuple[tuple[str, int], ...]
    missing: Text | None

    @property
    def n_unmet(self) -> int:
        """How many school stages do not meet it."""
        return sum(n for verdict, n in self.counts if verdict in _UNMET)

    @property
    def n_unknown(self) -> int:
        """How many school stages were not assessed."""
        return dict(self.counts)["not_assessed"]

    @property
    def is_known(self) -> bool:
        """Whether it was assessed for any school stage."""
        return any(n for verdict, n in self.counts if verdict != "not_assessed")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One indicator that one school stage does not meet."""

    school: str
    stage: Text
    stage_code: str
    rule: str
    short: Text
    verdict: str
    value: str
    threshold: str
    floor: str
    unit: Text
    missing: Text
    missing_number: float
    to_floor: str
    decided_by: Text
    is_local: bool


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """The facts of this section; ``is_same_after`` says that the plan leaves all of it as it is."""

    heads: tuple[Head, ...]
    rows: tuple[matrix.Row, ...]
    shortfalls: tuple[Shortfall, ...]
    has_after: bool
    is_same_after: bool
    n_flips: int
    n_waived: int

    @property
    def is_known(self) -> bool:
        """Whether any indicator was assessed for any school stage."""
        return any(head.is_known for head in self.heads)

    @property
    def choices(self) -> tuple[tuple[str, str, str], ...]:
        """The indicators to filter by: code and name in both languages."""
        return tuple(
            (head.code, f"{head.code} {head.short.zh}", f"{head.code} {head.short.en}") for head in self.heads
        )


def section(report: LoopReport) -> Shortfalls:
    """Gather the facts of this section."""
    now = report.before
    cells = matrix.found_cells(now)
    after = _after(report)
    rows = matrix.rows(now, cells, after)
    return Shortfalls(
        heads=tuple(_head(now, resource.rule) for resource in RESOURCES),
        rows=tuple(rows),
        shortfalls=tuple(_shortfalls(now, rows, cells)),
        has_after=report.after is not None,
        is_same_after=not after,
        n_flips=int(now.balance.indicators["rounding_flips"].sum()),
        n_waived=now.balance.indicators["waiver"].drop_nulls().len(),
    )


def _after(report: LoopReport) -> Mapping[tuple[str, str], str]:
    """Return the verdict after the plan of every school stage, or nothing where no figure changed."""
    after = report.after
    if after is None or after.balance.indicators.equals(report.before.balance.indicators):
        return {}
    stages = after.balance.stages
    keys = zip(stages["school"].to_list(), stages["stage"].to_list(), strict=True)
    return dict(zip(keys, stages["verdict"].to_list(), strict=True))


def _head(now: Assessment, rule: str) -> Head:
    today = now.standard.on(now.on)
    limits = [today.value(rule, stage=stage) for stage in COMPULSORY]
    own = now.balance.indicators.filter(pl.col("rule") == rule)
    counts = [(name, int((own["verdict"] == name).sum())) for name in ("met", *_UNMET, "not_assessed")]
    return Head(
        rule=rule,
        code=rule.rpartition(".")[2],
        title=now.standard.rule(rule).title,
        short=SHORT_NAMES[rule],
        unit=UNITS[limits[0].unit].text,
        thresholds=tuple(
            (stage_label(stage), numbers.limit(limit.number, limit.unit))
            for stage, limit in zip(COMPULSORY, limits, strict=True)
        ),
        is_local=any(is_local(limit.scope.code) for limit in limits),
        counts=tuple(counts),
        missing=_total_missing(own, rule),
    )


def _total_missing(own: pl.DataFrame, rule: str) -> Text | None:
    """Say what the whole district lacks; stages that share their buildings lack the larger need once."""
    resource = next(resource for resource in RESOURCES if resource.rule == rule)
    unmet = own.filter(pl.col("verdict").is_in(_UNMET))
    if unmet.is_empty():
        return None
    by_school = unmet.group_by("school", maintain_order=True).agg(
        pl.col("missing").max() if resource.is_shared else pl.col("missing").sum()
    )
    return MISSING[rule].format(n=numbers.shortage(float(by_school["missing"].sum()), resource.unit))


def _shortfalls(
    now: Assessment,
    rows: list[matrix.Row],
    cells: Mapping[Key, dict[str, Any]],
) -> list[Shortfall]:
    today = now.standard.on(now.on)
    result = []
    for row in rows:
        for resource in RESOURCES:
            found = cells.get((row.code, row.stage_code, resource.rule))
            if found is None or found["verdict"] not in _UNMET:
                continue
            limit = today.value(resource.rule, stage=row.stage_code)
            missing = numbers.shortage(found["missing"], resource.unit)
            result.append(
                Shortfall(
                    school=row.school,
                    stage=row.stage,
                    stage_code=row.stage_code,
                    rule=resource.rule,
                    short=SHORT_NAMES[resource.rule],
                    verdict=found["verdict"],
                    value=numbers.show(found["value"], limit.unit),
                    threshold=numbers.limit(found["threshold"], limit.unit),
                    floor=numbers.limit(found["floor"], limit.unit),
                    unit=UNITS[limit.unit].text,
                    missing=MISSING[resource.rule].format(n=missing),
                    missing_number=found["missing"],
                    to_floor=numbers.shortage(found["missing_to_floor"], resource.unit),
                    decided_by=scope_label(now.standard, found["decided_by"]),
                    is_local=is_local(found["decided_by"]),
                )
            )
    return result
