"""All 32 indicators of the national assessment and its vetoes: computed where records allow, else declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.balance import Balance
from junheng.measure.guarantee import guarantee
from junheng.measure.places import Places
from junheng.measure.resources import COMPULSORY
from junheng.standards.lookup import StandardOnDate
from junheng.standards.model import Indicator, Rule
from junheng.standards.standard import Standard
from junheng.standards.value import Value

_JUDGED = ("threshold", "evidence", "veto")
_COMPUTED = ("guarantee.G3.music_room_area", "guarantee.G3.art_room_area", "guarantee.G4", "guarantee.G5")

SCHEMA = {
    "indicator": pl.String(),
    "group": pl.String(),
    "zh": pl.String(),
    "en": pl.String(),
    "verdict": pl.String(),
    "n_failing": pl.Int64(),
    "needs": pl.String(),
    "detail": pl.String(),
}


@dataclass(frozen=True, eq=False)
class Indicators:
    """The national list, one by one.

    Attributes
    ----------
    table
        One row per indicator and veto: ``indicator, group, zh, en, verdict`` (``pass``, ``fail``,
        ``not_assessed``), ``n_failing`` (school stages, schools or declarations that fail), ``needs`` (rules to
        declare or columns to record, comma-separated) and ``detail`` (figures compared, rule by rule).
    guarantee
        The items judged school by school; columns of `junheng.measure.guarantee.SCHEMA`.
    verdict
        Of the county: ``fail`` if anything fails, ``pass`` if everything passes, else ``not_assessed``.
    values
        Every value of the standard that was used.
    """

    table: pl.DataFrame
    guarantee: pl.DataFrame
    verdict: str
    values: tuple[Value, ...]


def indicators(
    district: District, standard: Standard, *, balance: Balance, places: Places, on: date
) -> Indicators:
    """Judge every indicator and veto, and the county as a whole."""
    today = standard.on(on)
    by_school, used = guarantee(district, today, places.classes)
    declared = _declared(district)
    judge = _Judge(today, by_school, declared, _judged_schools(balance))
    rows = [
        _resource_row(indicator, standard, balance)
        if indicator.group == "balance"
        else _row(indicator, judge.rules(standard.rules_of(indicator.id)))
        for indicator in standard.indicators.values()
    ]
    table = pl.DataFrame(rows, schema=SCHEMA)
    return Indicators(table, by_school, _county(table, balance), (*used, *judge.used))


def _county(table: pl.DataFrame, balance: Balance) -> str:
    verdicts = {*table.filter(pl.col("group") != "balance")["verdict"].to_list(), balance.verdict}
    if "fail" in verdicts:
        return "fail"
    return "pass" if verdicts == {"pass"} else "not_assessed"


def _resource_row(indicator: Indicator, standard: Standard, balance: Balance) -> dict[str, Any]:
    """Judge one resource indicator over the county: no school stage below the floor, no variation too large.

    A school stage between floor and threshold does not fail the indicator by itself: the school rule allows one.
    """
    rules = [rule.id for rule in standard.rules_of(indicator.id)]
    own = balance.indicators.filter(pl.col("rule").is_in(rules))
    variation = balance.variation.filter(pl.col("rule").is_in(rules))
    n_below = int((own["verdict"] == "below").sum())
    n_unknown = int((own["verdict"] == "not_assessed").sum())
    n_varying = int((variation["verdict"] == "fail").sum())
    needs = (
        balance.needs.filter(pl.col("rule").is_in(rules))["en"].unique().sort().to_list() if n_unknown else []
    )
    detail = ", ".join(
        f"CV {row['stage']} {row['cv']:.3f}"
        for row in variation.iter_rows(named=True)
        if row["cv"] is not None
    )
    return _start(indicator) | {
        "verdict": _verdict(
            n_failing=n_below + n_varying, n_unknown=n_unknown, n_known=own.height - n_unknown
        ),
        "n_failing": n_below + n_varying,
        "needs": ", ".join(needs) or None,
        "detail": detail,
    }


def _row(indicator: Indicator, outcomes: list[_Outcome]) -> dict[str, Any]:
    failing = sum(outcome.n_failing for outcome in outcomes)
    needs = [need for outcome in outcomes for need in outcome.needs]
    return _start(indicator) | {
        "verdict": _verdict(
            n_failing=failing, n_unknown=len(needs), n_known=sum(o.n_known for o in outcomes)
        ),
        "n_failing": failing,
        "needs": ", ".join(needs) or None,
        "detail": ", ".join(outcome.detail for outcome in outcomes if outcome.detail) or None,
    }


def _start(indicator: Indicator) -> dict[str, Any]:
    return {"indicator": indicator.id, "group": indicator.group, **indicator.title._asdict()}


def _verdict(*, n_failing: int, n_unknown: int, n_known: int) -> str:
    if n_failing:
        return "fail"
    return "pass" if n_known and not n_unknown else "not_assessed"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one rule at one stage."""

    n_known: int
    n_failing: int
    needs: tuple[str, ...]
    detail: str


