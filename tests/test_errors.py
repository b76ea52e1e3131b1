"""Problems say what, where, what was expected and how to mend it, in both languages."""

from __future__ import annotations

import json

import pytest

from junheng.errors import InfeasibleError, InputError, JunhengError, Place, Problem, UsageError
from junheng.text import Text


def problem(n: int = 1) -> Problem:
    return Problem(
        code="negative-area",
        severity="error",
        place=Place(file="县.xlsx", sheet="校舍装备", row=n, column="教学用房", key="S1"),
        found=Text("−5", "-5"),
        expected=Text("0 或更多", "0 or more"),
        remedy=Text("请改正", "Correct it"),
    )


def test_a_problem_is_one_line_from_the_outermost_place_to_the_remedy() -> None:
    line = problem(7).describe()
    assert line.zh == "县.xlsx 表“校舍装备” 第 7 行 列“教学用房” [S1]：−5；应为：0 或更多。请改正"
    assert line.en == (
        "县.xlsx, sheet “校舍装备”, row 7, column “教学用房”, [S1]: -5; expected 0 or more. Correct it"
    )


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), ""),
        (Place(file="a.xlsx"), "a.xlsx"),
        (Place(row=3, key="R4/primary"), "row 3, [R4/primary]"),
        (Place(sheet="学校", column="名称"), "sheet “学校”, column “名称”"),
    ],
)
def test_only_known_parts_of_a_place_are_told(place: Place, words: str) -> None:
    assert place.describe().en == words


def test_a_problem_in_json_keeps_every_part_and_both_languages() -> None:
    given = json.loads(json.dumps(problem(7).as_dict()))
    assert given == {
        "code": "negative-area",
        "severity": "error",
        "file": "县.xlsx",
        "sheet": "校舍装备",
        "row": 7,
        "column": "教学用房",
        "key": "S1",
        "found": {"zh": "−5", "en": "-5"},
        "expected": {"zh": "0 或更多", "en": "0 or more"},
        "remedy": {"zh": "请改正", "en": "Correct it"},
    }


def test_an_input_error_carries_all_problems_and_shows_the_first_twenty() -> None:
    error = InputError(problem(n) for n in range(1, 24))
    assert len(error.problems) == 23
    assert error.text.en.startswith("23 problem(s):\n- 县.xlsx")
    assert error.text.en.endswith("\n- and 3 more")
    assert error.text.zh.startswith("共 23 个问题：")
    assert error.text.zh.endswith("\n- 另有 3 个")
    assert str(error) == error.text.en
    assert "row 20," in error.text.en
    assert "row 21," not in error.text.en


def test_twenty_problems_are_all_shown() -> None:
    assert "more" not in InputError(problem(n) for n in range(20)).text.en.replace("0 or more", "")


def test_every_error_of_ours_is_one_kind_and_a_plan_that_cannot_be_is_an_input_error() -> None:
    assert issubclass(InputError, JunhengError)
    assert issubclass(UsageError, JunhengError)
    assert issubclass(InfeasibleError, InputError)
    assert not issubclass(UsageError, InputError)
