"""Turn one file of a standard, as read, into indicators and rules; every problem is noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from junheng.standards.fields import Fields
from junheng.standards.history import Context, parse_values
from junheng.standards.model import (
    GROUPS,
    OPERATORS,
    RULE_KINDS,
    SUBJECTS,
    Condition,
    DatedValue,
    Indicator,
    Operator,
    Rule,
    RuleKind,
)
from junheng.text import Text
from junheng.units import UNITS

_COMPARISONS = (*OPERATORS, ">")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What one file holds: at most one indicator, new rules, and values for rules that exist already."""

    indicator: Indicator | None
    rules: Mapping[str, Rule]
    added: Mapping[str, tuple[DatedValue, ...]]


def parse_file(top: Fields, *, context: Context, existing: Mapping[str, Rule]) -> Parsed:
    """Read the ``indicator`` and ``rules`` of one file.

    Parameters
    ----------
    top
        The file's outermost mapping; the caller reads its other keys and finishes it.
    context
        What may be cited, and who sets the values.
    existing
        The rules of the wider scopes; an entry of the same name adds values to them.
    """
    # Only the standard itself has indicators; in an overlay the key is left for the caller to refuse.
    indicator = _indicator(top) if top.has("indicator") and context.layer == 0 else None
    rules: dict[str, Rule] = {}
    added: dict[str, tuple[DatedValue, ...]] = {}
    if top.has("rules"):
        listed = top.child("rules")
        for name in listed.node:
            fields = listed.child(name)
            if name in existing:
                added[name] = _more_values(fields, existing[name], context)
                continue
            rule = _rule(name, fields, context=context, indicator=indicator)
            if rule is not None:
                rules[name] = rule
    if indicator is not None:
        indicator = replace(
            indicator, rules=tuple(n for n, r in rules.items() if r.indicator == indicator.id)
        )
    return Parsed(indicator=indicator, rules=rules, added=added)


def _indicator(top: Fields) -> Indicator | None:
    fields = top.child("indicator")
    name, group = fields.text("id"), fields.choice("group", GROUPS)
    title, requirement = fields.bilingual("title"), fields.bilingual("requirement")
    fields.finish()
    if name is None or group is None or title is None or requirement is None:
        return None
    return Indicator(id=name, group=group, title=title, requirement=requirement, rules=())


def _more_values(fields: Fields, rule: Rule, context: Context) -> tuple[DatedValue, ...]:
    values = parse_values(fields, unit=rule.unit, options=rule.options, context=context)
    fields.finish()
    _check_values(fields, kind=rule.kind, values=values, is_set_locally=False)
    return values


def _rule(name: str, fields: Fields, *, context: Context, indicator: Indicator | None) -> Rule | None:
    kind = fields.choice("kind", RULE_KINDS)
    title, meaning = fields.bilingual("title"), fields.bilingual("meaning", required=False)
    unit = fields.choice("unit", UNITS, code="standard-unknown-unit")
    operator = fields.choice("operator", OPERATORS, required=kind in ("threshold", "evidence", "veto"))
    subject = fields.choice("subject", SUBJECTS)
    assessed_by = fields.text("assessed_by", required=False)
    if not fields.has("assessed_by"):
        fields.raw("assessed_by", required=True)
    options = _options(fields) if kind == "method" else {}
    waives = fields.text("waives") if kind == "waiver" else None
    conditions = _conditions(fields) if kind == "waiver" else ()
    is_set_locally = fields.flag("set_locally")
    tolerance, register = fields.bilingual("tolerance", required=False), fields.words("register")
    is_extra = fields.flag("beside_indicator")
    values = parse_values(fields, unit=unit or "", options=options, context=context)
    fields.finish()
    _check_values(fields, kind=kind, values=values, is_set_locally=is_set_locally)
    _check_kind(fields, kind=kind, unit=unit, operator=operator)
    if kind is None or title is None or unit is None or subject is None:
        return None
    return Rule(
        id=name,
        kind=cast("RuleKind", kind),
        title=title,
        meaning=meaning,
        unit=unit,
        operator=cast("Operator | None", operator),
        subject=subject,
        indicator=indicator.id if indicator and kind not in ("waiver", "method") and not is_extra else None,
        assessed_by=assessed_by,
        values=values,
        options=options,
        waives=waives,
        conditions=conditions,
        tolerance=tolerance,
        is_set_locally=is_set_locally,
        register=register,
        scope=context.scope,
        file=fields.file,
    )


def _options(fields: Fields) -> dict[str, Text]:
    if fields.raw("options", required=True) is None:
        return {}
    listed = fields.child("options")
    named = {name: listed.bilingual(name) for name in listed.node}
    return {name: text for name, text in named.items() if text is not None}


def _conditions(fields: Fields) -> tuple[Condition, ...]:
    fields.raw("conditions", required=True)
    found = []
    for each in fields.children("conditions"):
        fact, operator = each.text("fact"), each.choice("operator", _COMPARISONS)
        value, unit = each.number("value"), each.choice("unit", UNITS, code="standard-unknown-unit")
        each.finish()
        if fact is not None and operator is not None and value is not None and unit is not None:
            found.append(Condition(fact=fact, operator=cast("Any", operator), value=value, unit=unit))
    return tuple(found)


def _check_values(
    fields: Fields, *, kind: str | None, values: tuple[DatedValue, ...], is_set_locally: bool
) -> None:
    if not fields.has("values") and not is_set_locally:
        fields.note(
            "standard-missing-key",
            "values",
            found=Text("没有值", "no value"),
            zh="至少一个值",
            en="at least one value",
        )
    if kind == "waiver" and any(dated.end is None and dated.value is not None for dated in values):
        fields.note(
            "standard-open-waiver",
            "values",
            found=Text("没有截止日期的过渡政策", "a waiver without an end"),
            zh="每个值写明 until",
            en="an “until” on every value",
        )
    declared = {"evidence": 1.0, "veto": 0.0}.get(kind or "")
    if declared is not None and any(dated.value not in (declared, None) for dated in values):
        fields.note(
            "standard-not-allowed",
            "values",
            found=Text(
                "申报事项应为是（1）、否决项应为否（0）以外的值", "another value than yes (1) or no (0)"
            ),
            zh=f"{declared:g}",
            en=f"{declared:g}",
        )


def _check_kind(fields: Fields, *, kind: str | None, unit: str | None, operator: str | None) -> None:
    """Check that what a bureau declares is a yes (1) or no (0), and that a method has no unit."""
    if kind in ("evidence", "veto") and (unit, operator) != ("flag", "="):
        fields.note(
            "standard-not-allowed",
            "unit",
            found=Text(f"单位 {unit}、运算符 {operator}", f"unit {unit}, operator {operator}"),
            zh="申报事项与一票否决的单位为 flag、运算符为 =",
            en="unit flag and operator = for evidence and vetoes",
        )
    if (kind == "method") != (unit == "none"):
        fields.note(
            "standard-not-allowed",
            "unit",
            found=Text(f"单位 {unit}", f"unit {unit}"),
            zh="方法规则（且仅方法规则）的单位为 none",
            en="unit none for a method, and for nothing else",
        )
