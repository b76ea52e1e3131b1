"""Local overlays: what they may say, what shows of them in a value, and what they must admit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from junheng.errors import InputError, UsageError
from junheng.standards import Standard, load_standard
from junheng.standards.loader import EXAMPLE_OVERLAY

DAY = date(2026, 9, 1)
HEAD = """\
scope: {level: LEVEL, code: "990100", name: {zh: 某地, en: Some place}}
documents:
  local:
    title: {zh: 本地办法, en: Local measures}
sources:
  L1: written for this test
rules:
"""


def value(number: str, *, start: str = "2025-09-01", stage: str | None = "primary", more: str = "") -> str:
    where = f"stage: {stage}, " if stage else ""
    return (
        f"      - {{{where}from: {start}, value: {number}, confidence: A, {more}"
        "citation: {document: local, clause: 第一条, source: L1}}\n"
    )


def overlay(tmp_path: Path, rules: str, *, level: str = "city", name: str = "local.yaml") -> Path:
    path = tmp_path / name
    path.write_text(HEAD.replace("LEVEL", level) + rules, encoding="utf-8")
    return path


def class_size(*values: str) -> str:
    return "  guarantee.G5:\n    values:\n" + "".join(values)


def with_overlay(tmp_path: Path, rules: str) -> Standard:
    return load_standard(overlays=[overlay(tmp_path, rules)])


def refused(tmp_path: Path, rules: str) -> list[str]:
    with pytest.raises(InputError) as error:
        with_overlay(tmp_path, rules)
    return [problem.code for problem in error.value.problems]


def test_a_value_says_who_set_it_and_what_it_replaced() -> None:
    found = load_standard(overlays=[EXAMPLE_OVERLAY]).value("guarantee.G5", on=DAY, stage="primary")
    assert (found.number, found.scope.level, found.scope.name.zh) == (40, "city", "示例市")
    assert found.overrides is not None
    assert (found.overrides.number, found.overrides.scope.level) == (45, "national")
    assert found.overrides.citation.number == "教督〔2017〕6号"


def test_the_example_overlay_is_marked_as_an_example() -> None:
    text = EXAMPLE_OVERLAY.read_text(encoding="utf-8")
    assert "EXAMPLE" in text.splitlines()[0]
    assert "示例" in text.splitlines()[1]
    assert "example: true" in text


def test_the_standard_without_the_overlay_is_not_changed_by_it() -> None:
    load_standard(overlays=[EXAMPLE_OVERLAY])
    assert load_standard().value("guarantee.G5", on=DAY, stage="primary").number == 45


def test_overlays_change_the_hash() -> None:
    assert load_standard(overlays=[EXAMPLE_OVERLAY]) != load_standard()


def test_a_later_overlay_wins_and_the_chain_is_kept(tmp_path: Path) -> None:
    first = overlay(tmp_path, class_size(value("42")), level="province", name="province.yaml")
    second = overlay(tmp_path, class_size(value("40")), level="county", name="county.yaml")
    found = load_standard(overlays=[first, second]).value("guarantee.G5", on=DAY, stage="primary")
    chain = []
    while found is not None:
        chain.append((found.number, found.scope.level))
        found = found.overrides  # type: ignore[assignment]
    assert chain == [(40, "county"), (42, "province"), (45, "national")]


def test_a_stricter_overlay_needs_no_permission_and_leaves_no_notice(tmp_path: Path) -> None:
    assert with_overlay(tmp_path, class_size(value("44"))).notices == ()


def test_a_looser_overlay_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, class_size(value("46"))) == ["overlay-looser"]


def test_a_looser_overlay_that_says_so_is_a_warning(tmp_path: Path) -> None:
    standard = with_overlay(tmp_path, class_size(value("46", more="allow_looser: true, ")))
    (notice,) = standard.notices
    assert (notice.code, notice.severity) == ("overlay-looser", "warning")
    assert (notice.place.file, notice.place.row, notice.place.key) == ("local.yaml", 8, "guarantee.G5")
    assert "46" in notice.found.en
    assert "45" in notice.found.zh


@pytest.mark.parametrize(("number", "is_looser"), [("86", False), ("84", True)])
def test_for_a_least_share_lower_is_looser(tmp_path: Path, number: str, is_looser: bool) -> None:
    rules = "  recognition.SOC:\n    values:\n" + value(number, stage=None)
    if is_looser:
        assert refused(tmp_path, rules) == ["overlay-looser"]
    else:
        assert with_overlay(tmp_path, rules).notices == ()


def test_a_value_for_all_kinds_that_loosens_one_stage_is_refused(tmp_path: Path) -> None:
    """48 is stricter than 50 in junior secondary and looser than 45 in primary."""
    assert refused(tmp_path, class_size(value("48", stage=None))) == ["overlay-looser"]


def test_only_the_looser_of_two_values_needs_permission(tmp_path: Path) -> None:
    later = value("46", start="2026-09-01")
    assert refused(tmp_path, class_size(value("44"), later)) == ["overlay-looser"]
    allowed = later.replace("value:", "allow_looser: true, value:")
    assert len(with_overlay(tmp_path, class_size(value("44"), allowed)).notices) == 1


def test_null_in_an_overlay_returns_to_the_wider_scope(tmp_path: Path) -> None:
    standard = with_overlay(tmp_path, class_size(value("40"), value("null", start="2027-09-01")))
    assert standard.value("guarantee.G5", on=date(2027, 8, 31), stage="primary").number == 40
    after = standard.value("guarantee.G5", on=date(2027, 9, 1), stage="primary")
    assert (after.number, after.scope.level, after.overrides) == (45, "national", None)


def test_an_overlay_may_add_a_rule_of_its_own(tmp_path: Path) -> None:
    rules = """\
  local.homework_minutes:
    kind: threshold
    title: {zh: 书面作业时间, en: Written homework}
    unit: minute
    operator: "<="
    subject: pupil
    assessed_by: null
    values:
""" + value("60")
    standard = with_overlay(tmp_path, rules)
    assert standard.rule("local.homework_minutes").scope.level == "city"
    assert standard.value("local.homework_minutes", on=DAY, stage="primary").meets(60)


def test_an_overlay_may_not_change_the_unit_or_operator_of_a_rule(tmp_path: Path) -> None:
    assert refused(tmp_path, "  guarantee.G5:\n    unit: pupil\n    values:\n" + value("40")) == [
        "standard-unknown-key"
    ]


def test_an_overlay_must_say_where_it_holds(tmp_path: Path) -> None:
    path = overlay(tmp_path, class_size(value("40")))
    path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_standard(overlays=[path])
    assert error.value.problems[0].place.key == "scope"


def test_an_overlay_must_cite_its_own_documents(tmp_path: Path) -> None:
    rules = class_size(value("40").replace("document: local", "document: hearsay"))
    assert refused(tmp_path, rules) == ["standard-unknown-document"]


def test_an_overlay_may_not_pretend_to_be_national(tmp_path: Path) -> None:
    path = overlay(tmp_path, class_size(value("40")), level="national")
    with pytest.raises(InputError) as error:
        load_standard(overlays=[path])
    assert error.value.problems[0].place.key == "scope.level"


def test_a_missing_overlay_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        load_standard(overlays=[tmp_path / "nowhere.yaml"])


def test_a_second_overlay_of_the_same_place_may_not_loosen_the_nation_unseen(tmp_path: Path) -> None:
    first = overlay(tmp_path, class_size(value("45")), name="first.yaml")
    second = overlay(tmp_path, class_size(value("46")), name="second.yaml")
    with pytest.raises(InputError) as error:
        load_standard(overlays=[first, second])
    assert [problem.code for problem in error.value.problems] == ["overlay-looser"]


def test_looser_than_the_province_is_refused_even_if_stricter_than_the_nation(tmp_path: Path) -> None:
    province = overlay(tmp_path, class_size(value("40")), level="province", name="province.yaml")
    city = overlay(tmp_path, class_size(value("42")), name="city.yaml")
    with pytest.raises(InputError, match="42"):
        load_standard(overlays=[province, city])


def test_a_province_chooses_its_retention_formula(tmp_path: Path) -> None:
    chosen = value("adjusted_graduates", stage=None)
    standard = with_overlay(tmp_path, "  quality.Q1.method:\n    values:\n" + chosen)
    method = standard.on(DAY).method("quality.Q1.method")
    assert (method.option, method.scope.level) == ("adjusted_graduates", "city")
    assert standard.on(date(2025, 8, 31)).method("quality.Q1.method").option == "net_entry"


def test_an_overlay_may_not_add_indicators(tmp_path: Path) -> None:
    indicator = (
        "indicator: {id: G16, group: guarantee, title: {zh: 某, en: x}, requirement: {zh: 某, en: x}}\n"
    )
    path = overlay(tmp_path, class_size(value("40")))
    path.write_text(indicator + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_standard(overlays=[path])
    assert [problem.place.key for problem in error.value.problems] == ["indicator"]


def test_an_overlay_may_not_prolong_a_waiver_without_end(tmp_path: Path) -> None:
    rules = "  waiver.size.built_before_2011:\n    values:\n" + value("2400", start="2027-09-18")
    assert refused(tmp_path, rules) == ["standard-open-waiver"]


def test_an_overlay_may_not_turn_a_veto_round(tmp_path: Path) -> None:
    assert refused(tmp_path, "  veto.V1:\n    values:\n" + value("1", stage=None)) == ["standard-not-allowed"]


def test_a_mistyped_rule_is_refused_as_an_incomplete_new_one(tmp_path: Path) -> None:
    assert "standard-missing-key" in refused(tmp_path, "  guarantee.G55:\n    values:\n" + value("40"))


def test_the_overlay_of_the_how_to_page_is_accepted(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "local-standard.md").read_text(encoding="utf-8")
    path = tmp_path / "page.yaml"
    path.write_text(page.split("```yaml\n")[1].split("```", maxsplit=1)[0], encoding="utf-8")
    found = load_standard(overlays=[path]).value("guarantee.G5", on=DAY, stage="primary")
    assert (found.number, found.scope.code) == (40, "990100")
