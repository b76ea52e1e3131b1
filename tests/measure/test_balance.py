"""The school rule, exclusions, what is missing, and the county's verdict, on schools worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from junheng.district.model import District
from junheng.measure.balance import Balance, balance
from junheng.measure.seven import RESOURCES
from junheng.standards import load_standard
from junheng.standards.loader import DATA

DAY = date(2026, 9, 1)
TODAY = load_standard().on(DAY)
PREMISES = (
    "teaching_m2",
    "indoor_sports_m2",
    "sports_ground_m2",
    "equipment_yuan",
    "multimedia_rooms",
)
RULES = [resource.rule for resource in RESOURCES]

# A school of 1,000 pupils that is exactly at every threshold.
PRIMARY = {
    "school": "P",
    "kind": "primary",
    "stage": "primary",
    "pupils": 1000,
    "teachers_associate": 12,
    "teachers_bachelor": 30,
    "teachers_master": 0,
    "teachers_doctor": 0,
    "backbone_teachers": 10,
    "pe_teachers": 5,
    "music_teachers": 2,
    "art_teachers": 2,
    "arts_teachers": 0,
    "teaching_m2": 4500.0,
    "indoor_sports_m2": 0.0,
    "sports_ground_m2": 7500.0,
    "equipment_yuan": 2_000_000.0,
    "multimedia_rooms": 23,
}
JUNIOR = PRIMARY | {
    "school": "J",
    "kind": "junior",
    "stage": "junior",
    "teachers_associate": 40,
    "teachers_bachelor": 53,
    "teaching_m2": 5800.0,
    "sports_ground_m2": 10_200.0,
    "equipment_yuan": 2_500_000.0,
    "multimedia_rooms": 24,
}
# What to set for each indicator, and the figures at threshold, at the floor and just under it.
LEVELS: Mapping[str, list[tuple[str, list[float]]]] = {
    "primary": [
        ("teachers_bachelor", [30, 24, 23]),
        ("backbone_teachers", [10, 9, 8]),
        ("pe_teachers", [5, 4, 3]),
        ("teaching_m2", [4500, 3825, 3824]),
        ("sports_ground_m2", [7500, 6375, 6374]),
        ("equipment_yuan", [2_000_000, 1_700_000, 1_699_999]),
        ("multimedia_rooms", [23, 20, 19]),
    ],
    "junior": [
        ("teachers_bachelor", [53, 46, 45]),
        ("backbone_teachers", [10, 9, 8]),
        ("pe_teachers", [5, 4, 3]),
        ("teaching_m2", [5800, 4930, 4929]),
        ("sports_ground_m2", [10_200, 8670, 8669]),
        ("equipment_yuan", [2_500_000, 2_125_000, 2_124_999]),
        ("multimedia_rooms", [24, 21, 20]),
    ],
}


def district(*rows: dict[str, Any]) -> District:
    """Make a district of school stages; figures of the premises are taken from a school's first row."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["school"], row)
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame(
                [{"school": code, "name": code, "kind": row["kind"]} for code, row in first.items()]
            ),
            "stages": pl.DataFrame(
                [{name: row[name] for name in row if name not in ("kind", *PREMISES)} for row in rows],
                infer_schema_length=None,
            ),
            "premises": pl.DataFrame(
                [{"school": code, **{name: row[name] for name in PREMISES}} for code, row in first.items()],
                infer_schema_length=None,
            ),
        }
    )


def assess(*rows: dict[str, Any]) -> Balance:
    return balance(district(*rows), TODAY)


def of(found: Balance, rule: str, school: str = "P") -> dict[str, Any]:
    one = found.indicators.filter((pl.col("rule") == f"balance.{rule}") & (pl.col("school") == school))
    return one.row(0, named=True)


def test_a_school_exactly_at_every_threshold_passes() -> None:
    found = assess(PRIMARY, JUNIOR)
    assert found.stages["verdict"].to_list() == ["pass", "pass"]
    assert set(found.indicators["verdict"]) == {"met"}
    assert found.indicators["missing"].sum() == 0
    assert found.verdict == "pass"


