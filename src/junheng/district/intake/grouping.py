"""Putting many problems of one kind together for people; the full list stays as it is for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from junheng.district.intake.wording import row_ranges
from junheng.errors import Problem
from junheng.text import Text

MOST_OF_A_KIND = 50
"""So many problems of one kind in one column are shown one by one; of more, only the first `SHOWN_OF_A_KIND`."""
SHOWN_OF_A_KIND = 20


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one kind in one column of one sheet.

    Attributes
    ----------
    shown
        Those to show one by one.
    rest
        Those that one line stands for; empty where all are shown.
    """

    shown: tuple[Problem, ...]
    rest: tuple[Problem, ...]

    @property
    def total(self) -> int:
        """How many there are in all."""
        return len(self.shown) + len(self.rest)

    def summary(self) -> Text | None:
        """Return the line that stands for the rest, with all their row numbers; `None` where all are shown."""
        if not self.rest:
            return None
        rows = row_ranges(
            sorted({problem.place.row for problem in self.rest if problem.place.row is not None})
        )
        line = Text(
            "同类问题共 {total} 个，其余在第 {rows} 行",
            "{total} of the same in all, the others in rows {rows}",
        )
        if not rows:
            line = Text("同类问题共 {total} 个", "{total} of the same in all")
        return line.format(total=self.total, rows=rows)


def grouped(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Group problems by check, file, sheet and column, in the order in which each kind first appears."""
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        place = problem.place
        kind = (problem.code, problem.severity, place.file or "", place.sheet or "", place.column or "")
        kinds.setdefault(kind, []).append(problem)
    return [_group(same) for same in kinds.values()]


def _group(same: list[Problem]) -> ProblemGroup:
    if len(same) <= MOST_OF_A_KIND:
        return ProblemGroup(tuple(same), ())
    return ProblemGroup(tuple(same[:SHOWN_OF_A_KIND]), tuple(same[SHOWN_OF_A_KIND:]))
