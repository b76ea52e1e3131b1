"""A layout over years: schedule in batches, investment, children by scenario, prices, what is handed over, why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from junheng.district.columns import label_of
from junheng.planners.layout.basis import basis_text
from junheng.planners.layout.course import BATCHES, KINDS
from junheng.report import numbers
from junheng.report.layout_facts import (
    GIVEN_UP,
    IN_USE,
    PRICES,
    PRICES_NOTE,
    WORKS,
    planned_years,
    spent_by_batch,
    state_of,
)
from junheng.report.loop import LoopReport
from junheng.text import Text

if TYPE_CHECKING:
    from junheng.planners.layout.planner import LayoutResult

_CLASSES = {WORKS: "g-works", IN_USE: "g-use", GIVEN_UP: "g-shut"}


@dataclass(frozen=True, slots=True)
class Project:
    """One row of the Gantt table; a year without a state has no class."""

    site: str
    batch: Text
    what: Text
    partner: str
    classes: str
    yuan: str
    states: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class Money:
    """One row of the investment table: a batch, the sum, or the limit."""

    name: Text
    projects: str
    total: str
    yuan: tuple[str, ...]
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class YearRow:
    """One planned year under one scenario."""

    year: str
    scenario: Text
    children: str
    places: str
    unserved: str
    mean_km: str


@dataclass(frozen=True, slots=True)
class Price:
    """What one scenario costs, in the order of `junheng.report.layout_facts.PRICES`."""

    scenario: Text
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Why a site does not do something else; ``order`` is what it would cost, to sort by."""

    site: str
    what: Text
    because: Text
    yuan: str
    unserved: str
    order: float


@dataclass(frozen=True, slots=True)
class LayoutFacts:
    """The facts of this section; empty where the plan is no layout."""

    stands_on: Text | None = None
    budget_years: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    projects: tuple[Project, ...] = ()
    money: tuple[Money, ...] = ()
    years: tuple[YearRow, ...] = ()
    price_note: Text = PRICES_NOTE
    price_heads: tuple[Text, ...] = tuple(text for _, text, _ in PRICES)
    prices: tuple[Price, ...] = ()
    handover: tuple[tuple[str, ...], ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def section(report: LoopReport) -> LayoutFacts:
    """Gather the facts of this section."""
    found = report.layout
    if found is None:
        return LayoutFacts()
    names = dict(zip(found.problem.sites, found.names, strict=True))
    return LayoutFacts(
        stands_on=basis_text(found.plan.settings),
        labels=tuple(str(year) for year in planned_years(found)),
        budget_years=tuple(str(year - 1) for year in found.problem.years),
        projects=tuple(_projects(found, names)),
        money=tuple(_money(found)),
        years=tuple(_years(found)),
        prices=tuple(_prices(report)),
        handover=tuple(
            (
                str(row["year"]),
                names[row["school"]],
                names[row["into"]],
                numbers.show(row["pupils"], "pupil"),
                numbers.show(row["teachers"], "person"),
            )
            for row in found.handover.iter_rows(named=True)
        ),
        alternatives=tuple(_alternatives(found, names)),
    )


def _projects(found: LayoutResult, names: dict[str, str]) -> list[Project]:
    return [
        Project(
            site=row["name"],
            batch=BATCHES[row["batch"]],
            what=KINDS[row["kind"]],
            partner=names.get(row["partner"], numbers.ABSENT),
            classes=numbers.show(row["classes"] or None, "class"),
            yuan=numbers.show(row["yuan"], "yuan"),
            states=tuple(
                (Text.same(""), "") if (state := state_of(row, year)) is None else (state, _CLASSES[state])
                for year in planned_years(found)
            ),
        )
        for row in found.schedule.iter_rows(named=True)
    ]


def _money(found: LayoutResult) -> list[Money]:
    """Return a row a batch, then their sum and, where there is one, the limit of every year."""
    batches = list(spent_by_batch(found))
    rows = [_spent(name, spent, projects=projects) for name, projects, spent in batches]
    if rows:
        sums = np.sum([spent for _, _, spent in batches], axis=0).tolist()
        projects = sum(number for _, number, _ in batches)
        rows.append(_spent(Text("合计", "all"), sums, projects=projects, is_sum=True))
    limits = found.problem.budget_yuan
    if np.isfinite(limits).any():
        name = Text(
            "上限（几个学段共用时为其他学段所余）", "limit (what other stages leave, where they share it)"
        )
        shown = tuple(numbers.show(float(yuan), "yuan") for yuan in limits)
        rows.append(Money(name, numbers.ABSENT, numbers.ABSENT, shown, is_sum=True))
    return rows


def _spent(name: Text, spent: Sequence[float], *, projects: int, is_sum: bool = False) -> Money:
    shown = tuple(numbers.show(yuan, "yuan") for yuan in spent)
    return Money(name, str(projects), numbers.show(sum(spent), "yuan"), shown, is_sum=is_sum)


def _years(found: LayoutResult) -> list[YearRow]:
    return [
        YearRow(
            year=str(row["year"]),
            scenario=label_of("scenario", row["scenario"]),
            children=numbers.show(row["children"], "child"),
            places=numbers.show(row["places"], "pupil"),
            unserved=numbers.show(row["unserved"], "pupil"),
            mean_km=numbers.show(row["mean_km"], "km"),
        )
        for row in found.years.iter_rows(named=True)
    ]


def _prices(report: LoopReport) -> list[Price]:
    if report.prices is None:
        return []
    return [
        Price(
            label_of("scenario", row["scenario"]),
            tuple(numbers.show(row[name], unit) for name, _, unit in PRICES),
        )
        for row in report.prices.iter_rows(named=True)
    ]


def _alternatives(found: LayoutResult, names: dict[str, str]) -> list[Alternative]:
    from junheng.planners.layout.explain import forced_order  # noqa: PLC0415 - solvers, which other reports do without

    return [
        Alternative(
            site=names[one.site],
            what=KINDS[one.kind],
            because=one.text,
            yuan=numbers.show(one.yuan, "yuan"),
            unserved=numbers.show(one.unserved, "pupil"),
            order=-1.0 if one.yuan is None else one.yuan,
        )
        for one in forced_order(found.why_not)
    ]
