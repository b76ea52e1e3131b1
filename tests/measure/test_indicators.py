"""The 32 indicators and the vetoes: every way to a verdict, from records and from declarations."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from junheng.district.model import District
from junheng.measure.balance import balance
from junheng.measure.indicators import Indicators, indicators
from junheng.measure.needs import in_words
from junheng.measure.places import places
from junheng.standards import Standard, load_standard

DAY = date(2026, 9, 1)
STANDARD = load_standard()

# Everything that a bureau declares for a county that meets all of it.
GOOD: dict[str, float] = {
    "guarantee.G1": 1,
    "guarantee.G2": 1,
    "guarantee.G4.vocational": 1,
    "guarantee.G6": 1,
    "guarantee.G7": 8000,
    "guarantee.G8.pay_ratio": 100,
    "guarantee.G8.performance_pay": 1,
    "guarantee.G9.completion": 100,
    "guarantee.G10": 1,
    "guarantee.G11.rotation_share": 10,
    "guarantee.G11.backbone_share": 20,
    "guarantee.G12": 100,
    "guarantee.G13/primary": 100,
    "guarantee.G13/junior": 95,
    "guarantee.G14": 50,
    "guarantee.G14.rural": 1,
    "guarantee.G15.migrant_share": 85,
    "guarantee.G15.left_behind": 1,
    **{f"quality.Q{n}": 1 for n in (3, 5, 6, 7, 8)},
    "quality.Q1": 95,
    "quality.Q2": 95,
    "quality.Q4": 5,
    "quality.Q9.level": 3,
    "quality.Q9.difference_rate": 0.1499,
    "recognition.SOC": 85,
    **{f"veto.V{n}": 0 for n in range(1, 8)},
}
SCHOOL = {"school": "S", "name": "S", "kind": "primary"}
STAGE = {
    "school": "S",
    "stage": "primary",
    "pupils": 1000,
    "classes": 24,
    "teachers_associate": 0,
    "teachers_bachelor": 60,
    "teachers_master": 0,
    "teachers_doctor": 0,
    "backbone_teachers": 20,
    "pe_teachers": 20,
    "music_teachers": 0,
    "art_teachers": 0,
    "arts_teachers": 0,
}
PREMISES = {
    "school": "S",
    "teaching_m2": 9000.0,
    "indoor_sports_m2": 0.0,
    "sports_ground_m2": 9000.0,
    "equipment_yuan": 3e6,
    "multimedia_rooms": 40,
    "music_rooms": 2,
    "smallest_music_room_m2": 96.0,
    "art_rooms": 2,
    "smallest_art_room_m2": 90.0,
}


def judge(
    declared: dict[str, float] | pl.DataFrame = GOOD,
    *,
    standard: Standard = STANDARD,
    stage: dict[str, Any] | None = None,
    schools: tuple[str, ...] = ("S",),
    class_size: int = 40,
) -> Indicators:
    """Judge a county of equal schools."""
    district = judge_district(declared, stage=stage, schools=schools, class_size=class_size)
    return judged(district, standard=standard)


def judged(district: District, *, standard: Standard = STANDARD) -> Indicators:
    today = standard.on(DAY)
    return indicators(
        district, standard, balance=balance(district, today), places=places(district, today), on=DAY
    )


def judge_district(
    declared: dict[str, float] | pl.DataFrame = GOOD,
    *,
    stage: dict[str, Any] | None = None,
    schools: tuple[str, ...] = ("S",),
    class_size: int = 40,
) -> District:
    """Make a county of equal schools."""
    if isinstance(declared, dict):
        declared = pl.DataFrame(
            {"rule": list(declared), "value": [float(value) for value in declared.values()]},
            schema_overrides={"rule": pl.String, "value": pl.Float64},
        )
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame([SCHOOL | {"school": code} for code in schools]),
            "stages": pl.DataFrame([STAGE | (stage or {}) | {"school": code} for code in schools]),
            "premises": pl.DataFrame([PREMISES | {"school": code} for code in schools]),
            "classes": pl.DataFrame(
                [
                    {"school": code, "stage": "primary", "grade": 1, "class": "1", "pupils": class_size}
                    for code in schools
                ]
            ),
            "declarations": declared,
        }
    )


def verdicts(found: Indicators) -> dict[str, str]:
    return dict(found.table.select("indicator", "verdict").iter_rows())


def row(found: Indicators, indicator: str) -> dict[str, Any]:
    return found.table.filter(indicator=indicator).row(0, named=True)


def by_school(rule: str, values: dict[str, float]) -> pl.DataFrame:
    rest = [(other, None, value) for other, value in GOOD.items() if other != rule]
    own = [(rule, school, value) for school, value in values.items()]
    return pl.DataFrame(
        [*rest, *own],
        schema={"rule": pl.String, "school": pl.String, "value": pl.Float64},
        orient="row",
    )


def test_a_county_that_meets_everything_at_its_limits_passes() -> None:
    found = judge()
    assert set(verdicts(found).values()) == {"pass"}
    assert found.verdict == "pass"
    assert found.notices == ()
    assert found.table["needs"].null_count() == found.table.height


def test_the_list_has_32_indicators_and_7_vetoes() -> None:
    counts = dict(judge().table.group_by("group").len().iter_rows())
    assert counts == {"balance": 7, "guarantee": 15, "quality": 9, "recognition": 1, "veto": 7}


# The nearest value on the wrong side of each limit.
BAD = {
    "guarantee.G7": 7999.99,
    "guarantee.G8.pay_ratio": 99.9,
    "guarantee.G9.completion": 99.9,
    "guarantee.G11.rotation_share": 9.9,
    "guarantee.G11.backbone_share": 19.9,
    "guarantee.G12": 99.99,
    "guarantee.G13/primary": 99.9,
    "guarantee.G13/junior": 94.9,
    "guarantee.G14": 49.9,
    "guarantee.G15.migrant_share": 84.9,
    "quality.Q1": 94.44,
    "quality.Q2": 94.9,
    "quality.Q4": 4.9,
    "quality.Q9.level": 2,
    "quality.Q9.difference_rate": 0.15,  # "below" leaves the limit out
    "recognition.SOC": 84.9,
}


@pytest.mark.parametrize("rule", sorted(GOOD))
def test_each_rule_alone_can_fail_its_indicator_and_the_county(rule: str) -> None:
    wrong = BAD.get(rule, 1 - GOOD[rule])
    found = judge(GOOD | {rule: wrong})
    indicator = rule.split(".")[1].partition("/")[0]
    failing = [name for name, verdict in verdicts(found).items() if verdict == "fail"]
    assert failing == [indicator]
    assert row(found, indicator)["n_failing"] == 1
    assert found.verdict == "fail"


@pytest.mark.parametrize("rule", sorted(GOOD))
def test_what_is_not_declared_is_not_assessed_and_says_what_it_needs(rule: str) -> None:
    found = judge({name: value for name, value in GOOD.items() if name != rule})
    indicator = rule.split(".")[1].partition("/")[0]
    assert row(found, indicator)["verdict"] == "not_assessed"
    assert row(found, indicator)["needs"] == f"declarations {rule}"
    assert found.verdict == "not_assessed"


def test_a_failing_rule_decides_although_its_companion_is_not_declared() -> None:
    found = judge(
        {name: value for name, value in GOOD.items() if name != "guarantee.G11.rotation_share"}
        | {"guarantee.G11.backbone_share": 10}
    )
    assert row(found, "G11")["verdict"] == "fail"


def test_one_figure_for_all_stages_is_held_against_the_limit_of_each() -> None:
    rest = {name: value for name, value in GOOD.items() if not name.startswith("guarantee.G13")}
    assert verdicts(judge(rest | {"guarantee.G13": 100}))["G13"] == "pass"
    # 97 % is enough for junior and too little for primary.
    half = judge(rest | {"guarantee.G13": 97})
    assert (row(half, "G13")["verdict"], row(half, "G13")["n_failing"]) == ("fail", 1)


def test_a_stage_of_its_own_goes_before_the_figure_for_all() -> None:
    rest = {name: value for name, value in GOOD.items() if not name.startswith("guarantee.G13")}
    found = judge(rest | {"guarantee.G13": 97, "guarantee.G13/primary": 100})
    assert verdicts(found)["G13"] == "pass"


def test_stages_may_be_declared_one_by_one_where_their_limits_are_the_same() -> None:
    rest = {name: value for name, value in GOOD.items() if name != "quality.Q4"}
    both = judge(rest | {"quality.Q4/primary": 6, "quality.Q4/junior": 4})
    assert (row(both, "Q4")["verdict"], row(both, "Q4")["n_failing"]) == ("fail", 1)
    one = judge(rest | {"quality.Q4/junior": 6})
    assert (row(one, "Q4")["verdict"], row(one, "Q4")["needs"]) == (
        "not_assessed",
        "declarations quality.Q4/primary",
    )


def test_a_rule_may_be_declared_school_by_school() -> None:
    found = judge(by_school("quality.Q4", {"A": 5, "B": 4.5}), schools=("A", "B"))
    assert (row(found, "Q4")["verdict"], row(found, "Q4")["n_failing"]) == ("fail", 1)
    assert row(found, "Q4")["detail"] == "quality.Q4: 1/2"
    passing = judge(by_school("quality.Q4", {"A": 5, "B": 6}), schools=("A", "B"))
    assert row(passing, "Q4")["verdict"] == "pass"


def test_a_school_that_has_not_declared_leaves_the_rule_open() -> None:
    found = judge(by_school("quality.Q4", {"A": 5}), schools=("A", "B", "C"))
    assert row(found, "Q4")["verdict"] == "not_assessed"
    assert row(found, "Q4")["needs"] == "declarations quality.Q4 (2 schools)"
    words = in_words(row(found, "Q4")["needs"], STANDARD)
    assert words.zh == "请申报 quality.Q4 教师培训经费占公用经费预算比例 （尚缺 2 所学校）"
    assert words.en.endswith("(still 2 schools)")


def test_an_absent_value_is_no_declaration() -> None:
    values = [None if rule == "veto.V1" else float(value) for rule, value in GOOD.items()]
    frame = pl.DataFrame({"rule": list(GOOD), "value": values})
    assert verdicts(judge(frame))["V1"] == "not_assessed"


@pytest.mark.parametrize(
    "key", ["guarantee.G99", "guarantee.G4", "guarantee.G13/senior", "balance.R1", " veto.V1"]
)
def test_a_declaration_that_no_rule_reads_is_pointed_out(key: str) -> None:
    (notice,) = judge(GOOD | {key: 1}).notices
    assert (notice.code, notice.severity, notice.place.key) == ("declaration-not-read", "notice", key)


def test_records_decide_what_they_can_show() -> None:
    found = judge(stage={"pupils": 2001, "teachers_bachelor": 99, "classes": 25}, class_size=46)
    assert {name for name, verdict in verdicts(found).items() if verdict == "fail"} >= {"G3", "G4", "G5"}
    assert row(found, "G3")["n_failing"] == 2, "a music room and an art room"
    assert "guarantee.G3.music_room_area: 0/1" in row(found, "G3")["detail"]


def test_what_the_records_lack_is_named_once() -> None:
    found = judge(stage={"classes": None}, schools=("A", "B", "C"))
    assert (row(found, "G3")["verdict"], row(found, "G3")["needs"]) == ("not_assessed", "stages.classes")
    assert in_words("stages.classes", STANDARD).en == "record stages.classes classes"


def test_a_resource_indicator_fails_below_the_floor_and_not_between_floor_and_threshold() -> None:
    near = judge(stage={"backbone_teachers": 9})
    assert verdicts(near)["R2"] == "pass", "one indicator of a school may stay above the floor"
    below = judge(stage={"backbone_teachers": 8})
    assert (verdicts(below)["R2"], below.verdict) == ("fail", "fail")


def test_a_resource_indicator_is_open_where_records_are_absent() -> None:
    found = judge(stage={"backbone_teachers": None})
    assert (row(found, "R2")["verdict"], row(found, "R2")["needs"]) == (
        "not_assessed",
        "stages.backbone_teachers",
    )


def test_the_county_fails_with_the_school_rule_although_every_indicator_passes() -> None:
    # Two indicators between floor and threshold: neither fails alone, the school does.
    found = judge(stage={"backbone_teachers": 9, "pe_teachers": 8})
    assert set(verdicts(found).values()) == {"pass"}
    assert found.verdict == "fail"


def test_the_county_fails_with_its_variation_although_every_school_passes() -> None:
    district = judge_district(schools=("A", "B"))
    rich = pl.when(pl.col("school") == "A").then(9e7).otherwise(pl.col("equipment_yuan"))
    uneven = district.replace(premises=district.table("premises").with_columns(equipment_yuan=rich))
    found = judged(uneven)
    assert {name for name, verdict in verdicts(found).items() if verdict == "fail"} == {"R6"}
    assert row(found, "R6")["n_failing"] == 1
    assert found.verdict == "fail"


def test_the_values_that_were_used_are_kept() -> None:
    used = {(value.rule, value.stage) for value in judge().values}
    assert {("guarantee.G13", "primary"), ("guarantee.G13", "junior"), ("veto.V7", None)} <= used
