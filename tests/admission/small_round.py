"""A round small enough to be worked by hand: three schools, rules of a few lines, children built one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from junheng.admission.intake.run import Taken, check_round
from junheng.admission.rounds.arrays import Ranks, round_arrays
from junheng.admission.rounds.frozen import FrozenRound, freeze
from junheng.admission.rounds.result import RoundResult, decide
from junheng.admission.rules import Rules, load_rules
from junheng.district.columns import table
from junheng.district.model import District
from junheng.standards import load_standard

Rows = list[dict[str, Any]]
STANDARD = load_standard()

RULES = """
round: small
title: {zh: 小区细则, en: Rules of a small place}
example: true
stage: primary
year: 2026
notice: {title: {zh: 通知, en: Notice}, published: 2026-05-20}
lottery: single
documents: [household_register]
classes:
  public:
    - {id: both, name: {zh: 双符, en: Both}, when: {register: zone, home: zone}, documents: [property], clause: 一}
    - {id: home, name: {zh: 住房, en: Home}, when: {home: zone}, documents: [property], clause: 二}
    - id: other
      name: {zh: 其他, en: Other}
      when: [{register: [zone, district]}, {home: [zone, district, locked]}, {migrant: true}]
      clause: 三
  private:
    - id: local
      name: {zh: 本地, en: Local}
      when: [{register: [zone, district]}, {home: [zone, district, locked]}]
      clause: 四
    - {id: rest, name: {zh: 外地, en: Elsewhere}, clause: 四}
reserves:
  - {id: sibling, name: {zh: 长幼随学, en: Siblings}, who: {sibling_here: true}, sectors: [public], clause: 五}
  - id: migrant
    name: {zh: 随迁, en: Migrant}
    who: {migrant: true, residence_permit: true}
    sectors: [public]
    documents: [residence_permit]
    clause: 六
together: [twin]
home_lock: {years: 6, clause: 七}
adjustment: {who: unless_declined, schools: 5, clause: 八}
"""


def rules_of(folder: Path, text: str = RULES, **replaced: str) -> Rules:
    """Load the small rules, with some lines replaced by key."""
    lines = text.splitlines()
    for key, line in replaced.items():
        lines = [line if old.startswith(f"{key}:") else old for old in lines]
    file = folder / "rules.yaml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return load_rules(file)


def child(number: str, *choices: str, **facts: Any) -> dict[str, Any]:
    """Return a child of home HA, registered there, with its choices under ``choices``."""
    usual = {
        "applicant": number,
        "stage": "primary",
        "person": f"p{number}",
        "family": f"f{number}",
        "dwelling": f"d{number}",
        "born": "2020-01-01",
        "home": "HA",
        "tenure": "owned",
        "register": "district",
        "register_home": "HA",
    }
    return {**usual, **facts, "choices": choices}


def district_of(children: Rows, *, places: dict[str, int] | None = None, **tables: Rows) -> District:
    """Return homes HA and HB (zone A), HC (zone B), public schools A and B, the private school P, and the children."""
    places = {"A": 3, "B": 2, "P": 1} if places is None else places
    papers = ("household_register", "property", "residence_permit")
    rows: dict[str, Rows] = {
        "district": [{"district": "D", "name": "小区", "year": 2026}],
        "schools": [
            {
                "school": "A",
                "name": "甲校",
                "kind": "primary",
                "holder": "county_education",
                "lon": 100.0,
                "lat": 30.0,
            },
            {
                "school": "B",
                "name": "乙校",
                "kind": "primary",
                "holder": "county_education",
                "lon": 100.1,
                "lat": 30.0,
            },
            {
                "school": "P",
                "name": "民办",
                "kind": "primary",
                "holder": "private",
                "lon": 100.0,
                "lat": 30.1,
            },
            {
                "school": "J",
                "name": "初中",
                "kind": "junior",
                "holder": "county_education",
                "lon": 100.0,
                "lat": 30.0,
            },
        ],
        "stages": [
            *({"school": school, "stage": "primary", "pupils": 100} for school in "ABP"),
            {"school": "J", "stage": "junior", "pupils": 100},
        ],
        "homes": [
            {"home": "HA", "lon": 100.0, "lat": 30.0},
            {"home": "HB", "lon": 100.01, "lat": 30.0},
            {"home": "HC", "lon": 100.1, "lat": 30.0},
        ],
        "catchments": [
            {"stage": "primary", "home": home, "school": school}
            for home, school in (("HA", "A"), ("HB", "A"), ("HC", "B"))
        ],
        "places": [{"school": s, "stage": "primary", "places": n} for s, n in places.items()],
        "applicants": [{k: v for k, v in one.items() if k != "choices"} for one in children],
        "choices": [
            {"applicant": one["applicant"], "rank": rank, "school": school}
            for one in children
            for rank, school in enumerate(one["choices"], start=1)
        ],
        "documents": [
            {"applicant": one["applicant"], "document": paper, "checked": "yes"}
            for one in children
            for paper in papers
        ],
    }
    rows |= tables
    return District.of(
        {name: pl.DataFrame(given, schema=dict(table(name).schema)) for name, given in rows.items() if given}
    )


def take(district: District, rules: Rules) -> Taken:
    """Check a district as a round."""
    return check_round(district, rules, STANDARD)


def frozen_of(district: District, rules: Rules) -> FrozenRound:
    """Check and freeze."""
    return freeze(take(district, rules), STANDARD)


def ranks_of(frozen: FrozenRound, *order: str) -> Ranks:
    """Return the draw in which the named applications come in this order."""
    names = round_arrays(frozen).names
    assert set(order) == set(names)
    return {(name, ""): n for n, name in enumerate(order)}


def decided(district: District, rules: Rules, *order: str) -> RoundResult:
    """Freeze, draw in this order, decide."""
    frozen = frozen_of(district, rules)
    return decide(round_arrays(frozen), ranks_of(frozen, *order))


def schools_of(result: RoundResult) -> dict[str, str | None]:
    """Return the school of each child."""
    return dict(result.children.select("applicant", "school").iter_rows())
