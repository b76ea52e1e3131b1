"""``junheng preschool``: kindergartens against the standard, and the demand for their places to come."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_standard, standard_of, whole
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
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
    from junheng.forecast.preschool import preschool_demand  # noqa: PLC0415
    from junheng.measure.preschool import preschool  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    rules = standard.on(arguments.date or district.year.first_day)
    found = preschool(district, rules)
    demand = preschool_demand(district, rules, horizon=arguments.years) if district.has("births") else None
    _show(found, standard, screen)
    if demand is not None:
        _show_demand(demand, screen)
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


def _show(found: Preschool, standard: Standard, screen: Screen) -> None:
    from junheng.measure.needs import in_words  # noqa: PLC0415 - start-up time
    from junheng.report import numbers  # noqa: PLC0415

    screen.heading(Text("县域学前教育", "preschool of the district"))
    screen.table(
        [
            Text("规则", "rule"),
            Text("实测", "measured"),
            Text("标准", "limit"),
            Text("结论", "verdict"),
            Text("尚缺", "missing"),
        ],
        [
            (
                standard.rule(row["rule"]).title,
                numbers.decimal(row["value"], 1),
                f"{standard.rule(row['rule']).operator}{row['threshold']:g}",
                _VERDICTS[row["verdict"]],
                in_words(row["needs"], standard) if row["needs"] else numbers.decimal(row["missing"], 0),
            )
            for row in found.county.iter_rows(named=True)
        ],
    )
    over = found.classes.filter(found.classes["over"] > 0).height
    screen.line(
        Text("班额：{n} 个班中 {over} 个超标", "class sizes: {over} of {n} classes over the limit").format(
            n=found.classes.height, over=over
        )
    )
    below = found.kindergartens.filter(found.kindergartens["verdict"] == "below")
    screen.line(
        Text("教职工配备：{n} 所幼儿园未达标", "staff: {n} kindergartens below the standard").format(
            n=below["kindergarten"].n_unique()
        )
    )


def _show_demand(demand: pl.DataFrame, screen: Screen) -> None:
    screen.heading(Text("学前学位需求", "demand for kindergarten places"))
    screen.table(
        [
            Text("学年", "year"),
            Text("适龄幼儿", "children"),
            Text("需求", "demand"),
            Text("低", "low"),
            Text("高", "high"),
            Text("现有学位", "places"),
            Text("缺口", "short"),
            Text("均已出生", "all born"),
        ],
        [
            (
                row["year"],
                f"{row['children']:,.0f}",
                f"{row['demand']:,.0f}",
                *(None if row[name] is None else f"{row[name]:,.0f}" for name in ("low", "high")),
                row["places"],
                None if row["short"] is None else f"{row['short']:,.0f}",
                Text("是", "yes") if row["is_known"] else Text("否", "no"),
            )
            for row in demand.iter_rows(named=True)
        ],
    )
