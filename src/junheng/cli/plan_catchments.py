"""``junheng plan catchments``: give every home to one school."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from junheng.cli.catchment_options import REPEATED, add_edit, add_sharing, add_years, wishes_of
from junheng.cli.catchment_years import show_years, years_of
from junheng.cli.options import (
    add_common,
    add_file,
    add_stage,
    add_standard,
    kilometres,
    pairs,
    positive,
    standard_of,
    whole,
)
from junheng.cli.screen import Screen
from junheng.cli.tradeoff import add_tradeoff, refuse_untradable, write_curve
from junheng.errors import UsageError
from junheng.planners.catchments.wording import OPTIONS
from junheng.text import COMMA, Language, Text

if TYPE_CHECKING:
    import polars as pl

    from junheng.district.model import District
    from junheng.planners.catchments.wishes import Wishes
    from junheng.plans.plan import Plan
    from junheng.plans.years import YearsCompared
    from junheng.standards.standard import Standard

HELP = Text(
    "划分一个学段的学区：先使无学位学生最少，再使上学距离最短，再使改换学校的学生最少。",
    "Draw one stage: fewest pupils without a place, then shortest distances, then fewest pupils moved.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_catchments")
    add_file(parser, language)
    add_stage(parser, language)
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    geojson = Text("另存 GeoJSON 地图", "also write the zones as GeoJSON")
    parser.add_argument("--geojson", type=Path, metavar="FILE", help=geojson.in_(language))
    workbook = Text("另存方案实施后的工作簿", "also write the district after the plan as a workbook")
    parser.add_argument("--workbook", type=Path, metavar="XLSX", help=workbook.in_(language))
    report = Text(
        "另存 HTML 报告：地图、理由、逐年学位", "also write an HTML report: maps, reasons, places by year"
    )
    parser.add_argument("--report", type=Path, metavar="HTML", help=report.in_(language))
    seconds = OPTIONS["seconds"].joined("", Text("（默认 60）", " (60 if not given)"))
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    seed = OPTIONS["seed"].joined("", Text("（默认 0）", " (0 if not given)"))
    parser.add_argument("--seed", type=whole, default=0, help=seed.in_(language))
    lock, forbid = (OPTIONS[name].joined("", REPEATED) for name in ("lock", "forbid"))
    parser.add_argument("--lock", action="append", default=[], metavar="HOME=SCHOOL", help=lock.in_(language))
    parser.add_argument(
        "--forbid", action="append", default=[], metavar="HOME=SCHOOL", help=forbid.in_(language)
    )
    parser.add_argument("--max-moved", type=whole, metavar="N", help=OPTIONS["max_moved"].in_(language))
    allowed = OPTIONS["overflow_allowed"].joined("", Text("（默认 0）", " (0 if not given)"))
    parser.add_argument("--overflow-allowed", type=whole, default=0, metavar="N", help=allowed.in_(language))
    parser.add_argument("--split-units", action="store_true", help=OPTIONS["split_units"].in_(language))
    parser.add_argument("--balance", metavar="GROUP=POINTS", help=OPTIONS["balance"].in_(language))
    parser.add_argument("--nearest", type=kilometres, metavar="KM", help=OPTIONS["nearest"].in_(language))
    add_edit(parser, language)
    add_sharing(parser, language)
    add_years(parser, language)
    add_tradeoff(parser, language)
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan or repair, re-measure the plan, and write both."""
    from junheng.cli import plan_tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district, write  # noqa: PLC0415
    from junheng.district.geojson import write_geojson  # noqa: PLC0415
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415
    from junheng.plans.years import as_if_now  # noqa: PLC0415

    wishes = wishes_of(arguments)
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    on = standard.on(arguments.date or district.year.first_day)
    refuse_untradable(district, on, arguments)
    is_edit = bool(arguments.edit) or arguments.repair is not None
    if is_edit and arguments.tradeoff:
        raise UsageError(
            Text(
                "取舍不顾手工调整：--tradeoff 请单独运行，要保留的单元用 --lock 固定",
                "a trade-off knows no edit by hand: run --tradeoff by itself, and --lock the homes to keep",
            )
        )
    years = years_of(district, standard, arguments, wishes=wishes, screen=screen)
    effect: dict[str, Any] | None = None
    if is_edit:
        plan, effect = _repaired(district, standard, wishes, arguments, years=years, screen=screen)
    else:
        plan = _planned(district, standard, wishes, arguments, years=years, screen=screen)
    write_plan(plan, arguments.out)
    if arguments.geojson is not None:
        write_geojson(plan.apply(district), arguments.geojson)
    if arguments.workbook is not None:
        write(plan.apply(district), arguments.workbook, language=screen.language)
    plan_tables.show_plan(plan, screen)
    plan_tables.show_sure_overflow(plan, screen)
    screen.heading(Text("独立复测", "re-measured independently"))
    balanced = arguments.tradeoff_balance if wishes.balance is None else wishes.balance[0]
    comparison = compare(district, [plan], on, stage=wishes.stage, group=balanced)
    plan_tables.show_comparison(comparison, screen)
    measured = plan_tables.show_distances(district, wishes.stage, screen)
    note = as_if_now(plan.settings, year=district.year.start)
    if note is not None:
        screen.line(note)
    curve = _traded(district, standard, wishes, arguments, years=years, screen=screen)
    by_year = show_years(plan, years or {district.year.start: district}, on, wishes=wishes, screen=screen)
    if arguments.report is not None:
        _write_report(
            district,
            standard,
            plan,
            arguments,
            comparison=comparison,
            curve=curve,
            years=by_year,
            screen=screen,
        )
    for file in (arguments.geojson, arguments.workbook, arguments.out):
        if file is not None:
            screen.line(Text(f"已写出 {file}", f"wrote {file}"))
    screen.data(
        {
            "file": str(arguments.out),
            "plan": plan.as_dict(),
            "comparison": comparison.to_dicts(),
            "as_if": None if note is None else note._asdict(),
            "distances": measured,
            "effect": effect,
            "frontier": None if curve is None else curve.to_dicts(),
            "years": None if by_year is None else by_year.as_dict(),
        }
    )
    return 0