@pytest.mark.parametrize("own", [PRIMARY, JUNIOR], ids=["primary", "junior"])
def test_the_school_rule_holds_in_every_one_of_the_16384_combinations(own: dict[str, Any]) -> None:
    levels = LEVELS[own["stage"]]
    combinations = list(product(range(4), repeat=7))  # met, at the floor, under it, absent
    rows = [
        own
        | {"school": str(n)}
        | {
            column: None if level == 3 else figures[level]
            for (column, figures), level in zip(levels, combination, strict=True)
        }
        for n, combination in enumerate(combinations)
    ]
    found = assess(*rows).stages
    expected = [_school_rule(combination) for combination in combinations]
    assert found["verdict"].to_list() == expected
    assert found["n_met"].to_list() == [combination.count(0) for combination in combinations]
    assert found["n_near"].to_list() == [combination.count(1) for combination in combinations]
    assert found["n_below"].to_list() == [combination.count(2) for combination in combinations]
    assert found["n_not_assessed"].to_list() == [combination.count(3) for combination in combinations]


def _school_rule(combination: tuple[int, ...]) -> str:
    """Decide as a reader of the measures would: try every way in which the absent figures could turn out."""
    possible = {
        all(level < 2 for level in filled) and filled.count(0) >= 6
        for filled in product(*([0, 1, 2] if level == 3 else [level] for level in combination))
    }
    return "not_assessed" if len(possible) == 2 else "pass" if possible.pop() else "fail"


@pytest.mark.parametrize("rule", range(7))
@pytest.mark.parametrize("own", [PRIMARY, JUNIOR], ids=["primary", "junior"])
def test_the_floor_is_85_percent_and_belongs_to_it(own: dict[str, Any], rule: int) -> None:
    column, figures = LEVELS[own["stage"]][rule]
    verdicts = [
        of(assess(own | {column: figure}), f"R{rule + 1}", own["school"])["verdict"] for figure in figures
    ]
    assert verdicts == ["met", "near", "below"]


def test_whole_teachers_that_reach_a_limit_exactly_are_never_lost_to_binary_fractions() -> None:
    # 4.2, 1, 0.9 and 2.3 per 100 pupils of every whole number of schools up to 3,000 pupils.
    rows = [
        PRIMARY
        | {
            "school": str(pupils),
            "pupils": pupils,
            "teachers_associate": 0,
            "teachers_bachelor": pupils * 42 // 1000,
            "backbone_teachers": pupils // 100,
            "pe_teachers": pupils * 9 // 1000 - 4,
            "multimedia_rooms": pupils * 23 // 1000,
        }
        for pupils in range(1000, 30_001, 1000)
    ]
    found = assess(*rows).indicators.filter(
        pl.col("rule").is_in([f"balance.{rule}" for rule in ("R1", "R2", "R3", "R7")])
    )
    assert set(found["verdict"]) == {"met"}


def test_a_figure_that_is_absent_is_no_pass_no_fail_and_no_zero() -> None:
    found = assess(PRIMARY | {"multimedia_rooms": None})
    row = of(found, "R7")
    assert (row["value"], row["verdict"], row["missing"], row["rounding_flips"]) == (
        None,
        "not_assessed",
        None,
        False,
    )
    assert found.stages["verdict"].to_list() == ["not_assessed"]
    assert found.verdict == "not_assessed"
    assert found.needs.select("rule", "school", "needs").rows() == [
        ("balance.R7", "P", "premises.multimedia_rooms")
    ]
    assert found.needs["zh"].to_list() == ["premises.multimedia_rooms 网络多媒体教室"]


def test_what_an_absent_figure_needs_is_named_for_every_rule_that_needs_it() -> None:
    found = assess(PRIMARY | {"indoor_sports_m2": None, "teachers_master": None, "teachers_doctor": None})
    assert found.needs.select("rule", "needs").rows() == [
        ("balance.R1", "stages.teachers_master, stages.teachers_doctor"),
        ("balance.R4", "premises.indoor_sports_m2"),
        ("balance.R5", "premises.indoor_sports_m2"),
    ]


def test_a_district_without_premises_is_judged_on_teachers_only() -> None:
    own = district(PRIMARY)
    found = balance(
        District.of({name: own.tables[name] for name in ("district", "schools", "stages")}), TODAY
    )
    verdicts = dict(found.indicators.select("rule", "verdict").iter_rows())
    assert [verdicts[rule] for rule in RULES] == ["met"] * 3 + ["not_assessed"] * 4
    assert found.stages["verdict"].to_list() == ["not_assessed"]


def test_a_kind_that_its_stages_contradict_is_named_as_what_is_needed() -> None:
    found = assess(PRIMARY | {"kind": "nine_year"})
    assert found.stages["n_not_assessed"].to_list() == [4]
    assert set(found.needs["needs"]) == {"schools.kind"}
    assert "办学类型" in found.needs["zh"][0]


