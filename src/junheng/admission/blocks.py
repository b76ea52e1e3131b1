"""Codes kept block by block, side by side in one array, each block filled from its start."""

from __future__ import annotations

import numpy as np

from junheng.admission.codes import CodeArray
from junheng.admission.market import IntArray


class Blocks:
    """Numbered blocks of codes; ``length`` says how many each can hold, ``n`` how many it does."""

    def __init__(self, length: IntArray) -> None:
        self.n: CodeArray = np.zeros(len(length), np.int64)
        self._starts = np.cumsum(length, dtype=np.int64) - length
        self._codes: CodeArray = np.empty(int(length.sum()), np.int64)

    def append(self, codes: CodeArray, blocks: CodeArray) -> None:
        """Put codes behind those of their blocks; ``blocks`` names each one's, ascending."""
        n_new = np.bincount(blocks, minlength=len(self.n))
        ends = self._starts + self.n
        ends -= np.cumsum(n_new) - n_new
        places = ends[blocks]
        places += np.arange(len(codes))
        self._codes[places] = codes
        self.n += n_new

    def pop_last(self, blocks: IntArray, counts: CodeArray) -> CodeArray:
        """Take the last codes out of these blocks, as many as counted, and return them block by block."""
        self.n[blocks] -= counts
        before = np.cumsum(counts) - counts
        places = np.repeat((self._starts + self.n)[blocks] - before, counts)
        places += np.arange(len(places))
        codes: CodeArray = self._codes[places]
        return codes

    def pop_all(self, blocks: IntArray) -> CodeArray:
        """Take out all codes of these blocks and return them block by block."""
        return self.pop_last(blocks, self.n[blocks])
