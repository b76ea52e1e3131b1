"""The records on which a plan will stand, and the codes of what people call by name in its options."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from junheng.district.model import District
from junheng.web.registry import names
from junheng.web.registry.snapshots import district_of
from junheng.web.registry.store import give

NOW = "now"
"""Stands where a snapshot's key stands, for one that is made when the form is sent."""
_KEYS: Mapping[str, str] = {
    "schools": "school",
    "homes": "home",
    "candidates": "candidate",
    "kindergartens": "kindergarten",
}


def records_of(snapshot: str) -> District | None:
    """Return the records of a snapshot, or as they are now; `None` where neither is there."""
    if snapshot != NOW:
        return district_of(int(snapshot)) if snapshot else None
    year = names.latest()
    return None if year is None else give(year)


class Book:
    """Codes of some tables, to be found by code or by name.

    Parameters
    ----------
    district
        The records; `None` for an empty book.
    tables
        Where to look; tables whose rows have a code and a name.
    """

    def __init__(self, district: District | None, tables: Collection[str]) -> None:
        self._codes: set[str] = set()
        self._by_name: dict[str, dict[str, None]] = defaultdict(dict)
        if district is None:
            return
        for table in tables:
            for code, name in district.table(table).select(_KEYS[table], "name").iter_rows():
                self._codes.add(code)
                if name is not None:
                    self._by_name[name][code] = None

    def find(self, word: str) -> tuple[str, ...]:
        """Return the codes that a word stands for: itself if it is a code, else those of that name; empty for none."""
        return (word,) if word in self._codes else tuple(self._by_name.get(word, ()))
