"""``junheng plan compliance``: the least that must be done, and spent, so that the district passes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from junheng.cli.options import (
    add_common,
    add_file,
    add_standard,
    positive,
    standard_of,
    whole,
)
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.measure.assessment import Assessment
    from junheng.planners.compliance.costs import UnitCosts
    from junheng.planners.compliance.planner import Study
    from junheng.planners.compliance.wishes import Wishes
    from junheng.plans.plan import Plan

T = TypeVar("T")

HELP = Text(
    "达标规划：用最少的钱使每所学校达标、各项差异系数不超限。",
    "The least that must be done, and spent, so that every school passes and nothing varies too much.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_compliance")
    add_file(parser, language)
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    seconds = Text("最长用时，秒（默认 60）", "longest time in seconds (60 if not given)")
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    gap = Text("与下界相差多少即停（默认 0.001）", "gap to the bound at which to stop (0.001 if not given)")
    parser.add_argument("--gap", type=float, default=0.001, metavar="SHARE", help=gap.in_(language))
    _add_questions(parser, language)
    _add_wishes(parser, language)
    add_standard(parser, language)


def _add_questions(parser: argparse.ArgumentParser, language: Language) -> None:
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


def _add_wishes(parser: argparse.ArgumentParser, language: Language) -> None:
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


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, measure the district again after the plan, and write both."""
    from junheng.cli import compliance_tables as tables  # noqa: PLC0415 - start-up time
    from junheng.cli.tables import show_plan  # noqa: PLC0415
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.measure.assessment import assess  # noqa: PLC0415
    from junheng.planners.compliance.costs import costs_of  # noqa: PLC0415
    from junheng.planners.compliance.planner import study  # noqa: PLC0415
    from junheng.planners.compliance.solve import ComplianceOptions  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    wishes = wishes_of(arguments)
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    found = study(
        district,
        standard,
        wishes=wishes,
        costs=_costs(costs_of(district), arguments.cost),
        options=ComplianceOptions(seconds=arguments.seconds, gap=arguments.gap),
        on=arguments.date,
        progress=screen.progress,
    )
    plan, more = _chosen(found, arguments, screen)
    write_plan(plan, arguments.out)
    screen.progress(Text("复测", "measuring again"))
    before = assess(district, standard, on=arguments.date)
    after = assess(plan.apply(district), standard, on=arguments.date)
    show_plan(plan, screen)
    tables.show_actions(plan, district, screen)
    tables.show_taken_for_granted(plan, screen)
    tables.show_side_by_side(before, after, screen)
    tables.show_more(more, screen)
    files = [arguments.out, *_write(arguments, plan, before, after, screen)]
    for file in files:
        screen.line(Text(f"已写出 {file}", f"wrote {file}"))
    screen.data(
        {
            "file": str(arguments.out),
            "files": [str(file) for file in files],
            "plan": plan.as_dict(),
            "verdict": {"before": before.balance.verdict, "after": after.balance.verdict},
            **tables.side_by_side(before, after),
            **more,
        }
    )
    return 0


def _chosen(found: Study, arguments: argparse.Namespace, screen: Screen) -> tuple[Plan, dict[str, Any]]:
    """Return the plan, over years if that was asked for, and the answers to the other questions."""
    from junheng.planners.compliance.planner import budgets_of  # noqa: PLC0415 - start-up time
    from junheng.plans.rescored import year_by_year  # noqa: PLC0415

    plan, more = found.plan(), dict[str, Any]()
    if arguments.years or arguments.budget:
        budgets = _budgets(arguments.budget) or budgets_of(found.district)
        plan, scheduled = found.over_years(budgets)
        measured = year_by_year(plan, found.district, found.standard.on(found.on))
        more["years"] = measured.to_dicts()
        more["unfunded_yuan"] = scheduled.unfunded.cost.total
        more["pupil_years_for_one_percent_more"] = found.one_percent_more(budgets)
    if arguments.prices:
        more["prices"] = [asdict(price) for price in found.prices(progress=screen.progress)]
    if arguments.frontier:
        more["frontier"] = [asdict(point) for point in found.frontier(progress=screen.progress)]
    return plan, more


def _write(
    arguments: argparse.Namespace, plan: Plan, before: Assessment, after: Assessment, screen: Screen
) -> list[Path]:
    """Write the files that were asked for besides the plan."""
    files = []
    if arguments.targets is not None:
        from junheng.planners.compliance.targets import targets  # noqa: PLC0415 - only where asked for

        targets(plan).write_csv(arguments.targets)
        files.append(arguments.targets)
    if arguments.workbook is not None:
        from junheng.report.compliance_workbook import write_compliance_workbook  # noqa: PLC0415

        write_compliance_workbook(plan, before, after, arguments.workbook, language=screen.language)
        files.append(arguments.workbook)
    if arguments.report is not None:
        from junheng.report.loop import LoopReport  # noqa: PLC0415
        from junheng.report.render import write_html  # noqa: PLC0415

        report = LoopReport(before=before, after=after, stage="primary", plans=(plan,), chosen=plan)
        write_html(report, arguments.report, language=screen.language)
        files.append(arguments.report)
    return files


def _budgets(wordings: Sequence[str]) -> dict[int, float]:
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


def _costs(costs: UnitCosts, wordings: Sequence[str]) -> UnitCosts:
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
