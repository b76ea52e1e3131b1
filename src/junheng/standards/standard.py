"""The standard itself: every rule, indicator and document, immutable and known by the hash of its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from junheng.errors import Problem
from junheng.standards.lookup import StandardOnDate, find_rule
from junheng.standards.model import Indicator, Rule, Scope
from junheng.standards.value import Value
from junheng.text import Text


@dataclass(frozen=True, kw_only=True, eq=False)
class Standard:
    """Policy as data: what was required of whom, from when to when, and where that is written.

    Two standards are equal when their content is, whatever the order or the files it was written in.

    Attributes
    ----------
    name, title
        ``cn`` and the title that people read.
    rules, indicators
        By id.
    scopes
        The nation, then each overlay's place in the order of loading.
    active_waivers
        Ids of the waivers that are switched on.
    notices
        What a reader of any result should know, such as an overlay that is looser than the wider scope.
    hash
        SHA-256 of the whole content, overlays and active waivers included.
    """

    name: str
    title: Text
    rules: Mapping[str, Rule]
    indicators: Mapping[str, Indicator]
    scopes: tuple[Scope, ...]
    active_waivers: tuple[str, ...]
    notices: tuple[Problem, ...]
    hash: str
    _days: dict[date, StandardOnDate] = field(default_factory=dict, repr=False)

    def on(self, day: date) -> StandardOnDate:
        """Return the standard as it stands on that day; the view is kept for the next time."""
        view = self._days.get(day)
        if view is None:
            view = StandardOnDate(day=day, rules=self.rules, active_waivers=self.active_waivers)
            self._days[day] = view
        return view

    def value(self, rule: str, *, on: date, stage: str | None = None, kind: str | None = None) -> Value:
        """Return a rule's number on one day; see `StandardOnDate.value`."""
        return self.on(on).value(rule, stage=stage, kind=kind)

    def value_or_none(
        self, rule: str, *, on: date, stage: str | None = None, kind: str | None = None
    ) -> Value | None:
        """Return a rule's number on one day, or `None` where none is in force."""
        return self.on(on).value_or_none(rule, stage=stage, kind=kind)

    def rule(self, rule: str) -> Rule:
        """Return a rule by id; an unknown id raises `UsageError` and names the nearest ones."""
        return find_rule(self.rules, rule)

    def rules_of(self, indicator: str) -> tuple[Rule, ...]:
        """Return the rules that make up an indicator, such as both of ``G11``."""
        return tuple(self.rules[rule] for rule in self.indicators[indicator].rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Standard) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)
