"""Rows packed into one whole number each, so that sorting rows is sorting plain integers.

From the highest bits down: school, class, draw, line, size less 1, application. Sorted codes stand school by school
and, inside a school, in the order of their keys; every field can be read back without a look-up. In a *lined* code the
line stands before the class, so that sorted lined codes stand line by line inside a school. Size and application
together are the *party*, which stays whole.

A *cell* is a line of a school, numbered ``school * width + line``; the width is the number of lines, rounded up to a
power of two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junheng.admission.market import DRAW_BITS, IntArray, Market
from junheng.errors import UsageError
from junheng.text import Text

CodeArray = npt.NDArray[np.int64]

_BITS = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """How many bits each field has."""

    application: int
    size: int
    line: int
    draw: int
    priority: int
    school: int

    @classmethod
    def of(cls, market: Market) -> Codes:
        """Return the narrowest fields that hold a market.

        Raises
        ------
        UsageError
            Where a row does not fit: from 4 million applications at 8,000 schools with 8 classes, 4 lines, triplets.
        """
        codes = cls(
            application=_bits(market.n_applications - 1),
            size=_bits(int(market.size.max(initial=1)) - 1),
            line=_bits(market.n_lines - 1),
            draw=_bits(int(market.draw.max(initial=0))),
            priority=_bits(int(market.priority.max(initial=0))),
            school=_bits(market.n_schools - 1),
        )
        needed = codes.school + codes.school_at
        if needed > _BITS:
            raise UsageError(
                Text(
                    f"本轮过大（一行需 {needed} 位，上限 {_BITS} 位）：请按学段或区域分开",
                    f"the round is too large (a row needs {needed} bits of {_BITS}): split it by stage or area",
                )
            )
        return codes

    @property
    def width(self) -> int:
        """Cells of one school."""
        return 1 << self.line

    @property
    def key_at(self) -> int:
        """Bits below class and draw."""
        return self.line_at + self.line

    @property
    def line_at(self) -> int:
        """Bits of the party."""
        return self.application + self.size

    @property
    def school_at(self) -> int:
        """Bits below the school."""
        return self.key_at + self.draw + self.priority

    def pack(self, *, cells: CodeArray, keys: CodeArray, parties: CodeArray) -> CodeArray:
        """Return codes; ``keys`` as `short_keys` gives them, ``parties`` as `parties` does."""
        lines = cells & (self.width - 1)
        codes = cells >> self.line
        codes <<= self.draw + self.priority
        codes |= keys
        codes <<= self.line
        codes |= lines
        codes <<= self.line_at
        codes |= parties
        return codes

    def parties(self, applications: CodeArray, sizes: IntArray) -> CodeArray:
        """Return applications together with the sizes of all of the market's applications."""
        if not self.size:
            return applications
        parties = sizes[applications].astype(np.int64)
        parties -= 1
        parties <<= self.application
        parties |= applications
        return parties

    def short_keys(self, priorities: IntArray, draws: IntArray) -> CodeArray:
        """Return keys with no more bits than this market needs."""
        keys = priorities.astype(np.int64)
        keys <<= self.draw
        keys |= draws
        return keys

    def application_of(self, codes: CodeArray) -> CodeArray:
        """Return the application of each code, lined or not."""
        return codes & ((1 << self.application) - 1)

    def size_of(self, codes: CodeArray) -> CodeArray:
        """Return the children of each code, lined or not."""
        if not self.size:
            return np.ones(len(codes), np.int64)
        sizes = codes >> self.application
        sizes &= (1 << self.size) - 1
        sizes += 1
        return sizes

    def school_of(self, codes: CodeArray) -> CodeArray:
        """Return the school of each code, lined or not."""
        return codes >> self.school_at

    def line_of(self, codes: CodeArray) -> CodeArray:
        """Return the line of each code."""
        return (codes >> self.line_at) & (self.width - 1)

    def cell_of(self, codes: CodeArray) -> CodeArray:
        """Return the cell of each code."""
        return (self.school_of(codes) << self.line) | self.line_of(codes)

    def short_key_of(self, codes: CodeArray) -> CodeArray:
        """Return the short key of each code."""
        return (codes >> self.key_at) & ((1 << (self.draw + self.priority)) - 1)

    def lined(self, codes: CodeArray) -> CodeArray:
        """Return codes with the line before class and draw."""
        cells = self.cell_of(codes)
        cells <<= self.draw + self.priority
        cells |= self.short_key_of(codes)
        cells <<= self.line_at
        cells |= self._party_of(codes)
        return cells

    def cell_of_lined(self, lined: CodeArray) -> CodeArray:
        """Return the cell of each lined code."""
        return lined >> (self.line_at + self.draw + self.priority)

    def unlined(self, lined: CodeArray) -> CodeArray:
        """Return plain codes of lined ones."""
        keys = (lined >> self.line_at) & ((1 << (self.draw + self.priority)) - 1)
        return self.pack(cells=self.cell_of_lined(lined), keys=keys, parties=self._party_of(lined))

    def _party_of(self, codes: CodeArray) -> CodeArray:
        return codes & ((1 << self.line_at) - 1)

    def long_keys(self, short: CodeArray) -> IntArray:
        """Return keys as `Market` defines them."""
        return ((short >> self.draw) << DRAW_BITS) | (short & ((1 << self.draw) - 1))


def _bits(largest: int) -> int:
    return max(largest, 0).bit_length()
