"""Linear rules that every contiguous plan keeps, one school's zone at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from scipy import sparse

from junheng.planners.arrays import BoolArray, IntArray


class Cut(NamedTuple):
    """sum over k of weight[k] x[home[k], school] <= overflow[school] if ``counts_overflow``, else 0.

    Attributes
    ----------
    school
        The zone that it speaks of.
    homes
        Its homes, each once.
    weights
        Their weights, whole numbers other than 0: above 0 for homes behind a separator, below 0 for homes in it.
    counts_overflow
        Whether the school's overflow stands on the right.
    """

    school: int
    homes: tuple[int, ...]
    weights: tuple[int, ...]
    counts_overflow: bool


def within(cuts: Iterable[Cut], mask: BoolArray) -> list[Cut]:
    """Return the cuts that say something where only the pairs of a mask are open.

    A cut is empty where what is still open, and what is sure, can never pass its right side.
    """
    is_sure = mask & (mask.sum(axis=1) == 1)[:, None]
    return [cut for cut in cuts if _most(cut, mask, is_sure) > 0]


def _most(cut: Cut, mask: BoolArray, is_sure: BoolArray) -> int:
    homes, weights = list(cut.homes), np.array(cut.weights)
    is_open, sure = mask[homes, cut.school], is_sure[homes, cut.school]
    return int(weights[is_open & (weights > 0)].sum() + weights[sure & (weights < 0)].sum())


class CutRows(NamedTuple):
    """Cuts as rows, each scaled so that its largest weight is 1.

    Attributes
    ----------
    pairs
        Weights of the pairs of home and school, shape (cuts, n * m), pair (i, j) at column i * m + j.
    overflow
        Weight of the school's overflow, on the left: from -1 to 0, shape (cuts,).
    school
        School of each cut, shape (cuts,).
    """

    pairs: sparse.csr_array
    overflow: np.ndarray[tuple[int], np.dtype[np.float64]]
    school: IntArray


def rows_of(cuts: Iterable[Cut], shape: tuple[int, int]) -> CutRows:
    """Return cuts as rows over the pairs of n homes and m schools."""
    listed = list(cuts)
    n, m = shape
    sizes = [len(cut.homes) for cut in listed]
    school = np.array([cut.school for cut in listed], dtype=np.int64)
    scale = np.array([1.0 / max(map(abs, cut.weights)) for cut in listed])
    homes = np.array([home for cut in listed for home in cut.homes], dtype=np.int64)
    weights = np.array([weight for cut in listed for weight in cut.weights], dtype=np.float64)
    rows = np.repeat(np.arange(len(listed)), sizes)
    pairs = sparse.csr_array(
        (weights * scale[rows], (rows, homes * m + school[rows])), shape=(len(listed), n * m)
    )
    overflow = np.array([-float(cut.counts_overflow) for cut in listed]) * scale
    return CutRows(pairs, overflow, school)
