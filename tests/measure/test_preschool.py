"""Kindergartens against hand-worked cases and the figures that two districts published."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import JunhengError
from junheng.measure.preschool import preschool
from junheng.standards import load_standard

DAY = date(2026, 9, 1)
RULES = load_standard().on(DAY)
OWN = {"session": "full_day", "licensed": "yes", "teachers": 10, "carers": 5, "staff": 20, "classes": 5}


def _district(kindergartens: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> District:
    rows = [{"kindergarten": f"K{i}", "name": f"幼{i}"} | OWN | row for i, row in enumerate(kindergartens)]
    facts = pl.DataFrame({"district": ["D"], "name": ["区"], "year": [2026]})
    frames = {"kindergartens": pl.DataFrame(rows, infer_schema_length=None)} if rows else {}
    more = {name: pl.DataFrame(given, infer_schema_length=None) for name, given in tables.items()}
    return District.of({"district": facts, **frames, **more})


def _rule(district: District, rule: str) -> dict[str, Any]:
    return preschool(district, RULES).county.row(
        by_predicate=pl.col("rule") == f"preschool.{rule}", named=True
    )


def _figure(district: District, name: str) -> float:
    return dict(preschool(district, RULES).figures.iter_rows())[name]


def test_chongqing_high_tech_zone_as_its_report_has_it() -> None:
    # 91 public and inclusive kindergartens are 91% of all; of 20,700 children 94% are in inclusive places.
    inclusive = [{"nature": "public" if i % 2 else "inclusive_private", "children": 213} for i in range(91)]
    inclusive[0]["children"] += 19_458 - 91 * 213
    private = [{"nature": "private", "children": 138} for _ in range(9)]
    district = _district([*inclusive, *private])
    assert _figure(district, "children") == 20_700
    assert _figure(district, "inclusive_kindergartens") == 91
    assert _figure(district, "inclusive_kindergartens_percent") == pytest.approx(91)
    found = _rule(district, "inclusive_coverage")
    assert found["value"] == pytest.approx(94)
    assert (found["verdict"], found["missing"]) == ("met", 0)


def test_linyi_high_tech_zone_as_its_report_has_it() -> None:
    found = _rule(
        _district([{"nature": "inclusive_private", "children": 851}, {"nature": "private", "children": 149}]),
        "inclusive_coverage",
    )
    assert found["value"] == pytest.approx(85.1)
    assert found["verdict"] == "met"


def test_what_is_missing_is_told_in_children() -> None:
    district = _district([{"nature": "public", "children": 401}, {"nature": "private", "children": 599}])
    public, inclusive = _rule(district, "public_share"), _rule(district, "inclusive_coverage")
    assert (public["verdict"], public["missing"]) == ("below", 99)
    assert (inclusive["verdict"], inclusive["missing"]) == ("below", 399)


def test_exactly_the_limit_is_met() -> None:
    district = _district([{"nature": "public", "children": 500}, {"nature": "private", "children": 500}])
    assert _rule(district, "public_share")["verdict"] == "met"


def test_unlicensed_kindergartens_do_not_count_for_coverage_but_for_enrolment() -> None:
    district = _district(
        [{"nature": "public", "children": 80}, {"nature": "private", "children": 20, "licensed": "no"}],
        homes=[{"home": "H"}],
        children=[{"home": "H", "year": 2026, "age": age, "children": 50} for age in (2, 3, 4, 5, 6)],
    )
    assert _rule(district, "inclusive_coverage")["value"] == pytest.approx(100)
    assert _rule(district, "gross_enrolment")["value"] == pytest.approx(100 * 100 / 150)


def test_absent_is_not_zero() -> None:
    nothing = preschool(_district([]), RULES).county
    assert set(nothing["verdict"]) == {"not_assessed"}
    assert nothing["needs"].to_list() == [
        "kindergartens, children",
        "kindergartens",
        "kindergartens",
        "kindergartens",
    ]
    unknown = _district([{"nature": "public", "children": 80, "licensed": None}])
    assert _rule(unknown, "public_share")["needs"] == "kindergartens.licensed"
    no_ages = _district(
        [{"nature": "public", "children": 80}],
        homes=[{"home": "H"}],
        children=[{"home": "H", "year": 2026, "age": age, "children": 50} for age in (3, 4)],
    )
    assert _rule(no_ages, "gross_enrolment")["needs"] == "children"


def test_staff_ratios_worked_by_hand() -> None:
    # 150 children: 7 a member of staff wants 22, 9 a teacher or carer wants 17, five classes want 15.
    found = preschool(_district([{"nature": "public", "children": 150}]), RULES).kindergartens
    rows = {row["rule"]: row for row in found.iter_rows(named=True)}
    staff = rows["preschool.children_per_staff.full_day"]
    caring = rows["preschool.children_per_carer.full_day"]
    assert (staff["value"], staff["verdict"], staff["missing"]) == (7.5, "below", 2)
    assert (caring["value"], caring["verdict"], caring["missing"]) == (10, "below", 2)
    assert rows["preschool.carers_per_class"]["verdict"] == "met"


def test_half_day_kindergartens_need_fewer() -> None:
    found = preschool(
        _district([{"nature": "public", "children": 190, "session": "half_day"}]), RULES
    ).kindergartens
    assert dict(found.select("rule", "verdict").iter_rows()) == {
        "preschool.children_per_staff.half_day": "met",
        "preschool.children_per_carer.half_day": "met",
        "preschool.carers_per_class": "met",
    }


def test_a_kindergarten_without_teachers_is_below_and_one_without_record_is_not_assessed() -> None:
    nobody = preschool(
        _district([{"nature": "public", "children": 30, "teachers": 0, "carers": 0, "staff": 0}]), RULES
    ).kindergartens
    assert set(nobody["verdict"]) == {"below"}
    unknown = preschool(
        _district([{"nature": "public", "children": 30, "staff": None, "session": None}]), RULES
    )
    assert unknown.kindergartens["needs"][0] == "kindergartens.session"


def test_one_teacher_for_fifteen_children_in_the_county() -> None:
    assert (
        _rule(_district([{"nature": "public", "children": 150}]), "children_per_teacher")["verdict"] == "met"
    )
    short = _rule(_district([{"nature": "public", "children": 151}]), "children_per_teacher")
    assert (short["verdict"], short["missing"]) == ("below", 1)
    nobody = _rule(_district([{"nature": "public", "children": 30, "teachers": 0}]), "children_per_teacher")
    assert (nobody["value"], nobody["verdict"], nobody["missing"]) == (None, "below", 2)


def test_a_share_of_nobody_does_not_ask_for_licences_that_are_recorded() -> None:
    closed = _rule(_district([{"nature": "public", "children": 30, "licensed": "no"}]), "inclusive_coverage")
    assert (closed["verdict"], closed["needs"]) == ("not_assessed", "kindergartens.children")


def test_each_class_has_the_limit_of_its_band() -> None:
    sizes = {"small": 26, "middle": 30, "top": 35, "mixed": 31}
    classes = [
        {"kindergarten": "K0", "class": band, "band": band, "children": n} for band, n in sizes.items()
    ]
    found = preschool(_district([{"nature": "public", "children": 122}], kindergarten_classes=classes), RULES)
    assert found.classes["over"].to_list() == [1, 0, 0, 1]
    assert found.classes["verdict"].to_list() == ["below", "met", "met", "below"]


def test_the_example_town_is_assessed_whole() -> None:
    found = preschool(example("town"), RULES)
    assert "not_assessed" not in [*found.county["verdict"], *found.kindergartens["verdict"]]
    assert 0 < found.classes.filter(pl.col("over") > 0).height < found.classes.height / 2


def test_the_day_before_the_standard_there_is_nothing_to_judge_by() -> None:
    with pytest.raises(JunhengError):
        preschool(_district([]), load_standard().on(date(2013, 1, 7)))
