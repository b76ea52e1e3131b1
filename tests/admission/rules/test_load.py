"""A rules file: what it means, and everything that is refused, with the key that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_round import RULES, rules_of

from junheng.admission.rules import EXAMPLES, example_rules, load_rules
from junheng.admission.rules.model import FACTS
from junheng.admission.rules.national import (
    against_the_standard,
    cutoff_day,
    entry_age,
    lock_years,
    standard_day,
)
from junheng.district.columns import tables
from junheng.errors import InputError, UsageError
from junheng.standards import load_standard
from junheng.standards.loader import EXAMPLE_OVERLAY


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_the_example_rules_keep_the_national_standard(stage: str) -> None:
    rules = example_rules(stage)
    assert rules.is_example
    assert against_the_standard(rules, load_standard().on(standard_day(rules))) == []


def test_every_example_is_of_the_stage_that_it_is_named_after() -> None:
    assert {path.stem: load_rules(path).stage for path in EXAMPLES.glob("*.yaml")} == {
        "primary": "primary",
        "junior": "junior",
    }


def test_the_same_rules_in_another_wording_of_yaml_mean_the_same(tmp_path: Path) -> None:
    reworded = RULES.replace("when: {home: zone}", "when: [{home: [zone]}]").replace(
        "lottery: single", 'lottery: "single"'
    )
    first = rules_of(tmp_path).as_dict()
    assert rules_of(tmp_path, reworded).as_dict() == first
    assert "text" not in first


def test_no_fact_and_no_column_of_a_round_speaks_of_a_score() -> None:
    from junheng.admission.intake.forbidden import TABLES, forbidden_word  # noqa: PLC0415

    columns = [column for name in TABLES for column in tables()[name]]
    wordings = [*FACTS, *(wording for column in columns for wording in (column.name, *column.label))]
    assert [wording for wording in wordings if forbidden_word(wording)] == []


CASES = {
    "an unknown key": ("lottery: single", "lottery: single\nbonus: 5", "unknown-key", "bonus"),
    "a repeated key": (
        "lottery: single",
        "lottery: single\nlottery: single",
        "yaml-duplicate-key",
        "lottery",
    ),
    "a missing key": ("lottery: single", "", "missing-key", "lottery"),
    "an unknown draw": ("lottery: single", "lottery: best", "not-allowed", "lottery"),
    "a year with a fraction": ("year: 2026", "year: 2026.5", "admission-rules", "year"),
    "an unknown stage": ("stage: primary", "stage: senior", "not-allowed", "stage"),
    "an unknown fact": ("{home: zone}", "{house: zone}", "unknown-key", "house"),
    "an unknown value of a fact": ("{home: zone}", "{home: near}", "admission-rules", "home"),
    "a fact that is no flag": ("{sibling_here: true}", "{sibling_here: maybe}", "not-a-flag", "sibling_here"),
    "a condition without facts": ("{sibling_here: true}", "{}", "admission-rules", "who"),
    "a class twice": ("id: home,", "id: both,", "admission-rules", "public"),
    "an unknown document": ("[household_register]", "[passport]", "admission-rules", "documents"),
    "an unknown relation": ("[twin]", "[cousin]", "admission-rules", "together"),
    "an unknown sector": (
        "sectors: [public], clause: 五",
        "sectors: [semi], clause: 五",
        "admission-rules",
        "sectors",
    ),
    "a floor above its ceiling": (
        "sectors: [public], clause: 五",
        "sectors: [public], floor_percent: 9, ceiling_percent: 5, clause: 五",
        "admission-rules",
        "floor_percent",
    ),
    "more than all places": (
        "sectors: [public], clause: 五",
        "sectors: [public], floor_percent: 120, clause: 五",
        "admission-rules",
        "floor_percent",
    ),
    "a zone of one school": (
        "together: [twin]",
        "together: [twin]\nzones:\n  - {id: Z, name: {zh: 甲, en: a}, schools: [A]}",
        "admission-rules",
        "schools",
    ),
    "a school in two zones": (
        "together: [twin]",
        "together: [twin]\nzones:\n  - {id: Z, name: {zh: 甲, en: a}, schools: [A, B]}\n"
        "  - {id: Y, name: {zh: 乙, en: b}, schools: [A, P]}",
        "admission-rules",
        "schools",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_rules_file_is_refused_with_its_key(case: str, tmp_path: Path) -> None:
    right, wrong, code, key = CASES[case]
    assert right in RULES
    with pytest.raises(InputError) as refused:
        rules_of(tmp_path, RULES.replace(right, wrong, 1))
    (problem, *_) = [one for one in refused.value.problems if code in one.code]
    assert key in str(problem.place.key)
    assert problem.place.file == "rules.yaml"
    assert problem.place.row is not None


@pytest.mark.parametrize("key", ["exam_score", "interview", "考试成绩", "竞赛获奖"])
def test_a_condition_on_an_examination_is_refused_with_the_law(key: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        rules_of(tmp_path, RULES.replace("when: {home: zone}", f"when: {{home: zone, {key}: true}}", 1))
    assert "admission-by-exam" in {problem.code for problem in refused.value.problems}


def test_every_problem_of_a_file_is_listed_at_once(tmp_path: Path) -> None:
    text = (
        RULES.replace("lottery: single", "lottery: best")
        .replace("[twin]", "[cousin]")
        .replace("year: 2026", "year: 1")
    )
    with pytest.raises(InputError) as refused:
        rules_of(tmp_path, text)
    assert len(refused.value.problems) == 3


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no rules file"):
        load_rules(tmp_path / "none.yaml")


NATIONAL = {
    "private-not-by-draw": ("{id: rest, name: {zh: 外地, en: Elsewhere}, clause: 四}",
                            "{id: rest, name: {zh: 外地, en: Elsewhere}, when: {tenure: owned}, clause: 四}"),
    "private-not-local-first": (
        "when: [{register: [zone, district]}, {home: [zone, district, locked]}]\n      clause: 四",
        "when: {sibling_here: true}\n      clause: 四",
    ),
    "entry-age-too-low": ("together: [twin]", "together: [twin]\nentry_age: {years: 5, clause: 九}"),
    "rules-published-late": ("published: 2026-05-20", "published: 2026-09-01"),
    "rules-without-siblings": ("{sibling_here: true}", "{disabled: true}"),
}  # fmt: skip


@pytest.mark.parametrize("code", NATIONAL)
def test_rules_that_say_less_than_the_nation_are_named(code: str, tmp_path: Path) -> None:
    right, wrong = NATIONAL[code]
    assert right in RULES
    text = RULES.replace(right, wrong, 1)
    if code == "rules-without-siblings":
        text = text.replace("together: [twin]", "together: []")
    rules = rules_of(tmp_path, text)
    found = against_the_standard(rules, load_standard().on(standard_day(rules)))
    assert [problem.code for problem in found] == [code]
    assert "{" not in found[0].describe().zh + found[0].describe().en


def test_before_the_notice_on_siblings_nobody_asks_for_their_rule(tmp_path: Path) -> None:
    text = RULES.replace("{sibling_here: true}", "{disabled: true}").replace(
        "together: [twin]", "together: []"
    )
    rules = rules_of(tmp_path, text.replace("2026-05-20", "2024-05-20").replace("year: 2026", "year: 2024"))
    assert against_the_standard(rules, load_standard().on(standard_day(rules))) == []


def test_the_age_follows_the_standard_unless_the_round_says_otherwise(tmp_path: Path) -> None:
    on = load_standard().on(standard_day(rules_of(tmp_path)))
    assert entry_age(rules_of(tmp_path), on) == 6
    assert entry_age(rules_of(tmp_path, together="together: []\nentry_age: {years: 7, clause: 九}"), on) == 7
    assert entry_age(example_rules("junior"), on) == 12
    assert cutoff_day(rules_of(tmp_path), on).isoformat() == "2026-08-31"


def test_the_lock_comes_from_the_round_else_from_the_local_standard_else_there_is_none(
    tmp_path: Path,
) -> None:
    without = rules_of(tmp_path, home_lock="")
    day = standard_day(without)
    assert lock_years(without, load_standard().on(day)) is None
    assert lock_years(without, load_standard(overlays=[EXAMPLE_OVERLAY]).on(day)) == 6
    own = rules_of(tmp_path, home_lock="home_lock: {years: 3, clause: 七}")
    assert lock_years(own, load_standard(overlays=[EXAMPLE_OVERLAY]).on(day)) == 3
