"""What the loader refuses, and how it says so: file, line, key, all problems at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from junheng.errors import InputError, Problem, UsageError
from junheng.standards import load_standard
from junheng.standards.loader import DATA

HEAD = """\
title: {zh: 试验, en: trial}
documents:
  law:
    title: {zh: 某法, en: Some law}
    number: 试〔2020〕1号
    published: 2020-01-01
    published_confidence: A
sources:
  T1: written for this test
"""

RULE = """\
rules:
  size.class:
    kind: threshold
    title: {zh: 班额, en: Class size}
    unit: pupil/class
    operator: "<="
    subject: class
    assessed_by: null
    values:
      - stage: primary
        from: 2020-01-01
        value: 45
        citation: {document: law, clause: 第一条, source: T1}
        confidence: A
"""

MORE = """\
      - stage: primary
        from: 2022-01-01
        value: 40
        citation: {document: law, clause: 第二条, source: T1}
        confidence: A
"""


def folder(tmp_path: Path, rules: str) -> str:
    (tmp_path / "standard.yaml").write_text(HEAD, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(rules, encoding="utf-8")
    return str(tmp_path)


def problems_of(tmp_path: Path, rules: str) -> list[Problem]:
    with pytest.raises(InputError) as refused:
        load_standard(folder(tmp_path, rules))
    return list(refused.value.problems)


def only_problem(tmp_path: Path, rules: str) -> Problem:
    (problem,) = problems_of(tmp_path, rules)
    assert problem.place.file == "rules.yaml"
    assert problem.place.row is not None
    assert problem.severity == "error"
    return problem


def test_a_sound_rule_is_accepted(tmp_path: Path) -> None:
    standard = load_standard(folder(tmp_path, RULE + MORE))
    first, second = standard.rule("size.class").values
    assert (first.value, str(first.end)) == (45, "2021-12-31")
    assert (second.value, second.end) == (40, None)


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    problem = only_problem(
        tmp_path, RULE.replace("    operator:", "    operater:").replace("kind: threshold", "kind: parameter")
    )
    assert problem.code == "standard-unknown-key"
    assert problem.place.key == "rules.size.class.operater"
    assert problem.place.row == 6
    assert problem.expected.en == "operator"


def test_an_unknown_key_at_the_top_is_refused(tmp_path: Path) -> None:
    assert only_problem(tmp_path, "remark: x\n" + RULE).place.key == "remark"


def test_an_unknown_key_in_a_citation_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE.replace("source: T1", "source: T1, page: 3"))
    assert problem.place.key == "rules.size.class.values[0].citation.page"


def test_a_duplicate_key_is_refused_and_both_lines_are_named(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE.replace("    unit:", "    subject: room\n    unit:"))
    assert problem.code == "yaml-duplicate-key"
    assert (problem.place.row, problem.place.key) == (8, "subject")
    assert "line 5" in problem.found.en


def test_a_rule_in_two_files_is_refused(tmp_path: Path) -> None:
    name = folder(tmp_path, RULE)
    (tmp_path / "z.yaml").write_text(RULE, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_standard(name)
    (problem,) = refused.value.problems
    assert problem.code == "standard-duplicate-rule"
    assert (problem.place.file, problem.place.key) == ("z.yaml", "size.class")


@pytest.mark.parametrize("day", ["2020-02-30", "2020-13-01", "2020", "1 January 2020", "2020-1-1"])
def test_a_day_that_does_not_exist_is_refused(tmp_path: Path, day: str) -> None:
    problem = only_problem(tmp_path, RULE.replace("from: 2020-01-01", f"from: {day}"))
    assert problem.code == "standard-bad-date"
    assert problem.place.key == "rules.size.class.values[0].from"
    assert problem.place.row == 11


def test_an_end_before_the_start_is_refused(tmp_path: Path) -> None:
    problem = only_problem(
        tmp_path, RULE.replace("        value: 45", "        until: 2019-01-01\n        value: 45")
    )
    assert (problem.code, problem.place.row) == ("standard-bad-date", 12)


def test_values_out_of_order_are_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE + MORE.replace("2022-01-01", "2019-01-01"))
    assert problem.code == "standard-unordered"
    assert problem.place.key == "rules.size.class.values[1].from"


def test_two_values_from_the_same_day_are_refused(tmp_path: Path) -> None:
    assert only_problem(tmp_path, RULE + MORE.replace("2022", "2020")).code == "standard-unordered"


def test_overlapping_values_are_refused(tmp_path: Path) -> None:
    until = RULE.replace("        value: 45", "        until: 2022-01-01\n        value: 45")
    assert only_problem(tmp_path, until + MORE).code == "standard-overlap"


def test_values_that_touch_do_not_overlap(tmp_path: Path) -> None:
    until = RULE.replace("        value: 45", "        until: 2021-12-31\n        value: 45")
    assert len(load_standard(folder(tmp_path, until + MORE)).rule("size.class").values) == 2


@pytest.mark.parametrize("missing", ["citation", "confidence", "value", "from"])
def test_a_value_without_one_of_its_parts_is_refused(tmp_path: Path, missing: str) -> None:
    lines = [line for line in RULE.splitlines() if not line.strip().startswith(f"{missing}:")]
    problem = only_problem(tmp_path, "\n".join(lines))
    assert problem.code == ("standard-not-a-number" if problem.place.key is None else "standard-missing-key")
    assert problem.place.key == f"rules.size.class.values[0].{missing}"


@pytest.mark.parametrize("missing", ["document", "clause", "source"])
def test_a_citation_without_one_of_its_parts_is_refused(tmp_path: Path, missing: str) -> None:
    parts = {"document": "document: law", "clause": "clause: 第一条", "source": "source: T1"}
    del parts[missing]
    text = RULE.replace("{document: law, clause: 第一条, source: T1}", f"{{{', '.join(parts.values())}}}")
    assert only_problem(tmp_path, text).place.key == f"rules.size.class.values[0].citation.{missing}"


def test_a_document_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    assert (
        only_problem(tmp_path, RULE.replace("document: law", "document: lore")).code
        == "standard-unknown-document"
    )


def test_a_source_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    assert (
        only_problem(tmp_path, RULE.replace("source: T1", "source: T1 T2")).code == "standard-unknown-source"
    )


def test_a_unit_outside_the_list_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE.replace("unit: pupil/class", "unit: heads"))
    assert (problem.code, problem.place.key) == ("standard-unknown-unit", "rules.size.class.unit")


def test_an_operator_outside_the_list_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE.replace('operator: "<="', 'operator: "=<"'))
    assert problem.place.key == "rules.size.class.operator"


def test_a_threshold_without_operator_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE.replace('    operator: "<="\n', ""))
    assert problem.code == "standard-missing-key"


def test_a_title_in_one_language_only_is_refused(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE.replace("{zh: 班额, en: Class size}", "{zh: 班额}"))
    assert problem.place.key == "rules.size.class.title.en"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 45", "value: !!python/object/apply:os.system ['true']"),
        ("value: 45", "value: !!float 45"),
        ("value: 45", "value: !local 45"),
        ("kind: threshold", "!!str kind: threshold"),
    ],
)
def test_a_tag_is_refused(tmp_path: Path, old: str, new: str) -> None:
    codes = {problem.code for problem in problems_of(tmp_path, RULE.replace(old, new))}
    assert codes & {"yaml-tag", "yaml-key"}


def test_anchors_and_aliases_are_refused(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b, *b]\n"
    found = problems_of(tmp_path, bomb + RULE)
    assert [problem.place.row for problem in found if problem.code == "yaml-alias"] == [
        1,
        2,
        2,
        2,
        2,
        3,
        3,
        3,
        3,
    ]


def test_a_merge_key_is_refused(tmp_path: Path) -> None:
    assert "yaml-key" in {
        p.code for p in problems_of(tmp_path, RULE.replace("    unit:", "    <<: {}\n    unit:"))
    }


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    (problem, *_) = problems_of(tmp_path, "x: " + "[" * 5000 + "]" * 5000)
    assert problem.code == "yaml-syntax"


def test_a_huge_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    assert only_problem(tmp_path, RULE + "#" * 1_000_001).code == "yaml-too-large"


def test_broken_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, RULE + "  ]: [\n")
    assert (problem.code, problem.place.row) == ("yaml-syntax", 15)


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list\n", "words\n", "a: 1\n---\nb: 2\n"])
def test_a_file_that_is_not_one_mapping_is_refused(tmp_path: Path, text: str) -> None:
    assert "yaml-shape" in {problem.code for problem in problems_of(tmp_path, text)}


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    name = folder(tmp_path, RULE)
    (tmp_path / "rules.yaml").write_bytes(RULE.encode("gb18030"))
    with pytest.raises(InputError) as refused:
        load_standard(name)
    assert [problem.code for problem in refused.value.problems] == ["yaml-not-utf8"]


@pytest.mark.parametrize(
    ("unit", "value"),
    [("percent", "0.85"), ("percent", "8500"), ("pupil/class", "450"), ("ratio", "50"), ("m2/pupil", "4500")],
)
def test_a_number_that_its_unit_makes_implausible_is_refused(tmp_path: Path, unit: str, value: str) -> None:
    text = RULE.replace("unit: pupil/class", f"unit: {unit}").replace("value: 45", f"value: {value}")
    problem = only_problem(tmp_path, text)
    assert (problem.code, problem.place.row) == ("standard-implausible", 12)


@pytest.mark.parametrize(
    "value", ["forty-five", "1e3", ".inf", "true", "[45]", "0x2d", "'45'", "0o55", "1_000", "12:30"]
)
def test_a_value_that_is_not_a_plain_number_is_refused(tmp_path: Path, value: str) -> None:
    assert (
        only_problem(tmp_path, RULE.replace("value: 45", f"value: {value}")).code == "standard-not-a-number"
    )


def test_a_stage_outside_the_list_is_refused(tmp_path: Path) -> None:
    assert (
        only_problem(tmp_path, RULE.replace("stage: primary", "stage: primery")).code
        == "standard-not-allowed"
    )


def test_a_kind_and_a_stage_that_compete_are_refused(tmp_path: Path) -> None:
    other = MORE.replace("stage: primary", "kind: nine_year")
    assert only_problem(tmp_path, RULE + other).code == "standard-ambiguous"


def test_a_kind_and_a_stage_that_compete_before_the_rule_for_both_raise(tmp_path: Path) -> None:
    kind = MORE.replace("stage: primary", "kind: nine_year").replace("2022", "2020")
    both = MORE.replace("stage: primary", "stage: primary\n        kind: nine_year").replace("40", "42")
    standard = load_standard(folder(tmp_path, RULE + kind + both))
    before, after = date(2021, 9, 1), date(2022, 9, 1)
    assert standard.value("size.class", on=after, stage="primary", kind="nine_year").number == 42
    assert standard.value("size.class", on=before, stage="primary").number == 45
    assert standard.value("size.class", on=before, stage="junior", kind="nine_year").number == 40
    with pytest.raises(UsageError, match="which of them holds"):
        standard.value("size.class", on=before, stage="primary", kind="nine_year")


def test_a_waiver_without_end_or_of_an_unknown_rule_is_refused(tmp_path: Path) -> None:
    waiver = RULE.replace("kind: threshold", "kind: waiver\n    waives: size.klass\n    conditions: []")
    assert {p.code for p in problems_of(tmp_path, waiver)} == {
        "standard-open-waiver",
        "standard-unknown-rule",
    }


def test_evidence_must_be_yes_or_no(tmp_path: Path) -> None:
    found = problems_of(tmp_path, RULE.replace("kind: threshold", "kind: evidence"))
    assert {problem.place.key for problem in found} == {"rules.size.class.unit", "rules.size.class.values"}


def test_a_rule_without_values_is_refused_unless_the_locality_sets_it(tmp_path: Path) -> None:
    bare = RULE.split("    values:", maxsplit=1)[0]
    assert only_problem(tmp_path, bare).place.key == "rules.size.class.values"
    (tmp_path / "rules.yaml").write_text(bare + "    set_locally: true\n", encoding="utf-8")
    assert load_standard(str(tmp_path)).rule("size.class").values == ()


def test_null_ends_a_rule(tmp_path: Path) -> None:
    standard = load_standard(folder(tmp_path, RULE + MORE.replace("value: 40", "value: null")))
    first, last = standard.rule("size.class").values
    assert standard.value_or_none("size.class", on=last.start, stage="primary") is None
    assert first.end is not None
    assert standard.value("size.class", on=first.end, stage="primary").number == 45


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    name = folder(tmp_path, RULE.replace("unit: pupil/class", "unit: heads").replace("2020-01-01", "soon"))
    (tmp_path / "z.yaml").write_text("colour: red\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_standard(name)
    assert sorted(problem.code for problem in refused.value.problems) == [
        "standard-bad-date",
        "standard-unknown-key",
        "standard-unknown-unit",
    ]
    assert "3 problem(s)" in str(refused.value)


def test_an_unknown_standard_is_named_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="known are cn"):
        load_standard("narnia")


def test_the_hash_does_not_depend_on_the_order_of_keys_files_or_comments(tmp_path: Path) -> None:
    plain = tmp_path / "s"
    plain.mkdir()
    first = load_standard(folder(plain, RULE)).hash
    turned = RULE.replace("    kind: threshold\n", "").replace(
        "    values:", "    kind: threshold\n    values:"
    )
    turned = turned.replace(
        "{document: law, clause: 第一条, source: T1}", "{source: T1, clause: 第一条, document: law}"
    )
    (plain / "rules.yaml").unlink()
    (plain / "moved.yaml").write_text("# moved\n" + turned, encoding="utf-8")
    assert load_standard(str(plain)).hash == first


def test_the_hash_does_not_depend_on_the_function_that_uses_a_rule(tmp_path: Path) -> None:
    first = load_standard(folder(tmp_path, RULE)).hash
    assert (
        load_standard(folder(tmp_path, RULE.replace("assessed_by: null", "assessed_by: a.b"))).hash == first
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 45", "value: 44"),
        ("第一条", "第二条"),
        ("confidence: A", "confidence: B"),
        ("2020-01-01", "2020-01-02"),
        ("班额", "班级"),
        ('"<="', '"<"'),
    ],
)
def test_the_hash_changes_with_the_content(tmp_path: Path, old: str, new: str) -> None:
    first = load_standard(folder(tmp_path, RULE))
    second = load_standard(folder(tmp_path, RULE.replace(old, new)))
    assert (first.hash, first) != (second.hash, second)


def test_equal_content_makes_equal_standards() -> None:
    assert load_standard() == load_standard()
    assert len({load_standard(), load_standard(), load_standard(waivers=["waiver.R5.dense_centre"])}) == 2


def test_files_that_come_with_the_package_are_small_and_plain() -> None:
    assert max(path.stat().st_size for path in DATA.rglob("*.yaml")) < 50_000
