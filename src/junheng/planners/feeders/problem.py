"""The feeder problem as one frozen object: who leaves, what the junior schools take, how strong each school is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.errors import UsageError
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.text import Text

NO_TARGET = -1
"""Marks a primary school that leads on to no junior school, or to several, at present."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FeederProblem:
    """Pair each of p primary schools with one of j junior schools. Arrays are copied and made read-only.

    Attributes
    ----------
    primaries, juniors
        Codes of the schools.
    leavers
        Pupils of the last primary grade, shape (p,), whole numbers from 0.
    places
        Pupils that each junior school can take in one year, shape (j,), whole numbers from 0.
    strength, target_strength
        How strong each primary and junior school is, from 0 to 1, shapes (p,) and (j,).
    distance_km
        From primary to junior school, shape (p, j).
    allowed
        Whether a pair is allowed, shape (p, j): locks, bans and the farthest distance are folded in.
    present
        Junior school of each primary school today, shape (p,); `NO_TARGET` where there is none.
    """

    primaries: tuple[str, ...]
    juniors: tuple[str, ...]
    leavers: IntArray
    places: IntArray
    strength: FloatArray
    target_strength: FloatArray
    distance_km: FloatArray
    allowed: BoolArray
    present: IntArray

    def __post_init__(self) -> None:
        p, j = len(self.primaries), len(self.juniors)
        shapes: dict[str, tuple[type[np.generic], tuple[int, ...]]] = {
            "leavers": (np.int64, (p,)),
            "places": (np.int64, (j,)),
            "strength": (np.float64, (p,)),
            "target_strength": (np.float64, (j,)),
            "distance_km": (np.float64, (p, j)),
            "allowed": (np.bool_, (p, j)),
            "present": (np.int64, (p,)),
        }
        for name, (dtype, shape) in shapes.items():
            array = np.array(getattr(self, name), dtype=dtype)
            if array.shape != shape:
                raise UsageError(
                    Text(
                        f"对口问题的 {name} 形状为 {array.shape}，应为 {shape}",
                        f"{name} of the feeder problem has shape {array.shape}, expected {shape}",
                    )
                )
            array.setflags(write=False)
            object.__setattr__(self, name, array)