def test_an_absent_figure_does_not_save_a_school_that_fails_anyway() -> None:
    found = assess(PRIMARY | {"multimedia_rooms": None, "backbone_teachers": 1})
    assert found.stages["verdict"].to_list() == ["fail"]
    assert found.verdict == "fail"


@pytest.mark.parametrize(
    ("change", "verdict", "why"),
    [
        ({"kind": "special"}, "excluded", "kind"),
        ({"kind": "vocational"}, "excluded", "kind"),
        ({"kind": "vocational", "pupils": 0}, "excluded", "kind"),
        ({"pupils": 0}, "excluded", "no_pupils"),
        ({"kind": "teaching_point", "pupils": 49}, "excluded", "few_pupils"),
        ({"kind": "teaching_point", "pupils": 50}, "pass", None),
        ({"pupils": 1}, "pass", None),
    ],
)
def test_who_is_left_out(change: dict[str, Any], verdict: str, why: str | None) -> None:
    found = assess(PRIMARY | change)
    assert found.stages.select("verdict", "why").row(0) == (verdict, why)
    assert found.indicators.height == (0 if why else 7)


def test_a_school_that_is_left_out_decides_nothing_in_the_county() -> None:
    poor = PRIMARY | {"school": "S", "kind": "special", "backbone_teachers": 0, "multimedia_rooms": None}
    with_it, without = assess(PRIMARY, poor), assess(PRIMARY)
    assert with_it.verdict == without.verdict == "pass"
    assert with_it.variation.equals(without.variation)


def test_senior_stages_are_no_part_of_the_assessment() -> None:
    senior = PRIMARY | {"school": "H", "kind": "senior", "stage": "senior", "backbone_teachers": 0}
    found = assess(senior, PRIMARY)
    assert found.stages["school"].to_list() == ["P"]
    assert found.verdict == "pass"


def test_a_stage_that_the_column_table_does_not_have_is_no_part_either() -> None:
    own = district(PRIMARY, PRIMARY | {"school": "K", "backbone_teachers": 0})
    stages = own.table("stages").with_columns(
        stage=pl.when(pl.col("school") == "K").then(pl.lit("preschool")).otherwise(pl.col("stage"))
    )
    assert balance(own.replace(stages=stages), TODAY).stages["school"].to_list() == ["P"]


def test_private_schools_are_included() -> None:
    own = district(PRIMARY | {"backbone_teachers": 0})
    private = own.replace(schools=own.table("schools").with_columns(holder=pl.lit("private")))
    assert balance(private, TODAY).verdict == "fail"


def test_verdicts_are_taken_unrounded_and_flagged_where_the_form_would_show_another() -> None:
    # 4.196 is shown as 4.20, 3.568 as 3.57: both would look met.
    at_threshold = assess(PRIMARY | {"pupils": 25_000, "teachers_bachelor": 1037})  # 1049 / 25000 = 4.196 %
    row = of(at_threshold, "R1")
    assert round(row["value"], 6) == 4.196
    assert (row["verdict"], row["rounding_flips"]) == ("near", True)
    at_floor = of(assess(PRIMARY | {"pupils": 25_000, "teachers_bachelor": 880}), "R1")  # 892: 3.568
    assert round(at_floor["value"], 6) == 3.568
    assert (at_floor["verdict"], at_floor["rounding_flips"]) == ("below", True)


def test_a_five_after_the_last_digit_is_shown_rounded_up() -> None:
    row = of(assess(PRIMARY | {"teaching_m2": 4495.0}), "R4")  # 4.495: the form has 4.50
    assert (row["verdict"], row["rounding_flips"]) == ("near", True)
    assert not of(assess(PRIMARY | {"teaching_m2": 4494.9}), "R4")["rounding_flips"]


def test_what_is_missing_is_told_in_teachers_square_metres_yuan_and_rooms() -> None:
    found = assess(
        PRIMARY
        | {
            "backbone_teachers": 7,
            "teaching_m2": 3260.0,
            "equipment_yuan": 1_914_000.0,
            "multimedia_rooms": 17,
        }
    )
    rows = found.indicators.filter(pl.col("verdict") != "met")
    missing = {
        rule: (n, unit) for rule, n, unit in rows.select("rule", "missing", "missing_unit").iter_rows()
    }
    assert missing == {
        "balance.R2": (3, "person"),
        "balance.R4": (pytest.approx(1240), "m2"),
        "balance.R6": (pytest.approx(86_000), "yuan"),
        "balance.R7": (6, "room"),
    }
    to_floor = dict(rows.select("rule", "missing_to_floor").iter_rows())
    assert to_floor == {
        "balance.R2": 2,  # 8.5 teachers are nine
        "balance.R4": pytest.approx(565),
        "balance.R6": 0,
        "balance.R7": 3,  # 19.55 rooms are twenty
    }


