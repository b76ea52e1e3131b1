"""Cohorts: every class that is here grows a year older, new ones enter, and each number keeps its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from junheng.forecast.entrants import Entrants, entrants
from junheng.forecast.progression import Progression, progression
from junheng.forecast.records import Bools, Floats, Known
from junheng.forecast.settings import Settings

COMPONENTS = (
    "present",
    "correction",
    "births",
    "retention",
    "progression",
    "migration",
    "housing",
    "damping",
)
"""The parts of every number, in the order in which they are told; they sum to it.

``present``: pupils of the cohort who are in the school now; ``correction``: pupils added where the last count leaves
out a grade or is suspected of being incomplete; ``births``: entrants whom the children known to come give at the
district's share (where none are known: the level of recent entrants); ``retention``: what the school draws beyond that
share; ``progression``: change between grades at the district's ratios; ``migration``: change by the school's own
ratios, families moving in or away; ``housing``: pupils of the dwellings listed as completed; ``damping``: the pull
towards this year's total of the school.
"""
_PRESENT, _CORRECTION, _BIRTHS, _RETENTION, _PROGRESSION, _MIGRATION, _HOUSING, _DAMPING = range(8)
_MOST_GRADES = 0.6
_NOISE = 3.0
"""A drop below this many square roots of the pupils promised is chance in a small school."""


@dataclass(frozen=True, eq=False)
class Projection:
    """The pupils to come.

    Attributes
    ----------
    parts
        The parts of every number, shape (components, horizon, schools, grades).
    progression, entrants
        What they were computed with.
    is_suspect
        Schools whose last count is suspected of being incomplete, shape (schools,).
    """

    parts: Floats
    progression: Progression
    entrants: Entrants
    is_suspect: Bools

    @property
    def pupils(self) -> Floats:
        """Pupils, shape (horizon, schools, grades)."""
        total: Floats = self.parts.sum(axis=0)
        return total


@dataclass(frozen=True, eq=False)
class Carried:
    """Cohorts carried forward, before any damping: a `Projection`, and the pupils that it starts from."""

    projection: Projection
    start: Floats

    @cached_property
    def housing(self) -> Floats:
        """Pupils of new dwellings, shape (horizon, schools, grades)."""
        housing: Floats = self.projection.parts[_HOUSING]
        return housing

    @cached_property
    def settled(self) -> Floats:
        """All other pupils, same shape."""
        return self.projection.pupils - self.housing


def project(known: Known, settings: Settings) -> Projection:
    """Carry the pupils of the origin forward, year by year, and damp.

    A school that is not open at the origin gets zeros, and so do grades that it does not teach.
    """
    return damp(carry(known, settings), settings)


def carry(known: Known, settings: Settings, *, ratios: Progression | None = None) -> Carried:
    """Carry the pupils of the origin forward; the damping of the settings is not looked at.

    Parameters
    ----------
    ratios
        What `progression` returns for the same arguments, where it is at hand.
    """
    ratios = progression(known, settings) if ratios is None else ratios
    base, is_suspect = _base(known, ratios, settings)
    entering = entrants(known, _entered(known, base), settings)
    teaches = known.teaches
    now = np.zeros((len(COMPONENTS), *known.latest.shape))
    now[_PRESENT] = np.where(teaches, np.nan_to_num(known.latest), 0.0)
    now[_CORRECTION] = np.where(teaches, np.nan_to_num(base), 0.0) - now[_PRESENT]
    start = now.sum(axis=0)
    years = []
    for ahead in range(known.horizon):
        now = _next_year(now, known, ratios, entering, ahead) * teaches
        years.append(now)
    return Carried(Projection(np.stack(years, axis=1), ratios, entering, is_suspect), start)


def damp(carried: Carried, settings: Settings) -> Projection:
    """Pull what was carried forward towards the present; see `Settings`."""
    parts = carried.projection.parts.copy()
    parts[_DAMPING] = carried.settled * (_pull(carried, settings) - 1)[:, :, None]
    return replace(carried.projection, parts=parts)


def damped_pupils(carried: Carried, settings: Settings) -> Floats:
    """Return the pupils of `damp`, shape (horizon, schools, grades), without its parts."""
    pupils: Floats = carried.settled * _pull(carried, settings)[:, :, None] + carried.housing
    return pupils


def _next_year(now: Floats, known: Known, ratios: Progression, entering: Entrants, ahead: int) -> Floats:
    grown = np.zeros_like(now)
    grown[:, :, 1:] = now[:, :, :-1]
    stayers = grown.sum(axis=0)[:, 1:] - grown[_HOUSING, :, 1:]
    grown[_PROGRESSION, :, 1:] += stayers * (ratios.pooled - 1)
    grown[_MIGRATION, :, 1:] += stayers * ratios.pooled * (ratios.own - 1)
    grown[_HOUSING, :, 1:] *= ratios.ratio
    arrivals = known.arrivals[:, :, known.n_years + ahead]
    grown[_HOUSING] += arrivals
    grown[_HOUSING, :, 0] -= known.arrivals[:, 0, known.n_years - 1]  # those are in the level of entrants
    grown[_BIRTHS, :, 0] = entering.from_births[ahead]
    grown[_RETENTION, :, 0] = entering.retention[ahead]
    return grown


def _pull(carried: Carried, settings: Settings) -> Floats:
    """Return by what each school's settled pupils are multiplied, shape (horizon, schools).

    The district's total is pulled towards this year's, each school's towards its present share of it; the farther
    ahead, the less a school's own cohorts weigh against its share. Pupils of new dwellings are exempt; within a
    school every grade is pulled in proportion.
    """
    total, present = carried.settled.sum(axis=2), carried.start.sum(axis=1)
    everyone, now = total.sum(axis=1, keepdims=True), max(float(present.sum()), 1e-12)
    district = (1 - settings.district_damping) * everyone + settings.district_damping * present.sum()
    kept_share = present * (district / now)
    own = (1 - settings.damping) ** np.arange(1, len(total) + 1)[:, None]
    wanted = own * (district / np.maximum(everyone, 1e-12)) * total + (1 - own) * kept_share
    pull: Floats = np.divide(wanted, total, out=np.ones_like(total), where=total > 0)
    return pull


def _base(known: Known, ratios: Progression, settings: Settings) -> tuple[Floats, Bools]:
    """Return the pupils to start from: the last count, mended where it is suspected of being incomplete."""
    latest = _filled(known, ratios)
    nobody = np.zeros(len(latest), dtype=np.bool_)
    if known.n_years < 3 or known.opened_now:
        return latest, nobody
    entered = known.pupils[:, 0, :]
    usual_entrants = np.median(np.where(np.isfinite(entered), entered, 0.0), axis=1)
    promised = np.column_stack([usual_entrants, _promised(known, ratios)])
    both = np.isfinite(promised) & np.isfinite(known.latest) & known.teaches
    total = np.where(both, promised, 0.0).sum(axis=1)
    lost = total - np.where(both, latest, 0.0).sum(axis=1)
    is_large = (lost > settings.sudden_drop * total) & (lost > _NOISE * np.sqrt(total))
    is_lower = both & (latest < promised * (1 - settings.sudden_drop / 2))
    suspect = is_large & (is_lower.sum(axis=1) > _MOST_GRADES * both.sum(axis=1)) & known.is_open
    trust = settings.trust_in_sudden_drop
    mended: Floats = np.where(suspect[:, None] & both, trust * latest + (1 - trust) * promised, latest)
    return mended, suspect


def _promised(known: Known, ratios: Progression) -> Floats:
    """Return what last year's grades promise for this year's, but for the first, shape (schools, grades - 1)."""
    promised: Floats = known.pupils[:, :-1, -2] * ratios.ratio
    return promised


def _filled(known: Known, ratios: Progression) -> Floats:
    """Return the last count, with what last year promises where a grade has none."""
    if not known.has_absent.any():
        return known.latest
    before = known.pupils[:, :, -2]
    promised = np.column_stack([before[:, 0], _promised(known, ratios)])
    filled: Floats = np.where(
        known.has_absent, np.where(np.isfinite(promised), promised, before), known.latest
    )
    return filled


def _entered(known: Known, base: Floats) -> Floats:
    """Return entrants by school and year, as if every year had had the new dwellings of the origin."""
    entered = known.pupils[:, 0, :].copy()
    entered[:, -1] = np.where(np.isfinite(entered[:, -1]), base[:, 0], np.nan)
    stock = known.arrivals[:, 0, : known.n_years]
    brought: Floats = entered + (stock[:, -1:] - stock)
    return np.where(known.is_open[:, None], brought, np.nan)
