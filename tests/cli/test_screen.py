"""The screen: tables that line up in Chinese, JSON alone where JSON is asked for, errors as exit codes, progress."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from junheng.cli import screen as module
from junheng.cli.screen import Screen, width
from junheng.errors import InfeasibleError, InputError, Place, Problem, UsageError
from junheng.text import Text

PROBLEM = Problem(
    code="x",
    severity="error",
    place=Place(file="a.xlsx"),
    found=Text("无", "nothing"),
    expected=Text("有", "something"),
    remedy=Text("补", "add"),
)


def raising(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("学校", 4), ("学校 A", 6), ("（）", 4), ("m²", 2)]
)
def test_a_chinese_character_is_two_columns_wide(text: str, columns: int) -> None:
    assert width(text) == columns


def test_columns_line_up_whatever_is_in_them(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(language="zh", is_json=False)
    screen.table(
        [Text("学校", "school"), Text("值", "value")],
        [["实验小学", "1"], ["A", None], [Text("乙", "B"), "30"]],
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["学校      值", "实验小学  1", "A         —", "乙        30"]
    assert {width(line[: line.rindex(" ")]) for line in lines} == {9}


def test_where_json_is_asked_for_people_get_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(language="en", is_json=True)
    screen.heading(Text("标题", "heading"))
    screen.line("words")
    screen.data({"名": 1.5})
    assert json.loads(capsys.readouterr().out) == {"名": 1.5}


def test_where_people_read_there_is_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    Screen(language="en", is_json=False).data({"a": 1})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_never_has_what_json_has_not(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        Screen(language="en", is_json=True).data({"x": number})


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UsageError(Text("错", "wrong")), 2, "wrong"),
        (InputError([PROBLEM]), 3, "a.xlsx: nothing; expected something"),
        (InfeasibleError([PROBLEM]), 4, "a.xlsx: nothing"),
        (PermissionError(13, "denied", "plan.json"), 2, "plan.json"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_a_user_can_mend_is_a_message_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    assert Screen(language="en", is_json=False).guard(raising(error)) == code
    out, err = capsys.readouterr()
    assert (out, said in err) == ("", True)


def test_every_problem_is_listed_and_of_many_alike_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    alike = [replace(PROBLEM, place=Place(file="a.xlsx", row=row)) for row in range(2, 62)]
    others = [replace(PROBLEM, code=f"other-{n}") for n in range(30)]
    Screen(language="en", is_json=False).guard(raising(InputError([*alike, *others])))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "problems: 90"
    assert len(lines) == 1 + 20 + 1 + 30
    assert lines[21] == "  60 of the same in all, the others in rows 22-61"


@pytest.mark.parametrize("error", [UsageError(Text("错", "wrong")), InputError([PROBLEM, PROBLEM])])
def test_errors_are_json_where_json_is_asked_for(
    capsys: pytest.CaptureFixture[str], error: UsageError | InputError
) -> None:
    Screen(language="zh", is_json=True).guard(raising(error))
    told = json.loads(capsys.readouterr().out)
    assert told["error"] == type(error).__name__
    assert set(told["text"]) == {"zh", "en"}
    assert len(told["problems"]) == len(getattr(error, "problems", ()))


def test_an_error_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        Screen(language="en", is_json=False).guard(raising(ZeroDivisionError()))


def test_quick_work_shows_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen(language="en", is_json=False)

    def work() -> int:
        screen.progress(Text("读取", "reading"), 0.5)
        return 0

    assert screen.guard(work) == 0
    time.sleep(0.02)
    assert capsys.readouterr() == ("", "")


def test_long_work_that_reports_once_is_shown_while_it_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_QUIET_SECONDS", 0.05)
    screen = Screen(language="en", is_json=True)
    seen = []

    def work() -> int:
        screen.progress(Text("读取", "reading"), 0.5)
        until = time.perf_counter() + 5
        while not seen and time.perf_counter() < until:
            time.sleep(0.01)
            seen.extend(capsys.readouterr().err.splitlines())
        return 0

    assert screen.guard(work) == 0
    assert seen == [" 50% reading (0 s)"]
