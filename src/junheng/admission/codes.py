"""Rows packed into one whole number each, so that sorting rows is sorting plain integers.

From the highest bits down: school, class, draw, line, application. Sorted codes stand school by school and, inside a
school, in the order of their keys; every field can be read back without a look-up.
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
    """Where each field stands: the number of bits below it. The application stands at the bottom."""

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
            Where a row does not fit: from about 4 million applications at 8,000 schools with 8 classes and 4 lines.
        """
        line = _bits(market.n_applications - 1)
        draw = line + _bits(market.n_lines - 1)
        priority = draw + _bits(int(market.draw.max(initial=0)))
        school = priority + _bits(int(market.priority.max(initial=0)))
        needed = school + _bits(market.n_schools - 1)
        if needed > _BITS:
            raise UsageError(
                Text(
                    f"本轮过大（一行需 {needed} 位，上限 {_BITS} 位）：请按学段或区域分开",
                    f"the round is too large (a row needs {needed} bits of {_BITS}): split it by stage or area",
                )
            )
        return cls(line=line, draw=draw, priority=priority, school=school)

    def pack(self, market: Market, applications: IntArray, rows: IntArray) -> CodeArray:
        """Return the codes of these applications' rows."""
        draws = market.draw[applications if market.is_single_draw else rows]
        codes = market.school[rows].astype(np.int64)
        codes <<= self.school - self.priority
        codes |= market.priority[rows]
        codes <<= self.priority - self.draw
        codes |= draws
        codes <<= self.draw - self.line
        codes |= market.line[rows]
        codes <<= self.line
        codes |= applications
        return codes

    def application_of(self, codes: CodeArray) -> CodeArray:
        """Return the application of each code."""
        return codes & ((1 << self.line) - 1)

    def line_of(self, codes: CodeArray) -> CodeArray:
        """Return the line of each code."""
        return (codes >> self.line) & ((1 << (self.draw - self.line)) - 1)

    def school_of(self, codes: CodeArray) -> CodeArray:
        """Return the school of each code."""
        return codes >> self.school

    def key_of(self, codes: CodeArray) -> CodeArray:
        """Return the key of each code."""
        draws = (codes >> self.draw) & ((1 << (self.priority - self.draw)) - 1)
        classes = (codes >> self.priority) & ((1 << (self.school - self.priority)) - 1)
        return (classes << DRAW_BITS) | draws


def _bits(largest: int) -> int:
    return max(largest, 0).bit_length()
