"""The made-up kindergartens: where the children of three to five years are, in which classes, with which staff."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from junheng.district.examples.people import People
from junheng.district.examples.profile import profile, stream

_BAND_AGES = {"small": 3, "middle": 4, "top": 5}
_SQUEEZE = 0.08
"""Of a class: so many children over are squeezed in rather than given a class of their own."""


def draw_kindergartens(people: People, homes: list[str], *, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the tables ``kindergartens`` and ``kindergarten_classes``."""
    rng, levels = stream(seed, "kindergartens"), profile().kindergartens
    by_age = {age: float(people.by_age[:, age].sum()) * levels["enrolment"] for age in _BAND_AGES.values()}
    n = max(3, round(sum(by_age.values()) / levels["children_each"]))
    share = rng.dirichlet(np.full(n, 12.0))
    natures = _natures(share, levels["share"])
    dwellings = people.dwellings / people.dwellings.sum()
    where = rng.choice(len(homes), size=n, replace=n > len(homes), p=dwellings)
    kindergartens, classes = [], []
    for i in range(n):
        code = f"1199{i + 1:06d}"
        own = _classes(code, {band: by_age[age] * share[i] for band, age in _BAND_AGES.items()}, rng)
        classes += own
        children = sum(row["children"] for row in own)
        kindergartens.append(
            {
                "kindergarten": code,
                "name": f"示例第{i + 1}幼儿园",
                "nature": natures[i],
                "licensed": "yes",
                "session": "full_day",
                "home": homes[int(where[i])],
                "children": children,
                "capacity_children": levels["band_children"]["middle"] * (len(own) + int(rng.integers(0, 2))),
                "classes": len(own),
                **_staff(len(own), children, rng),
                **_premises(children, rng),
            }
        )
    frame = pl.DataFrame(kindergartens)
    more = stream(seed, "kindergarten-rooms").choice([0, 0, 1], n) * len(_BAND_AGES)
    return frame.with_columns(most_classes=pl.col("classes") + pl.Series(more)), pl.DataFrame(classes)


def _natures(share: np.ndarray[Any, np.dtype[np.float64]], wanted: dict[str, float]) -> list[str]:
    """Give each nature its share of the children, largest kindergartens first."""
    left = dict(wanted)
    natures = [""] * len(share)
    for i in np.argsort(-share).tolist():
        natures[i] = max(left, key=lambda nature: left[nature])
        left[natures[i]] -= float(share[i])
    return natures


def _classes(code: str, children: dict[str, float], rng: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    for band, expected in children.items():
        drawn = int(rng.poisson(expected))
        n = max(1, int(np.ceil(drawn / profile().kindergartens["band_children"][band] - _SQUEEZE)))
        rows += [
            {
                "kindergarten": code,
                "class": f"{band}-{k + 1}",
                "band": band,
                "children": drawn // n + (k < drawn % n),
            }
            for k in range(n)
        ]
    return rows


def _staff(classes: int, children: int, rng: np.random.Generator) -> dict[str, int]:
    teachers = max(2 * classes + int(rng.integers(-1, 2)), 1)
    carers = classes
    others = 2 + round(children / 45)
    return {
        "staff": teachers + carers + others,
        "teachers": teachers,
        "carers": carers,
        "certified_teachers": teachers - int(rng.random() < 0.1),
    }


def _premises(children: int, rng: np.random.Generator) -> dict[str, float]:
    per_child = profile().kindergartens["per_child"]
    return {
        name: round(children * level * float(rng.uniform(0.95, 1.5))) for name, level in per_child.items()
    }
