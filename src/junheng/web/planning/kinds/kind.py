"""What every kind of plan says of itself, so that one desk serves all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from junheng.district.model import District
from junheng.plans.plan import Plan
from junheng.progress import Progress
from junheng.report.facts import Names
from junheng.standards.standard import Standard
from junheng.text import Text
from junheng.web.listing import Listing
from junheng.web.planning.forms import PlanForm
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.pins import Pin, no_pins

Settings = Mapping[str, Any]
Said = Sequence[tuple[Text, Text]]
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the worker is given: the snapshot, the standard, the settings, and whom to tell how far it is.

    ``base`` is the plan that somebody edited by hand before asking, or chose from a trade-off; `None` for a plan from
    scratch. ``proposals`` are zones that others drew, school by home: a trade-off has a plan nowhere worse than each.
    """

    district: District
    standard: Standard
    settings: Settings
    progress: Progress
    base: Plan | None = None
    proposals: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One plan of a trade-off, with its row of `junheng.plans.curve.measured_curve`."""

    plan: Plan
    measured: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it.

    Attributes
    ----------
    plan
        The plan.
    measured
        What an independent measure says before and after, for JSON; `Kind.figures` reads it back.
    report
        One HTML page; `None` where the kind has none.
    tables
        What else the planner tells, table by table as rows for JSON; `Kind.tables` reads it back.
    choices
        The plans of the trade-off that was asked for beside the plan, in their order; empty where none was.
    """

    plan: Plan
    measured: Sequence[Mapping[str, Any]]
    report: str | None = None
    tables: Tables | None = None
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measure before and after, as people read it."""

    name: Text
    before: Text
    after: Text


def no_notices(result: Mapping[str, Any]) -> list[Text]:
    """Return nothing: for kinds that take nothing for granted."""
    return []


def no_tables(request: HttpRequest, plan: PlanRecord) -> list[Listing]:
    """Return nothing: for kinds whose actions say all."""
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of plan.

    Attributes
    ----------
    name, seeks
        What it is called, and what it seeks, in its order.
    form
        What a planner may ask for.
    solve
        Computes, in the worker; loads its solver itself.
    actions
        What the plan does, as a table with the reasons.
    tables
        What else the planner tells, from `Outcome.tables`.
    figures
        Before and after, from `Outcome.measured`.
    words
        Settings in plain words, by the names of the records.
    notices
        What the plan takes for granted, from its JSON.
    pins
        What the plan does, to be pinned or forbidden when it is planned again.
    personal
        Settings that name persons; `None` for a plan that names nobody. Of a kind that names persons, the actions,
        these settings, the file and what is wrong with the records are shown only to those who see the rosters.
    """

    name: Text
    seeks: Text
    form: type[PlanForm]
    solve: Callable[[Asked], Outcome]
    actions: Callable[[HttpRequest, PlanRecord], Listing]
    figures: Callable[[Sequence[Mapping[str, Any]]], list[Figure]]
    words: Callable[[Settings, Names], Said]
    notices: Callable[[Mapping[str, Any]], list[Text]] = field(default=no_notices)
    tables: Callable[[HttpRequest, PlanRecord], Sequence[Listing]] = field(default=no_tables)
    pins: Callable[[PlanRecord], Sequence[Pin]] = field(default=no_pins)
    personal: frozenset[str] | None = None
