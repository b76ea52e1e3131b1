"""The options of ``junheng plan compliance``: what is fixed, what is asked besides, and how each is written."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from junheng.cli.options import whole
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.planners.compliance.costs import UnitCosts
    from junheng.planners.compliance.wishes import Wishes

T = TypeVar("T")


def add_questions(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add what can be asked besides the plan."""
    years = Text("按表“年度预算”分年安排", "spread over years by the table of budgets")
    parser.add_argument("--years", action="store_true", help=years.in_(language))
    budget = Text("某学年的预算，元（分年安排），可重复", "a year's budget in yuan; may be repeated")
    parser.add_argument(
        "--budget", action="append", default=[], metavar="YEAR=YUAN", help=budget.in_(language)
    )
    price = Text("算出每条规则值多少钱", "say what each rule costs")
    parser.add_argument("--prices", action="store_true", help=price.in_(language))
    points = Text("达标学段数与费用的关系", "say what it costs that so many school stages pass")
    parser.add_argument("--frontier", action="store_true", help=points.in_(language))
    for flag, metavar, wording in (
        ("--report", "HTML", Text("另存 HTML 报告", "also write an HTML report")),
        ("--workbook", "XLSX", Text("另存工作簿，每校一页", "also write a workbook, a sheet a school")),
        ("--targets", "CSV", Text("另存各校教师增减数", "also write each school's change in teachers")),
    ):
        parser.add_argument(flag, type=Path, metavar=metavar, help=wording.in_(language))


def add_wishes(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add what people can fix before."""
    group = parser.add_argument_group(Text("事先指定", "what is fixed").in_(language))
    cost = Text("一项单价，元；优先于表“单价”，可重复", "a unit cost in yuan; may be repeated")
    group.add_argument("--cost", action="append", default=[], metavar="ITEM=YUAN", help=cost.in_(language))
    keep = Text(
        "锁定岗位：该校该学段至少留 N 名教师（不写 N 为全部留下），可重复",
        "lock posts: at least N teachers of a school stage stay (all if no N); may be repeated",
    )
    group.add_argument(
        "--keep", action="append", default=[], metavar="SCHOOL/STAGE[=N]", help=keep.in_(language)
    )
    closed = Text("不向该校调入教师，可重复", "move nobody to this school; may be repeated")
    group.add_argument(
        "--no-arrivals", action="append", default=[], metavar="SCHOOL", help=closed.in_(language)
    )
    for flag, wording in (
        ("--at-least", Text("该校至少增加多少，可重复", "add at least so much at a school; may be repeated")),
        ("--at-most", Text("该校至多增加多少，可重复", "add at most so much at a school; may be repeated")),
    ):
        group.add_argument(
            flag, action="append", default=[], metavar="SCHOOL/WORK=AMOUNT", help=wording.in_(language)
        )
    posts = Text("招聘名额上限", "most teachers recruited in all")
    group.add_argument("--max-recruits", type=whole, metavar="N", help=posts.in_(language))
    cap = Text(
        "校址建满仍不能达标的学校，可让部分学生改就读于附近有学位的学校",
        "where a site built to the full cannot pass, let pupils go to near schools with places",
    )
    group.add_argument("--cap-intake", action="store_true", help=cap.in_(language))
    far = Text("教师交流最远公里数", "longest move of a teacher in km")
    group.add_argument("--max-move-km", type=float, metavar="KM", help=far.in_(language))
    share = Text(
        "每校每学段至多调出教师的比例（默认 0.1）", "largest share that may leave (0.1 if not given)"
    )
    group.add_argument("--leaving-share", type=float, default=0.1, metavar="SHARE", help=share.in_(language))


def budgets_given(wordings: Sequence[str]) -> dict[int, float]:
    """Read every ``YEAR=YUAN``."""
    found = {}
    for wording in wordings:
        year, _, number = wording.partition("=")
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise _unclear(wording, "YEAR=YUAN")
        if int(year) in found:
            raise UsageError(Text(f"{year} 的预算给了两次", f"the budget of {year} was given twice"))
        found[int(year)] = _number(number, wording, "YEAR=YUAN")
    return found


def wishes_of(arguments: argparse.Namespace) -> Wishes:
    """Return what the options fix."""
    from junheng.planners.compliance.wishes import Wishes  # noqa: PLC0415 - start-up time

    return Wishes(
        keep=_once(arguments.keep, _kept),
        closed_to_moves=frozenset(arguments.no_arrivals),
        at_least=_once(arguments.at_least, _amount),
        at_most=_once(arguments.at_most, _amount),
        most_leaving_share=arguments.leaving_share,
        max_move_km=arguments.max_move_km,
        max_recruits=arguments.max_recruits,
        may_cap_intake=arguments.cap_intake,
    )


def _once(
    wordings: Sequence[str], read: Callable[[str], tuple[tuple[str, str], T]]
) -> dict[tuple[str, str], T]:
    """Read every wording; the same thing said twice with two numbers is an error, not a matter of order."""
    found: dict[tuple[str, str], T] = {}
    for key, value in map(read, wordings):
        if found.setdefault(key, value) != value:
            shown = "/".join(key)
            raise UsageError(Text(f"{shown} 指定了两个不同的数", f"{shown} was given two different numbers"))
    return found


def _kept(wording: str) -> tuple[tuple[str, str], int | None]:
    key, sign, number = wording.partition("=")
    if not sign:
        return _key(key, wording), None
    if not (number.isascii() and number.isdigit()):
        raise _unclear(wording, "SCHOOL/STAGE[=N]")
    return _key(key, wording), int(number)


def _amount(wording: str) -> tuple[tuple[str, str], float]:
    key, _, number = wording.partition("=")
    return _key(key, wording), _number(number, wording, "SCHOOL/WORK=AMOUNT")


def _key(key: str, wording: str) -> tuple[str, str]:
    first, _, second = key.partition("/")
    if not first or not second:
        raise _unclear(wording, "SCHOOL/...")
    return first, second


def _number(number: str, wording: str, shape: str) -> float:
    try:
        found = float(number)
    except ValueError:
        raise _unclear(wording, shape) from None
    if not 0 <= found < float("inf"):
        raise _unclear(wording, shape)
    return found


def _unclear(wording: str, shape: str) -> UsageError:
    return UsageError(Text(f"“{wording}”应写作 {shape}", f"write “{wording}” as {shape}"))


def with_costs(costs: UnitCosts, wordings: Sequence[str]) -> UnitCosts:
    """Return the unit costs with those that the options give."""
    known = {field.name for field in fields(costs)}
    given = {}
    for wording in wordings:
        item, _, number = wording.partition("=")
        if item not in known:
            names = ", ".join(sorted(known))
            raise UsageError(
                Text(f"没有单价项“{item}”：可选 {names}", f"there is no unit cost “{item}”: choose {names}")
            )
        given[item] = _number(number, wording, "ITEM=YUAN")
    return replace(costs, **given)
