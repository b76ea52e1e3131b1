"""A family as the office tells it what became of its application: who it is, and the words of its notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from junheng.text import Text

PLACED = ("placed", "adjusted")
"""Outcomes with a school."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One application after the draw.

    Attributes
    ----------
    number
        The application's number.
    child, guardian, phone
        Empty where the application came without them, as by workbook.
    status
        A key of `junheng.admission.rounds.result.STATUSES`.
    school, school_name, rule
        The place and by which rule; empty and `None` where there is none.
    waiting
        Schools at which the family waits, with its place on the list.
    refill
        After which refill it was told this; 0 the draw.
    lines
        The notice, its title first.
    """

    number: str
    child: str
    guardian: str
    phone: str
    status: str
    school: str
    school_name: str
    rule: Text | None
    waiting: tuple[tuple[str, int], ...]
    refill: int
    lines: tuple[Text, ...]


def by_school(families: Iterable[Family]) -> Iterator[tuple[str, list[Family]]]:
    """Yield the families of each school by its code, and last, under an empty code, those without a place."""
    placed = {True: [], False: []}  # type: dict[bool, list[Family]]
    for one in families:
        placed[one.status in PLACED].append(one)
    for school, own in groupby(sorted(placed[True], key=_place), key=lambda one: one.school):
        yield school, list(own)
    if placed[False]:
        yield "", sorted(placed[False], key=_place)


def _place(one: Family) -> tuple[str, str]:
    return one.school, one.number
