"""Local overlays: add a place's values and rules to a standard, and say where they ask less than before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from junheng.errors import Place, Problem
from junheng.standards.fields import Fields
from junheng.standards.lookup import StandardOnDate
from junheng.standards.model import LEVELS, SCHOOL_KINDS, STAGES, DatedValue, Rule, SchoolKind, Scope, Stage
from junheng.standards.parse import Parsed
from junheng.standards.value import Value, is_looser
from junheng.text import Text


def parse_scope(fields: Fields) -> Scope | None:
    """Read the ``scope`` that every overlay must declare: level, code and name of the place."""
    level, code, name = fields.choice("level", LEVELS[1:]), fields.text("code"), fields.bilingual("name")
    fields.finish()
    if level is None or code is None or name is None:
        return None
    return Scope(level=level, code=code, name=name)  # type: ignore[arg-type]


def apply_overlay(
    rules: Mapping[str, Rule], parsed: Parsed, *, file: str, lines: Mapping[str, int]
) -> tuple[dict[str, Rule], list[Problem]]:
    """Return the rules with an overlay's values on top, and every place where it asks less than they did.

    A looser number is an error unless its value says ``allow_looser: true``; then it is a warning.
    """
    merged = {**rules, **parsed.rules}
    problems: list[Problem] = []
    for name, values in parsed.added.items():
        merged[name] = replace(rules[name], values=rules[name].values + values)
        problems += _looser(rules[name], merged[name], values, file=file, line=lines.get(name))
    return merged, problems


def _looser(
    before: Rule, after: Rule, values: Iterable[DatedValue], *, file: str, line: int | None
) -> list[Problem]:
    """Compare both rules on every day on which either changes, for every stage and kind that differs."""
    values = tuple(values)
    days = sorted({dated.start for dated in (*before.values, *values)})
    stages, kinds = _asked(before, values)
    found: dict[tuple[bool, Stage | None, SchoolKind | None], Problem] = {}
    for day, stage, kind in product(days, stages, kinds):
        old = StandardOnDate(day=day, rules={before.id: before}).value_or_none(
            before.id, stage=stage, kind=kind
        )
        new = StandardOnDate(day=day, rules={after.id: after}).value_or_none(after.id, stage=stage, kind=kind)
        if old is None or new is None or new == old or not is_looser(new.number, than=old):
            continue
        allowed = _is_allowed(values, new)
        key = (allowed, new.stage, new.kind)
        found.setdefault(key, _problem(after, old=old, new=new, is_allowed=allowed, file=file, line=line))
    return list(found.values())


def _asked(
    before: Rule, values: tuple[DatedValue, ...]
) -> tuple[tuple[Stage | None, ...], tuple[SchoolKind | None, ...]]:
    """Return the stages and kinds that can tell the two rules apart."""
    dated = (*before.values, *values)
    stages = tuple(stage for stage in STAGES if any(d.stage == stage for d in dated))
    kinds = tuple(kind for kind in SCHOOL_KINDS if any(d.kind == kind for d in dated))
    return (None, *stages), (None, *kinds)


def _is_allowed(values: tuple[DatedValue, ...], new: Value) -> bool:
    return any(
        dated.may_be_looser
        for dated in values
        if (dated.start, dated.stage, dated.kind) == (new.start, new.stage, new.kind)
    )


def _problem(rule: Rule, *, old: Value, new: Value, is_allowed: bool, file: str, line: int | None) -> Problem:
    return Problem(
        code="overlay-looser",
        severity="warning" if is_allowed else "error",
        place=Place(file=file, row=line, key=rule.id),
        found=Text(
            f"“{rule.title.zh}”{new.scope.name.zh}为 {new.number:g}，宽于{old.scope.name.zh} {old.number:g}",
            f"“{rule.title.en}” is {new.number:g} in {new.scope.name.en}, looser than the {old.number:g} of "
            f"{old.scope.name.en}",
        ),
        expected=Text(
            f"不宽于 {old.operator} {old.number:g}", f"nothing looser than {old.operator} {old.number:g}"
        ),
        remedy=Text(
            "确属有意时，在该值处写明 allow_looser: true。",
            "Where this is meant, write allow_looser: true at the value.",
        ),
    )
