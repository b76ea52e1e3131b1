"""The balance assessment of random districts against a second implementation in exact fractions, and its symmetries.

The second implementation shares nothing with the first: its numbers are typed in from the measures, it uses neither
numpy nor polars, and it goes school by school.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, sqrt
from typing import Any

import polars as pl
import polars.selectors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.district.model import District
from junheng.measure.balance import Balance, balance
from junheng.standards import load_standard

TODAY = load_standard().on(date(2026, 9, 1))

Row = dict[str, Any]
Figure = Fraction | None

LIMITS = {
    "primary": ("4.2", "1", "0.9", "4.5", "7.5", "2000", "2.3"),
    "junior": ("5.3", "1", "0.9", "5.8", "10.2", "2500", "2.4"),
}
LIMIT_OF_VARIATION = {"primary": Fraction("0.50"), "junior": Fraction("0.45")}
WEIGHTS = {
    "nine_year": {"primary": Fraction(1), "junior": Fraction("1.1")},
    "complete_secondary": {"junior": Fraction(1), "senior": Fraction("1.2")},
    "twelve_year": {"primary": Fraction(1), "junior": Fraction("1.1"), "senior": Fraction("1.32")},
}
STAGES_OF = {
    "primary": ["primary"],
    "teaching_point": ["primary"],
    "junior": ["junior"],
    "special": ["primary"],
    "vocational": ["junior"],
    "senior": ["senior"],
    **{kind: list(weights) for kind, weights in WEIGHTS.items()},
}
TEACHERS = (
    "teachers_associate",
    "teachers_bachelor",
    "teachers_master",
    "teachers_doctor",
    "backbone_teachers",
    "pe_teachers",
    "music_teachers",
    "art_teachers",
    "arts_teachers",
)
AREAS = ("teaching_m2", "indoor_sports_m2", "sports_ground_m2", "equipment_yuan")


# --- random districts


@st.composite
def schools(draw: st.DrawFn) -> Row:
    """Draw a school with stages and figures, some of them absent, some at a threshold, some kinds contradicted."""
    kind = draw(st.sampled_from(sorted(STAGES_OF)))
    stages = STAGES_OF[kind]
    if draw(st.integers(0, 9)) == 0:
        stages = draw(st.lists(st.sampled_from(["primary", "junior", "senior"]), min_size=1, unique=True))
    pupils = {
        stage: draw(st.sampled_from([0, 1, 49, 50, 100, 1000]) | st.integers(0, 3000)) for stage in stages
    }
    total = sum(pupils.values())
    hundreds = 2 + total // 40
    absent = st.none() if draw(st.integers(0, 3)) == 0 else st.nothing()
    teachers = {
        stage: {name: draw(st.integers(0, 3 + count // 40) | absent) for name in TEACHERS}
        for stage, count in pupils.items()
    }
    premises = {
        name: draw(st.integers(0, 1200 * (1 + total)).map(lambda cents: cents / 100) | absent)
        for name in AREAS[:3]
    }
    premises["equipment_yuan"] = draw(st.integers(0, 4000 * (1 + total)) | absent)
    premises["multimedia_rooms"] = draw(st.integers(0, hundreds) | absent)
    return {"kind": kind, "pupils": pupils, "teachers": teachers, "premises": premises}


DISTRICTS = st.lists(schools(), min_size=1, max_size=8)


def district(drawn: list[Row], *, names: list[str] | None = None) -> District:
    codes = names or [f"S{i:02d}" for i in range(len(drawn))]
    stages = [
        {"school": code, "stage": stage, "pupils": count, **school["teachers"][stage]}
        for code, school in zip(codes, drawn, strict=True)
        for stage, count in school["pupils"].items()
    ]
    premises = [{"school": code, **school["premises"]} for code, school in zip(codes, drawn, strict=True)]
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame(
                [
                    {"school": code, "name": code, "kind": school["kind"]}
                    for code, school in zip(codes, drawn, strict=True)
                ]
            ),
            "stages": pl.DataFrame(stages, infer_schema_length=None),
            "premises": pl.DataFrame(
                premises,
                schema_overrides={**dict.fromkeys(AREAS, pl.Float64), "multimedia_rooms": pl.Int64},
                infer_schema_length=None,
            ),
        }
    )


# --- the second implementation


def total_of(school: Row, stage: str) -> list[Figure]:
    """Return what a stage can draw on in each of the seven resources."""
    own, all_of = school["teachers"][stage], school["premises"]
    degrees = ["teachers_bachelor", "teachers_master", "teachers_doctor"]
    if stage == "primary":
        degrees.append("teachers_associate")
    indoor = _exact(all_of["indoor_sports_m2"])
    teaching, ground = _exact(all_of["teaching_m2"]), _exact(all_of["sports_ground_m2"])
    return [
        _plus(*(_exact(own[name]) for name in degrees)),
        _exact(own["backbone_teachers"]),
        _plus(*(_exact(own[name]) for name in TEACHERS[5:])),
        None if teaching is None or indoor is None else teaching - indoor,
        _plus(ground, indoor),
        _exact(all_of["equipment_yuan"]),
        _exact(all_of["multimedia_rooms"]),
    ]


def _exact(figure: float | None) -> Figure:
    return None if figure is None else Fraction(str(figure))


def _plus(*figures: Figure) -> Figure:
    return None if None in figures else sum((f for f in figures if f is not None), Fraction(0))


def pupils_for(school: Row, stage: str, indicator: int) -> Figure:
    """Return by how many pupils a resource is divided."""
    if indicator < 3:
        return Fraction(school["pupils"][stage])
    weights = WEIGHTS.get(school["kind"])
    if weights is None:
        return Fraction(school["pupils"][stage]) if len(school["pupils"]) == 1 else None
    if set(weights) != set(school["pupils"]):
        return None
    return sum(weights[s] * count for s, count in school["pupils"].items()) / weights[stage]


def value_of(school: Row, stage: str, indicator: int) -> Figure:
    total, pupils = total_of(school, stage)[indicator], pupils_for(school, stage, indicator)
    if total is None or not pupils:
        return None
    return total / pupils * (100 if indicator in (0, 1, 2, 6) else 1)


def verdict_of(value: Figure, limit: Fraction) -> str:
    if value is None:
        return "not_assessed"
    return "met" if value >= limit else "near" if value >= limit * Fraction("0.85") else "below"


def why_left_out(school: Row, stage: str) -> str | None:
    if school["kind"] in ("special", "vocational"):
        return "kind"
    if school["pupils"][stage] == 0:
        return "no_pupils"
    if school["kind"] == "teaching_point" and school["pupils"][stage] < 50:
        return "few_pupils"
    return None


def assess_by_hand(drawn: list[Row]) -> Row:
    """Return values and verdicts of every school stage, variations and the county's verdict."""
    stages, indicators, county = {}, {}, []
    for i, school in enumerate(drawn):
        for stage in (stage for stage in school["pupils"] if stage != "senior"):
            why = why_left_out(school, stage)
            if why is not None:
                stages[f"S{i:02d}", stage] = ("excluded", why)
                continue
            limits = [Fraction(limit) for limit in LIMITS[stage]]
            values = [value_of(school, stage, k) for k in range(7)]
            verdicts = [verdict_of(value, limit) for value, limit in zip(values, limits, strict=True)]
            indicators[f"S{i:02d}", stage] = list(zip(values, verdicts, strict=True))
            outcome = (
                "fail"
                if "below" in verdicts or verdicts.count("near") > 1
                else "not_assessed"
                if "not_assessed" in verdicts
                else "pass"
            )
            stages[f"S{i:02d}", stage] = (outcome, None)
            county.append(outcome)
    variation = {
        (stage, k): variation_by_hand(drawn, indicators, stage, k) for stage in LIMITS for k in range(7)
    }
    for (stage, _), cv in variation.items():
        if any(key[1] == stage for key in indicators):
            county.append(
                "not_assessed" if cv is None else "pass" if cv <= LIMIT_OF_VARIATION[stage] else "fail"
            )
    verdict = "fail" if "fail" in county else "pass" if county and set(county) == {"pass"} else "not_assessed"
    return {"stages": stages, "indicators": indicators, "variation": variation, "verdict": verdict}