def _write_report(
    district: District,
    standard: Standard,
    plan: Plan,
    arguments: argparse.Namespace,
    *,
    comparison: pl.DataFrame,
    curve: pl.DataFrame | None,
    years: YearsCompared | None,
    screen: Screen,
) -> None:
    from junheng.measure.assessment import assess  # noqa: PLC0415 - start-up time
    from junheng.report.loop import LoopReport  # noqa: PLC0415
    from junheng.report.render import write_html  # noqa: PLC0415

    screen.progress(Text("写出报告", "writing the report"))
    report = LoopReport(
        before=assess(district, standard, on=arguments.date),
        after=assess(plan.apply(district), standard, on=arguments.date),
        stage=arguments.stage,
        plans=(plan,),
        chosen=plan,
        comparison=comparison,
        frontier=curve,
        years=years,
    )
    write_html(report, arguments.report, language=screen.language)
    screen.line(Text(f"已写出 {arguments.report}", f"wrote {arguments.report}"))


def _traded(
    district: District,
    standard: Standard,
    wishes: Wishes,
    arguments: argparse.Namespace,
    *,
    years: dict[int, District],
    screen: Screen,
) -> pl.DataFrame | None:
    """Draw, measure, show and write the plans of the trade-off; `None` where none was asked for."""
    from junheng.cli import plan_tables  # noqa: PLC0415 - start-up time
    from junheng.planners.catchments.planner import frontier_plans  # noqa: PLC0415
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415
    from junheng.plans.curve import measured_curve  # noqa: PLC0415

    if not arguments.tradeoff:
        return None
    plans = frontier_plans(
        district,
        standard,
        wishes=wishes,
        options=CatchmentOptions(seconds=arguments.seconds / 4),
        points=arguments.tradeoff,
        group=arguments.tradeoff_balance,
        seed=arguments.seed,
        on=arguments.date,
        years=years,
        progress=screen.progress,
    )
    on = standard.on(arguments.date or district.year.first_day)
    curve = measured_curve(district, plans, on, stage=wishes.stage, group=arguments.tradeoff_balance)
    plan_tables.show_frontier(curve, screen)
    if arguments.tradeoff_out is not None:
        write_curve(plans, arguments.tradeoff_out, screen)
    return curve


def _planned(
    district: District,
    standard: Standard,
    wishes: Wishes,
    arguments: argparse.Namespace,
    *,
    years: dict[int, District],
    screen: Screen,
) -> Plan:
    from junheng.planners.catchments.planner import plan_catchments  # noqa: PLC0415 - start-up time
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415

    return plan_catchments(
        district,
        standard,
        wishes=wishes,
        options=CatchmentOptions(seconds=arguments.seconds),
        seed=arguments.seed,
        on=arguments.date,
        years=years,
        progress=screen.progress,
    )


def _repaired(
    district: District,
    standard: Standard,
    wishes: Wishes,
    arguments: argparse.Namespace,
    *,
    years: dict[int, District],
    screen: Screen,
) -> tuple[Plan, dict[str, Any]]:
    """Show at once what the edit does, then repair the rest; return the plan and the effect of the edit alone."""
    from junheng.cli import plan_tables  # noqa: PLC0415 - start-up time
    from junheng.measure.shared import shared_zones  # noqa: PLC0415
    from junheng.planners.catchments.repair import left_out, repair_catchments  # noqa: PLC0415
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415
    from junheng.plans.edit import edit_desk, zones_in_force  # noqa: PLC0415
    from junheng.plans.plan import read_plan  # noqa: PLC0415
    from junheng.report.words import SETTINGS, known  # noqa: PLC0415

    base = None if arguments.repair is None else read_plan(arguments.repair)
    edits = pairs(arguments.edit)
    edited = district if base is None else base.apply(district, allow_changed=True)
    desk = edit_desk(
        district,
        standard.on(arguments.date or district.year.first_day),
        stage=wishes.stage,
        shared=shared_zones(edited, wishes.stage),
    )
    effect = desk.effect(zones_in_force(edited, stage=wishes.stage), edits)
    plan_tables.show_effect(effect, screen)
    plan = repair_catchments(
        district,
        standard,
        plan=base,
        edits=edits,
        wishes=wishes,
        options=CatchmentOptions(seconds=arguments.seconds),
        seed=arguments.seed,
        on=arguments.date,
        years=years,
        progress=screen.progress,
    )
    forgotten = () if base is None else left_out(base, plan)
    if forgotten:
        screen.line(
            Text(
                "所改方案还要求过：{names}。修复没有沿用；要保留，请写上同样的选项",
                "the edited plan was also asked for: {names}. The repair is not: to keep it, give the same options",
            ).format(names=COMMA.join(known(SETTINGS, name) for name in forgotten))
        )
    return plan, {**effect.as_dict(), "not_asked_again": list(forgotten)}