_Declared = Mapping[str, Mapping[str | None, float]]


def _declared(district: District) -> _Declared:
    """Return declared values by rule (or ``rule/stage``) and school; the key `None` is the whole district."""
    result: dict[str, dict[str | None, float]] = {}
    for row in district.table("declarations").iter_rows(named=True):
        result.setdefault(row["rule"], {})[row["school"]] = row["value"]
    return result


def _judged_schools(balance: Balance) -> frozenset[str]:
    counted = balance.stages.filter(pl.col("verdict") != "excluded")
    return frozenset(counted["school"].to_list())


class _Judge:
    """Judges the rules that are not resource indicators, keeping the values that it used."""

    def __init__(
        self, standard: StandardOnDate, by_school: pl.DataFrame, declared: _Declared, schools: frozenset[str]
    ) -> None:
        self.standard = standard
        self.by_school = by_school
        self.declared = declared
        self.schools = schools
        self.used: list[Value] = []

    def rules(self, rules: Iterable[Rule]) -> list[_Outcome]:
        """Judge every rule that can be met or broken, stage by stage where the stages have their own limits."""
        outcomes = []
        for rule in rules:
            if rule.id in _COMPUTED:
                outcomes.append(self._computed(rule))
            elif rule.kind in _JUDGED:
                outcomes += [self._by_declaration(rule, limit) for limit in self._limits(rule)]
        return outcomes

    def _limits(self, rule: Rule) -> list[Value]:
        """Return the rule's limits: one for all, or one per stage where the stages differ."""
        found = [self.standard.value_or_none(rule.id, stage=stage) for stage in (None, *COMPULSORY)]
        limits = {(value.stage, value.number): value for value in found if value is not None}
        if len({value.number for value in limits.values()}) == 1:
            return [next(iter(limits.values()))]
        return list(limits.values())

    def _computed(self, rule: Rule) -> _Outcome:
        rows = self.by_school.filter(pl.col("rule") == rule.id)
        known = rows.filter(pl.col("verdict") != "not_assessed")
        needs = (
            rows.filter(pl.col("verdict") == "not_assessed")["needs"].drop_nulls().unique().sort().to_list()
        )
        n_failing = int((known["verdict"] == "below").sum())
        detail = f"{rule.id}: {known.height - n_failing}/{rows.height}"
        return _Outcome(known.height, n_failing, tuple(needs), detail)

    def _by_declaration(self, rule: Rule, limit: Value) -> _Outcome:
        self.used.append(limit)
        key = f"{rule.id}/{limit.stage}" if f"{rule.id}/{limit.stage}" in self.declared else rule.id
        values = self.declared.get(key, {})
        if not values:
            several = len(self._limits(rule)) > 1
            return _Outcome(
                0, 0, (f"declarations {rule.id}/{limit.stage}" if several else f"declarations {rule.id}",), ""
            )
        missing = () if None in values else tuple(sorted(self.schools - values.keys()))
        needs = (f"declarations {key} ({len(missing)} schools)",) if missing else ()
        n_failing = sum(not limit.meets(value) for value in values.values())
        shown = f"{values[None]:g}" if None in values else f"{len(values) - n_failing}/{len(values)}"
        return _Outcome(len(values), n_failing, needs, f"{key}: {shown}")
