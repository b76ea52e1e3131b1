"""Reading a ballot's two files: the rules (JSON) and a list of applications (CSV); faults with their place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any, cast, get_args

from junheng.admission.lottery.ballot import (
    LOTTERY_FORMAT,
    BallotRules,
    Choice,
    DrawKind,
    Entry,
    Method,
    SchoolPlan,
)
from junheng.admission.market import ADJUSTMENT
from junheng.errors import InputError, Place, Problem
from junheng.text import Text

RULES_FILE = "rules.json"
APPLICATIONS_FILE = "applications.csv"
MOST_CHILDREN = 255

_RESERVED = set(':,/" \t\r\n')
_ROW = Text("三格，首格为不重复的代码", "three cells, the first of them a code that stands nowhere else")


class _Faults:
    """Collects what is wrong in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, found: Text, expected: Text, *, row: int | None = None, key: str | None = None) -> None:
        self.problems.append(
            Problem(
                code="lottery-file",
                severity="error",
                place=Place(file=self.file, row=row, key=key),
                found=found,
                expected=expected,
                remedy=Text("改正后重新运行", "Mend it and run again"),
            )
        )

    def stop(self) -> None:
        if self.problems:
            raise InputError(self.problems)


def read_rules(content: bytes) -> BallotRules:
    """Read ``rules.json``.

    Raises
    ------
    InputError
        With every fault: an unknown format, a floor above the places, a ceiling below its floor, a code twice.
    """
    faults = _Faults(RULES_FILE)
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        faults.add(Text.same(str(error)), Text("JSON（UTF-8）", "JSON in UTF-8"))
        faults.stop()
    if not isinstance(raw, dict):
        raw = {}
    for key, allowed in (
        ("format", (LOTTERY_FORMAT,)),
        ("draw", get_args(DrawKind)),
        ("method", get_args(Method)),
    ):
        if raw.get(key) not in allowed:
            faults.add(Text.same(repr(raw.get(key))), Text.same(" | ".join(allowed)), key=key)
    if raw.get("draw") == "per_school" and raw.get("method") == "rfc3797":
        faults.add(
            Text.same("per_school + rfc3797"),
            Text("一校一摇用 hmac-sha256", "hmac-sha256 for a draw per school"),
        )
    lines, schools = _lines(raw, faults), raw.get("schools")
    if not isinstance(schools, list) or not schools:
        faults.add(Text.same(repr(schools)), Text("至少一所学校", "at least one school"), key="schools")
        schools = []
    plans = tuple(_plan(one, len(lines), faults) for one in schools if isinstance(one, dict))
    for code in sorted({plan.code for plan in plans if sum(plan.code == other.code for other in plans) > 1}):
        faults.add(
            Text("代码重复", "the code stands twice"), Text("每校一行", "one entry a school"), key=code
        )
    faults.stop()
    return BallotRules(
        round=str(raw.get("round", "")),
        draw=cast("DrawKind", raw["draw"]),
        method=cast("Method", raw["method"]),
        lines=lines,
        schools=plans,
        about=raw.get("about") or {},
    )


def _lines(raw: dict[str, Any], faults: _Faults) -> tuple[str, ...]:
    lines = raw.get("lines")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) for line in lines):
        faults.add(
            Text.same(repr(lines)),
            Text("类别名称，公开类在前", "names of lines, the open one first"),
            key="lines",
        )
        return ("open",)
    return tuple(lines)


def _plan(raw: dict[str, Any], n_lines: int, faults: _Faults) -> SchoolPlan:
    code = str(raw.get("code", ""))
    seats, floors = raw.get("seats"), raw.get("floors", [0] * n_lines)
    ceilings = raw.get("ceilings", [None] * n_lines)
    if not code or set(code) & _RESERVED:
        faults.add(
            Text.same(repr(code)),
            Text("不含空格、冒号、逗号、斜线的代码", "a code without space, colon, comma, slash"),
        )
    shaped = (
        _is_count(seats)
        and isinstance(floors, list)
        and isinstance(ceilings, list)
        and len(floors) == len(ceilings) == n_lines
        and all(_is_count(floor) for floor in floors)
        and all(ceiling is None or _is_count(ceiling) for ceiling in ceilings)
    )
    if not shaped:
        faults.add(
            Text.same(json.dumps(raw, ensure_ascii=False)),
            Text(
                "seats 及每类一个 floors、ceilings，均为整数",
                "seats, and floors and ceilings per line, whole numbers",
            ),
            key=code,
        )
        return SchoolPlan(code=code, seats=0, floors=(0,) * n_lines, ceilings=(None,) * n_lines)
    _check_plan(code, cast("int", seats), floors, ceilings, faults)
    return SchoolPlan(code=code, seats=cast("int", seats), floors=tuple(floors), ceilings=tuple(ceilings))


