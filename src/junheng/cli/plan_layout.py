"""``junheng plan layout``: which schools to keep, expand, open, merge, close or lead as branches, and when."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from junheng.cli.options import (
    add_common,
    add_file,
    add_standard,
    pair,
    planned_stages,
    positive,
    share_percent,
    standard_of,
    year_range,
)
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.district.model import District
    from junheng.planners.layout.planner import LayoutResult
    from junheng.planners.layout.stages import StagesResult
    from junheng.standards.standard import Standard

HELP = Text(
    "学校布局：3 至 10 年内保留、扩建、新建、撤并、办成分校，先使无学位学生最少，再使总成本最低。",
    "Layout over 3 to 10 years: fewest children without a place, then least cost of building, running, transport.",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_layout")
    add_file(parser, language)
    stage = Text(
        "学段（默认小学）；多个以逗号分开，如 preschool,primary：一并规划，共用每年投资上限",
        "stage (primary if not given); several with commas, such as preschool,primary, are planned together and share "
        "the money of each year",
    )
    parser.add_argument(
        "--stage",
        type=planned_stages,
        default=("primary",),
        metavar="preschool,primary,junior",
        help=stage.in_(language),
    )
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    tables = Text(
        "另存各表的文件夹：进度、投资、分年、分校、移交、未采用理由（CSV 和一个 Excel 工作簿），"
        "以及现状和各年地图（GeoJSON）",
        "folder for the tables: schedule, investment, years, sites, handover, why not (CSV and one Excel workbook), "
        "and maps (GeoJSON)",
    )
    parser.add_argument("--tables", type=Path, metavar="FOLDER", help=tables.in_(language))
    report = Text(
        "另存报告的文件夹：每个规划学年一份 HTML，含调整前后地图与复测结果",
        "folder for reports: an HTML a planned year, with maps before and after, measured again",
    )
    parser.add_argument("--report", type=Path, metavar="FOLDER", help=report.in_(language))
    workbook = Text("另存方案实施后的工作簿", "also write the district after the plan as a workbook")
    parser.add_argument("--workbook", type=Path, metavar="XLSX", help=workbook.in_(language))
    seconds = Text("最长用时，秒（默认 60）", "longest time in seconds (60 if not given)")
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    _add_wishes(parser, language)
    add_standard(parser, language)


def _add_wishes(parser: argparse.ArgumentParser, language: Language) -> None:
    group = parser.add_argument_group(Text("事先指定", "what is fixed").in_(language))
    lock = Text(
        "锁定：该校或候选点只能如此安排（keep、expand、branch、merge、close、open、buy_back、absent），可重复",
        "lock a site to one kind (keep, expand, branch, merge, close, open, buy_back, absent); may be repeated",
    )
    group.add_argument("--lock", action="append", default=[], metavar="SITE=KIND", help=lock.in_(language))
    forbid = Text("禁止一种安排，可重复", "forbid a site one kind; may be repeated")
    group.add_argument(
        "--forbid", action="append", default=[], metavar="SITE=KIND", help=forbid.in_(language)
    )
    prices = Text(
        "另算各情景的代价：单独为每个情景规划，与共同方案比较（用时约为四倍）",
        "also the price of each scenario: plan for each alone and compare (takes about four times as long)",
    )
    group.add_argument("--prices", action="store_true", help=prices.in_(language))
    budget = Text(
        "每年投资上限，元（默认按表“年度预算”的建设资金，没有则不限）",
        "most investment of each year in yuan (if not given, the building money of the table budgets, else no limit)",
    )
    group.add_argument("--budget", type=float, metavar="YUAN", help=budget.in_(language))
    years = Text(
        "规划学年，如 2027-2031（默认为表“分年需求”各年；没有该表则预测 5 年）",
        "planned school years, such as 2027-2031 (those of the table demand if not given; without it five, forecast)",
    )
    group.add_argument("--years", type=year_range, metavar="FIRST-LAST", help=years.in_(language))
    demand = Text(
        "儿童人数用分年需求表还是预测（默认有表用表）",
        "children to come from the table or from the forecast (the table if there is one)",
    )
    group.add_argument("--demand", choices=("table", "forecast"), help=demand.in_(language))
    share = Text(
        "学前学段：公办园在园幼儿占比至少达到（%%，默认按标准）",
        "preschool: children in public kindergartens, at least so many percent (the standard's if not given)",
    )
    group.add_argument("--public-share", type=share_percent, metavar="PERCENT", help=share.in_(language))
    settings = Text(
        "规划参数 JSON 文件：造价、运行费、交通费、速度等，只写与默认不同的项",
        "JSON file of settings (building, running and transport costs, speed): only those that differ",
    )
    group.add_argument("--settings", type=Path, metavar="JSON", help=settings.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, show the schedule, what it costs and why not otherwise, re-measure, and write."""
    from junheng.district.files import read_district  # noqa: PLC0415 - start-up time
    from junheng.planners.layout.settings import LayoutSettings, read_settings  # noqa: PLC0415
    from junheng.planners.layout.solve import LayoutOptions  # noqa: PLC0415
    from junheng.planners.layout.stages import plan_stages  # noqa: PLC0415
    from junheng.planners.layout.wishes import LayoutWishes  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    if arguments.stage == (_PRESCHOOL,) and arguments.report is not None:
        raise UsageError(
            Text(
                "学前学段没有学区，不能写地图报告",
                "kindergartens have no zones: there is no report with maps of them",
            )
        )
    if arguments.public_share is not None and _PRESCHOOL not in arguments.stage:
        raise UsageError(
            Text(
                "--public-share 只用于学前：请在 --stage 中加上 preschool，或去掉该项",
                "--public-share is of kindergartens: add preschool to --stage, or leave it out",
            )
        )
    wishes = LayoutWishes(
        stage=",".join(arguments.stage),
        locked=_locks(arguments.lock),
        forbidden=frozenset(_pair(wording) for wording in arguments.forbid),
        budget_yuan=_not_negative(arguments.budget),
        years=None if arguments.years is None else tuple(arguments.years),
        demand=arguments.demand,
        public_share=arguments.public_share,
    )
    settings = LayoutSettings() if arguments.settings is None else read_settings(arguments.settings)
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    found = plan_stages(
        district,
        standard,
        stages=arguments.stage,
        wishes=wishes,
        options=LayoutOptions(seconds=arguments.seconds),
        settings=settings,
        on=arguments.date,
        prices=arguments.prices,
        progress=screen.progress,
    )
    write_plan(found.plan, arguments.out)
    comparisons = _show(found, screen, district=district, standard=standard)
    screen.line(Text(f"已写出 {arguments.out}", f"wrote {arguments.out}"))
    files = [arguments.out, *_write(found, arguments, screen, district=district, standard=standard)]
    prices = [] if found.prices is None else found.prices.to_dicts()
    screen.data({"files": [str(file) for file in files], **_data(found, comparisons), "prices": prices})
    return 0