def test_stages_that_share_their_buildings_also_share_what_is_missing() -> None:
    # T = 6,000 of 900 + 1.1 * 450 = 1,395 weighted pupils; wanted 7.5 and 10.2 / 1.1 = 9.27 for each of them.
    primary = PRIMARY | {"school": "N", "kind": "nine_year", "pupils": 900, "sports_ground_m2": 6000.0}
    junior = JUNIOR | {"school": "N", "kind": "nine_year", "pupils": 450}
    found = assess(primary, junior)
    rows = found.indicators.filter(pl.col("rule") == "balance.R5").sort("stage", descending=True)
    assert rows["missing"].to_list() == pytest.approx([7.5 * 1395 - 6000, 10.2 / 1.1 * 1395 - 6000])
    more = max(rows["missing"])
    repaired = assess(primary | {"sports_ground_m2": 6000 + more}, junior)
    assert set(repaired.indicators.filter(pl.col("rule") == "balance.R5")["verdict"]) == {"met"}


def test_the_county_fails_with_its_first_school() -> None:
    found = assess(*(PRIMARY | {"school": str(n)} for n in range(30)), PRIMARY | {"backbone_teachers": 0})
    assert found.verdict == "fail"
    (part,) = found.passing
    assert (part.stage, part.n, part.n_pass, part.limit, part.verdict) == ("primary", 31, 30, 100, "fail")
    assert part.share == pytest.approx(100 * 30 / 31)


def test_while_one_school_is_open_the_share_that_passes_is_not_known() -> None:
    found = assess(PRIMARY, PRIMARY | {"school": "Q", "backbone_teachers": None})
    (part,) = found.passing
    assert (part.n_pass, part.n_not_assessed, part.share, part.verdict) == (1, 1, None, "not_assessed")
    assert found.verdict == "not_assessed"


def test_the_county_fails_when_schools_differ_too_much_although_each_passes() -> None:
    rich = PRIMARY | {"school": "R", "equipment_yuan": 20_000_000.0}
    found = assess(*(PRIMARY | {"school": str(n)} for n in range(9)), rich)
    assert set(found.stages["verdict"]) == {"pass"}
    # Nine at 2,000 and one at 20,000 yuan: mean 3,800, deviation 5,400.
    row = found.variation.filter(pl.col("rule") == "balance.R6").row(0, named=True)
    assert (row["mean"], row["deviation"], row["cv"]) == pytest.approx((3800, 5400, 5400 / 3800))
    assert row["verdict"] == "fail"
    assert found.verdict == "fail"


@pytest.mark.parametrize(("own", "limit"), [(PRIMARY, 0.50), (JUNIOR, 0.45)], ids=["primary", "junior"])
def test_the_limit_of_variation_belongs_to_it_and_each_indicator_has_its_own(
    own: dict[str, Any], limit: float
) -> None:
    # Two equal schools at m - d and m + d vary by exactly d / m.
    middle = 1e7
    pair = [
        own | {"school": "A", "equipment_yuan": middle * (1 - limit)},
        own | {"school": "B", "equipment_yuan": middle * (1 + limit)},
    ]
    found = assess(*pair)
    row = found.variation.filter(pl.col("rule") == "balance.R6").row(0, named=True)
    assert row["cv"] == pytest.approx(limit)
    assert (row["limit"], row["verdict"], found.verdict) == (limit, "pass", "pass")
    wider = assess(pair[0], pair[1] | {"equipment_yuan": middle * (1 + limit) * 1.01})
    assert wider.variation.filter(pl.col("rule") == "balance.R6")["verdict"].item() == "fail"
    assert wider.verdict == "fail"


def test_a_coefficient_that_the_form_would_round_to_its_limit_is_flagged() -> None:
    rows = [
        PRIMARY | {"school": "A", "equipment_yuan": 1e7 * (1 - 0.5004)},
        PRIMARY | {"school": "B", "equipment_yuan": 1e7 * (1 + 0.5004)},
    ]
    row = assess(*rows).variation.filter(pl.col("rule") == "balance.R6").row(0, named=True)
    assert (row["verdict"], row["rounding_flips"]) == ("fail", True)


