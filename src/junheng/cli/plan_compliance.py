"""``junheng plan compliance``: the least that must be done, and spent, so that the district passes."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from junheng.cli.compliance_options import add_questions, add_wishes, budgets_given, wishes_of, with_costs
from junheng.cli.options import (
    add_common,
    add_file,
    add_standard,
    positive,
    standard_of,
)
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.measure.assessment import Assessment
    from junheng.planners.compliance.planner import Study
    from junheng.plans.plan import Plan


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
    add_questions(parser, language)
    add_wishes(parser, language)
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, measure the district again after the plan, and write both."""
    from junheng.cli import compliance_tables as tables  # noqa: PLC0415 - start-up time
    from junheng.cli.plan_tables import show_plan  # noqa: PLC0415
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
        costs=with_costs(costs_of(district), arguments.cost),
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
        budgets = budgets_given(arguments.budget) or budgets_of(found.district)
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
