"""A made-up county that moves its township junior schools into town: the case of the layout over years.

Its totals are those that a county reported (2,615 township pupils and 430 teachers moved into county schools, two small
schools with 293 pupils merged into strong ones); everything else, every school, place and home, is made up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from junheng.district.examples.merger_staff import draw_roster
from junheng.district.examples.profile import profile, stream
from junheng.district.model import District
from junheng.district.roster import counts

COUNTY = {"C1": 1000, "C2": 1000, "C3": 1000, "C4": 1000}
TOWNSHIP = {"T1": (612, 98), "T2": (548, 90), "T3": (521, 86), "T4": (487, 81), "T5": (447, 75)}
"""Pupils and teachers of each township school: 2,615 and 430."""
SMALL = {"S1": (152, 27), "S2": (141, 25)}
"""Pupils and teachers of the two small schools: 293 and 52."""
CLASS_SIZE, GRADES = 50, 3
COUNTY_CLASSES, COUNTY_TEACHERS = 36, 90
HOMES_EACH = 6
KM_PER_DEGREE = 111.2
LINES = {"county": 1.0, "away": 0.95}
"""How the children of town and townships change from year to year."""
GROWTH = {"low": -0.02, "medium": 0.0, "high": 0.02}
YEARS = 5


def merger_example(*, seed: int = 1) -> District:
    """Return the county: 4 junior schools in town with room, 5 in townships, 2 small ones, and the years to come.

    Teachers are made up one by one (see `junheng.district.examples.merger_staff`): the closed schools' can be handed
    over and balanced by the exchange.
    """
    rng = stream(seed, "merger")
    pupils = {**COUNTY, **{code: n for code, (n, _) in {**TOWNSHIP, **SMALL}.items()}}
    places = _places(rng)
    homes = [
        (f"H-{code}{i}", code, *(places[code] + rng.normal(0, 0.4 if code in COUNTY else 0.9, 2)))
        for code in pupils
        for i in range(1, HOMES_EACH + 1)
    ]
    counts = {code: _shared(n, HOMES_EACH) for code, n in pupils.items()}
    children = [counts[code][i % HOMES_EACH] for i, (_, code, _, _) in enumerate(homes)]
    names = [home for home, *_ in homes]
    living = {code: [home for home, own, *_ in homes if own == code] for code in pupils}
    roster = draw_roster(
        {code: _teachers(code) for code in pupils}, in_town=list(COUNTY), homes=living, seed=seed
    )
    return District.of(
        {
            "district": pl.DataFrame(
                {
                    "district": ["990183"],
                    "name": ["示例县（撤并案例，模拟数据）"],
                    "year": [profile().year],
                    "crs": ["WGS-84"],
                    "synthetic": ["yes"],
                }
            ),
            "schools": _schools(list(pupils), places),
            "stages": _stages(pupils, roster),
            "classes": pl.DataFrame([row for code, n in pupils.items() for row in _classes(code, n)]),
            "teachers": roster,
            "homes": pl.DataFrame(
                {
                    "home": names,
                    "urban_rural": [
                        "town_centre" if code in COUNTY else "township_centre" for _, code, *_ in homes
                    ],
                    **_degrees(np.array([(x, y) for *_, x, y in homes])),
                }
            ),
            "children": pl.DataFrame(
                {"home": names, "year": profile().year, "stage": "junior", "children": children}
            ),
            "catchments": pl.DataFrame(
                {"stage": "junior", "home": names, "school": [code for _, code, *_ in homes]}
            ),
            "sites": pl.DataFrame({"school": [c for c in pupils if c not in COUNTY], "keep_open": "no"}),
            "demand": _demand(names, [code in COUNTY for _, code, *_ in homes], children),
        }
    )


def _places(rng: np.random.Generator) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Stand the county's schools in town and the others around it, km from the middle."""
    found = {code: rng.normal(0, 0.8, 2) for code in COUNTY}
    away = [*TOWNSHIP, *SMALL]
    for i, code in enumerate(away):
        angle, km = 2 * math.pi * i / len(away), rng.uniform(6, 9)
        found[code] = np.array([km * math.cos(angle), km * math.sin(angle)])
    return found


def _schools(
    codes: list[str], places: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]
) -> pl.DataFrame:
    kinds = {"C": "县城第{}初级中学", "T": "第{}乡镇初级中学", "S": "第{}小规模初级中学"}
    return pl.DataFrame(
        {
            "school": codes,
            "name": [kinds[code[0]].format(code[1]) for code in codes],
            "kind": "junior",
            "holder": "county_education",
            "urban_rural": ["town_centre" if code in COUNTY else "township_centre" for code in codes],
            **_degrees(np.array([places[code] for code in codes])),
        }
    )


def _teachers(code: str) -> int:
    return COUNTY_TEACHERS if code in COUNTY else {**TOWNSHIP, **SMALL}[code][1]


def _stages(pupils: Mapping[str, int], roster: pl.DataFrame) -> pl.DataFrame:
    """Return the annual return, with the columns that the roster gives."""
    rows = pl.DataFrame([_stage(code, n) for code, n in pupils.items()])
    return rows.join(
        counts(roster, year=profile().year), on=["school", "stage"], how="left", maintain_order="left"
    )


def _stage(code: str, pupils: int) -> dict[str, str | int]:
    rooms = COUNTY_CLASSES if code in COUNTY else GRADES * math.ceil(_tracks(pupils) * 1.2)
    return {
        "school": code,
        "stage": "junior",
        "classes": GRADES * _tracks(pupils),
        "pupils": pupils,
        "capacity_pupils": rooms * CLASS_SIZE,
        "staff": _teachers(code) + 4,
    }


def _tracks(pupils: int) -> int:
    return math.ceil(pupils / (GRADES * CLASS_SIZE))


def _classes(code: str, pupils: int) -> list[dict[str, str | int]]:
    """Return the classes of a school: grades as even as can be, and so their classes."""
    return [
        {"school": code, "stage": "junior", "grade": 7 + g, "class": str(k + 1), "pupils": size}
        for g, of_grade in enumerate(_shared(pupils, GRADES))
        for k, size in enumerate(_shared(of_grade, _tracks(pupils)))
    ]


def _demand(homes: list[str], in_town: list[bool], children: list[int]) -> pl.DataFrame:
    line = np.where(in_town, LINES["county"], LINES["away"])
    return pl.concat(
        [
            pl.DataFrame(
                {
                    "home": homes,
                    "stage": "junior",
                    "year": profile().year + ahead,
                    "scenario": scenario,
                    "children": np.rint(np.array(children) * (line + growth) ** ahead).astype(np.int64),
                }
            )
            for ahead in range(1, YEARS + 1)
            for scenario, growth in GROWTH.items()
        ]
    )


def _shared(total: int, parts: int) -> list[int]:
    return [total // parts + (i < total % parts) for i in range(parts)]


def _degrees(km: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> dict[str, list[float]]:
    centre = profile().centre
    lat = centre["lat"] + km[:, 1] / KM_PER_DEGREE
    lon = centre["lon"] + km[:, 0] / (KM_PER_DEGREE * math.cos(math.radians(centre["lat"])))
    return {"lon": np.round(lon, 6).tolist(), "lat": np.round(lat, 6).tolist()}