def variation_by_hand(
    drawn: list[Row], indicators: dict[tuple[str, str], list[tuple[Figure, str]]], stage: str, k: int
) -> float | None:
    rows = [
        (drawn[int(code[1:])]["pupils"][own], found[k][0])
        for (code, own), found in indicators.items()
        if own == stage
    ]
    if not rows or any(value is None for _, value in rows):
        return None
    n = sum(pupils for pupils, _ in rows)
    mean = sum(pupils * value for pupils, value in rows if value is not None) / n
    if mean == 0:
        return None
    variance = sum(pupils * (value - mean) ** 2 for pupils, value in rows if value is not None) / n
    return sqrt(variance) / float(mean)


# --- agreement


@settings(max_examples=150)
@given(DISTRICTS)
def test_it_agrees_with_the_second_implementation(drawn: list[Row]) -> None:
    found, expected = balance(district(drawn), TODAY), assess_by_hand(drawn)
    stages = {
        (row["school"], row["stage"]): (row["verdict"], row["why"])
        for row in found.stages.iter_rows(named=True)
    }
    assert stages == expected["stages"]
    assert found.indicators.height == 7 * len(expected["indicators"])
    for row in found.indicators.iter_rows(named=True):
        value, verdict = expected["indicators"][row["school"], row["stage"]][int(row["rule"][-1]) - 1]
        assert row["verdict"] == verdict
        assert row["value"] == (None if value is None else pytest.approx(float(value), rel=1e-9))
    for row in found.variation.drop_nulls("rule").iter_rows(named=True):
        cv = expected["variation"][row["stage"], int(row["rule"][-1]) - 1]
        assert row["cv"] == (None if cv is None else pytest.approx(cv, rel=1e-6, abs=1e-7))
    # A coefficient within a billionth of its limit may fall either way in binary numbers.
    if all(
        cv is None or abs(cv - LIMIT_OF_VARIATION[stage]) > 1e-9
        for (stage, _), cv in expected["variation"].items()
    ):
        assert found.verdict == expected["verdict"]


