"""A number of a standard on one day, ready to be quoted and compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from junheng.errors import UsageError
from junheng.standards.model import Citation, Confidence, Operator, SchoolKind, Scope, Stage
from junheng.text import Text

RELATIVE_TOLERANCE = 1e-12
"""Slack of a comparison, as a share of the limit: it absorbs the last bits of floating-point division
(4.2 computed as 4.199999999999999) and nothing else. A real shortfall is far larger: with whole teachers and
up to ten million pupils a ratio differs from a limit of two decimals by at least 1e-9 of the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A rule's number on one day, with everything needed to quote it.

    Attributes
    ----------
    number, unit, operator
        The number, its unit and how a measured value is compared with it (`None`: it is no limit).
    rule, stage, kind
        The rule, and the stage and kind of school for which the standard wrote it (`None`: all).
    start, end
        First and last day in force (``end`` `None`: no end known).
    citation, confidence, is_expected
        Where it is written, how sure that is, and whether it is only announced.
    scope
        Who set it: the nation, or the place of an overlay.
    overrides
        The value of the wider scope that an overlay replaced, or that a waiver relaxed.
    waiver
        The waiver that gave this number, or `None`.
    """

    number: float
    unit: str
    operator: Operator | None
    rule: str
    stage: Stage | None
    kind: SchoolKind | None
    start: date
    end: date | None
    citation: Citation
    confidence: Confidence
    is_expected: bool
    scope: Scope
    overrides: Value | None = None
    waiver: str | None = None

    def meets(self, measured: float) -> bool:
        """Tell whether a measured number, unrounded, satisfies the rule.

        ``>=``, ``<=`` and ``=`` include the limit, ``<`` does not; a number that differs from the limit by
        less than `RELATIVE_TOLERANCE` of it counts as equal to it. A rule without operator raises
        `UsageError`; so does NaN, because absent is not zero: leave it out instead.
        """
        if measured != measured:  # noqa: PLR0124 - the plain test for "not a number"
            raise UsageError(
                Text("缺失值不能与标准比较", "an absent number cannot be compared with a standard")
            )
        return bool(self.is_met_by(measured))

    def is_met_by(self, measured: Any) -> Any:
        """Do the same for a numpy array, a polars column or a polars expression, element by element."""
        slack = abs(self.number) * RELATIVE_TOLERANCE
        match self.operator:
            case ">=":
                return measured >= self.number - slack
            case "<=":
                return measured <= self.number + slack
            case "<":
                return measured < self.number - slack
            case "=":
                return (measured >= self.number - slack) & (measured <= self.number + slack)
            case None:
                raise UsageError(
                    Text(
                        f"规则 {self.rule} 不是限值，不能比较",
                        f"rule {self.rule} is not a limit, nothing can meet it",
                    )
                )

    def day_in(self, year: int) -> date:
        """Return the day of that year, for a rule whose unit is ``month-day`` (1 September is 901)."""
        if self.unit != "month-day":
            raise UsageError(Text(f"规则 {self.rule} 不是日期", f"rule {self.rule} is not a day of the year"))
        return date(year, int(self.number) // 100, int(self.number) % 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """The way of computing that a rule of kind ``method`` prescribes on one day."""

    option: str
    text: Text
    rule: str
    start: date
    end: date | None
    citation: Citation
    confidence: Confidence
    scope: Scope


def is_looser(number: float, than: Value) -> bool:
    """Tell whether a number asks less than a value does; numbers that are no limits are never looser."""
    if than.operator == ">=":
        return number < than.number
    return than.operator in ("<=", "<") and number > than.number
