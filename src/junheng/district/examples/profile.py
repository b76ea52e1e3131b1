"""What an example district looks like: the levels of ``profile.yaml`` and the names of ``names.yaml``, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import yaml

SizeName = Literal["town", "district", "city"]
Levels = Mapping[str, Mapping[str, float]]
COMPULSORY = ("primary", "junior")


@dataclass(frozen=True, slots=True)
class SettlementGroup:
    """Settlements of one setting: how many, homes in each, radius of each in km."""

    count: int
    homes: int
    radius_km: float


@dataclass(frozen=True, slots=True)
class Size:
    """One size of example: its extent, its homes and how many schools of each kind stand where.

    Attributes
    ----------
    children
        Resident children of grades 1 to 9 (expected; the drawn number differs by chance).
    share
        Share of those children by setting; sums to 1.
    schools, other_schools
        Number of schools by setting and kind: with a catchment, and without one. Kinds of the second that
        begin with ``private_`` are private.
    """

    code: str
    name: str
    children: int
    radius_km: float
    river: Mapping[str, float]
    settlements: Mapping[str, SettlementGroup]
    villages: int
    share: Mapping[str, float]
    schools: Mapping[str, Mapping[str, int]]
    other_schools: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Setting:
    """How one part of the district lives: see the comments in ``profile.yaml``."""

    urban_rural: Mapping[str, float]
    dwellings: tuple[int, int]
    entry_growth: float
    progression: float
    birth_trend: float
    capacity_ratio: float
    migrant_share: float
    boarding_share: Mapping[str, float]
    built: tuple[int, int]


@dataclass(frozen=True, slots=True)
class StageProfile:
    """Grades of a stage, pupils a room is built for, the fullest class, and how its zones came about."""

    first_grade: int
    last_grade: int
    places: int
    largest: int
    private_share: float
    zone_noise_km: float

    @property
    def grades(self) -> tuple[int, ...]:
        """The grades of the stage, ascending."""
        return tuple(range(self.first_grade, self.last_grade + 1))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of school: the category of its identifier, its stages, and places a room where they differ."""

    identifier: str
    stages: tuple[str, ...]
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The whole of ``profile.yaml``."""

    year: int
    history_years: int
    centre: Mapping[str, float]
    overall_spare: float
    sizes: Mapping[str, Size]
    settings: Mapping[str, Setting]
    stages: Mapping[str, StageProfile]
    kinds: Mapping[str, Kind]
    grade_pupils: Levels
    levels: Levels
    stage_weights: Mapping[str, float]
    multiples: Levels
    shortfall: Mapping[str, Any]
    degrees: Levels
    special_rooms: Mapping[str, float]
    room_to_build: Mapping[str, Mapping[str, Any]]
    unit_costs: Mapping[str, float]
    budget: Mapping[str, float]
    housing: Mapping[str, Mapping[str, Any]]
    kindergartens: Mapping[str, Any]


@cache
def profile() -> Profile:
    """Return the levels around which the examples are drawn."""
    raw = _yaml("profile.yaml")
    return Profile(
        **{
            **raw,
            "sizes": {name: _size(row) for name, row in raw["sizes"].items()},
            "settings": {
                name: Setting(**{**row, "dwellings": tuple(row["dwellings"]), "built": tuple(row["built"])})
                for name, row in raw["settings"].items()
            },
            "stages": {name: StageProfile(**row) for name, row in raw["stages"].items()},
            "kinds": {
                name: Kind(**{**row, "stages": tuple(row["stages"])}) for name, row in raw["kinds"].items()
            },
        }
    )


@cache
def names() -> Mapping[str, Any]:
    """Return the parts from which names are put together."""
    return _yaml("names.yaml")


def stream(seed: int, purpose: str) -> np.random.Generator:
    """Return the random numbers of one purpose: what one part draws never shifts what another draws."""
    return np.random.default_rng([seed, *purpose.encode()])


def _size(row: dict[str, Any]) -> Size:
    groups = {name: SettlementGroup(**group) for name, group in row["settlements"].items()}
    return Size(**{**row, "settlements": groups})


def _yaml(file: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(file).read_text(encoding="utf-8"))
    return loaded
