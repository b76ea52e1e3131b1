"""The children of a made-up round: where each lives, is registered, and what its family claims."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from junheng.district.examples.profile import profile, stream

TENURES = {"owned": 0.68, "relative": 0.09, "public_rent": 0.05, "rented": 0.18}
TWINS = 0.012
"""Share of births that are of twins."""
ENTRY_AGE = 6
"""For drawing plausible birthdays only; the age that the law asks stands in the standard."""


def draw_families(
    counts: Sequence[tuple[str, int]], *, stage: str, year: int, seed: int, came_from: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return a row of the table ``applicants`` for every child.

    Parameters
    ----------
    counts
        Homes and how many children of each apply.
    stage, year
        The stage entered and the school year.
    came_from
        By home, the school that its children leave.
    """
    rng = stream(seed, f"applicants/{stage}")
    homes = [home for home, _ in counts]
    rows: list[dict[str, Any]] = []
    for home, n in counts:
        left = n
        while left:
            size = 2 if left > 1 and rng.random() < TWINS else 1
            family = _family(home, homes, rng)
            family["born"] = _birthday(stage, year, rng)
            family["from_school"] = came_from.get(home)
            rows += [dict(family) for _ in range(size)]
            left -= size
    return [
        _numbered(row, serial, rows, stage=stage, year=year, seed=seed) for serial, row in enumerate(rows)
    ]


def _family(home: str, homes: Sequence[str], rng: np.random.Generator) -> dict[str, Any]:
    tenure = str(rng.choice(list(TENURES), p=list(TENURES.values())))
    is_migrant = rng.random() < (0.55 if tenure == "rented" else 0.04)
    is_registered_here = not is_migrant and rng.random() < (0.86 if tenure != "rented" else 0.25)
    elsewhere = str(homes[int(rng.integers(len(homes)))])
    return {
        "home": home,
        "tenure": tenure,
        "register": "elsewhere" if is_migrant else "district",
        "register_home": None if is_migrant else home if is_registered_here else elsewhere,
        "residence_permit": "yes" if is_migrant and rng.random() < 0.9 else None,
        "migrant": "yes" if is_migrant else None,
        "left_behind": "yes" if not is_migrant and rng.random() < 0.02 else None,
        "disabled": "yes" if rng.random() < 0.008 else None,
        "staff_child": "yes" if rng.random() < 0.01 else None,
        "entitled": "yes" if rng.random() < 0.01 else None,
        "adjust": "no" if rng.random() < 0.03 else "yes",
        "twin_key": float(rng.random()),
    }


def _birthday(stage: str, year: int, rng: np.random.Generator) -> str:
    """Draw a day of the twelve months up to the last day on which the age is reached."""
    grades_before = profile().stages[stage].first_grade - 1
    last = date(year - ENTRY_AGE - grades_before, 8, 31)
    return (last - timedelta(days=int(rng.integers(0, 365)))).isoformat()


def _numbered(
    row: dict[str, Any], serial: int, rows: Sequence[dict[str, Any]], *, stage: str, year: int, seed: int
) -> dict[str, Any]:
    """Give numbers and digests; children of one family (twins stand together) share all but their own."""
    is_second = serial > 0 and rows[serial - 1]["twin_key"] == row["twin_key"]
    family = serial - 1 if is_second else serial
    digest = _digester(f"{stage}/{year}/{seed}")
    kept = {name: value for name, value in row.items() if name != "twin_key"}
    return {
        "applicant": f"{year % 100:02d}{profile().stages[stage].first_grade}{serial + 1:06d}",
        "stage": stage,
        "person": digest("child", serial),
        "family": digest("family", family),
        "dwelling": digest("dwelling", family),
        **kept,
    }


def _digester(salt: str) -> Any:
    def digest(kind: str, number: int) -> str:
        return kind[0] + hashlib.sha256(f"{salt}/{kind}/{number}".encode()).hexdigest()[:15]

    return digest