@settings(max_examples=60)
@given(DISTRICTS)
def test_what_is_missing_is_exactly_enough(drawn: list[Row]) -> None:
    found = balance(district(drawn), TODAY)
    rows = found.indicators.filter(pl.col("verdict").is_in(["near", "below"]))
    for row in rows.iter_rows(named=True):
        school, k = drawn[int(row["school"][1:])], int(row["rule"][-1]) - 1
        pupils, total = pupils_for(school, row["stage"], k), total_of(school, row["stage"])[k]
        assert pupils is not None
        assert total is not None
        per, limit = (100 if k in (0, 1, 2, 6) else 1), Fraction(LIMITS[row["stage"]][k])
        for asked, missing in ((limit, row["missing"]), (limit * Fraction("0.85"), row["missing_to_floor"])):
            short = asked * pupils / per - total
            if k in (0, 1, 2, 6):
                assert missing == max(0, ceil(short))
            else:
                assert missing == pytest.approx(max(0.0, float(short)), rel=1e-9, abs=1e-6)


COLUMN = (
    "teachers_bachelor",
    "backbone_teachers",
    "pe_teachers",
    "teaching_m2",
    "sports_ground_m2",
    "equipment_yuan",
    "multimedia_rooms",
)


@settings(max_examples=60)
@given(schools(), st.data())
def test_with_what_is_missing_the_indicator_is_met_and_with_one_less_it_is_not(
    school: Row, data: st.DataObject
) -> None:
    rows = balance(district([school]), TODAY).indicators.filter(pl.col("verdict").is_in(["near", "below"]))
    if rows.is_empty():
        return
    row = rows.row(data.draw(st.integers(0, rows.height - 1)), named=True)
    k = int(row["rule"][-1]) - 1
    own = school["teachers"][row["stage"]] if k < 3 else school["premises"]
    before = own[COLUMN[k]]

    def verdict_with(more: float) -> str:
        own[COLUMN[k]] = before + (int(more) if isinstance(before, int) and more == int(more) else more)
        again = balance(district([school]), TODAY).indicators
        own[COLUMN[k]] = before
        same = (pl.col("rule") == row["rule"]) & (pl.col("stage") == row["stage"])
        return str(again.filter(same)["verdict"].item())

    assert row["missing"] > 0
    assert verdict_with(row["missing"]) == "met"
    one_less = row["missing"] - (1 if k in (0, 1, 2, 6) else 0.01)
    if one_less > 0:
        assert verdict_with(one_less) != "met"


