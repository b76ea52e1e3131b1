"""The share of a group in every zone: what a plan out of it lacks, and how far the limits would have to give way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.errors import InfeasibleError, Place, Problem
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.catchments.objective import tallies
from junheng.planners.catchments.problem import SHARES, CatchmentProblem, Composition
from junheng.text import Text

_NOISE = 1e-6


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Balance:
    """A group whose share in every zone is looked at.

    Attributes
    ----------
    members
        Pupils of the group in each home, shape (n,).
    pupils
        Pupils of whom the group is a part, shape (n,).
    middle
        The share around each zone today, from 0 to 1, shape (m,).
    widest
        The loosest tolerance that is wanted, in ten-thousandths; `None` for any share.
    """

    members: IntArray
    pupils: IntArray
    middle: FloatArray
    widest: int | None = None

    def within(self, tolerance: float) -> Composition:
        """Return the limits of a tolerance, in ten-thousandths, rounded outwards."""
        return Composition(
            members=self.members,
            pupils=self.pupils,
            least=np.floor(np.maximum(SHARES * self.middle - tolerance, 0)).astype(np.int64),
            most=np.ceil(np.minimum(SHARES * self.middle + tolerance, SHARES)).astype(np.int64),
        )

    def apart(self, assignment: IntArray) -> int:
        """Return the least tolerance, in ten-thousandths, within which every zone of a plan lies."""
        n = len(self.middle)
        members = np.bincount(assignment, weights=self.members, minlength=n)
        pupils = np.bincount(assignment, weights=self.pupils, minlength=n)
        off = np.abs(members / np.maximum(pupils, 1) - self.middle)[pupils > 0]
        return int(np.ceil(SHARES * off.max(initial=0.0) - _NOISE))


def refuse_out_of_composition(problem: CatchmentProblem, assignment: IntArray) -> None:
    """Refuse a plan in which some zone is out of composition: none that keeps it was found.

    Raises
    ------
    InfeasibleError
        Naming every such school with its share, and by how much the limits would have to be wider for this plan.
    """
    rule = problem.composition
    if rule is None:
        return
    tally = tallies(problem, assignment)
    members, pupils = tally[-2], tally[-1]
    out = np.flatnonzero(rule.breach(members, pupils, slice(None))).tolist()
    if not out:
        return
    share = members / np.maximum(pupils, 1)
    wider = np.maximum(share - rule.most / SHARES, rule.least / SHARES - share)
    raise InfeasibleError(
        Problem(
            code="composition-not-kept",
            severity="error",
            place=Place(key=problem.schools[j]),
            found=Text("占比 {share}%", "a share of {share} %").format(share=f"{100 * share[j]:.1f}"),
            expected=Text("{least}% 至 {most}%", "{least} to {most} %").format(
                least=f"{rule.least[j] / 100:.1f}", most=f"{rule.most[j] / 100:.1f}"
            ),
            remedy=Text(
                "没有找到符合的方案；把允许的偏差再放宽 {points} 个百分点即可",
                "No plan was found that keeps it; a tolerance wider by {points} points would do",
            ).format(points=f"{np.ceil(1000 * wider.max()) / 10:.1f}"),
        )
        for j in out
    )
