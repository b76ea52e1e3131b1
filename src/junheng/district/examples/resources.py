"""The made-up teachers, rooms, grounds and equipment: most schools above the levels, some short in one or two."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from junheng.district.examples.enrolment import StageRoll
from junheng.district.examples.profile import profile, stream
from junheng.district.examples.schools import Site

TEACHER_INDICATORS = ("qualified_teachers", "backbone_teachers", "pe_arts_teachers")
LEAST_ABOVE = 1.03
"""A school that does not fall short stands at least this far above the level."""
Row = dict[str, Any]


def draw_resources(
    sites: tuple[Site, ...], rolls: tuple[StageRoll, ...], *, seed: int
) -> tuple[list[Row], list[Row]]:
    """Return the rows of ``stages`` and ``premises``; their school is the position in the list of sites."""
    rng = stream(seed, "resources")
    short = _shortfalls(sites, rng)
    by_site: dict[int, list[StageRoll]] = {}
    for roll in rolls:
        by_site.setdefault(roll.site, []).append(roll)
    stages, premises = [], []
    for i, site in enumerate(sites):
        short_stage = int(rng.integers(len(by_site[i])))
        for position, roll in enumerate(by_site[i]):
            short_here = short.get(i, ()) if position == short_stage else ()
            stages.append(_stage(site, roll, _multiples(site, short_here, rng), rng))
        premises.append(_premises(i, site, by_site[i], _multiples(site, short.get(i, ()), rng), rng))
    return stages, premises


def _shortfalls(sites: tuple[Site, ...], rng: np.random.Generator) -> dict[int, tuple[str, ...]]:
    """Choose the schools that fall short, and the one or two indicators in which they do."""
    rules = profile().shortfall
    judged = [i for i, site in enumerate(sites) if site.kind not in ("special", "senior")]
    likelihood = np.array([rules["likelihood"][sites[i].setting] for i in judged])
    n = round(rules["share_of_schools"] * len(judged))
    chosen = rng.choice(judged, n, replace=False, p=likelihood / likelihood.sum())
    result = {}
    for i in sorted(chosen.tolist()):
        weights: Mapping[str, float] = rules["indicator"][sites[i].setting]
        odds = np.array(list(weights.values()), dtype=float)
        many = 2 if rng.random() < rules["share_with_two"] else 1
        result[i] = tuple(rng.choice(list(weights), many, replace=False, p=odds / odds.sum()).tolist())
    return result


def _multiples(site: Site, short: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    """Draw the multiple of each indicator's level at which a school stands."""
    least, most = profile().shortfall["range"]
    result = {}
    for indicator, row in profile().multiples.items():
        above = max(LEAST_ABOVE, row[site.setting] * math.exp(row["spread"] * rng.normal()))
        below = rng.uniform(least, most)
        result[indicator] = below if indicator in short else above
    return result


def _stage(site: Site, roll: StageRoll, multiples: Mapping[str, float], rng: np.random.Generator) -> Row:
    """Return one row of the annual return."""
    setting, pupils = profile().settings[site.setting], roll.total
    per_hundred = {
        name: profile().levels[name][roll.stage] * multiples[name] * pupils / 100
        for name in TEACHER_INDICATORS
    }
    counts = {name: _count(value, multiples[name]) for name, value in per_hundred.items()}
    if multiples["qualified_teachers"] >= 1:
        counts["qualified_teachers"] = max(counts["qualified_teachers"], math.ceil(1.4 * roll.n_classes))
    below = round(counts["qualified_teachers"] * float(rng.uniform(0.01, 0.07)))
    teachers = counts["qualified_teachers"] + below
    boarding = 0.6 if site.is_private else setting.boarding_share[roll.stage]
    return {
        "school": roll.site,
        "stage": roll.stage,
        "classes": roll.n_classes,
        "pupils": pupils,
        "capacity_pupils": roll.places,
        "boarding_pupils": int(rng.binomial(pupils, boarding)),
        "migrant_pupils": int(rng.binomial(pupils, setting.migrant_share)),
        "staff": teachers + math.ceil(teachers * float(rng.uniform(0.04, 0.12))),
        "teachers": teachers,
        **_degrees(roll.stage, counts["qualified_teachers"], below, rng),
        "backbone_teachers": min(counts["backbone_teachers"], teachers),
        **_subjects(min(counts["pe_arts_teachers"], teachers)),
    }