# --- symmetries


def _summary(found: Balance, name_of: dict[str, str]) -> Row:
    named = pl.col("school").replace(name_of)
    # The order of addition differs with the order of rows, and with it the last bits.
    rounded = polars.selectors.float().round(7)
    return {
        "stages": sorted(found.stages.with_columns(named).rows(), key=str),
        "indicators": sorted(found.indicators.with_columns(named, rounded).rows(), key=str),
        "variation": found.variation.with_columns(rounded).rows(),
        "verdict": found.verdict,
    }


@settings(max_examples=50)
@given(DISTRICTS, st.data())
def test_the_order_of_rows_and_the_names_of_schools_change_nothing(
    drawn: list[Row], data: st.DataObject
) -> None:
    original = balance(district(drawn), TODAY)
    order = data.draw(st.permutations(range(len(drawn))))
    names = [f"学校-{n}" for n in range(len(drawn))]
    own = district([drawn[i] for i in order], names=names)
    shuffled = District.of(
        {
            name: frame.sample(fraction=1.0, shuffle=True, seed=data.draw(st.integers(0, 99)))
            for name, frame in own.tables.items()
        }
    )
    back = {names[place]: f"S{i:02d}" for place, i in enumerate(order)}
    assert _summary(balance(shuffled, TODAY), back) == _summary(original, {})


@settings(max_examples=50)
@given(DISTRICTS, st.integers(2, 5))
def test_a_district_so_many_times_as_large_has_the_same_indicators(drawn: list[Row], times: int) -> None:
    def scaled(figures: dict[str, Any]) -> dict[str, Any]:
        return {name: None if figure is None else times * figure for name, figure in figures.items()}

    larger = [
        school
        | {
            "kind": "primary" if school["kind"] == "teaching_point" else school["kind"],
            "pupils": scaled(school["pupils"]),
            "teachers": {stage: scaled(own) for stage, own in school["teachers"].items()},
            "premises": scaled(school["premises"]),
        }
        for school in drawn
    ]
    as_large = [
        school | {"kind": "primary" if school["kind"] == "teaching_point" else school["kind"]}
        for school in drawn
    ]
    one, many = balance(district(as_large), TODAY), balance(district(larger), TODAY)
    columns = ["rule", "school", "stage", "verdict", pl.col("value").round(9)]
    assert many.indicators.select(columns).equals(one.indicators.select(columns))
    assert many.stages["verdict"].equals(one.stages["verdict"])
    assert many.verdict == one.verdict


@settings(max_examples=50)
@given(DISTRICTS, st.integers(1, 500))
def test_more_of_everything_never_turns_met_into_not_met(drawn: list[Row], more: int) -> None:
    richer = [
        school
        | {
            "teachers": {
                stage: {name: None if n is None else n + more for name, n in own.items()}
                for stage, own in school["teachers"].items()
            },
            "premises": {
                # Indoor sports are taken off the teaching rooms: those stay as they are.
                name: figure if figure is None or name == "indoor_sports_m2" else figure + more
                for name, figure in school["premises"].items()
            },
        }
        for school in drawn
    ]
    before = balance(district(drawn), TODAY).indicators["verdict"].to_list()
    after = balance(district(richer), TODAY).indicators["verdict"].to_list()
    rank = {"not_assessed": 0, "below": 1, "near": 2, "met": 3}
    assert all(rank[new] >= rank[old] for old, new in zip(before, after, strict=True))
