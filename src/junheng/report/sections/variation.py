"""How far schools differ: coefficients of variation against their limits, by stage and indicator."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY
from junheng.report import numbers, svg
from junheng.report.facts import is_local, scope_label, stage_label
from junheng.report.loop import LoopReport
from junheng.report.words import SHORT_NAMES
from junheng.text import Text

NEAR = 0.05
"""Within this share of the limit a coefficient is pointed out: one school more or less may turn it."""

_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator at one stage; ``rule`` is `None` for the mean of the seven."""

    rule: str | None
    code: str
    name: Text
    n: int
    mean: str
    deviation: str
    cv: str
    order: float | None
    limit: str
    verdict: str
    after: str | None
    is_near: bool
    flips: bool
    is_local: bool
    decided_by: Text
    bar: Markup


@dataclass(frozen=True, slots=True)
class Panel:
    """One stage."""

    stage: Text
    stage_code: str
    limit: str
    n_over: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Variation:
    """The facts of this section."""

    panels: tuple[Panel, ...]
    full: float


def section(report: LoopReport) -> Variation:
    """Gather the facts of this section."""
    table = report.before.balance.variation
    known = [value for name in ("cv", "limit") for value in table[name].drop_nulls().to_list()]
    full = 1.1 * max(known, default=1.0)
    after = _after(report)
    panels = []
    for stage in COMPULSORY:
        own = table.filter(pl.col("stage") == stage)
        if own.height:
            rows = [_row(report.before, row, after, full=full) for row in own.iter_rows(named=True)]
            panels.append(
                Panel(
                    stage=stage_label(stage),
                    stage_code=stage,
                    limit=next(row.limit for row in rows),
                    n_over=_n_over(rows),
                    rows=tuple(rows),
                )
            )
    return Variation(tuple(panels), full)


def _n_over(rows: list[Row]) -> str:
    """Count the coefficients over their limit; where none is known, that is not none."""
    judged = [row.verdict for row in rows if row.rule is not None]
    return numbers.ABSENT if set(judged) <= {"not_assessed"} else str(judged.count("fail"))


def _after(report: LoopReport) -> dict[tuple[str, str | None], float | None]:
    """Return the coefficients after the plan, or nothing where the plan leaves all of them."""
    if report.after is None:
        return {}
    new, old = report.after.balance.variation, report.before.balance.variation
    if new.select("stage", "rule", "cv").equals(old.select("stage", "rule", "cv")):
        return {}
    return {(stage, rule): cv for stage, rule, cv in new.select("stage", "rule", "cv").iter_rows()}


def _row(
    now: Assessment,
    row: dict[str, object],
    after: dict[tuple[str, str | None], float | None],
    *,
    full: float,
) -> Row:
    rule, cv, limit = _text(row["rule"]), _number(row["cv"]), _number(row["limit"])
    is_near = cv is not None and limit is not None and abs(cv - limit) <= NEAR * limit
    verdict = str(row["verdict"])
    kind = {"fail": "bad", "reported": "plain"}.get(verdict, "near" if is_near else "ok")
    decided_by = _text(row["decided_by"])
    new = after.get((str(row["stage"]), rule))
    return Row(
        rule=rule,
        code="" if rule is None else rule.rpartition(".")[2],
        name=Text("综合（平均）", "composite (mean)") if rule is None else SHORT_NAMES[rule],
        n=int(str(row["n"])),
        mean=numbers.decimal(_number(row["mean"]), 2),
        deviation=numbers.decimal(_number(row["deviation"]), 2),
        cv=numbers.decimal(cv, _DECIMALS),
        order=cv,
        limit=numbers.decimal(limit, 2),
        verdict=verdict,
        after=None if new is None else numbers.decimal(new, _DECIMALS),
        is_near=is_near,
        flips=bool(row["rounding_flips"]),
        is_local=is_local(decided_by),
        decided_by=Text.same("") if decided_by is None else scope_label(now.standard, decided_by),
        bar=svg.bar(cv, limit=limit, full=full, kind=kind),
    )


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
