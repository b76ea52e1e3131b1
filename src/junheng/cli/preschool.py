"""``junheng preschool``: kindergartens against the standard, and the demand for their places to come."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_standard, standard_of, whole
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from junheng.measure.preschool import Preschool
    from junheng.standards.standard import Standard

HELP = Text(
    "学前教育：毛入园率、普惠覆盖率、公办占比、班额、教职工，及学位需求",
    "preschool: enrolment, inclusive coverage, public share, class sizes, staff, and demand to come",
)

_VERDICTS = {
    "met": Text("达标", "met"),
    "below": Text("未达标", "below"),
    "not_assessed": Text("未评", "not assessed"),
}

_MEASURED = (
    Text("实测", "measured"),
    Text("标准", "limit"),
    Text("结论", "verdict"),
    Text("尚缺", "missing"),
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "preschool")
    add_file(parser, language)
    years = Text("需求预测年数（默认 5）", "years of demand to come (5 if not given)")
    parser.add_argument("--years", type=whole, default=5, metavar="N", help=years.in_(language))
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Measure the kindergartens and show what was found."""
    from junheng.district.files import read_district  # noqa: PLC0415 - start-up time
    from junheng.forecast.preschool import births_overdue, born_by_now, preschool_demand  # noqa: PLC0415
    from junheng.measure.preschool import preschool  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    rules = standard.on(arguments.date or district.year.first_day)
    found = preschool(district, rules)
    has_births = born_by_now(district).height > 0
    demand = preschool_demand(district, rules, horizon=arguments.years) if has_births else None
    names = dict(district.table("kindergartens").select("kindergarten", "name").iter_rows())
    _show_county(found, standard, screen)
    _show_classes(found, names, screen)
    _show_staff(found, names, standard, screen)
    _show_demand(demand, range(district.year.start, district.year.start + arguments.years + 1), screen)
    _show_overdue(births_overdue(district), screen)
    screen.data(
        {
            "county": found.county.to_dicts(),
            "kindergartens": found.kindergartens.to_dicts(),
            "classes": found.classes.to_dicts(),
            "figures": dict(found.figures.iter_rows()),
            "demand": None if demand is None else demand.to_dicts(),
        }
    )
    return 0


def _show_county(found: Preschool, standard: Standard, screen: Screen) -> None:
    from junheng.cli.tables import missing  # noqa: PLC0415 - start-up time
    from junheng.measure.needs import in_words  # noqa: PLC0415
    from junheng.report import numbers  # noqa: PLC0415

    screen.heading(Text("县域学前教育", "preschool of the district"))
    figures = dict(found.figures.iter_rows())
    if figures["kindergartens"] is not None:
        screen.line(
            Text(
                "幼儿园 {all} 所，其中公办和普惠性 {n} 所（{percent}%）；在园幼儿 {children} 人",
                "kindergartens: {all}, of them public or inclusive private: {n} ({percent}%); children: {children}",
            ).format(
                all=numbers.decimal(figures["kindergartens"], 0),
                n=numbers.decimal(figures["inclusive_kindergartens"], 0),
                percent=numbers.decimal(figures["inclusive_kindergartens_percent"], 1),
                children=numbers.decimal(figures["children"], 0),
            )
        )
    rows = []
    for row in found.county.iter_rows(named=True):
        rule = standard.rule(row["rule"])
        sign = "%" if rule.unit == "percent" else ""
        lacks = (
            in_words(row["needs"], standard) if row["needs"] else missing(row["missing"], row["missing_unit"])
        )
        measured = None if row["value"] is None else f"{numbers.decimal(row['value'], 1)}{sign}"
        limit = f"{rule.operator}{row['threshold']:g}{sign}"
        rows.append((rule.title, measured, limit, _VERDICTS[row["verdict"]], lacks))
    screen.table([Text("规则", "rule"), *_MEASURED], rows)


