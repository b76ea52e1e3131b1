"""Which schools serve a home: what the zones, the plan and the records say, and nothing about any person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from django.http import Http404

from junheng.district.columns import choices, label_of
from junheng.district.model import District
from junheng.district.sphere import great_circle_km
from junheng.measure.positions import home_positions
from junheng.text import Text
from junheng.web.families.spelling import initials
from junheng.web.registry.models import Year
from junheng.web.registry.store import give
from junheng.web.remember import made_once

MOST_FOUND = 40
"""So many homes are shown of a search; more means that a longer word is needed."""
_OTHERS = "#"
_PUBLIC = Text("公办", "public")
_PRIVATE = Text("民办", "private")


@dataclass(frozen=True, slots=True)
class Home:
    """A residential unit as families know it."""

    code: str
    name: str
    letters: str

    @property
    def letter(self) -> str:
        """Under which letter of the list it stands."""
        return self.letters[:1].upper() if self.letters[:1].isalpha() else _OTHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What everybody may know of a school.

    Attributes
    ----------
    places
        Places offered to newcomers by stage; a stage whose plan is not announced is left out.
    """

    code: str
    name: str
    is_private: bool
    stages: tuple[str, ...]
    places: Mapping[str, int] = field(default_factory=dict)
    n_homes: int = 0

    @property
    def sector(self) -> Text:
        """Public or private, in words."""
        return _PRIVATE if self.is_private else _PUBLIC

    @property
    def plan(self) -> list[tuple[Text, int | None]]:
        """Stages in words with the places offered, absent where none are announced."""
        return [(label_of("stage", stage), self.places.get(stage)) for stage in self.stages]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A school that serves a home at a stage."""

    stage: str
    school: School
    distance_km: float | None

    @property
    def stage_text(self) -> Text:
        """The stage in words."""
        return label_of("stage", self.stage)

    @property
    def places(self) -> int | None:
        """Places offered at the stage."""
        return self.school.places.get(self.stage)


class Zones:
    """The zones of one year, made once from its records.

    Parameters
    ----------
    district
        The records.
    """

    def __init__(self, district: District) -> None:
        self.district = district
        self.year = int(district.facts["year"])

    @cached_property
    def homes(self) -> dict[str, Home]:
        """Homes by code, in the order of their letters."""
        if not self.district.has("homes"):
            return {}
        named = [
            (code, name or code)
            for code, name in self.district.table("homes").select("home", "name").iter_rows()
        ]
        found = [Home(code, name, initials(name)) for code, name in named]
        return {home.code: home for home in sorted(found, key=lambda one: (one.letters, one.name, one.code))}

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Letters under which homes stand."""
        return tuple(sorted({home.letter for home in self.homes.values()}))

    @cached_property
    def schools(self) -> dict[str, School]:
        """Schools by code, in the order of the records."""
        stages, places, homes = self._stages(), self._places(), self._zone_sizes()
        return {
            row["school"]: School(
                code=row["school"],
                name=row["name"],
                is_private=row["holder"] == "private",
                stages=tuple(stages[row["school"]]),
                places=places[row["school"]],
                n_homes=homes[row["school"]],
            )
            for row in self.district.table("schools").to_dicts()
        }

    def under(self, letter: str) -> list[Home]:
        """Return the homes under a letter."""
        return [home for home in self.homes.values() if home.letter == letter]

    def search(self, words: str) -> list[Home]:
        """Return homes whose name, code or letters hold what was typed; those that begin with it first."""
        typed = "".join(words.split()).casefold()
        if not typed:
            return []
        ranked = [(_rank(home, typed), home) for home in self.homes.values()]
        found = [(rank, home) for rank, home in ranked if rank is not None]
        return [home for _, home in sorted(found, key=lambda one: (one[0], one[1].letters, one[1].code))]

    def serving(self, home: str) -> list[Serving]:
        """Return the schools of a home by stage, in the order in which a child goes through them."""
        return [
            Serving(stage=stage, school=self.schools[school], distance_km=self.distance(home, school))
            for stage, school in self._by_home.get(home, ())
            if school in self.schools
        ]

    def school_of(self, home: str, stage: str) -> str | None:
        """Return the code of the school that serves a home at a stage, or `None`."""
        return next((code for at, code in self._by_home.get(home, ()) if at == stage), None)

    def homes_of(self, school: str) -> list[tuple[Text, list[Home]]]:
        """Return the homes of a school's zone by stage."""
        found: dict[str, list[Home]] = defaultdict(list)
        for home in self.homes.values():
            for stage, code in self._by_home.get(home.code, ()):
                if code == school:
                    found[stage].append(home)
        return [(label_of("stage", stage), found[stage]) for stage in _stages_of(found)]

    def feeders(self, stage: str) -> frozenset[tuple[str, str]]:
        """Return pairs of a school that is left and the school of a stage to which it leads."""
        if not self.district.has("feeders"):
            return frozenset()
        rows = self.district.table("feeders").select("stage", "school", "target").iter_rows()
        return frozenset((school, target) for entered, school, target in rows if entered == stage)

    @cached_property
    def _by_home(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        if self.district.has("catchments"):
            order = {one.code: place for place, one in enumerate(choices("stage"))}
            rows = self.district.table("catchments").select("home", "stage", "school").iter_rows()
            for home, stage, school in sorted(rows, key=lambda row: order[row[1]]):
                found[home].append((stage, school))
        return found

    def _stages(self) -> dict[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for school, stage in self.district.table("stages").select("school", "stage").iter_rows():
            found[school].append(stage)
        return defaultdict(list, {school: _stages_of(stages) for school, stages in found.items()})

    def _places(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = defaultdict(dict)
        if self.district.has("places"):
            plan = self.district.table("places").select("school", "stage", "places")
            for school, stage, places in plan.iter_rows():
                found[school][stage] = places
        return found

    def _zone_sizes(self) -> dict[str, int]:
        homes: dict[str, set[str]] = defaultdict(set)
        for home, own in self._by_home.items():
            for _, school in own:
                homes[school].add(home)
        return defaultdict(int, {school: len(own) for school, own in homes.items()})

    @cached_property
    def _points(self) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
        homes = self.district.table("homes")["home"].to_list()
        at = dict(zip(homes, map(tuple, home_positions(self.district).tolist()), strict=True))
        gates = self.district.table("schools").select("school", "lon", "lat")
        return at, {code: (lon, lat) for code, lon, lat in gates.drop_nulls().iter_rows()}

    def distance(self, home: str, school: str) -> float | None:
        """Return the straight line from a home to a school's gate in km; `None` where either has no position."""
        homes, schools = self._points
        if home not in homes or school not in schools:
            return None
        km = float(great_circle_km(np.array(homes[home]), np.array(schools[school])))
        return None if np.isnan(km) else km


def _rank(home: Home, typed: str) -> int | None:
    """Return how well a home fits what was typed, 0 the best, or `None`."""
    name = home.name.casefold()
    ways = (
        typed in (name, home.code.casefold()),
        name.startswith(typed),
        typed in name,
        home.letters.startswith(typed),
    )
    return ways.index(True) if True in ways else None


def _stages_of(some: Mapping[str, object] | Sequence[str]) -> list[str]:
    return [one.code for one in choices("stage") if one.code in some]


def zones() -> Zones | None:
    """Return the zones of the newest year, or `None` where there are no records."""
    found = Year.objects.values_list("year", "revision").first()
    return None if found is None else _zones(*found)


def zones_or_404() -> Zones:
    """Return the zones of the newest year; without records there is no such page."""
    found = zones()
    if found is None:
        raise Http404
    return found


@made_once(maxsize=2)
def _zones(year: int, revision: str) -> Zones:
    """Make the zones of a year at a revision; the second argument only keeps an older one from being taken for it."""
    return Zones(give(year))
