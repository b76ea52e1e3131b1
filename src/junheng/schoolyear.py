"""School years: 1 September to 31 August, named by the year in which they begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from junheng.errors import UsageError
from junheng.text import Text

_WORDING = re.compile(r"\s*(\d{4})(?:\s*[-–—/至]\s*(\d{4}|\d{2}))?\s*(?:学年)?\s*")


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """A school year, such as 2026-27.

    Attributes
    ----------
    start
        The calendar year in which it begins; 2026 for 1 September 2026 to 31 August 2027.
    """

    start: int

    def __post_init__(self) -> None:
        if not 1900 <= self.start <= 2200:
            raise UsageError(
                Text(
                    f"学年 {self.start} 不合理：应为 1900 至 2200 之间的起始年份",
                    f"school year {self.start} is not plausible: give a starting year between 1900 and 2200",
                )
            )

    @classmethod
    def parse(cls, wording: str | int) -> SchoolYear:
        """Read ``2026``, ``2026-27``, ``2026-2027`` or ``2026-2027学年``; else raise `UsageError`."""
        match = _WORDING.fullmatch(str(wording))
        if match is None or not _follows(int(match[1]), match[2]):
            raise UsageError(
                Text(
                    f"无法识别学年“{wording}”：请写作 2026-2027",
                    f"cannot read school year “{wording}”: write 2026-27",
                )
            )
        return cls(int(match[1]))

    @property
    def first_day(self) -> date:
        """1 September, the day on which pupils, staff and assets are counted."""
        return date(self.start, 9, 1)

    @property
    def last_day(self) -> date:
        """31 August of the following year."""
        return date(self.start + 1, 8, 31)

    def plus(self, years: int) -> SchoolYear:
        """Return the school year so many years later (earlier if negative)."""
        return SchoolYear(self.start + years)

    def __str__(self) -> str:
        return f"{self.start}-{(self.start + 1) % 100:02d}"


def _follows(start: int, end: str | None) -> bool:
    return end is None or int(end) == (start + 1 if len(end) == 4 else (start + 1) % 100)