def _show_classes(found: Preschool, names: Mapping[str, str], screen: Screen) -> None:
    from junheng.cli.tables import MOST_ROWS, say_more  # noqa: PLC0415 - start-up time

    if not found.classes.height:
        screen.line(
            Text("班额：未评，请填报幼儿园班级", "class sizes: not assessed, record the kindergarten classes")
        )
        return
    over = found.classes.filter(found.classes["over"] > 0)
    screen.line(
        Text("班额：{n} 个班中 {over} 个超标", "class sizes: {over} of {n} classes over the limit").format(
            n=found.classes.height, over=over.height
        )
    )
    if over.height:
        screen.table(
            [
                Text("幼儿园", "kindergarten"),
                Text("班级", "class"),
                Text("幼儿", "children"),
                Text("上限", "limit"),
            ],
            [
                (
                    names.get(row["kindergarten"], row["kindergarten"]),
                    row["class"],
                    row["children"],
                    row["limit"],
                )
                for row in over.head(MOST_ROWS).iter_rows(named=True)
            ],
        )
        say_more(over.height, screen)


def _show_staff(found: Preschool, names: Mapping[str, str], standard: Standard, screen: Screen) -> None:
    from junheng.cli.tables import MOST_ROWS, missing, say_more  # noqa: PLC0415 - start-up time
    from junheng.report import numbers  # noqa: PLC0415

    rows = found.kindergartens
    if not rows.height:
        screen.line(Text("教职工配备：未评，请填报幼儿园", "staff: not assessed, record the kindergartens"))
        return
    below = rows.filter(rows["verdict"] == "below")
    unassessed = rows.filter(rows["verdict"] == "not_assessed")["kindergarten"].n_unique()
    screen.line(
        Text(
            "教职工配备：{all} 所幼儿园中 {n} 所未达标，{unassessed} 所因缺数据未全评",
            "staff: {n} of {all} kindergartens below the standard, {unassessed} not wholly assessed (figures absent)",
        ).format(
            all=rows["kindergarten"].n_unique(), n=below["kindergarten"].n_unique(), unassessed=unassessed
        )
    )
    if below.height:
        screen.table(
            [Text("幼儿园", "kindergarten"), Text("规则", "rule"), *_MEASURED],
            [
                (
                    names.get(row["kindergarten"], row["kindergarten"]),
                    standard.rule(row["rule"]).title,
                    numbers.decimal(row["value"], 2),
                    f"{standard.rule(row['rule']).operator}{row['threshold']:g}",
                    _VERDICTS[row["verdict"]],
                    missing(row["missing"], row["missing_unit"]),
                )
                for row in below.head(MOST_ROWS).iter_rows(named=True)
            ],
        )
        say_more(below.height, screen)


def _show_demand(demand: pl.DataFrame | None, years: range, screen: Screen) -> None:
    screen.heading(Text("学前学位需求", "demand for kindergarten places"))
    if demand is None:
        screen.line(
            Text("没有出生人口，无法预测；请填报", "there are no births: it cannot be forecast; record them")
        )
        return
    screen.table(
        [
            Text("学年", "year"),
            Text("适龄幼儿", "children"),
            Text("需求", "demand"),
            Text("低", "low"),
            Text("高", "high"),
            Text("现有学位", "places"),
            Text("缺口", "short"),
            Text("出生人口齐全", "births recorded"),
        ],
        [
            (
                row["year"],
                f"{row['children']:,.0f}",
                f"{row['demand']:,.0f}",
                *(None if row[name] is None else f"{row[name]:,.0f}" for name in ("low", "high")),
                None if row["places"] is None else f"{row['places']:,}",
                None if row["short"] is None else f"{row['short']:,.0f}",
                Text("是", "yes") if row["is_known"] else Text("否", "no"),
            )
            for row in demand.iter_rows(named=True)
        ],
    )
    without = [str(year) for year in years if year not in demand["year"]]
    if without:
        screen.line(
            Text(
                "{years} 学年：所需年份的出生人口不全，没有数字；请补填",
                "{years}: births of the years it takes are absent, so there is no number; record them",
            ).format(years=", ".join(without))
        )


def _show_overdue(years: range, screen: Screen) -> None:
    if years:
        screen.line(
            Text(
                "出生年度 {years} 的出生人口没有填报，按最近一年计；请补填",
                "births of birth year {years} are not recorded and taken to be as many as the last; record them",
            ).format(years=", ".join(map(str, years)))
        )
