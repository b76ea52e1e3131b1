"""All 32 indicators of the national assessment and its vetoes: computed where records allow, else declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from junheng.district.columns import table as table_of
from junheng.district.model import District
from junheng.errors import Place, Problem
from junheng.measure.balance import Balance
from junheng.measure.guarantee import guarantee
from junheng.measure.places import Places
from junheng.measure.seven import COMPULSORY
from junheng.standards.lookup import StandardOnDate
from junheng.standards.model import Indicator, Rule
from junheng.standards.standard import Standard
from junheng.standards.value import Value
from junheng.text import Text

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
        ``not_assessed``), ``n_failing`` (school stages, schools or declarations that fail), ``needs`` (what to
        declare or record, by code: see `junheng.measure.needs`) and ``detail`` (figures compared, rule by rule).
    guarantee
        The items judged school by school; columns of `junheng.measure.guarantee.SCHEMA`.
    verdict
        Of the county: ``fail`` if anything fails, ``pass`` if everything passes, else ``not_assessed``.
    values
        Every value of the standard that was used.
    notices
        Declarations that decided nothing: no rule asks for them, or the records decide the rule.
    """

    table: pl.DataFrame
    guarantee: pl.DataFrame
    verdict: str
    values: tuple[Value, ...]
    notices: tuple[Problem, ...]


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
    return Indicators(
        table=table,
        guarantee=by_school,
        verdict=_county(table, balance),
        values=tuple(dict.fromkeys((*used, *judge.used))),
        notices=tuple(map(_unread, sorted(declared.keys() - judge.read))),
    )


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
    needs = _codes(balance.needs.filter(pl.col("rule").is_in(rules))["needs"]) if n_unknown else []
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
    needs = list(dict.fromkeys(need for outcome in outcomes for need in outcome.needs))
    return _start(indicator) | {
        "verdict": _verdict(
            n_failing=failing, n_unknown=len(needs), n_known=sum(o.n_known for o in outcomes)
        ),
        "n_failing": failing,
        "needs": ", ".join(needs) or None,
        "detail": ", ".join(outcome.detail for outcome in outcomes if outcome.detail) or None,
    }


def _codes(needs: pl.Series) -> list[str]:
    """Return every code of what is needed once, from texts that may hold several."""
    return sorted({code for text in needs.to_list() for code in text.split(", ")})


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
    for row in district.table("declarations").drop_nulls("value").iter_rows(named=True):
        result.setdefault(row["rule"], {})[row["school"]] = row["value"]
    return result


def _unread(key: str) -> Problem:
    return Problem(
        code="declaration-not-read",
        severity="notice",
        place=Place(sheet=table_of("declarations").label.zh, key=key),
        found=Text("没有采用这项申报", "a declaration that was not read"),
        expected=Text(
            "由教育局申报的规则代码，分学段的写作 代码/primary",
            "the id of a rule that is declared, by stage as id/primary",
        ),
        remedy=Text(
            "请核对规则代码；可由记录计算的规则不必申报",
            "Check the id; what records can show is not declared",
        ),
    )


def _judged_schools(balance: Balance) -> frozenset[str]:
    counted = balance.stages.filter(pl.col("verdict") != "excluded")
    return frozenset(counted["school"].to_list())


class _Judge:
    """Judges the rules that are not resource indicators, keeping the values and declarations that it used."""

    def __init__(
        self, standard: StandardOnDate, by_school: pl.DataFrame, declared: _Declared, schools: frozenset[str]
    ) -> None:
        self.standard = standard
        self.by_school = by_school
        self.declared = declared
        self.schools = schools
        self.used: list[Value] = []
        self.read: set[str] = set()

    def rules(self, rules: Iterable[Rule]) -> list[_Outcome]:
        """Judge every rule that can be met or broken."""
        outcomes = []
        for rule in rules:
            if rule.id in _COMPUTED:
                outcomes.append(self._computed(rule))
            elif rule.kind in _JUDGED:
                outcomes += self._by_declaration(rule)
        return outcomes

    def _computed(self, rule: Rule) -> _Outcome:
        rows = self.by_school.filter(pl.col("rule") == rule.id)
        known = rows.filter(pl.col("verdict") != "not_assessed")
        needs = _codes(rows["needs"].drop_nulls())
        n_failing = int((known["verdict"] == "below").sum())
        detail = f"{rule.id}: {known.height - n_failing}/{rows.height}"
        return _Outcome(known.height, n_failing, tuple(needs), detail)

    def _by_declaration(self, rule: Rule) -> Iterator[_Outcome]:
        """Judge what the bureau declares: once for all, or stage by stage.

        Stages are judged one by one where their limits differ or one of them is declared on its own; a stage that
        is not is judged on what is declared for all.
        """
        general = self.standard.value_or_none(rule.id)
        by_stage = {stage: self.standard.value_or_none(rule.id, stage=stage) for stage in COMPULSORY}
        limits = {stage: limit for stage, limit in by_stage.items() if limit is not None}
        own = {f"{rule.id}/{stage}": limit for stage, limit in limits.items()}
        if len({limit.number for limit in limits.values()}) > 1 or self.declared.keys() & own.keys():
            for key, limit in own.items():
                yield self._outcome(
                    key if key in self.declared or rule.id not in self.declared else rule.id, limit
                )
        elif limits:  # else the rule is not in force on the day
            yield self._outcome(rule.id, general or next(iter(limits.values())))

    def _outcome(self, key: str, limit: Value) -> _Outcome:
        self.used.append(limit)
        self.read.add(key)
        values = self.declared.get(key, {})
        if not values:
            return _Outcome(0, 0, (f"declarations {key}",), "")
        missing = () if None in values else tuple(sorted(self.schools - values.keys()))
        needs = (f"declarations {key} ({len(missing)} schools)",) if missing else ()
        n_failing = sum(not limit.meets(value) for value in values.values())
        shown = f"{values[None]:g}" if None in values else f"{len(values) - n_failing}/{len(values)}"
        return _Outcome(len(values), n_failing, needs, f"{key}: {shown}")
