"""A plan taken apart: what makes each failing school pass, and what only narrows the variation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.planners.compliance.candidate import STEPS, Candidate, candidate
from junheng.planners.compliance.explain import asked
from junheng.planners.compliance.problem import PEOPLE, THINGS


@dataclass(frozen=True, eq=False)
class Package:
    """What makes the failing stages of one school pass.

    Attributes
    ----------
    school
        Position of the school.
    n_stages, pupils
        Its stages that fail today, and their pupils.
    part
        What is done, as a part of the whole plan.
    """

    school: int
    n_stages: int
    pupils: float
    part: Candidate

    @property
    def yuan(self) -> float:
        """What it costs."""
        return self.part.cost.total


def packages(plan: Candidate) -> tuple[Package, ...]:
    """Return one package a school that fails today, in the order of the schools.

    Each brings every indicator of the school's failing stages as far as the plan does for the school rule: to its
    threshold, or to its floor where the plan leaves it there. Done alone, it makes the school pass.
    """
    problem = plan.problem
    wanted = np.where(problem.passes, 0.0, asked(plan))
    found = []
    for school in np.unique(problem.school[~problem.passes]).tolist():
        own = (problem.school == school) & ~problem.passes
        things = np.zeros(plan.things.shape)
        needed = np.ceil(wanted[list(THINGS)][:, own].max(axis=1) / STEPS[:, 0] - 1e-9) * STEPS[:, 0]
        things[:, school] = np.minimum(needed, plan.things[:, school])
        gets_teachers = own & (wanted[list(PEOPLE)] > 0).any(axis=0)
        found.append(
            Package(
                school=school,
                n_stages=int(own.sum()),
                pupils=float(problem.pupils[own].sum()),
                part=_part(plan, things, gets_teachers),
            )
        )
    return tuple(found)


def _part(plan: Candidate, things: np.ndarray, gets_teachers: np.ndarray) -> Candidate:
    kept = gets_teachers[plan.moves.receiver]
    return candidate(
        plan.problem,
        things=things,
        recruits=plan.recruits * gets_teachers,
        moves=plan.moves.only(kept),
        n_moved=plan.n_moved[kept],
    )


def rest(plan: Candidate, taken: tuple[Package, ...]) -> Candidate:
    """Return what of a plan belongs to no package: works, and teachers for schools that pass today."""
    things = plan.things - sum((one.part.things for one in taken), np.zeros(plan.things.shape))
    codes = plan.moves.codes(plan.problem.n_stages)
    packed = np.concatenate(
        [np.zeros(0, np.int64), *(one.part.moves.codes(plan.problem.n_stages) for one in taken)]
    )
    left = ~np.isin(codes, packed)
    return candidate(
        plan.problem,
        things=things,
        recruits=plan.recruits - sum((one.part.recruits for one in taken), np.zeros_like(plan.recruits)),
        moves=plan.moves.only(left),
        n_moved=plan.n_moved[left],
    )
