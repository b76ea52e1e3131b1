"""Teachers by kind: what a mover takes along to the school that receives him or her.

The balance standard counts a teacher up to three times: above the required degree (R1), backbone (R2), PE or arts
(R3). Whoever moves takes all of his or her properties along. The roster says who has which together (`rostered_kinds`).
The annual return has only the three counts, not how they overlap: a school stage that the roster does not have is
taken to have, of each kind, the number to be expected if the three had nothing to do with each other, rounded down,
so that the kinds never add up to more than a count (`expected_kinds`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from junheng.district.model import District
from junheng.measure.seven import COMPULSORY
from junheng.text import Text

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Kind(NamedTuple):
    """One kind of teacher: what the standard counts him or her as.

    Attributes
    ----------
    qualified
        Above the required degree: R1.
    backbone
        Backbone teacher of county level or above: R2.
    pe_arts
        Teaches PE, music, fine art or arts: R3.
    """

    qualified: bool
    backbone: bool
    pe_arts: bool

    @property
    def code(self) -> str:
        """Return a stable code such as ``qualified+pe_arts``."""
        return "+".join(name for name, has in self._asdict().items() if has)

    @property
    def label(self) -> Text:
        """Return the kind in words."""
        parts = [_LABELS[name] for name, has in self._asdict().items() if has]
        return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


_LABELS = {
    "qualified": Text("高于规定学历", "above the required degree"),
    "backbone": Text("骨干", "backbone"),
    "pe_arts": Text("体育艺术", "PE or arts"),
}

KINDS: tuple[Kind, ...] = tuple(Kind(*has) for has in product((True, False), repeat=3) if any(has))
"""Every kind that counts for something, seven in all. Who counts for nothing need not move."""

COUNTS_FOR: Floats = np.array([[float(has) for has in kind] for kind in KINDS]).T
"""Which of R1, R2, R3 a teacher of each kind counts for, shape (3, 7)."""

RECRUITED: tuple[int, ...] = tuple(k for k, kind in enumerate(KINDS) if kind.qualified)
"""Kinds that can be recruited: nobody is hired below the required degree."""

_SLACK = 1e-9
_PE_AND_ARTS = ("pe", "music", "art", "arts")
_ABOVE: Mapping[str, tuple[str, ...]] = {
    COMPULSORY[0]: ("associate", "bachelor", "master", "doctor"),
    COMPULSORY[1]: ("bachelor", "master", "doctor"),
}
"""Degrees above the required one, as `junheng.measure.resources.RESOURCES` counts them for R1."""


def expected_kinds(teachers: Floats, counts: Floats) -> Ints:
    """Return how many teachers of each kind a school stage is taken to have.

    Parameters
    ----------
    teachers
        Full-time teachers of each school stage, shape (m,); NaN where that is not recorded.
    counts
        How many of them count for R1, R2, R3, shape (3, m).

    Returns
    -------
    array
        Shape (7, m), in the order of `KINDS`; 0 where the number of teachers is not recorded or there are fewer
        than one of the counts says, because then nothing is known about who could leave.
    """
    is_known = np.isfinite(teachers) & (teachers > 0) & (counts <= teachers).all(axis=0)
    share = np.where(is_known, counts / np.where(is_known, teachers, 1.0), 0.0)
    expected = np.array(
        [
            teachers
            * np.prod([part if has else 1 - part for part, has in zip(share, kind, strict=True)], axis=0)
            for kind in KINDS
        ]
    )
    found: Ints = np.floor(np.where(is_known, expected, 0.0) + _SLACK).astype(np.int64)
    return found


def rostered_kinds(
    district: District, keys: Sequence[tuple[str, str]], *, year: int
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Count in the roster who may leave each school stage, by kind.

    Teachers who are exempt in the year, who are there on a stint, or whose degree or tier is not
    on record are not counted: nobody plans with them.

    Parameters
    ----------
    keys
        School and stage of each school stage, m of them.
    year
        First calendar year of the school year.

    Returns
    -------
    counts, is_rostered
        Shapes (7, m) and (m,): the teachers, and whether the roster has any of that school stage.
    """
    at = {key: i for i, key in enumerate(keys)}
    counts, is_rostered = np.zeros((len(KINDS), len(keys)), np.int64), np.zeros(len(keys), np.bool_)
    for row in district.table("teachers").iter_rows(named=True):
        i = at.get((row["school"], row["stage"]))
        if i is None:
            continue
        is_rostered[i] = True
        kind = _kind_of(row, year)
        if kind in KINDS and not _stays(row, year):
            counts[KINDS.index(kind), i] += 1
    return counts, is_rostered


def _kind_of(row: Mapping[str, Any], year: int) -> Kind | None:
    if row["degree"] is None or row["tier"] is None:
        return None
    is_valid = row["tier_until"] is None or row["tier_until"] >= year
    return Kind(
        qualified=row["degree"] in _ABOVE[row["stage"]],
        backbone=row["tier"] != "none" and is_valid,
        pe_arts=row["subject"] in _PE_AND_ARTS,
    )


def _stays(row: Mapping[str, Any], year: int) -> bool:
    until = row["exemption_until"]
    is_exempt = row["exemption"] is not None and (until is None or until >= year)
    return is_exempt or row["return_year"] is not None