def _check_plan(
    code: str, seats: int, floors: Sequence[int], ceilings: Sequence[int | None], faults: _Faults
) -> None:
    if floors[0]:
        faults.add(
            Text(f"公开类保底 {floors[0]}", f"a floor of {floors[0]} on line 0"), Text.same("0"), key=code
        )
    if sum(floors) > seats:
        faults.add(
            Text(f"保底合计 {sum(floors)}", f"floors of {sum(floors)} together"),
            Text(f"至多学位数 {seats}", f"at most the {seats} places"),
            key=code,
        )
    for line, (floor, ceiling) in enumerate(zip(floors, ceilings, strict=True)):
        if ceiling is not None and ceiling < floor:
            faults.add(
                Text(f"第 {line} 类上限 {ceiling}", f"a ceiling of {ceiling} on line {line}"),
                Text(f"不低于保底 {floor}", f"not below its floor of {floor}"),
                key=code,
            )


def read_entries(
    content: bytes, rules: BallotRules, *, name: str, file: str = APPLICATIONS_FILE
) -> tuple[Entry, ...]:
    """Read a list of applications: columns ``name`` (``number`` or ``receipt``), ``children``, ``choices``.

    Choices are ``school:class:line`` with spaces between, best first.

    Raises
    ------
    InputError
        With every fault and its row.
    """
    faults = _Faults(file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(Text.same(str(error)), Text("UTF-8 编码的 CSV", "CSV in UTF-8"))
        faults.stop()
    table = list(csv.reader(io.StringIO(text, newline="")))
    header = [name, "children", "choices"]
    if not table or table[0] != header:
        found = ",".join(table[0]) if table else ""
        faults.add(Text.same(found), Text.same(",".join(header)), row=1)
        faults.stop()
    schools, n_lines = {school.code for school in rules.schools}, len(rules.lines)
    entries = []
    seen: set[str] = set()
    for row, cells in enumerate(table[1:], start=2):
        if len(cells) != len(header) or cells[0] in seen or not cells[0] or set(cells[0]) & _RESERVED:
            faults.add(Text.same(",".join(cells)), _ROW, row=row)
            continue
        seen.add(cells[0])
        entries.append(_entry(cells, schools, n_lines, faults, row))
    faults.stop()
    return tuple(entries)


def _entry(cells: Sequence[str], schools: set[str], n_lines: int, faults: _Faults, row: int) -> Entry:
    children = int(cells[1]) if cells[1].isascii() and cells[1].isdigit() else 0
    if not 1 <= children <= MOST_CHILDREN:
        faults.add(Text.same(cells[1]), Text("儿童人数，从 1 起", "a number of children, from 1"), row=row)
    found = [(wording, _choice(wording, schools, n_lines)) for wording in cells[2].split()]
    wrong = [wording for wording, choice in found if choice is None]
    choices = tuple(choice for _, choice in found if choice is not None)
    if wrong:
        faults.add(
            Text.same(" ".join(wrong)),
            Text(
                "学校:类:线，学校与类别须在规则中", "school:class:line, with a school and a line of the rules"
            ),
            row=row,
        )
    if len({choice.school for choice in choices}) != len(choices):
        faults.add(Text.same(cells[2]), Text("每校一次", "each school once"), row=row)
    return Entry(cells[0], children, choices)


def _choice(wording: str, schools: set[str], n_lines: int) -> Choice | None:
    school, _, rest = wording.partition(":")
    priority, _, line = rest.partition(":")
    is_number = all(part.isascii() and part.isdigit() for part in (priority, line))
    if school not in schools or not is_number or int(priority) > ADJUSTMENT or int(line) >= n_lines:
        return None
    return Choice(school, int(priority), int(line))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