_PRESCHOOL = "preschool"


def _show(
    found: StagesResult, screen: Screen, *, district: District, standard: Standard
) -> list[list[dict[str, Any]]]:
    """Show the plan stage by stage; return what the measures that never saw the solver say of each."""
    from junheng.cli.layout_tables import (  # noqa: PLC0415
        show_layout,
        show_prices,
        show_shared,
        show_warnings,
    )

    show_warnings(found.warnings, screen)
    if len(found.stages) > 1:
        show_shared(found, screen)
    comparisons = []
    for one in found.stages:
        show_layout(one, screen)
        comparisons.append(_measured(one, screen, district=district, standard=standard))
    if found.prices is not None:
        show_prices(found.prices, screen)
    return comparisons


def _measured(
    found: LayoutResult, screen: Screen, *, district: District, standard: Standard
) -> list[dict[str, Any]]:
    """Return what the measures that never saw the solver say before and after the plan of a stage."""
    on = standard.on(date.fromisoformat(found.plan.standard_date))
    if found.problem.stage == _PRESCHOOL:
        from junheng.cli.layout_tables import show_preschool  # noqa: PLC0415
        from junheng.plans.preschool_effects import compare_preschool  # noqa: PLC0415

        measured = compare_preschool(district, found.plan, on)
        show_preschool(measured, standard, screen)
        return measured.to_dicts()
    from junheng.plans.compare import compare  # noqa: PLC0415

    return compare(district, [found.plan], on, stage=found.problem.stage).to_dicts()


