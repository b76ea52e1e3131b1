"""``junheng plan layout``: which schools to keep, expand, open, merge, close or lead as branches, and when."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_stage, add_standard, pair, positive, standard_of
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.district.model import District
    from junheng.planners.layout.planner import LayoutResult
    from junheng.standards.standard import Standard

HELP = Text(
    "学校布局：3 至 10 年内保留、扩建、新建、撤并、办成分校，先使无学位学生最少，再使总成本最低。",
    "Layout over 3 to 10 years: fewest children without a place, then least cost of building, running, transport.",
)
_MOST_ROWS = 40


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this planner's arguments."""
    add_common(parser, language, "plan_layout")
    add_file(parser, language)
    add_stage(parser, language)
    out = Text("方案文件（默认 plan.json）", "file of the plan (plan.json if not given)")
    parser.add_argument("--out", type=Path, default=Path("plan.json"), metavar="JSON", help=out.in_(language))
    tables = Text(
        "另存各表的文件夹：进度、投资、分年、分校、移交、未采用理由（CSV），以及现状和各年地图（GeoJSON）",
        "folder for the tables: schedule, investment, years, sites, handover, why not (CSV), and maps (GeoJSON)",
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
        "每年投资上限，元（默认不限）", "most investment of each year in yuan (no limit if not given)"
    )
    group.add_argument("--budget", type=float, metavar="YUAN", help=budget.in_(language))
    settings = Text(
        "规划参数 JSON 文件：造价、运行费、交通费、速度等，只写与默认不同的项",
        "JSON file of settings (building, running and transport costs, speed): only those that differ",
    )
    group.add_argument("--settings", type=Path, metavar="JSON", help=settings.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Plan, show the schedule, what it costs and why not otherwise, re-measure, and write."""
    from junheng.district.files import read_district  # noqa: PLC0415 - start-up time
    from junheng.planners.layout.build import LayoutWishes  # noqa: PLC0415
    from junheng.planners.layout.planner import plan_layout  # noqa: PLC0415
    from junheng.planners.layout.settings import LayoutSettings, read_settings  # noqa: PLC0415
    from junheng.planners.layout.solve import LayoutOptions  # noqa: PLC0415
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.plans.plan import write_plan  # noqa: PLC0415

    wishes = LayoutWishes(
        stage=arguments.stage,
        locked=_locks(arguments.lock),
        forbidden=frozenset(pair(wording) for wording in arguments.forbid),
        budget_yuan=_not_negative(arguments.budget),
    )
    settings = LayoutSettings() if arguments.settings is None else read_settings(arguments.settings)
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    found = plan_layout(
        district,
        standard,
        wishes=wishes,
        options=LayoutOptions(seconds=arguments.seconds),
        settings=settings,
        on=arguments.date,
        progress=screen.progress,
    )
    write_plan(found.plan, arguments.out)
    _show(found, screen)
    on = standard.on(arguments.date or district.year.first_day)
    comparison = compare(district, [found.plan], on, stage=wishes.stage)
    screen.line(Text(f"已写出 {arguments.out}", f"wrote {arguments.out}"))
    prices = _prices(arguments, found, screen)
    files = [str(arguments.out), *_write(arguments, found, screen)]
    if arguments.tables is not None:
        files += _maps(arguments.tables, district, found)
    if arguments.report is not None:
        files += _reports(arguments.report, found, screen, district=district, standard=standard)
    if arguments.workbook is not None:
        from junheng.district.files import write  # noqa: PLC0415

        write(found.plan.apply(district), arguments.workbook, language=screen.language)
        files.append(str(arguments.workbook))
    data = _data(found, files=files, comparison=comparison.to_dicts())
    screen.data({**data, "prices": prices})
    return 0


def _locks(wordings: list[str]) -> dict[str, str]:
    locks: dict[str, str] = {}
    for site, kind in map(pair, wordings):
        if locks.setdefault(site, kind) != kind:
            raise UsageError(
                Text(
                    f"{site} 被锁定为两种安排：{locks[site]}、{kind}",
                    f"{site} is locked to two kinds: {locks[site]} and {kind}",
                )
            )
    return locks


def _not_negative(budget: float | None) -> float | None:
    if budget is not None and not 0 <= budget < float("inf"):
        raise UsageError(Text("--budget 应为不小于 0 的数", "--budget must be a number from 0 on"))
    return budget


def _show(found: LayoutResult, screen: Screen) -> None:
    from junheng.planners.layout.course import KINDS  # noqa: PLC0415
    from junheng.planners.layout.explain import forced_order  # noqa: PLC0415
    from junheng.planners.layout.outcome import BATCHES  # noqa: PLC0415

    for warning in found.warnings:
        screen.line(warning.describe())
    score = found.solution.layout.score
    gap = found.plan.objective["cost"].gap
    screen.heading(found.plan.name)
    screen.line(
        Text(
            "无学位 {unserved} 人年（各情景合计）；总成本 {cost} 万元："
            "建设 {building}、运行 {running}、交通 {transport}；与下界相差 {gap}",
            "{unserved} pupil-years without a place (all scenarios); {cost} ten thousand yuan: "
            "building {building}, running {running}, transport {transport}; gap {gap}",
        ).format(
            unserved=score.unserved_pupils,
            cost=f"{score.cost_yuan / 1e4:,.0f}",
            building=f"{score.building_yuan / 1e4:,.0f}",
            running=f"{score.running_yuan / 1e4:,.0f}",
            transport=f"{score.transport_yuan / 1e4:,.0f}",
            gap="-" if gap is None else f"{gap:.2%}",
        )
    )
    screen.heading(Text("进度", "schedule"))
    header = [Text("批次", "batch"), Text("安排", "what"), Text("地点", "site"), Text("对方", "partner")]
    header += [
        Text("开工年度", "from"),
        Text("启用学年", "in use"),
        Text("班级", "classes"),
        Text("万元", "10,000 yuan"),
    ]
    screen.table(
        header,
        [
            (
                BATCHES[row["batch"]],
                KINDS[row["kind"]],
                row["name"],
                row["partner"] or "-",
                row["from_year"],
                row["in_use"],
                row["classes"] or "-",
                f"{row['yuan'] / 1e4:,.0f}",
            )
            for row in found.schedule.iter_rows(named=True)
        ],
    )
    screen.heading(Text("分年", "year by year"))
    header = [
        Text("学年", "year"),
        Text("情景", "scenario"),
        Text("儿童", "children"),
        Text("学位", "places"),
    ]
    header += [Text("无学位", "without"), Text("平均公里", "mean km")]
    screen.table(
        header,
        [
            (r["year"], r["scenario"], r["children"], r["places"], r["unserved"], _km(r["mean_km"]))
            for r in found.years.iter_rows(named=True)
        ],
    )
    screen.heading(Text("为何不（代价最小的在前）", "why not (the cheapest first)"))
    names = dict(found.sites.select("site", "name").unique().iter_rows())
    for one in list(forced_order(found.why_not))[:_MOST_ROWS]:
        screen.line(Text("{name}：{text}", "{name}: {text}").format(name=names[one.site], text=one.text))
    screen.line()


def _km(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _prices(arguments: argparse.Namespace, found: LayoutResult, screen: Screen) -> list[dict[str, object]]:
    if not arguments.prices:
        return []
    from junheng.planners.layout.robust import scenario_prices  # noqa: PLC0415
    from junheng.planners.layout.solve import LayoutOptions  # noqa: PLC0415

    frame = scenario_prices(
        found.problem,
        found.solution.layout,
        options=LayoutOptions(seconds=arguments.seconds),
        progress=screen.progress,
    )
    screen.heading(Text("各情景的代价（万元）", "the price of each scenario (10,000 yuan)"))
    header = [Text("情景", "scenario"), Text("共同方案", "this plan"), Text("单独规划", "planned alone")]
    header += [Text("代价", "price"), Text("单独仍无学位", "without a place alone")]
    screen.table(
        header,
        [
            (
                row["scenario"],
                *(f"{row[name] / 1e4:,.0f}" for name in ("yuan", "alone_yuan", "price_yuan")),
                row["alone_unserved"],
            )
            for row in frame.iter_rows(named=True)
        ],
    )
    screen.line()
    return frame.to_dicts()


def _reports(
    folder: Path, found: LayoutResult, screen: Screen, *, district: District, standard: Standard
) -> list[str]:
    """Write a report a planned year: that year's children in today's schools, and in the planned ones."""
    from datetime import date  # noqa: PLC0415

    from junheng.measure.assessment import assess  # noqa: PLC0415
    from junheng.plans.compare import compare  # noqa: PLC0415
    from junheng.report.loop import LoopReport  # noqa: PLC0415
    from junheng.report.render import write_html  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    on, stage = date.fromisoformat(found.plan.standard_date), found.problem.stage
    files = []
    for year in found.problem.years:
        screen.progress(Text(f"写出 {year} 学年报告", f"writing the report of {year}"))
        after = found.district_in(district, year)
        before = district.replace(district=after.table("district"), children=after.table("children"))
        plan = found.plan_until(district, year)
        report = LoopReport(
            before=assess(before, standard, on=on),
            after=assess(after, standard, on=on),
            stage=stage,
            plans=(plan,),
            chosen=plan,
            comparison=compare(before, [plan], standard.on(on), stage=stage),
            frontier=None,
        )
        files.append(str(folder / f"report-{year}.html"))
        write_html(report, Path(files[-1]), language=screen.language)
    return files


def _maps(folder: Path, district: District, found: LayoutResult) -> list[str]:
    """Write the homes with their schools as they are, and as they will be in every planned year."""
    from junheng.district.geojson import write_geojson  # noqa: PLC0415

    files = [folder / "map-now.geojson"]
    write_geojson(district, files[0])
    for year in found.problem.years:
        files.append(folder / f"map-{year}.geojson")
        write_geojson(found.district_in(district, year), files[-1])
    return [str(file) for file in files]


def _write(arguments: argparse.Namespace, found: LayoutResult, screen: Screen) -> list[str]:
    if arguments.tables is None:
        return []
    import polars as pl  # noqa: PLC0415

    folder: Path = arguments.tables
    folder.mkdir(parents=True, exist_ok=True)
    reasons = pl.DataFrame(
        [
            {
                "site": o.site,
                "kind": o.kind,
                "code": o.code,
                **o.text._asdict(),
                "least_yuan": o.least_yuan,
                "yuan": o.yuan,
                "unserved": o.unserved,
            }
            for o in found.why_not
        ],
        infer_schema_length=None,
    )
    frames = {
        "schedule": found.schedule,
        "investment": found.investment,
        "years": found.years,
        "sites": found.sites,
        "handover": found.handover,
        "why_not": reasons,
    }
    files = []
    for name, frame in frames.items():
        path = folder / f"{name}.csv"
        frame.write_csv(path, include_bom=True)
        files.append(str(path))
    screen.line(Text(f"已写出 {folder}", f"wrote {folder}"))
    return files


def _data(found: LayoutResult, *, files: list[str], comparison: list[dict[str, object]]) -> dict[str, object]:
    return {
        "files": files,
        "plan": found.plan.as_dict(),
        "schedule": found.schedule.to_dicts(),
        "investment": found.investment.to_dicts(),
        "years": found.years.to_dicts(),
        "handover": found.handover.to_dicts(),
        "why_not": [
            {
                "site": one.site,
                "kind": one.kind,
                "code": one.code,
                "text": one.text._asdict(),
                "least_yuan": one.least_yuan,
                "yuan": one.yuan,
                "unserved": one.unserved,
            }
            for one in found.why_not
        ],
        "warnings": [warning.describe()._asdict() for warning in found.warnings],
        "comparison": comparison,
    }
