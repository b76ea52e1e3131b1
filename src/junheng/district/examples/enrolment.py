"""The made-up pupils: each school's pupils by grade today and in earlier years, and their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from junheng.district.examples.geography import FloatArray, Geography, IntArray
from junheng.district.examples.people import People
from junheng.district.examples.profile import COMPULSORY, profile, stream
from junheng.district.examples.schools import Site
from junheng.district.examples.zones import StageZones

OVERSIZE_SHARE = 0.3
"""Schools that rather squeeze two more into a class than open another one."""


@dataclass(frozen=True, slots=True)
class StageRoll:
    """The pupils of one school in one stage.

    Attributes
    ----------
    site
        Position of the school in the list of sites.
    stage
        Its stage.
    grades
        Grades, ascending.
    pupils
        Pupils by years ago and grade, shape (years, grades); row 0 is today, -1 before the school opened.
    classes
        Class sizes of each grade today.
    places
        Places of the school for the stage.
    """

    site: int
    stage: str
    grades: tuple[int, ...]
    pupils: IntArray
    classes: tuple[tuple[int, ...], ...]
    places: int

    @property
    def total(self) -> int:
        """Pupils today."""
        return int(self.pupils[0].sum())

    @property
    def n_classes(self) -> int:
        """Classes today."""
        return sum(len(sizes) for sizes in self.classes)


def draw_rolls(
    sites: tuple[Site, ...],
    geography: Geography,
    people: People,
    zones: Mapping[str, StageZones],
    *,
    seed: int,
) -> tuple[StageRoll, ...]:
    """Draw the pupils and classes of every school and stage."""
    rng = stream(seed, "enrolment")
    rolls = [
        roll
        for stage in COMPULSORY
        for roll in _zoned(stage, sites, geography, people, zones=zones[stage], rng=rng)
    ]
    for i, site in enumerate(sites):
        rolls += [_unzoned(i, site, stage, rng) for stage in site.stages if not site.teaches_zoned(stage)]
    return tuple(sorted(rolls, key=lambda roll: (roll.site, roll.grades)))


def _zoned(
    stage: str,
    sites: tuple[Site, ...],
    geography: Geography,
    people: People,
    *,
    zones: StageZones,
    rng: np.random.Generator,
) -> list[StageRoll]:
    """Return pupils as the children of the zones, less those who go to private schools."""
    shape = profile().stages[stage]
    grades = np.array(shape.grades)
    children = people.by_grade[:, grades - 1]
    history = []
    for k in range(len(zones.schools)):
        zone = zones.present == k
        today = rng.binomial(children[zone].sum(axis=0), 1 - shape.private_share)
        weight = children[zone].sum(axis=1) + 1e-9
        growth = float(np.average(people.entry_growth[zone], weights=weight))
        progression = float(np.average(people.progression[zone], weights=weight))
        history.append(_back(today, growth, progression, rng))
    own = [sites[i] for i in zones.schools]
    _hand_over(history, own, geography)
    return [
        StageRoll(
            int(zones.schools[k]),
            stage,
            shape.grades,
            history[k],
            _classes(
                history[k][0], int(zones.places[k] / zones.rooms[k]), int(zones.rooms[k]), shape.largest, rng
            ),
            int(zones.places[k]),
        )
        for k in range(len(own))
    ]


def _back(today: IntArray, growth: float, progression: float, rng: np.random.Generator) -> IntArray:
    """Return pupils by years ago and grade.

    A cohort that is still here was smaller or larger by its progression; one that has left began smaller
    or larger than today's top grade by the growth of entries.
    """
    years, n = profile().history_years, len(today)
    result = np.zeros((years, n), dtype=np.int64)
    result[0] = today
    for ago in range(1, years):
        for grade in range(n):
            still_here = grade + ago < n
            now = today[min(grade + ago, n - 1)]
            steps = ago if still_here else n - 1 - grade
            gone = 0 if still_here else grade + ago - (n - 1)
            then = now * growth**-gone / progression**steps
            result[ago, grade] = round(float(then * np.exp(rng.normal(0, 0.015))))
    return result


def _hand_over(history: list[IntArray], own: list[Site], geography: Geography) -> None:
    """Before a school opened, its pupils sat in the nearest older school of the stage."""
    year, years = profile().year, profile().history_years
    older = [k for k, site in enumerate(own) if site.opened <= year - years]
    for k, site in enumerate(own):
        closed = [ago for ago in range(years) if year - ago < site.opened]
        if not closed or not older:
            continue
        gaps = [float(np.linalg.norm(geography.xy[own[o].home] - geography.xy[site.home])) for o in older]
        mother = older[int(np.argmin(gaps))]
        history[mother][closed] += history[k][closed]
        history[k][closed] = -1


def _unzoned(i: int, site: Site, stage: str, rng: np.random.Generator) -> StageRoll:
    """Draw the pupils of a private, special or senior school."""
    shape, kind = profile().stages[stage], profile().kinds[site.kind]
    if site.is_private:
        holder = "private"
    elif site.kind == "special":
        holder = "special"
    else:
        holder = "with_junior" if "junior" in site.stages else "public"
    level = profile().grade_pupils[holder][stage] * rng.uniform(0.85, 1.15)
    today = rng.poisson(np.full(len(shape.grades), level))
    places = kind.places if kind.places is not None else shape.places
    classes = _classes(today, places, 10**6, shape.largest, rng)
    n = sum(len(sizes) for sizes in classes)
    return StageRoll(i, stage, shape.grades, _back(today, 1.01, 1.0, rng), classes, n * places)


def _classes(
    pupils: IntArray, places: int, rooms: int, largest: int, rng: np.random.Generator
) -> tuple[tuple[int, ...], ...]:
    """Split each grade into classes; where rooms are too few, fill the emptiest grade's classes further."""
    full = places + 2 if rng.random() < OVERSIZE_SHARE else places
    n = np.maximum(np.ceil(pupils / full).astype(np.int64), 1)
    while n.sum() > rooms:
        fuller = np.where(n > 1, pupils / np.maximum(n - 1, 1), np.inf)
        grade = int(np.argmin(fuller))
        if fuller[grade] > largest:
            break
        n[grade] -= 1
    return tuple(
        tuple(int(part) for part in _even(int(count), int(k))) for count, k in zip(pupils, n, strict=True)
    )


def _even(count: int, parts: int) -> FloatArray | IntArray:
    return np.full(parts, count // parts) + (np.arange(parts) < count % parts)
