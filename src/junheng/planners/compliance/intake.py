"""Caps on intake: the fewest pupils that must go elsewhere so that a school whose site is full can pass at all.

Only schools that cannot pass with everything built are capped, and only as far as that takes; the plan is then computed
for the pupils as they are with the caps. The caps are the least for each school by itself and go to the nearest schools
with places, but they are not weighed against building elsewhere: nothing is proven about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

import numpy as np

from junheng.district.model import District
from junheng.measure.seven import COMPULSORY, PER
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.compliance.problem import THINGS, ComplianceProblem
from junheng.plans.actions.cap_intake import CapIntake
from junheng.text import Text

_LAST_BITS = 1e-9


def intake_caps(district: District, problem: ComplianceProblem) -> tuple[CapIntake, ...]:
    """Return the caps with which every school stage's site suffices, as far as other schools have places.

    Parameters
    ----------
    district
        Gives the places, ``capacity_pupils``; a school stage without takes nobody more.
    problem
        Built from the district.
    """
    bearable = most_sharing(problem)
    over = np.ceil(problem.sharing[THINGS[0]] - bearable - _LAST_BITS)
    room = _room(district, problem, bearable)
    found: list[CapIntake] = []
    for i in np.flatnonzero(over > 0).tolist():
        found += _elsewhere(problem, i, int(over[i]), room)
    return tuple(found)


def most_sharing(problem: ComplianceProblem) -> FloatArray:
    """Return by how many pupils a school stage's things can at most be divided if it is to pass, shape (m,).

    With everything built that the site takes, every indicator at its floor and all but those that may be missed at
    their threshold. In pupils of the stage: those of other stages count by their weight. Infinite where the site has
    no ceiling.
    """
    total = problem.total.copy()
    total[list(THINGS)] += problem.ceiling[:, problem.school]
    to_meet, to_floor = ((total * PER / limit)[list(THINGS)] for limit in (problem.threshold, problem.floor))
    # The hardest that may be missed are left at their floors; of the others the hardest decides.
    ordered = np.sort(to_meet, axis=0)
    allowed = np.minimum(problem.may_miss, len(THINGS) - 1)
    found: FloatArray = np.minimum(ordered[allowed, np.arange(problem.n_stages)], to_floor.min(axis=0))
    return found


def _room(district: District, problem: ComplianceProblem, bearable: FloatArray) -> IntArray:
    """Return how many pupils more each school stage can take: by its places, and by its own site, shape (m,)."""
    places = {
        (row["school"], row["stage"]): row["capacity_pupils"]
        for row in district.table("stages").iter_rows(named=True)
    }
    room = np.zeros(problem.n_stages, np.int64)
    for i in range(problem.n_stages):
        seats = places[problem.schools[problem.school[i]], COMPULSORY[problem.stage[i]]]
        if seats is not None:
            site = bearable[i] - problem.sharing[THINGS[0], i]
            room[i] = max(0, floor(min(seats - problem.pupils[i], site) + _LAST_BITS))
    # The stages of one school share its site: only one of them is filled up.
    for school in np.unique(problem.school).tolist():
        own = np.flatnonzero(problem.school == school)
        room[own[1:]] = 0
    return room


def _elsewhere(problem: ComplianceProblem, i: int, pupils: int, room: IntArray) -> Iterator[CapIntake]:
    """Yield where the pupils go: to the nearest schools of the stage that have room; ``room`` is used up."""
    own = problem.school[i]
    others = [j for j in problem.of_stage(int(problem.stage[i])).tolist() if problem.school[j] != own]
    km = problem.distance_km[own, problem.school]
    for j in sorted(others, key=lambda j: (km[j], j)):
        n = min(pupils, int(room[j]))
        if n <= 0:
            continue
        room[j] -= n
        pupils -= n
        yield CapIntake(
            stage=COMPULSORY[problem.stage[i]],
            school=problem.schools[own],
            pupils=n,
            to=problem.schools[problem.school[j]],
            reason="site_full",
            text=Text(
                "校址建满也容不下现有 {now} 人达标：{n} 人改就读于 {km:.1f} 公里外的学校",
                "the site, built to the full, cannot pass with {now} pupils: {n} go to a school {km:.1f} km away",
            ).format(now=ceil(problem.pupils[i]), n=n, km=float(km[j])),
            numbers={"km": float(km[j])},
        )