def _count(value: float, multiple: float) -> int:
    """Round to whole persons without changing the side of the level on which a school stands."""
    return math.ceil(value) if multiple >= 1 else math.floor(value)


def _degrees(stage: str, qualified: int, below: int, rng: np.random.Generator) -> Row:
    """Split teachers by degree: primary counts associates as qualified, the other stages do not."""
    share = profile().degrees[stage]
    doctor = int(rng.binomial(qualified, share["doctor"]))
    master = int(rng.binomial(qualified - doctor, share["master"]))
    rest = qualified - doctor - master
    bachelor = round(rest * share["bachelor"]) if stage == "primary" else rest
    return {
        "teachers_doctor": doctor,
        "teachers_master": master,
        "teachers_bachelor": bachelor,
        "teachers_associate": rest - bachelor if stage == "primary" else below,
    }


def _subjects(n: int) -> Row:
    """Share PE and arts teachers among the courses, half of them PE."""
    pe = math.ceil(n / 2)
    music = (n - pe + 1) // 2
    return {"pe_teachers": pe, "music_teachers": music, "art_teachers": n - pe - music, "arts_teachers": 0}


def _premises(
    i: int, site: Site, rolls: list[StageRoll], multiples: Mapping[str, float], rng: np.random.Generator
) -> Row:
    """Return one row of premises: given once for the whole school, whatever its stages."""
    emptiness = sum(roll.places for roll in rolls) / max(sum(roll.total for roll in rolls), 1)
    teaching = _whole("teaching_m2", rolls, _roomy(multiples["teaching_m2"], emptiness))
    sports = _whole("sports_m2", rolls, _roomy(multiples["sports_m2"], emptiness))
    indoor = round(sports * float(rng.uniform(0.05, 0.2))) if teaching > 3000 else 0
    n_classes = sum(roll.n_classes for roll in rolls)
    multimedia = _whole("multimedia_rooms", rolls, multiples["multimedia_rooms"])
    rooms = math.ceil(n_classes / profile().special_rooms["classes_each"])
    least, most = profile().settings[site.setting].built
    is_small = site.setting in ("village", "township")
    return {
        "school": i,
        "built_year": site.opened if site.opened > most else int(rng.integers(least, most + 1)),
        "land_m2": round(2.4 * sports + 1.1 * teaching),
        "teaching_m2": round(teaching) + indoor,
        "indoor_sports_m2": indoor,
        "sports_ground_m2": round(sports) - indoor,
        "equipment_yuan": round(_whole("equipment_yuan", rolls, multiples["equipment_yuan"]), -2),
        "multimedia_rooms": _count(multimedia, multiples["multimedia_rooms"]),
        **_special_rooms("music", rooms, is_small, rng),
        **_special_rooms("art", rooms, is_small, rng),
    }


def _whole(indicator: str, rolls: list[StageRoll], multiple: float) -> float:
    """Return a resource of a whole school such that its hardest stage stands at the multiple of the level."""
    levels, weights = profile().levels[indicator], profile().stage_weights
    hardest = max(levels[roll.stage] / weights[roll.stage] for roll in rolls)
    weighted = sum(weights[roll.stage] * roll.total for roll in rolls)
    unit = 100 if indicator == "multimedia_rooms" else 1
    return multiple * hardest * weighted / unit


def _roomy(multiple: float, emptiness: float) -> float:
    """Give each pupil of a half-empty building more room, unless the school is to fall short."""
    return multiple * max(1.0, min(emptiness, 2.5)) ** 0.8 if multiple >= 1 else multiple


def _special_rooms(subject: str, needed: int, is_small: bool, rng: np.random.Generator) -> Row:
    """Return the number and smallest area of music or art rooms: mostly as needed, now and then one short."""
    usual = profile().special_rooms
    rooms = max(needed - int(rng.random() < 0.06), 0) + int(rng.random() < 0.2)
    floor = usual[f"{subject}_m2"] * (usual["small_share"] if is_small and rng.random() < 0.6 else 1.0)
    size = math.ceil(floor * float(rng.uniform(1.0, 1.25)))
    return {f"{subject}_rooms": rooms, f"smallest_{subject}_room_m2": size if rooms else None}
