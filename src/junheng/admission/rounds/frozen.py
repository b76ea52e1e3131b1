"""A frozen round: the records and rules that decide it, as bytes that never change, under one hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from junheng.admission.intake.run import Taken
from junheng.admission.rounds.facts import applicants_of
from junheng.admission.rules.model import Rules
from junheng.admission.rules.national import cutoff_day, entry_age, lock_years, standard_day
from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError
from junheng.measure.distances import method_of
from junheng.measure.positions import home_positions, own_homes
from junheng.standards.standard import Standard

FORMAT = "junheng-round-1"
HEADER, RULES = "round.json", "rules.yaml"

KEPT: Mapping[str, tuple[str, ...]] = {
    "district": ("district", "name", "year", "synthetic"),
    "schools": ("school", "name", "kind", "holder", "lon", "lat"),
    "homes": ("home", "name", "lon", "lat"),
    "catchments": ("stage", "home", "school"),
    "applicants": (),
    "choices": (),
    "kin": (),
    "places": (),
    "place_reserves": (),
    "home_seats": (),
    "feeders": (),
    "junctions": ("junction", "lon", "lat"),
    "roads": ("start", "end", "km", "walkable"),
    "neighbours": ("home", "neighbour", "road_km", "barrier"),
}
"""Tables and columns that decide a round; all columns where none are named. Of the last three those are kept by which
the district measures distances. Documents are evidence, not a reason: they were checked before, and stay with the
bureau."""


@dataclass(frozen=True, eq=False, kw_only=True)
class FrozenRound:
    """A round that can no longer change.

    Attributes
    ----------
    files
        Its bytes by name: ``round.json``, ``rules.yaml`` and one ``<table>.csv`` a table.
    rules
        The rules in them.
    district
        The records in them.
    lock_years
        For how many years a home gives one place, as settled on the day of the rules; `None`: no lock.
    """

    files: Mapping[str, bytes]
    rules: Rules
    district: District
    lock_years: int | None

    @property
    def hash(self) -> str:
        """SHA-256 of ``round.json``, which holds the hash of every other file: one number for the whole round."""
        return hashlib.sha256(self.files[HEADER]).hexdigest()

    @property
    def header(self) -> dict[str, Any]:
        """The content of ``round.json``."""
        content: dict[str, Any] = json.loads(self.files[HEADER])
        return content


def freeze(taken: Taken, standard: Standard) -> FrozenRound:
    """Freeze a round that was taken in without errors.

    Same records, rules and waivers, same bytes, whatever the order of rows in the file.

    Raises
    ------
    InputError
        With every error that nobody has mended or signed for.
    """
    if taken.district is None or taken.errors:
        raise InputError(taken.errors)
    district, rules = _kept(taken.district, taken.rules), taken.rules
    on = standard.on(standard_day(rules))
    settled = {
        "day": standard_day(rules).isoformat(),
        "entry_age_years": entry_age(rules, on),
        "entry_cutoff": cutoff_day(rules, on).isoformat(),
        "lock_years": lock_years(rules, on),
    }
    waivers = [
        {**waiver.as_dict(), "found": problem.found._asdict()}
        for waiver, problem in sorted(taken.waived, key=lambda pair: (pair[0].check, pair[0].key))
    ]
    return seal(district, rules, settled=settled, waivers=waivers)


def seal(
    district: District, rules: Rules, *, settled: Mapping[str, Any], waivers: list[dict[str, Any]]
) -> FrozenRound:
    """Put the parts of a round together under one hash."""
    files = {f"{name}.csv": as_bytes(name, frame) for name, frame in district.tables.items()}
    files[RULES] = rules.text.encode()
    header = {
        "format": FORMAT,
        "round": rules.round,
        "stage": rules.stage,
        "year": rules.year,
        "district": district.code,
        "synthetic": district.is_synthetic,
        "children": district.table("applicants").height,
        "places": int(district.table("places")["places"].sum()),
        "settled": dict(settled),
        "waivers": waivers,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
    }
    files[HEADER] = as_json(header)
    return FrozenRound(
        files=MappingProxyType(files), rules=rules, district=district, lock_years=settled["lock_years"]
    )


def as_json(value: Any) -> bytes:
    """Return a JSON value as bytes that people can read and that are the same each time."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def as_bytes(name: str, frame: pl.DataFrame) -> bytes:
    """Return a table as CSV bytes: UTF-8, LF, rows in the order of their keys, absent values as empty cells."""
    keys = [*table(name).key, *(column for column in frame.columns if column not in table(name).key)]
    return frame.sort(keys, nulls_last=True).write_csv().encode()


def _kept(district: District, rules: Rules) -> District:
    """Keep what decides: the children of the round's stage and what concerns them."""
    children = applicants_of(district, rules)
    of_stage = pl.col("stage") == rules.stage
    measured = method_of(district)
    rows = {
        "district": district.table("district"),
        "schools": _placed_schools(district) if measured == "road_network" else district.table("schools"),
        "homes": _placed_homes(district),
        "catchments": district.table("catchments").filter(of_stage),
        "applicants": children,
        "choices": district.table("choices").join(children, on="applicant", how="semi"),
        "kin": district.table("kin").join(children, on="applicant", how="semi"),
        "places": district.table("places").filter(of_stage),
        "place_reserves": district.table("place_reserves").filter(of_stage),
        "home_seats": district.table("home_seats").filter(
            of_stage
        ),  # all: late children bring other dwellings
        "feeders": district.table("feeders").filter(of_stage),
        **{name: district.table(name) for name in _WAYS.get(measured, ())},
    }
    columns = {**KEPT, "schools": (*KEPT["schools"], *(("home",) if measured == "road_network" else ()))}
    frames = {name: frame.select(columns[name] or frame.columns) for name, frame in rows.items()}
    blank = pl.col(pl.String).replace("", None)
    kept = District.of({name: frame.with_columns(blank) for name, frame in frames.items()})
    return District.of(
        {name: frame.sort(list(table(name).key), nulls_last=True) for name, frame in kept.tables.items()}
    )


_WAYS = {"walking_network": ("junctions", "roads"), "road_network": ("neighbours",)}
"""Tables by which distances are measured, by the method of `junheng.measure.distances`."""


def _placed_homes(district: District) -> pl.DataFrame:
    """Return the homes with the point from which distances are measured; a home without any stays without."""
    at = home_positions(district)
    place = pl.DataFrame({"lon": at[:, 0], "lat": at[:, 1]}).fill_nan(None)
    return district.table("homes").with_columns(lon=place["lon"], lat=place["lat"])


def _placed_schools(district: District) -> pl.DataFrame:
    """Return the schools with the home that each stands in, where a way along the homes ends."""
    schools = district.table("schools")
    homes = district.table("homes")["home"].to_list()
    own = own_homes(district, tuple(schools["school"].to_list()), needs_all=False).tolist()
    return schools.with_columns(
        home=pl.Series([homes[at] if at >= 0 else None for at in own], dtype=pl.String)
    )
