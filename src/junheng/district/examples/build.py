"""Puts the drawn parts of an example together as the tables of a District."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
import shapely

from junheng.district.examples.declared import draw_declarations
from junheng.district.examples.enrolment import StageRoll
from junheng.district.examples.geography import FloatArray, Geography, degrees
from junheng.district.examples.layout import draw_layout
from junheng.district.examples.naming import home_names, school_names
from junheng.district.examples.newcomers import draw_births, draw_housing
from junheng.district.examples.people import AGES, People
from junheng.district.examples.planning import draw_planning
from junheng.district.examples.posts import draw_personnel
from junheng.district.examples.preschool import draw_kindergartens
from junheng.district.examples.profile import COMPULSORY, Size, profile, stream
from junheng.district.examples.schools import Site
from junheng.district.examples.staff import draw_teachers
from junheng.district.examples.zones import StageZones

PROVINCE = "99"
"""No province has this code: nobody can take an example's identifier for a real school's."""
MARGIN_DEGREES = 0.01


def build_tables(
    *,
    size: Size,
    geography: Geography,
    people: People,
    sites: tuple[Site, ...],
    zones: Mapping[str, StageZones],
    rolls: tuple[StageRoll, ...],
    resources: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return every table by name."""
    homes = [f"H{i:04d}" for i in range(1, len(geography.xy) + 1)]
    codes = _codes(sites)
    stages, premises = resources
    teachers = draw_teachers(
        sites=sites, stages=stages, geography=geography, people=people, codes=codes, homes=homes, seed=seed
    )
    personnel = draw_personnel(
        teachers,
        sites=sites,
        stages=_coded(stages, codes),
        geography=geography,
        codes=codes,
        homes=homes,
        seed=seed,
    )
    kindergartens, kindergarten_classes = draw_kindergartens(people, homes, seed=seed)
    coded_stages = _coded(stages, codes)
    planning = draw_planning(sites, rolls, premises, codes, seed=seed)
    return {
        **personnel,
        "district": _district(size, geography),
        "schools": _schools(sites, geography, codes, homes, seed=seed),
        "stages": coded_stages,
        "premises": _coded(premises, codes),
        "classes": _classes(rolls, codes),
        "rolls": _rolls(rolls, codes),
        "homes": _homes(geography, people, homes, seed=seed),
        "children": _children(people, homes),
        "neighbours": _neighbours(geography, homes),
        "catchments": _catchments(zones, codes, homes),
        "declarations": draw_declarations(sites, codes, seed=seed),
        "births": draw_births(people, homes, seed=seed),
        "housing": draw_housing(geography, people, homes, seed=seed),
        "kindergartens": kindergartens,
        "kindergarten_classes": kindergarten_classes,
        **planning,
        **draw_layout(geography, people, homes, planning["sites"], coded_stages, seed=seed),
    }


def _district(size: Size, geography: Geography) -> pl.DataFrame:
    outline = degrees(shapely.get_coordinates(geography.cells.tolist()))
    west, south = (outline.min(axis=0) - MARGIN_DEGREES).tolist()
    east, north = (outline.max(axis=0) + MARGIN_DEGREES).tolist()
    extent = {"west": west, "south": south, "east": east, "north": north}
    return pl.DataFrame(
        {
            "district": [size.code],
            "name": [size.name],
            "year": [profile().year],
            "crs": ["WGS-84"],
            **{side: [round(value, 4)] for side, value in extent.items()},
            "synthetic": ["yes"],
        }
    )


def _codes(sites: tuple[Site, ...]) -> list[str]:
    """Return ten-digit identifiers: category, province, serial."""
    return [
        f"{profile().kinds[site.kind].identifier}{PROVINCE}{i:06d}" for i, site in enumerate(sites, start=1)
    ]


def _schools(
    sites: tuple[Site, ...], geography: Geography, codes: list[str], homes: list[str], *, seed: int
) -> pl.DataFrame:
    gates = degrees(_gates(sites, geography, seed=seed))
    class_of = {"core": "main_urban", "new_town": "urban_fringe", "town": "town_centre"}
    return pl.DataFrame(
        {
            "school": codes,
            "name": school_names(sites, geography, home_names(geography, seed=seed), seed=seed),
            "kind": [site.kind for site in sites],
            "holder": ["private" if site.is_private else "county_education" for site in sites],
            "urban_rural": [
                class_of.get(site.setting, "township_centre" if site.setting == "township" else "village")
                for site in sites
            ],
            "lon": gates[:, 0],
            "lat": gates[:, 1],
            "home": [homes[site.home] for site in sites],
        }
    )


