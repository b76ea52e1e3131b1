"""``junheng plan exchange``: which teachers move where this summer, by name."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_standard, pair, positive, standard_of, whole
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.district.model import District
    from junheng.planners.exchange.wishes import ExchangeWishes
    from junheng.plans.plan import Plan

HELP = Text(
    "教师交流：谁调到哪里、多长时间；先补缺额，再少违背意愿，再缩短通勤。",
    "Who moves where, for how long: gaps first, then wishes, then commutes.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_exchange")
    add_file(parser, language)
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    seconds = Text("最长用时，秒（默认 120）", "longest time in seconds (120 if not given)")
    parser.add_argument("--seconds", type=positive, default=120.0, help=seconds.in_(language))
    _add_wishes(parser, language)
    _add_other_plans(parser, language)
    _add_documents(parser, language)
    add_standard(parser, language)


def _add_wishes(parser: argparse.ArgumentParser, language: Language) -> None:
    group = parser.add_argument_group(Text("事先指定", "what is fixed").in_(language))
    years = Text(
        "符合交流条件的在校年限（默认按地方标准）", "years in one school before rotation (local standard)"
    )
    group.add_argument("--years", type=whole, metavar="N", help=years.in_(language))
    far = Text("通勤上限，公里（默认 30）", "longest commute in km (30 if not given)")
    group.add_argument("--most-km", type=positive, default=30.0, metavar="KM", help=far.in_(language))
    rural = Text("城镇到乡村至少 N 人", "at least N from town to rural schools")
    group.add_argument("--to-rural", type=whole, default=0, metavar="N", help=rural.in_(language))
    stint = Text(
        "交流期，年；0 为不返回（默认 3）", "length of a stint in years; 0 for no return (3 if not given)"
    )
    group.add_argument("--stint", type=whole, default=3, metavar="N", help=stint.in_(language))
    for flag, default, wording in (
        (
            "--school-change",
            15.0,
            Text("一校一年调出（调入）上限，%%", "most of a school that may leave (come), %%"),
        ),
        (
            "--subject-change",
            34.0,
            Text("一校一学科一年调出上限，%%", "most of a school's subject that may leave, %%"),
        ),
    ):
        group.add_argument(
            flag, type=positive, default=default, metavar="PERCENT", help=wording.in_(language)
        )
    lock = Text(
        "固定：该教师调往该校，或 stay 留任，可重复",
        "lock a teacher to a school, or to stay; may be repeated",
    )
    group.add_argument(
        "--lock", action="append", default=[], metavar="TEACHER=SCHOOL", help=lock.in_(language)
    )
    forbid = Text("禁止：该教师不得调往该校，可重复", "forbid a teacher a school; may be repeated")
    group.add_argument(
        "--forbid", action="append", default=[], metavar="TEACHER=SCHOOL", help=forbid.in_(language)
    )


def _add_other_plans(parser: argparse.ArgumentParser, language: Language) -> None:
    group = parser.add_argument_group(Text("其他方案", "other plans").in_(language))
    again = Text("上一方案：重编时尽量少改动", "an earlier plan: change as little of it as possible")
    group.add_argument("--previous", type=Path, metavar="JSON", help=again.in_(language))
    targets = Text("达标规划的方案：以其教师调动为目标", "a compliance plan whose moves are the targets")
    group.add_argument("--targets", type=Path, metavar="JSON", help=targets.in_(language))


def _add_documents(parser: argparse.ArgumentParser, language: Language) -> None:
    group = parser.add_argument_group(Text("文书", "documents").in_(language))
    book = Text(
        "另存工作簿，一校一表（含个人信息）", "also write a workbook, a sheet a school (personal data)"
    )
    group.add_argument("--workbook", type=Path, metavar="XLSX", help=book.in_(language))
    letters = Text(
        "另存致各校的函（Word，含个人信息）", "also write a Word letter to each school (personal data)"
    )
    group.add_argument("--letters", type=Path, metavar="FOLDER", help=letters.in_(language))
    public = Text(
        "另存可公开的汇总（小数目隐去）", "also write the figures for publication (small ones hidden)"
    )
    group.add_argument("--publish", type=Path, metavar="CSV", help=public.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, measure the district again after the plan, and write what was asked for."""
    from junheng.cli import exchange_tables  # noqa: PLC0415 - start-up time
    from junheng.cli.plan_tables import show_plan  # noqa: PLC0415
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.measure.assessment import assess  # noqa: PLC0415
    from junheng.planners.exchange.planner import plan_exchange  # noqa: PLC0415
    from junheng.planners.exchange.solve import ExchangeOptions  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    done = plan_exchange(
        district,
        standard,
        wishes=wishes_of(arguments, district),
        options=ExchangeOptions(seconds=arguments.seconds),
        previous=None if arguments.previous is None else _plan_of("exchange", arguments.previous),
        on=arguments.date,
        progress=screen.progress,
    )
    write_plan(done.plan, arguments.out)
    screen.progress(Text("复测", "measuring again"))
    after = done.plan.apply(district)
    before, later = (assess(one, standard, on=arguments.date) for one in (district, after))
    written = exchange_tables.write_documents(arguments, done, district, language=screen.language)
    show_plan(done.plan, screen)
    exchange_tables.show_moves(done, screen)
    exchange_tables.show_side_by_side(before, later, screen)
    for path in (arguments.out, *written):
        screen.line(Text(f"已写出 {path}", f"wrote {path}"))
    screen.data(exchange_tables.as_data(done, before, later, file=arguments.out))
    return 0


def wishes_of(arguments: argparse.Namespace, district: District) -> ExchangeWishes:
    """Return what the options fix."""
    from junheng.planners.exchange.planner import targets_of  # noqa: PLC0415 - start-up time
    from junheng.planners.exchange.wishes import ExchangeWishes  # noqa: PLC0415

    targets = (
        {} if arguments.targets is None else targets_of(_plan_of("compliance", arguments.targets), district)
    )
    return ExchangeWishes(
        teacher_years=arguments.years,
        most_km=arguments.most_km,
        school_change_percent=arguments.school_change,
        subject_change_percent=arguments.subject_change,
        least_to_rural=arguments.to_rural,
        stint_years=arguments.stint,
        locked=_locks(arguments.lock),
        forbidden=frozenset(_pair(wording) for wording in arguments.forbid),
        targets=targets,
    )


def _locks(wordings: Sequence[str]) -> dict[str, str]:
    """Read every ``TEACHER=SCHOOL``; two schools for one teacher are an error, not a matter of order."""
    found: dict[str, str] = {}
    for teacher, school in map(_pair, wordings):
        if found.setdefault(teacher, school) != school:
            raise UsageError(
                Text(
                    f"教师 {teacher} 被固定到两处：{found[teacher]}、{school}",
                    f"the teacher {teacher} is locked to two places: {found[teacher]} and {school}",
                )
            )
    return found


def _pair(wording: str) -> tuple[str, str]:
    return pair(wording, Text("教师编号=学校代码", "TEACHER=SCHOOL, both as codes"))


def _plan_of(kind: str, path: Path) -> Plan:
    from junheng.plans.plan import read_plan  # noqa: PLC0415 - start-up time

    plan = read_plan(path)
    if plan.kind != kind:
        raise UsageError(
            Text(
                f"{path.name} 不是 {kind} 方案，而是 {plan.kind}",
                f"{path.name} is a {plan.kind} plan, not {kind}",
            )
        )
    return plan
