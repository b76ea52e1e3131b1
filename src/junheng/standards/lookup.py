"""What a standard says on one day: a view in which a repeated look-up is one dictionary hit."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import cast

from junheng.errors import UsageError
from junheng.standards import waivers
from junheng.standards.model import SCHOOL_KINDS, STAGES, DatedValue, Rule, SchoolKind, Stage
from junheng.standards.value import Method, Value, is_looser
from junheng.text import Text

_Key = tuple[str, Stage | None, SchoolKind | None]


class StandardOnDate:
    """A standard as it stands on one day.

    Parameters
    ----------
    day
        The day.
    rules
        Every rule of the standard.
    active_waivers
        Ids of the waivers that are switched on; those not in force on the day are left out with a notice.
    """

    def __init__(self, *, day: date, rules: Mapping[str, Rule], active_waivers: Iterable[str] = ()) -> None:
        self.day = day
        self._rules = rules
        self._cache: dict[_Key, Value | None] = {}
        self.waivers, self.notices = waivers.in_force(active_waivers, rules=rules, day=day)

    def value(self, rule: str, *, stage: str | None = None, kind: str | None = None) -> Value:
        """Return the rule's number for a stage and a kind of school.

        The most particular value wins: the one for this stage and kind, then the one for the stage or for
        the kind, then the one for all. An overlay's value comes before the wider scope's. Raises `UsageError`
        if the rule, stage or kind is unknown, if no value is in force, or if a stage's and a kind's compete.
        """
        found = self.value_or_none(rule, stage=stage, kind=kind)
        if found is None:
            raise UsageError(_why_none(self._rules[rule], day=self.day, stage=stage, kind=kind))
        return found

    def value_or_none(self, rule: str, *, stage: str | None = None, kind: str | None = None) -> Value | None:
        """Do the same, with `None` where no value is in force; an unknown name still raises."""
        try:
            return self._cache[(rule, stage, kind)]  # type: ignore[index]
        except KeyError:
            pass
        known_stage, known_kind = _known(stage, kind)
        found = _resolve(find_rule(self._rules, rule), stage=known_stage, kind=known_kind, day=self.day)
        self._cache[(rule, known_stage, known_kind)] = found
        return found

    def method(self, rule: str) -> Method:
        """Return the way of computing that a rule of kind ``method`` prescribes."""
        known = find_rule(self._rules, rule)
        for dated in reversed(known.values):
            if dated.holds_on(self.day) and isinstance(dated.value, str):
                return Method(
                    option=dated.value,
                    text=known.options[dated.value],
                    rule=rule,
                    start=dated.start,
                    end=dated.end,
                    citation=dated.citation,
                    confidence=dated.confidence,
                    scope=dated.scope,
                )
        raise UsageError(_why_none(known, day=self.day, stage=None, kind=None))

    def relaxed(
        self,
        rule: str,
        *,
        facts: Mapping[str, float | None],
        stage: str | None = None,
        kind: str | None = None,
    ) -> Value:
        """Return the rule's number for one school, relaxed by the waivers that are on and apply to it.

        Parameters
        ----------
        rule, stage, kind
            As for `value`.
        facts
            What is known of the school, by the names that the waivers' conditions use, such as
            ``{"built_year": 2005}``. A fact that is absent does not satisfy a condition.

        Returns
        -------
        Value
            The loosest number among the waivers that apply, with ``waiver`` set and the ordinary value in
            ``overrides``; or the ordinary value.
        """
        best = self.value(rule, stage=stage, kind=kind)
        ordinary = best
        for waiver in self.waivers_of(rule):
            value = self.value_or_none(waiver.id, stage=stage, kind=kind)
            if (
                value is not None
                and value.unit == best.unit
                and waivers.applies(waiver, facts)
                and is_looser(value.number, than=best)
            ):
                best = waivers.relax(value, ordinary=ordinary, waiver=waiver.id)
        return best

    def waivers_of(self, rule: str) -> tuple[Rule, ...]:
        """Return the waivers of that rule that are switched on and in force."""
        known = find_rule(self._rules, rule)
        return tuple(waiver for waiver in self.waivers if waiver.waives == known.id)


def find_rule(rules: Mapping[str, Rule], rule: str) -> Rule:
    """Return a rule by id; an unknown id raises `UsageError` and names the nearest ones."""
    try:
        return rules[rule]
    except KeyError:
        near = difflib.get_close_matches(rule, rules, n=3, cutoff=0.5)
        zh = f"；是否指 {'、'.join(near)}？" if near else ""
        en = f"; did you mean {', '.join(near)}?" if near else ""
        raise UsageError(
            Text(f"标准中没有规则“{rule}”{zh}", f"the standard has no rule “{rule}”{en}")
        ) from None


def _known(stage: str | None, kind: str | None) -> tuple[Stage | None, SchoolKind | None]:
    for name, known in ((stage, STAGES), (kind, SCHOOL_KINDS)):
        if name is not None and name not in known:
            raise UsageError(
                Text(
                    f"没有学段或学校类型“{name}”：应为 {'、'.join(known)}",
                    f"no stage or kind “{name}”: use {', '.join(known)}",
                )
            )
    return cast("Stage | None", stage), cast("SchoolKind | None", kind)


def _resolve(rule: Rule, *, stage: Stage | None, kind: SchoolKind | None, day: date) -> Value | None:
    """Walk the scopes from the widest to the narrowest; each that speaks replaces what came before."""
    found: Value | None = None
    for _, layer in groupby(rule.values, key=lambda dated: dated.layer):
        dated = _most_particular(rule, list(layer), stage=stage, kind=kind, day=day)
        if dated is not None and isinstance(dated.value, float):
            found = _as_value(rule, dated, number=dated.value, overrides=found)
    return found


def _most_particular(
    rule: Rule, layer: list[DatedValue], *, stage: Stage | None, kind: SchoolKind | None, day: date
) -> DatedValue | None:
    in_force = {(d.stage, d.kind): d for d in layer if d.holds_on(day) and d.value is not None}
    if (stage, kind) in in_force:
        return in_force[stage, kind]
    of_stage, of_kind = in_force.get((stage, None)), in_force.get((None, kind))
    if stage is not None and kind is not None and of_stage is not None and of_kind is not None:
        raise UsageError(
            Text(
                f"规则 {rule.id} 在 {day} 对学段 {stage} 和类型 {kind} 各有一值，未写明以何者为准",
                f"rule {rule.id} has on {day} one value for stage {stage} and another for kind {kind}, and does "
                "not say which of them holds for both",
            )
        )
    return of_stage or of_kind or in_force.get((None, None))


def _as_value(rule: Rule, dated: DatedValue, *, number: float, overrides: Value | None) -> Value:
    return Value(
        number=number,
        unit=rule.unit,
        operator=rule.operator,
        rule=rule.id,
        stage=dated.stage,
        kind=dated.kind,
        start=dated.start,
        end=dated.end,
        citation=dated.citation,
        confidence=dated.confidence,
        is_expected=dated.is_expected,
        scope=dated.scope,
        overrides=overrides,
    )


def _why_none(rule: Rule, *, day: date, stage: str | None, kind: str | None) -> Text:
    zh = [f"规则 {rule.id} 在 {day} 没有适用的值"]
    en = [f"rule {rule.id} has no value in force on {day}"]
    asked = [*([("学段", "stage", stage)] if stage else []), *([("类型", "kind", kind)] if kind else [])]
    if asked:
        zh.append(f"（{'，'.join(f'{word} {code}' for word, _, code in asked)}）")
        en.append(f" for {', '.join(f'{word} {code}' for _, word, code in asked)}")
    if rule.is_set_locally:
        zh.append("；该值由地方规定：请加载本地标准")
        en.append("; the locality sets it: load a local overlay")
    elif rule.values:
        known = sorted({str(dated.stage) for dated in rule.values}), min(dated.start for dated in rule.values)
        zh.append(f"；已有的值：学段 {'、'.join(known[0])}，最早 {known[1]} 起")
        en.append(f"; it has values for stage {', '.join(known[0])}, from {known[1]} at the earliest")
    return Text("".join(zh), "".join(en))
