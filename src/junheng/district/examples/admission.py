"""Made-up families who apply: the tables of one admission round for a district that has homes, children and zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from junheng.district.examples.families import draw_families
from junheng.district.examples.profile import COMPULSORY, profile, stream
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text

Rows = list[dict[str, Any]]

PRIVATE_FIRST = 0.35
"""Share of families near a private school who put one first, per private school that stands nearest."""
OWN_ZONE_FIRST = 0.72
"""Share of the others who put the school of their own zone first."""
WITH_SIBLING = 0.1
"""Share of families with an older child in the school of their zone."""
MOST_CHOICES = 4
NEAREST = 6
"""Families choose among so many schools nearest to their home."""
USED_BEFORE = 0.03
"""Share of dwellings that gave another family a place in one of the years before."""


@dataclass(frozen=True, eq=False)
class Map:
    """Where families of a stage may go.

    Attributes
    ----------
    zone
        School of each home's zone.
    nearest
        Public schools of the plan by home, nearest first, the own zone's left out.
    private
        The nearest private school of the plan by home.
    """

    zone: Mapping[str, str]
    nearest: Mapping[str, Sequence[str]]
    private: Mapping[str, str]


def with_round(district: District, *, stage: str, seed: int = 1) -> District:
    """Return the district with made-up records of one admission round: clean, so that every check passes.

    Parameters
    ----------
    district
        Needs homes with positions, children by grade, schools with positions, stages, and catchments of the stage.
    stage
        ``primary`` or ``junior``; every child of its first grade applies.
    seed
        Same district, stage and seed, same round; other tables are not changed.

    Raises
    ------
    UsageError
        Where the district has no children of the stage's first grade, or the stage is another.
    """
    if stage not in COMPULSORY:
        raise UsageError(Text(f"没有学段“{stage}”", f"there is no stage “{stage}”: primary or junior"))
    places = _places(district, stage)
    where = _map(district, stage, places["school"].to_list())
    grade = profile().stages[stage].first_grade
    own = district.table("children").filter(
        (pl.col("grade") == grade) & (pl.col("year") == district.year.start)
    )
    counts = [
        (home, n) for home, n in own.sort("home").select("home", "children").iter_rows() if home in where.zone
    ]
    if not counts:
        raise UsageError(Text("没有该学段起始年级的儿童", "there are no children of the stage's first grade"))
    came_from = {} if stage == "primary" else _zone(district, "primary")
    families = draw_families(counts, stage=stage, year=district.year.start, seed=seed, came_from=came_from)
    rng = stream(seed, f"wishes/{stage}")
    choices = _choices(families, where, rng)
    tables: dict[str, Rows] = {
        "applicants": families,
        "choices": choices,
        "documents": _documents(families),
        "kin": _kin(families, where, rng),
        "home_seats": _home_seats(families, stage=stage, year=district.year.start, rng=rng),
        "feeders": _feeders(district) if stage == "junior" and not district.has("feeders") else [],
    }
    frames = {name: _frame(name, rows, district) for name, rows in tables.items() if rows}
    return district.replace(**frames, places=pl.concat([_of_other_stages(district, "places", stage), places]))


def _places(district: District, stage: str) -> pl.DataFrame:
    """Offer an even share of each school's capacity to its first grade."""
    grades = (
        district.table("rolls")
        .filter((pl.col("stage") == stage) & (pl.col("year") == district.year.start))
        .group_by("school")
        .agg(grades=pl.col("grade").n_unique())
    )
    size = profile().stages[stage].places
    own = district.table("stages").filter(pl.col("stage") == stage).join(grades, on="school")
    return (
        own.with_columns(places=pl.col("capacity_pupils") // pl.col("grades"))
        .with_columns(classes=-(-pl.col("places") // size))
        .select("school", "stage", "classes", "places")
        .sort("school")
    )


def _map(district: District, stage: str, offering: list[str]) -> Map:
    zone = _zone(district, stage)
    schools = district.table("schools").filter(pl.col("school").is_in(offering)).sort("school")
    homes = district.table("homes").filter(pl.col("home").is_in(list(zone))).sort("home")
    at, gates = (frame.select("lon", "lat").to_numpy() for frame in (homes, schools))
    order = np.argsort(((at[:, None, :] - gates[None, :, :]) ** 2).sum(axis=2), axis=1, kind="stable")
    codes, is_private = schools["school"].to_list(), (schools["holder"] == "private").fill_null(value=False)
    private = set(schools.filter(is_private)["school"])
    nearest: dict[str, list[str]] = {}
    nearest_private: dict[str, str] = {}
    for home, row in zip(homes["home"].to_list(), order, strict=True):
        ranked = [codes[i] for i in row]
        nearest[home] = [code for code in ranked if code not in private and code != zone[home]][:NEAREST]
        if private and ranked[0] in private:
            nearest_private[home] = ranked[0]
    return Map(zone, nearest, nearest_private)


def _zone(district: District, stage: str) -> dict[str, str]:
    own = district.table("catchments").filter(pl.col("stage") == stage)
    return dict(own.select("home", "school").iter_rows())


def _choices(families: Rows, where: Map, rng: np.random.Generator) -> Rows:
    lists: dict[str, list[str]] = {}
    rows = []
    for child in families:
        asked = lists.setdefault(child["family"], _wish(child["home"], where, rng))
        rows += [
            {"applicant": child["applicant"], "rank": rank, "school": school}
            for rank, school in enumerate(asked, start=1)
        ]
    return rows


def _wish(home: str, where: Map, rng: np.random.Generator) -> list[str]:
    near = list(where.nearest[home])
    n = min(int(rng.integers(0, MOST_CHOICES)), len(near))
    weights = 0.6 ** np.arange(len(near))
    others = list(rng.choice(near, n, replace=False, p=weights / weights.sum())) if n else []
    own = [where.zone[home]]
    wish = own + others if rng.random() < OWN_ZONE_FIRST else others[:1] + own + others[1:]
    if home in where.private and rng.random() < PRIVATE_FIRST:
        wish = [where.private[home], *wish]
    return [str(school) for school in wish]


_PROVES = {
    "residence_permit": ("residence_permit", "employment"),
    "disabled": ("disability",),
    "staff_child": ("staff",),
    "entitled": ("entitlement",),
}


def _documents(families: Rows) -> Rows:
    rows = []
    for child in families:
        kinds = {"household_register", "birth", "kinship"}
        kinds.add("property" if child["tenure"] in ("owned", "relative", "public_rent") else "lease")
        for claim, documents in _PROVES.items():
            kinds.update(documents if child.get(claim) == "yes" else ())
        rows += [
            {"applicant": child["applicant"], "document": kind, "checked": "yes"} for kind in sorted(kinds)
        ]
    return rows


def _kin(families: Rows, where: Map, rng: np.random.Generator) -> Rows:
    rows = []
    first: dict[str, str] = {}
    has_sibling: dict[str, bool] = {}
    for child in families:
        if child["family"] in first:
            rows.append(
                {"applicant": child["applicant"], "relation": "twin", "other": first[child["family"]]}
            )
        first.setdefault(child["family"], child["applicant"])
        if has_sibling.setdefault(child["family"], bool(rng.random() < WITH_SIBLING)):
            school = where.zone[child["home"]]
            rows.append({"applicant": child["applicant"], "relation": "sibling_here", "school": school})
    return rows


def _home_seats(families: Rows, *, stage: str, year: int, rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for dwelling in sorted({child["dwelling"] for child in families}):
        if rng.random() < USED_BEFORE:
            ago = int(rng.integers(1, 9))
            rows.append(
                {"dwelling": dwelling, "stage": stage, "year": year - ago, "family": f"before-{dwelling}"}
            )
    return rows


def _feeders(district: District) -> Rows:
    """Let each primary school lead on to the junior school in whose zone most of its homes lie."""
    junior = _zone(district, "junior")
    counts: dict[str, dict[str, int]] = {}
    for home, school in sorted(_zone(district, "primary").items()):
        if home in junior:
            own = counts.setdefault(school, {})
            own[junior[home]] = own.get(junior[home], 0) + 1
    best = {school: max(sorted(own), key=own.__getitem__) for school, own in counts.items()}
    return [
        {"stage": "junior", "school": school, "target": target}
        for school, target in sorted(best.items())
        if school != target
    ]


def _frame(name: str, rows: Rows, district: District) -> pl.DataFrame:
    schema = district.table(name).schema
    return pl.DataFrame(rows, schema=dict(schema), infer_schema_length=None)


def _of_other_stages(district: District, name: str, stage: str) -> pl.DataFrame:
    kept = district.table(name).filter(pl.col("stage") != stage)
    return kept.select("school", "stage", "classes", "places")
