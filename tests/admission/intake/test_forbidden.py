"""No score enters: a column or sheet that speaks of examinations is refused with the notice that forbids it."""

from __future__ import annotations

import doctest
from pathlib import Path

import polars as pl
import pytest
from small_round import STANDARD, child, district_of, rules_of

from junheng.admission.intake import forbidden
from junheng.admission.intake.forbidden import forbidden_word
from junheng.admission.intake.run import take_in
from junheng.district.files import write


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(forbidden)
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    "wording",
    [
        "考试成绩",
        "面试",
        "综合等级",
        "入学测试分",
        "奥数获奖",
        "exam",
        "Interview result",
        "test_score",
        "Certificates",
        "ＳＣＯＲＥ",
    ],
)
def test_a_wording_of_choosing_is_found(wording: str) -> None:
    assert forbidden_word(wording) is not None


@pytest.mark.parametrize(
    "wording",
    [
        "备注",
        "监护人电话",
        "年级",
        "残疾等级",
        "不动产证书号",
        "birth certificate",
        "contestant",
        "latest address",
        "example",
    ],
)
def test_a_harmless_wording_is_let_pass(wording: str) -> None:
    assert forbidden_word(wording) is None


@pytest.mark.parametrize("table", ["applicants", "choices", "kin", "documents"])
def test_a_file_with_such_a_column_is_refused_with_the_rule(table: str, tmp_path: Path) -> None:
    kin = [{"applicant": "1", "relation": "sibling_here", "school": "A"}]
    write(district_of([child("1", "A")], kin=kin), tmp_path / "d", language="en")
    file = next(path for path in (tmp_path / "d").iterdir() if path.stem == table)
    frame = pl.read_csv(file, infer_schema=False)
    frame.with_columns(pl.lit("95").alias("面试成绩")).write_csv(file)
    taken = take_in(tmp_path / "d", rules_of(tmp_path), STANDARD)
    (problem,) = [one for one in taken.errors if one.code == "admission-by-exam"]
    assert problem.place.column == "面试成绩"
    assert "教基厅〔2022〕1号" in problem.expected.zh


def test_a_sheet_of_results_is_refused(tmp_path: Path) -> None:
    write(district_of([child("1", "A")]), tmp_path / "d", language="en")
    (tmp_path / "d" / "考试成绩.csv").write_text("报名号,分数\n1,95\n", encoding="utf-8")
    taken = take_in(tmp_path / "d", rules_of(tmp_path), STANDARD)
    assert "admission-by-exam" in {problem.code for problem in taken.errors}


def test_an_extra_column_of_another_kind_is_only_set_aside(tmp_path: Path) -> None:
    write(district_of([child("1", "A")]), tmp_path / "d", language="en")
    file = tmp_path / "d" / "applicants.csv"
    pl.read_csv(file, infer_schema=False).with_columns(pl.lit("x").alias("备注")).write_csv(file)
    assert take_in(tmp_path / "d", rules_of(tmp_path), STANDARD).errors == ()
