"""Reads a round and lists every problem of its file, its records and its rules at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from junheng.admission.intake import children, families, papers, plan, reserves, wishes
from junheng.admission.intake.forbidden import forbidden_columns
from junheng.admission.intake.identity import hidden
from junheng.admission.intake.kit import Check, Intake
from junheng.admission.intake.waivers import Waiver, waive
from junheng.admission.rules.model import Rules
from junheng.admission.rules.national import against_the_standard, standard_day
from junheng.district.files import read_tables
from junheng.district.intake.whole import checked_across, required_tables
from junheng.district.model import District
from junheng.district.source import SourceTable, sources_of
from junheng.errors import InputError, Problem
from junheng.standards.standard import Standard

_CHECKS: tuple[Check, ...] = (
    *children.CHECKS,
    *families.CHECKS,
    *wishes.CHECKS,
    *papers.CHECKS,
    *plan.CHECKS,
    *reserves.CHECKS,
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Taken:
    """What taking a round in gave.

    Attributes
    ----------
    district
        The records, or `None` where the file itself has errors.
    rules
        The round's rules.
    problems
        Everything found, in the order of the checks; what somebody signed for is not among them.
    waived
        Each waiver with the problem that it waived.
    """

    district: District | None
    rules: Rules
    problems: tuple[Problem, ...]
    waived: tuple[tuple[Waiver, Problem], ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What must be mended or waived before the round can be frozen."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def registry() -> tuple[Check, ...]:
    """Return every check of a round in the order in which they run."""
    return _CHECKS


def take_in(path: str | Path, rules: Rules, standard: Standard, *, waivers: tuple[Waiver, ...] = ()) -> Taken:
    """Read a district's file and check it as a round: the file, the records across tables, and the round's rules.

    Parameters
    ----------
    path
        A workbook or folder.
    rules, standard
        The round's rules, and the standard; it is read on the day on which the rules were published.
    waivers
        What somebody signed for.

    Raises
    ------
    UsageError
        If there is no such file.
    """
    try:
        read = read_tables(path)
    except InputError as error:
        return Taken(district=None, rules=rules, problems=_shown(error.problems), waived=())
    on = standard.on(standard_day(rules))
    found = [
        *forbidden_columns(read.aside, read.problems, on, file=Path(path).name),
        *read.problems,
        *required_tables(read.sources, Path(path).name),
        *checked_across(read.sources, read.incomplete),
    ]
    is_whole = not any(problem.severity == "error" for problem in found)
    if "district" in read.sources and read.sources["district"].frame.height == 1:
        found += _of_round(dict(read.sources), rules, standard)
    district = District.of({name: one.frame for name, one in read.sources.items()}) if is_whole else None
    left, waived = waive(found, waivers, registry())
    return Taken(district=district, rules=rules, problems=_shown(left), waived=waived)


def check_round(
    district: District, rules: Rules, standard: Standard, *, waivers: tuple[Waiver, ...] = ()
) -> Taken:
    """Do the same with records that are in memory and have passed the checks of a district."""
    found = _of_round(sources_of(district), rules, standard)
    left, waived = waive(found, waivers, registry())
    return Taken(district=district, rules=rules, problems=_shown(left), waived=waived)


def _shown(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(hidden(problem) for problem in problems)


def _of_round(sources: dict[str, SourceTable], rules: Rules, standard: Standard) -> list[Problem]:
    on = standard.on(standard_day(rules))
    intake = Intake(sources, rules, on)
    return [*against_the_standard(rules, on), *(found for one in _CHECKS for found in one.problems(intake))]
