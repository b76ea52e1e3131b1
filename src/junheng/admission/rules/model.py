"""The parts of a round's rules: classes of priority, reserves, lock, adjustment. Plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from junheng.text import Text

Sector = Literal["public", "private"]
SECTORS: tuple[Sector, ...] = ("public", "private")
Lottery = Literal["single", "per_school"]
LOTTERIES: tuple[Lottery, ...] = ("single", "per_school")
Adjusted = Literal["unless_declined", "consenting", "nobody"]
ADJUSTED: tuple[Adjusted, ...] = ("unless_declined", "consenting", "nobody")

WORDS: Mapping[str, tuple[str, ...]] = {
    "home": ("zone", "district", "locked", "outside"),
    "register": ("zone", "district", "city", "elsewhere"),
    "tenure": ("owned", "relative", "public_rent", "rented", "other_tenure"),
}
"""Facts with several values. Where a child lives and is registered is said as seen from the school: in its zone, else
in the district, else outside; ``locked`` is a home whose place another family used within the years of the lock."""

FLAGS = (
    "residence_permit",
    "migrant",
    "left_behind",
    "disabled",
    "staff_child",
    "entitled",
    "sibling_here",
    "feeder",
)
"""Facts that are so or not: what the family claims, an older sibling in the school, a feeder that leads to it."""

FACTS = (*WORDS, *FLAGS)
"""Everything that a rule may ask about a child and a school. There is no score among them, and no way to add one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Facts that must hold together.

    Attributes
    ----------
    words
        By fact of `WORDS`, the values that fit.
    flags
        By fact of `FLAGS`, whether it must be so or not.
    """

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that it asks about."""
        return (*self.words, *self.flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityClass:
    """One class of priority at the schools of a sector; earlier classes are admitted before later ones.

    Attributes
    ----------
    id, name
        Its name in results, and what people read.
    cases
        A child is in the class if any of them fits; none fits everybody.
    documents
        Documents that prove it.
    clause
        Clause of the notice that says so.
    """

    id: str
    name: Text
    cases: tuple[Case, ...]
    documents: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Places of a school that a group is guaranteed, or may at most take.

    Attributes
    ----------
    id, name, cases, documents, clause
        As in `PriorityClass`.
    sectors
        At which schools it holds.
    floor_percent, ceiling_percent
        Share of a school's places, rounded down to whole places; `None` where there is none. A school's own row of
        the table ``place_reserves`` comes first.
    """

    id: str
    name: Text
    cases: tuple[Case, ...]
    documents: tuple[str, ...]
    clause: str
    sectors: tuple[Sector, ...]
    floor_percent: float | None
    ceiling_percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Schools that share one zone: whoever lives in the zone of one lives in the zone of all."""

    id: str
    name: Text
    schools: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A number that the locality sets in place of the standard's, with its clause."""

    number: float
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What happens to children whom none of their choices admits.

    Attributes
    ----------
    who
        Every child whose family has not declined, only those who consent, or nobody.
    schools
        How many public schools are tried: those of the own zone first, then the nearest.
    clause
        Clause of the notice.
    """

    who: Adjusted
    schools: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The document by which the locality decided the rules."""

    title: Text
    number: str | None
    published: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one round.

    Attributes
    ----------
    round
        Name of the round in files and results, such as ``2026-primary``.
    title
        What people read.
    stage, year
        The stage entered and the school year that begins.
    notice
        Where the rules were published.
    lottery
        One draw for all schools, or one for each.
    classes
        Classes of priority by sector, first to last.
    reserves
        In the order in which a child who fits several is counted: the first that fits.
    zones
        Zones of several schools; every other school has its own.
    together
        Relations of the table ``kin`` whose children are kept together.
    documents
        Documents that every child needs.
    entry_age, lock_years
        Local numbers; `None` where the standard's hold.
    adjustment
        What happens to those whom none of their choices admits.
    is_example
        Whether it is a made-up example.
    text
        The file itself, as it was read: what was published is what is frozen.
    """

    round: str
    title: Text
    stage: str
    year: int
    notice: Notice
    lottery: Lottery
    classes: Mapping[Sector, tuple[PriorityClass, ...]]
    reserves: tuple[Reserve, ...]
    zones: tuple[Zone, ...]
    together: tuple[str, ...]
    documents: tuple[str, ...]
    entry_age: Local | None
    lock_years: Local | None
    adjustment: Adjustment
    is_example: bool
    text: str = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the rules as plain JSON values, without the file's text; files that mean the same give the same."""
        plain: dict[str, Any] = _plain({**asdict(replace(self, classes=dict(self.classes))), "text": None})
        del plain["text"]
        return plain

    @property
    def reserve_ids(self) -> tuple[str, ...]:
        """Names of the reserves in their order."""
        return tuple(reserve.id for reserve in self.reserves)


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