def test_the_mean_of_the_coefficients_is_reported_and_never_judged() -> None:
    found = assess(PRIMARY, PRIMARY | {"school": "Q", "backbone_teachers": 100})
    rows = found.variation.filter(pl.col("stage") == "primary")
    composite = rows.filter(pl.col("rule").is_null()).row(0, named=True)
    each = rows.filter(pl.col("rule").is_not_null())["cv"].to_list()
    assert composite["cv"] == pytest.approx(sum(each) / 7)
    assert (composite["verdict"], composite["limit"]) == ("reported", None)
    assert max(each) > 0.5 > composite["cv"], "the mean hides the one that fails"
    assert found.verdict == "fail"


def test_one_absent_figure_leaves_that_indicators_variation_unknown() -> None:
    found = assess(PRIMARY, PRIMARY | {"school": "Q", "multimedia_rooms": None})
    verdicts = dict(found.variation.select("rule", "verdict").iter_rows())
    assert verdicts["balance.R7"] == verdicts[None] == "not_assessed"
    assert verdicts["balance.R6"] == "pass"


def test_a_district_with_no_school_is_not_assessed() -> None:
    empty = District.of({"district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]})})
    found = balance(empty, TODAY)
    assert (found.verdict, found.stages.height, found.indicators.height) == ("not_assessed", 0, 0)
    assert found.needs.is_empty()
    assert found.passing == ()


def test_a_stricter_city_decides_and_says_so(tmp_path: Path) -> None:
    overlay = _overlay(tmp_path, {"balance.R7": 3.0, "balance.cv": 0.1})
    found = balance(district(PRIMARY), load_standard(overlays=[overlay]).on(DAY))
    row = of(found, "R7")
    assert (row["verdict"], row["threshold"], row["decided_by"]) == ("below", 3.0, "990100")
    assert row["missing"] == 7
    assert of(found, "R6")["decided_by"] == "national"
    assert set(found.variation["decided_by"]) == {"990100"}
    used = {(value.rule, value.number): value for value in found.values if value.stage == "primary"}
    replaced = used["balance.R7", 3.0].overrides
    assert replaced is not None
    assert replaced.number == 2.3


def test_how_many_schools_must_pass_is_read_from_the_standard(tmp_path: Path) -> None:
    nine_of_ten = [PRIMARY | {"school": str(n)} for n in range(9)] + [PRIMARY | {"teaching_m2": 3000.0}]
    overlay = _overlay(tmp_path, {"balance.county.schools_passing": 90}, looser=True)
    standard = load_standard(overlays=[overlay])
    found = balance(district(*nine_of_ten), standard.on(DAY))
    assert assess(*nine_of_ten).verdict == "fail"
    assert found.passing[0].share == 90
    assert found.passing[0].decided_by == "990100"
    assert found.verdict == "pass"


def test_how_many_indicators_must_be_met_is_read_from_the_standard(tmp_path: Path) -> None:
    one_near = PRIMARY | {"backbone_teachers": 9}
    overlay = _overlay(tmp_path, {"balance.school.indicators_met": 7})
    strict = balance(district(one_near), load_standard(overlays=[overlay]).on(DAY))
    assert (assess(one_near).verdict, strict.verdict) == ("pass", "fail")


def test_every_value_that_decides_is_kept() -> None:
    rules = {value.rule for value in assess(PRIMARY).values}
    assert {
        *RULES,
        "balance.school.floor_share",
        "balance.school.indicators_met",
        "balance.county.schools_passing",
        "balance.cv",
        "balance.split.nine_year",
        "balance.exclusion.by_kind",
        "balance.exclusion.teaching_point_pupils",
    } <= rules


def _overlay(folder: Path, values: dict[str, float], *, looser: bool = False) -> Path:
    """Write a city's overlay that sets some primary values, from the example that is shipped."""
    example = (DATA / "examples" / "city.yaml").read_text(encoding="utf-8")
    rules = "".join(
        f"""  {rule}:
    values:
      - stage: primary
        from: 2025-09-01
        value: {number}
        citation: {{document: example_class_size, clause: 第二条, source: EX}}
        confidence: A
"""
        + ("        allow_looser: true\n" if looser else "")
        for rule, number in values.items()
    )
    path = folder / "overlay.yaml"
    head = example[: example.index("rules:")]
    path.write_text(head.replace("  example_rotation:", "  other:") + "rules:\n" + rules, encoding="utf-8")
    return path
