"""The levels of ``staff.yaml``, and the made-up roster: as many teachers of each kind as the annual return counts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import yaml

from junheng.district.examples.geography import Geography, IntArray
from junheng.district.examples.people import People
from junheng.district.examples.profile import profile, stream
from junheng.district.examples.schools import Site
from junheng.district.roster import DEGREE_COLUMNS, SUBJECT_COLUMNS

StrArray = npt.NDArray[np.str_]
Row = dict[str, Any]
TITLES_FROM = {"senior": 15, "first": 7, "second": 1}
"""Years of service from which a title becomes likely."""


@cache
def staff() -> Mapping[str, Any]:
    """Return the levels around which the staff of an example is drawn."""
    loaded: Mapping[str, Any] = yaml.safe_load(
        files(__package__).joinpath("staff.yaml").read_text(encoding="utf-8")
    )
    return loaded


def draw_teachers(
    *,
    sites: tuple[Site, ...],
    stages: list[Row],
    geography: Geography,
    people: People,
    codes: list[str],
    homes: list[str],
    seed: int,
) -> pl.DataFrame:
    """Return the table ``teachers`` of the public schools.

    Parameters
    ----------
    stages
        Rows of the annual return, the school as its position in ``sites``.
    codes, homes
        Codes of schools and homes.
    """
    rng = stream(seed, "teachers")
    public = [row for row in stages if not sites[row["school"]].is_private]
    site = np.repeat([row["school"] for row in public], [row["teachers"] for row in public])
    stage = np.repeat([row["stage"] for row in public], [row["teachers"] for row in public])
    n = len(site)
    age = _ages(np.array([sites[i].setting for i in site]), rng)
    year = profile().year
    recruited = np.minimum(year - np.maximum(age - rng.integers(22, 26, n), 0), year)
    opened = np.array([sites[i].opened for i in site])
    joined = np.maximum(np.maximum(recruited, year - rng.integers(0, 16, n)), np.minimum(opened, year))
    tier = np.concatenate([_tiers(row, rng) for row in public])
    frame = pl.DataFrame(
        {
            "teacher": [f"T{i:06d}" for i in range(1, n + 1)],
            "name": [f"{surname}老师" for surname in rng.choice(staff()["surnames"], n)],
            "school": np.array(codes)[site],
            "stage": stage,
            "subject": np.concatenate([_subjects(row, rng) for row in public]),
            "certificate": pl.Series(stage).replace("primary", None),
            "degree": np.concatenate([_degrees(row, rng) for row in public]),
            "title": _titles(year - recruited, rng),
            "tier": tier,
            "tier_until": year + rng.integers(staff()["tier_years"], size=n),
            "gender": _genders(stage, rng),
            "birth_year": year - age,
            "recruit_year": recruited,
            "joined_year": joined,
            "home": np.array(homes)[_homes(site, sites, geography, people, rng)],
        }
    )
    none = pl.col("tier") == "none"
    return frame.with_columns(
        tier_until=pl.when(none).then(None).otherwise("tier_until"), **_facts(frame, codes, sites, rng)
    )


def _ages(setting: StrArray, rng: np.random.Generator) -> IntArray:
    levels: Mapping[str, list[int]] = staff()["ages"]
    low, mode, high = (np.array([levels[name][k] for name in setting]) for k in range(3))
    return np.floor(rng.triangular(low, mode, high)).astype(np.int64)


def _degrees(row: Row, rng: np.random.Generator) -> StrArray:
    given = [code for code, column in DEGREE_COLUMNS.items() for _ in range(row[column])]
    rest = ["below"] * (row["teachers"] - len(given))
    return rng.permutation(given + rest)


def _tiers(row: Row, rng: np.random.Generator) -> StrArray:
    share = staff()["tiers"]
    n = row["backbone_teachers"]
    tiers = rng.choice(list(share), n, p=list(share.values())).tolist()
    return rng.permutation(tiers + ["none"] * (row["teachers"] - n))


def _subjects(row: Row, rng: np.random.Generator) -> StrArray:
    counted = [code for code, column in SUBJECT_COLUMNS.items() for _ in range(row[column])]
    share = staff()["subjects"][row["stage"]]
    odds = np.array(list(share.values()))
    rest = row["teachers"] - len(counted)
    # Whole persons first, so that each school has something of every large subject; chance gives the others.
    whole = [code for code, part in share.items() for _ in range(int(part * rest))]
    drawn = rng.choice(list(share), rest - len(whole), p=odds / odds.sum()).tolist()
    return rng.permutation(counted + whole + drawn)


def _titles(service: IntArray, rng: np.random.Generator) -> StrArray:
    felt = service + rng.integers(-3, 4, len(service))
    title = np.full(len(service), "none", dtype="<U12")
    for name, least in sorted(TITLES_FROM.items(), key=lambda pair: pair[1]):
        title[felt >= least] = name
    is_late = (title == "senior") & (rng.random(len(service)) < 0.45)
    title[is_late] = "first"
    title[(title == "senior") & (rng.random(len(service)) < 0.02)] = "professor"
    return title


def _genders(stage: StrArray, rng: np.random.Generator) -> StrArray:
    share = np.array([staff()["female"][name] for name in stage])
    return np.where(rng.random(len(stage)) < share, "female", "male")


def _homes(
    site: IntArray,
    sites: tuple[Site, ...],
    geography: Geography,
    people: People,
    rng: np.random.Generator,
) -> IntArray:
    """Return where each teacher lives: the nearer to the school and the more dwellings, the likelier."""
    result = np.empty(len(site), dtype=np.int64)
    for i in np.unique(site):
        own = np.flatnonzero(site == i)
        km = np.linalg.norm(geography.xy - geography.xy[sites[i].home], axis=1)
        weight = people.dwellings * np.exp(-km / staff()["commute_km"])
        result[own] = rng.choice(len(weight), len(own), p=weight / weight.sum())
    return result


def _facts(
    frame: pl.DataFrame, codes: list[str], sites: tuple[Site, ...], rng: np.random.Generator
) -> dict[str, pl.Series]:
    """Return what only some teachers have: exemptions, willingness, spouses, duties, stints, past rotations."""
    n, year = frame.height, profile().year
    exemption = _exemptions(frame, rng)
    exempt = ~exemption.is_null().to_numpy()
    willing = _some(staff()["willing"], n, rng)
    grade_nine = np.where(rng.random(n) < 1 / 3, "yes", "no")
    stint = np.flatnonzero(rng.random(n) < staff()["on_a_stint"])
    rotations = np.where(rng.random(n) < staff()["rotated_before"], rng.integers(1, 3, n), 0)
    rotations[stint] += 1
    ends = np.where(exempt, year + rng.integers(0, 3, n), -1)
    base, back = _stints(frame, stint, codes, sites, rng)
    return {
        "exemption": exemption,
        "exemption_until": pl.Series(ends).replace(-1, None),
        "willing": willing,
        "spouse": _spouses(frame["teacher"].to_list(), rng),
        "duty": _some(staff()["duties"], n, rng),
        "graduating": pl.Series(grade_nine).set(frame["stage"] != "junior", None),
        "base_school": base,
        "return_year": back,
        "rotations": pl.Series(rotations),
    }


def _exemptions(frame: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """Return reasons for not moving now; those of mothers only to women of that age."""
    drawn = _some(staff()["exemptions"], frame.height, rng)
    may_be_mother = (frame["gender"] == "female") & (frame["birth_year"] >= profile().year - 45)
    return drawn.set(drawn.is_in(["pregnancy", "nursing"]) & ~may_be_mother, None)


def _some(share: Mapping[str, float], n: int, rng: np.random.Generator) -> pl.Series:
    """Return one of the names with its share, null for the rest."""
    drawn = rng.choice(["", *share], n, p=[1 - sum(share.values()), *share.values()])
    return pl.Series(drawn).replace("", None)


def _spouses(teachers: list[str], rng: np.random.Generator) -> pl.Series:
    n_pairs = round(len(teachers) * staff()["couples"] / 2)
    chosen = rng.permutation(len(teachers))[: 2 * n_pairs].reshape(-1, 2)
    spouse: list[str | None] = [None] * len(teachers)
    for a, b in chosen.tolist():
        spouse[a], spouse[b] = teachers[b], teachers[a]
    return pl.Series(spouse, dtype=pl.String)


def _stints(
    frame: pl.DataFrame, who: IntArray, codes: list[str], sites: tuple[Site, ...], rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    """Return base school and year of return of those who are at a school for a stint of at most three years."""
    base: list[str | None] = [None] * frame.height
    back: list[int | None] = [None] * frame.height
    joined, school, stage = (frame[name].to_list() for name in ("joined_year", "school", "stage"))
    for i in who.tolist():
        others = [
            code
            for code, site in zip(codes, sites, strict=True)
            if stage[i] in site.stages
            and code != school[i]
            and not site.is_private
            and site.kind != "special"
        ]
        if others:
            base[i] = others[int(rng.integers(len(others)))]
            back[i] = max(joined[i] + 3, profile().year + 1)
    return pl.Series(base, dtype=pl.String), pl.Series(back, dtype=pl.Int64)
