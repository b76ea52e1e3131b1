"""What a pairing is worth: leavers over places, strong led to strong, distance, and what changes."""

from __future__ import annotations

import numpy as np

from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.feeders.constraints import Pairs
from junheng.planners.feeders.problem import FeederProblem

OVERFLOW, MIXING, DISTANCE, CHANGED = "overflow_pupils", "strong_to_strong", "pupil_km", "changed_pupils"
UNITS_OF_LEVELS = {OVERFLOW: "pupil", MIXING: "pupil", DISTANCE: "pupil km", CHANGED: "pupil"}


def costs(problem: FeederProblem, pairs: Pairs) -> dict[str, FloatArray]:
    """Return the cost of every column, level by level in their order.

    ``strong_to_strong`` weighs each leaver with the strength of both schools: of all pairings with the same sizes it is
    least where the strong lead to the weak and the weak to the strong (the rearrangement inequality).
    """
    leavers = problem.leavers[pairs.primary].astype(float)
    zeros = np.zeros(pairs.n_juniors)
    over = np.concatenate([np.zeros(len(leavers)), np.ones(pairs.n_juniors)])
    both = problem.strength[pairs.primary] * problem.target_strength[pairs.junior]
    km = problem.distance_km[pairs.primary, pairs.junior]
    changes = problem.present[pairs.primary] != pairs.junior
    return {
        OVERFLOW: over,
        MIXING: np.concatenate([leavers * both, zeros]),
        DISTANCE: np.concatenate([leavers * km, zeros]),
        CHANGED: np.concatenate([leavers * changes, zeros]),
    }


def score(problem: FeederProblem, target: IntArray) -> dict[str, float]:
    """Return the value of every level of a pairing, computed from the schools and not from the programme.

    Parameters
    ----------
    target
        Junior school of each primary school, shape (p,).
    """
    leavers = problem.leavers
    loads = np.bincount(target, weights=leavers, minlength=len(problem.juniors))
    return {
        OVERFLOW: float(np.maximum(loads - problem.places, 0).sum()),
        MIXING: float((leavers * problem.strength * problem.target_strength[target]).sum()),
        DISTANCE: float((leavers * problem.distance_km[np.arange(len(target)), target]).sum()),
        CHANGED: float(leavers[problem.present != target].sum()),
    }
