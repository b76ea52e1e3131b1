"""The parts of a standard: documents, citations, dated values, rules, indicators. Plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from junheng.text import Text

Stage = Literal["preschool", "primary", "junior", "senior"]
SchoolKind = Literal[
    "kindergarten",
    "primary",
    "teaching_point",
    "junior",
    "nine_year",
    "complete_secondary",
    "senior",
    "twelve_year",
    "vocational",
    "special",
]
RuleKind = Literal["threshold", "parameter", "evidence", "veto", "weight", "method", "waiver"]
Operator = Literal[">=", "<=", "<", "="]
Confidence = Literal["A", "A-", "B", "C", "M"]
Level = Literal["national", "province", "city", "county"]

STAGES: tuple[Stage, ...] = get_args(Stage)
SCHOOL_KINDS: tuple[SchoolKind, ...] = get_args(SchoolKind)
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
OPERATORS: tuple[Operator, ...] = get_args(Operator)
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
LEVELS: tuple[Level, ...] = get_args(Level)
SUBJECTS = ("school_stage", "school", "class", "room", "teacher", "pupil", "home", "county")
GROUPS = ("balance", "guarantee", "quality", "recognition", "veto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a rule or a value holds: the nation, or one province, city or county.

    Attributes
    ----------
    level
        One of `LEVELS`.
    code
        GB/T 2260 division code of six digits, or the district's own key; `None` for the nation.
    name
        The place in both languages.
    """

    level: Level
    code: str | None
    name: Text


NATIONAL = Scope(level="national", code=None, name=Text("全国", "national"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a number is written.

    Attributes
    ----------
    document
        Key of the document in the standard's `documents.yaml` (or the overlay's own list).
    title, number
        The document's title, and its number such as 教督〔2017〕6号 where it has one.
    published, published_confidence
        Day of issue (`None` where it is not known), and how sure that day is.
    clause
        Clause, table or page inside the document.
    source
        Tags of the copies in which the wording was read, such as ``S1 S3``.
    where
        Addresses of those copies, in words.
    """

    document: str
    title: Text
    number: str | None
    published: date | None
    published_confidence: Confidence | None
    clause: str
    source: str
    where: str

    def describe(self) -> Text:
        """Return the citation as one line: number or title, clause."""
        return Text(
            f"{self.title.zh}{f'（{self.number}）' if self.number else ''}，{self.clause}",
            f"{self.title.en}{f' ({self.number})' if self.number else ''}, {self.clause}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue:
    """One value of a rule from one day on.

    Attributes
    ----------
    start, end
        First and last day in force; ``end`` is `None` while no end is known.
    value
        The number in the rule's unit; the option's name for a rule of kind ``method``; `None` ends the
        rule (in an overlay: ends the local value, so that the wider scope's value holds again).
    stage, kind
        The stage and the kind of school it is for; `None` means every one.
    citation, confidence
        Where it is written, and how sure the wording is (A official ... M from memory, unverified).
    is_expected
        Announced, not yet in force.
    may_be_looser
        Set by an overlay that knowingly falls short of the wider scope's rule.
    scope, layer
        Who set it; 0 is the standard itself, then each overlay in the order of loading.
    note
        Anything a reader of the number must know.
    """

    start: date
    end: date | None
    value: float | str | None
    stage: Stage | None
    kind: SchoolKind | None
    citation: Citation
    confidence: Confidence
    is_expected: bool = False
    may_be_looser: bool = False
    scope: Scope = NATIONAL
    layer: int = 0
    note: Text | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether this value is the one in force on that day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One fact that must hold before a waiver applies, such as ``built_year <= 2010``."""

    fact: str
    operator: Literal[">=", "<=", "<", "=", ">"]
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a standard.

    Attributes
    ----------
    id
        Stable name, such as ``balance.R4``.
    kind
        ``threshold`` is measured against a limit; ``evidence`` and ``veto`` are declared by the bureau;
        ``parameter``, ``weight`` and ``method`` say how to compute; ``waiver`` relaxes another rule.
    title, meaning
        What it is called, and what exactly is counted.
    unit, operator
        Unit of every value (a code of `junheng.units.UNITS`); how a measured value is compared, or `None`.
    subject
        What is judged: each school stage, each class, the county ...
    indicator
        The indicator of the national list that it belongs to, such as ``G11``, or `None`.
    assessed_by
        Dotted name of the function that uses it; `None` where the bureau declares the outcome.
    values
        Every dated value: the national ones first, then each overlay's in the order of loading.
    options
        For ``method``: the named options.
    waives, conditions
        For ``waiver``: the rule it relaxes and the facts that must hold.
    tolerance
        How far a shortfall is tolerated, in words.
    is_set_locally
        The nation leaves the number to the locality: without an overlay there is no value.
    register
        Rows of the policy register that it encodes.
    scope, file
        Who made the rule, and the file in which it stands.
    """

    id: str
    kind: RuleKind
    title: Text
    meaning: Text | None
    unit: str
    operator: Operator | None
    subject: str
    indicator: str | None
    assessed_by: str | None
    values: tuple[DatedValue, ...]
    options: Mapping[str, Text] = field(default_factory=dict)
    waives: str | None = None
    conditions: tuple[Condition, ...] = ()
    tolerance: Text | None = None
    is_set_locally: bool = False
    register: tuple[str, ...] = ()
    scope: Scope = NATIONAL
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One of the 32 indicators or 7 vetoes of the national assessment; it is met when all its rules are.

    Attributes
    ----------
    id, group
        ``R1`` ... ``SOC``, ``V1`` ...; group is one of `GROUPS`.
    title, requirement
        Short name, and the requirement in a sentence.
    rules
        The ids of the rules that make it up, in file order.
    """

    id: str
    group: str
    title: Text
    requirement: Text
    rules: tuple[str, ...]
