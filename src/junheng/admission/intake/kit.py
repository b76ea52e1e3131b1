"""What the checks of a round are made of: the round's records and rules, and one named function a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from junheng.admission.rounds.facts import applicants_of, classified, facts
from junheng.admission.rounds.groups import linked
from junheng.admission.rules.model import Rules
from junheng.admission.rules.national import lock_years
from junheng.district.checks.kit import Finding
from junheng.district.checks.records import Records
from junheng.district.columns import table
from junheng.district.model import District
from junheng.district.source import SourceTable
from junheng.errors import Problem, Severity
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text


class Intake:
    """The records of a round as they were read, with what several checks need computed once.

    Parameters
    ----------
    sources
        Tables by name, with the place of each row in the user's file.
    rules
        The round's rules.
    standard
        The standard on the day on which the rules were published.
    """

    def __init__(self, sources: dict[str, SourceTable], rules: Rules, standard: StandardOnDate) -> None:
        self.records = Records(sources)
        self.rules, self.standard = rules, standard
        self.district = District.of({name: _usable(name, source.frame) for name, source in sources.items()})

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table with the position of each row, as the checks of a district see it."""
        return self.records.frame(name)

    @cached_property
    def applicants(self) -> pl.DataFrame:
        """The children of this round, each once, with the position of their row."""
        frame = self.frame("applicants").drop_nulls(["applicant", "born"])
        once = frame.unique("applicant", keep="first", maintain_order=True)
        return once.filter(pl.col("stage") == self.rules.stage)

    @cached_property
    def choices(self) -> pl.DataFrame:
        """The choices of the children of this round, with the position of their row."""
        own = self.applicants.select("applicant")
        complete = self.frame("choices").drop_nulls(["applicant", "rank", "school"])
        return complete.join(own, on="applicant", how="semi", maintain_order="left")

    @cached_property
    def places(self) -> pl.DataFrame:
        """The plan of this round: schools that offer places at its stage."""
        return self.frame("places").filter(pl.col("stage") == self.rules.stage).drop_nulls("places")

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Every choice with its facts, class and reserve."""
        pairs = self.choices.select("applicant", "rank", "school")
        found = facts(self.district, self.rules, pairs, lock_years=lock_years(self.rules, self.standard))
        return classified(self.rules, found)

    @cached_property
    def groups(self) -> list[tuple[str, ...]]:
        """Children whom the rules keep together."""
        return linked(self.district, self.rules)

    @cached_property
    def at(self) -> dict[str, int]:
        """Position of each child's row, by applicant number."""
        return dict(self.applicants.select("applicant", "_at").iter_rows())

    @cached_property
    def children(self) -> dict[str, dict[str, object]]:
        """The row of each child whom a check of single children needs; by applicant number."""
        return {
            row["applicant"]: row for row in applicants_of(self.district, self.rules).iter_rows(named=True)
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One named check of a round.

    Attributes
    ----------
    code
        Stable name; waivers name it.
    severity
        An error stops the freeze until it is mended, or waived where that is allowed.
    text
        What it looks for.
    waived
        What follows if somebody signs for it; `None` where nobody may.
    find
        Returns the findings.
    """

    code: str
    severity: Severity
    text: Text
    waived: Text | None
    find: Callable[[Intake], Iterable[Finding]]

    def problems(self, intake: Intake) -> Iterator[Problem]:
        """Yield what the check finds; each problem's key is what a waiver names."""
        for finding in self.find(intake):
            yield Problem(
                code=self.code,
                severity=self.severity,
                place=intake.records.place(finding.table, finding.at, finding.column, finding.key),
                found=finding.found,
                expected=finding.expected,
                remedy=finding.remedy,
            )


def check(
    code: str, severity: Severity, *, looks_for: Text, waived: Text | None = None
) -> Callable[[Callable[[Intake], Iterable[Finding]]], Check]:
    """Turn a function from an intake to findings into a `Check`."""

    def wrap(find: Callable[[Intake], Iterable[Finding]]) -> Check:
        return Check(code, severity, looks_for, waived, find)

    return wrap


def _usable(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Leave out rows that the checks of a district have named: without a required value, or with the key of another."""
    one = table(name)
    required = [column.name for column in one if column.is_required]
    whole = frame.drop_nulls(required) if name != "district" else frame
    return whole.unique(list(one.key), keep="first", maintain_order=True)
