"""Units kept whole: the homes of one residential unit or village become one home, and are parted again at the end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, YearLoad


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Contraction:
    """A problem with its units as single homes.

    Attributes
    ----------
    problem
        The same question with one home a unit: every plan of it is a plan of the first with its units whole, at the
        same value on every level, and the other way round.
    block_of
        Position of each home's unit, or of itself, in that problem, shape (n,).
    """

    problem: CatchmentProblem
    block_of: IntArray

    def expand(self, assignment: IntArray) -> IntArray:
        """Return the school of each home from the school of each unit."""
        return assignment[self.block_of]

    def gather(self, assignment: IntArray) -> IntArray:
        """Return a school of each unit from the school of each home: its first home's."""
        first = np.unique(self.block_of, return_index=True)[1]
        return np.asarray(assignment[first])


def contracted(problem: CatchmentProblem) -> Contraction:
    """Return the problem with every unit as one home.

    Pupils, ways and moves of a unit are the sums over its homes; it may go where all of its homes may; it touches what
    any of its homes touches. This is the same problem only where every unit hangs together and holds at most one
    school, which `junheng.planners.catchments.checks.check` makes sure of.
    """
    block_of = _blocks(problem)
    n_blocks = int(block_of.max(initial=-1)) + 1
    walking = _summed(problem.pupils if problem.walking is None else problem.walking, block_of, n_blocks)
    edges = block_of[problem.edges]
    return Contraction(
        problem=replace(
            problem,
            homes=tuple(" + ".join(codes) for codes in _members(problem.homes, block_of, n_blocks)),
            pupils=_summed(problem.pupils, block_of, n_blocks),
            distance_km=_mean_distance(problem, block_of, walking),
            edges=edges[edges[:, 0] != edges[:, 1]],
            anchor=block_of[problem.anchor],
            allowed=_all_allowed(problem, block_of, n_blocks),
            present=_present(problem, block_of, n_blocks),
            other_years=tuple(
                YearLoad(year=one.year, pupils=_summed(one.pupils, block_of, n_blocks), capacity=one.capacity)
                for one in problem.other_years
            ),
            walking=walking,
            moving=_summed(problem.moved, block_of, n_blocks),
            more_anchors=tuple(
                (int(block_of[home]), school)
                for home, school in problem.more_anchors
                if block_of[home] != block_of[problem.anchor[school]]
            ),
            units=(),
            unit_names=(),
            claims=None,
            composition=None
            if problem.composition is None
            else replace(
                problem.composition,
                members=_summed(problem.composition.members, block_of, n_blocks),
                pupils=_summed(problem.composition.pupils, block_of, n_blocks),
            ),
            further_limits=tuple(
                replace(one, weight=_summed(one.weight, block_of, n_blocks)) for one in problem.further_limits
            ),
        ),
        block_of=block_of,
    )


def _blocks(problem: CatchmentProblem) -> IntArray:
    """Return the unit of each home, numbered in the order in which the first home of each comes."""
    leader = np.arange(problem.n_homes)
    for unit in problem.units:
        leader[list(unit)] = min(unit)
    return np.unique(leader, return_inverse=True)[1].astype(np.int64)


def _members(homes: tuple[str, ...], block_of: IntArray, n_blocks: int) -> list[list[str]]:
    members: list[list[str]] = [[] for _ in range(n_blocks)]
    for code, block in zip(homes, block_of.tolist(), strict=True):
        members[block].append(code)
    return members


def _summed(values: IntArray, block_of: IntArray, n_blocks: int) -> IntArray:
    total = np.zeros((n_blocks, *values.shape[1:]), dtype=np.int64)
    np.add.at(total, block_of, values)
    return total


def _mean_distance(problem: CatchmentProblem, block_of: IntArray, walking: IntArray) -> FloatArray:
    """Return distances that give each unit the pupil-km of its homes; plain means where nobody walks."""
    km = np.where(problem.allowed, problem.distance_km, 0.0)
    total, plain = np.zeros((len(walking), problem.n_schools)), np.zeros((len(walking), problem.n_schools))
    np.add.at(total, block_of, problem.cost)
    np.add.at(plain, block_of, km)
    n_members = np.bincount(block_of, minlength=len(walking))[:, None]
    is_walked = (walking > 0)[:, None]
    return np.where(is_walked, total / np.maximum(walking, 1)[:, None], plain / n_members)


def _all_allowed(problem: CatchmentProblem, block_of: IntArray, n_blocks: int) -> BoolArray:
    allowed = np.ones((n_blocks, problem.n_schools), dtype=bool)
    np.logical_and.at(allowed, block_of, problem.allowed)
    return allowed


def _present(problem: CatchmentProblem, block_of: IntArray, n_blocks: int) -> IntArray:
    """Return the present school of most pupils of each unit: a hint for the search; moves are counted by home."""
    known = np.flatnonzero(problem.present != NO_SCHOOL)
    votes = np.zeros((n_blocks, problem.n_schools))
    np.add.at(votes, (block_of[known], problem.present[known]), problem.pupils[known] + 1e-6)
    return np.where(votes.any(axis=1), votes.argmax(axis=1), NO_SCHOOL)