def _write(
    found: StagesResult,
    arguments: argparse.Namespace,
    screen: Screen,
    *,
    district: District,
    standard: Standard,
) -> list[Path]:
    """Write the files that were asked for besides the plan; of several stages, each into a folder of its own."""
    from junheng.cli import layout_files  # noqa: PLC0415

    files = []
    for one in found.stages:
        own = Path(one.problem.stage) if len(found.stages) > 1 else Path()
        has_maps = one.problem.stage != _PRESCHOOL
        if arguments.tables is not None:
            folder = arguments.tables / own
            files += layout_files.write_tables(one, folder, district=district, standard=standard)
            files += layout_files.write_maps(one, folder, district=district) if has_maps else []
        if arguments.report is not None and has_maps:
            files += layout_files.write_reports(
                one,
                arguments.report / own,
                district=district,
                standard=standard,
                language=screen.language,
                prices=found.prices,
                progress=screen.progress,
            )
    if arguments.tables is not None:
        from junheng.report.layout_workbook import write_layout_workbook  # noqa: PLC0415

        if found.prices is not None:
            files.append(arguments.tables / "prices.csv")
            found.prices.write_csv(files[-1], include_bom=True)
        files.append(arguments.tables / "layout.xlsx")
        write_layout_workbook(found, files[-1], district=district, language=screen.language)
        screen.line(Text(f"已写出 {arguments.tables}", f"wrote {arguments.tables}"))
    if arguments.workbook is not None:
        from junheng.district.files import write  # noqa: PLC0415

        write(found.plan.apply(district), arguments.workbook, language=screen.language)
        files.append(arguments.workbook)
    return files


def _locks(wordings: list[str]) -> dict[str, str]:
    locks: dict[str, str] = {}
    for site, kind in map(_pair, wordings):
        if locks.setdefault(site, kind) != kind:
            raise UsageError(
                Text(
                    f"{site} 被锁定为两种安排：{locks[site]}、{kind}",
                    f"{site} is locked to two kinds: {locks[site]} and {kind}",
                )
            )
    return locks


def _pair(wording: str) -> tuple[str, str]:
    return pair(wording, Text("地点代码=安排，如 2199000001=keep", "SITE=KIND, such as 2199000001=keep"))


def _not_negative(budget: float | None) -> float | None:
    if budget is not None and not 0 <= budget < float("inf"):
        raise UsageError(Text("--budget 应为不小于 0 的数", "--budget must be a number from 0 on"))
    return budget


def _data(found: StagesResult, comparisons: list[list[dict[str, Any]]]) -> dict[str, Any]:
    """Return the plan for JSON: with the tables of its one stage, or of each of its stages by name."""
    told = [_of_stage(one, measured) for one, measured in zip(found.stages, comparisons, strict=True)]
    warnings = [warning.describe()._asdict() for warning in found.warnings]
    data = {"plan": found.plan.as_dict(), "warnings": warnings}
    if len(told) == 1:
        return data | told[0]
    names = (one.problem.stage for one in found.stages)
    return {
        **data,
        "investment": found.investment.to_dicts(),
        "stages": dict(zip(names, told, strict=True)),
    }


def _of_stage(found: LayoutResult, comparison: list[dict[str, Any]]) -> dict[str, Any]:
    from junheng.cli.layout_files import reasons_of  # noqa: PLC0415

    return {
        "schedule": found.schedule.to_dicts(),
        "investment": found.investment.to_dicts(),
        "years": found.years.to_dicts(),
        "handover": found.handover.to_dicts(),
        "why_not": reasons_of(found),
        "comparison": comparison,
    }