def _gates(sites: tuple[Site, ...], geography: Geography, *, seed: int) -> FloatArray:
    """Put each gate near the middle of its home, never beyond the border."""
    rng = stream(seed, "gates")
    home = np.array([site.home for site in sites])
    inside = shapely.distance(shapely.points(geography.xy[home]), shapely.boundary(geography.cells[home]))
    angle, share = rng.uniform(0, 2 * np.pi, len(sites)), rng.uniform(0.1, 0.6, len(sites))
    offset = (inside * share)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    gates: FloatArray = geography.xy[home] + offset
    return gates


def _coded(rows: list[dict[str, Any]], codes: list[str]) -> pl.DataFrame:
    return pl.DataFrame([{**row, "school": codes[row["school"]]} for row in rows], infer_schema_length=None)


def _classes(rolls: tuple[StageRoll, ...], codes: list[str]) -> pl.DataFrame:
    rows = [
        (codes[roll.site], roll.stage, grade, str(number), pupils)
        for roll in rolls
        for grade, sizes in zip(roll.grades, roll.classes, strict=True)
        for number, pupils in enumerate(sizes, start=1)
    ]
    return pl.DataFrame(rows, schema=["school", "stage", "grade", "class", "pupils"], orient="row")


def _rolls(rolls: tuple[StageRoll, ...], codes: list[str]) -> pl.DataFrame:
    rows = [
        (codes[roll.site], roll.stage, grade, profile().year - ago, int(pupils))
        for roll in rolls
        for ago in range(profile().history_years)
        for grade, pupils in zip(roll.grades, roll.pupils[ago], strict=True)
        if pupils >= 0
    ]
    return pl.DataFrame(rows, schema=["school", "stage", "grade", "year", "pupils"], orient="row")


def _homes(geography: Geography, people: People, homes: list[str], *, seed: int) -> pl.DataFrame:
    places = degrees(geography.xy)
    cells = shapely.transform(geography.cells, degrees)
    return pl.DataFrame(
        {
            "home": homes,
            "name": home_names(geography, seed=seed),
            "urban_rural": people.urban_rural.tolist(),
            "lon": places[:, 0],
            "lat": places[:, 1],
            "polygon": shapely.to_wkt(cells, rounding_precision=6).tolist(),
            "dwellings": people.dwellings,
        }
    )


def _children(people: People, homes: list[str]) -> pl.DataFrame:
    n, grades = people.by_grade.shape
    year = profile().year
    return pl.concat(
        [
            pl.DataFrame(
                {
                    "home": np.repeat(homes, grades),
                    "year": np.full(n * grades, year),
                    "grade": np.tile(np.arange(1, grades + 1), n),
                    "age": pl.Series([None] * (n * grades), dtype=pl.Int64),
                    "children": people.by_grade.ravel(),
                }
            ),
            pl.DataFrame(
                {
                    "home": np.repeat(homes, len(AGES)),
                    "year": np.full(n * len(AGES), year),
                    "grade": pl.Series([None] * (n * len(AGES)), dtype=pl.Int64),
                    "age": np.tile(np.array(AGES), n),
                    "children": people.by_age.ravel(),
                }
            ),
        ]
    )


def _neighbours(geography: Geography, homes: list[str]) -> pl.DataFrame:
    names = np.array(homes)
    return pl.DataFrame(
        {
            "home": names[geography.pairs[:, 0]],
            "neighbour": names[geography.pairs[:, 1]],
            "road_km": geography.road_km,
        }
    )


def _catchments(zones: Mapping[str, StageZones], codes: list[str], homes: list[str]) -> pl.DataFrame:
    return pl.concat(
        [
            pl.DataFrame(
                {
                    "stage": [stage] * len(homes),
                    "home": homes,
                    "school": np.array(codes)[zones[stage].schools[zones[stage].present]],
                }
            )
            for stage in COMPULSORY
        ]
    )
