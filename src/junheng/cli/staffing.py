"""``junheng staffing``: who teaches, staff against the norm, rotation achieved, and teachers needed by subject."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_standard, standard_of, whole
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
    import polars as pl

    from junheng.measure.staffing import Staffing

HELP = Text(
    "教师队伍结构、编制、交流比例与分学科需求",
    "staff structure, norm, rotation, and teachers needed by subject",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "staffing")
    add_file(parser, language)
    years = Text("需求预测的年数（默认 3）", "years for which the need is computed (3 if not given)")
    parser.add_argument("--years", type=whole, default=3, metavar="N", help=years.in_(language))
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Measure, and write what was found."""
    from junheng.district.files import read_district  # noqa: PLC0415 - start-up time
    from junheng.measure.staffing import staffing  # noqa: PLC0415
    from junheng.measure.teacher_need import known_cohorts, teacher_need  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    found = staffing(district, standard, on=arguments.date)
    today = standard.on(arguments.date or district.year.first_day)
    need = teacher_need(district, today, known_cohorts(district, years=arguments.years))
    _show_structure(found, screen)
    _show_ratio(found, screen)
    _show_rotation(found, screen)
    _show_need(need, screen)
    screen.data(
        {
            "structure": found.structure.to_dicts(),
            "ratio": found.ratio.to_dicts(),
            "rotation": found.rotation.to_dicts(),
            "need": need.to_dicts(),
        }
    )
    return 0


def _show_structure(found: Staffing, screen: Screen) -> None:
    """Write the district's own shares; those of schools and groups are in the JSON output."""
    import polars as pl  # noqa: PLC0415

    from junheng.district.columns import label_of  # noqa: PLC0415
    from junheng.measure.staffing import ATTRIBUTES, category_rank, category_text  # noqa: PLC0415

    screen.heading(Text("全区教师结构（%）", "the district's staff (%)"))
    stages = ("primary", "junior", "senior")
    own = found.structure.filter(pl.col("by") == "district")
    rows = own.pivot("stage", index=["attribute", "category"], values=["n", "share"], maintain_order=True)
    order = list(ATTRIBUTES)
    header = [Text("项目", "what"), Text("类别", "category"), *(label_of("stage", stage) for stage in stages)]
    screen.table(
        header,
        (
            [
                ATTRIBUTES[row["attribute"]],
                category_text(row["attribute"], row["category"]),
                *(_share(row.get(f"n_{stage}"), row.get(f"share_{stage}")) for stage in stages),
            ]
            for row in sorted(
                rows.iter_rows(named=True),
                key=lambda row: (
                    order.index(row["attribute"]),
                    category_rank(row["attribute"], row["category"]),
                ),
            )
        ),
    )


def _share(n: int | None, share: float | None) -> str | None:
    if n is None:
        return None
    return f"{n}" if share is None else f"{share:.1f}"


def _show_ratio(found: Staffing, screen: Screen) -> None:
    import polars as pl  # noqa: PLC0415

    from junheng.district.columns import label_of  # noqa: PLC0415

    screen.heading(Text("教职工与编制标准", "staff against the norm"))
    known = found.ratio.drop_nulls(["pupils", "staff"]).group_by("stage", maintain_order=True)
    header = [
        Text("学段", "stage"),
        Text("生师比", "pupils per staff"),
        Text("标准", "norm"),
        Text("超编学段", "school stages over"),
        Text("缺编学段", "under"),
    ]
    screen.table(
        header,
        (
            [
                label_of("stage", stage),
                f"{pupils / staff:.1f}" if staff else None,
                f"{norm:g}",
                str(over),
                str(under),
            ]
            for stage, pupils, staff, norm, over, under in known.agg(
                pl.col("pupils").sum(),
                pl.col("staff").sum(),
                pl.col("norm").first(),
                (pl.col("over") >= 1).sum().alias("n_over"),
                (pl.col("over") <= -1).sum().alias("n_under"),
            ).iter_rows()
        ),
    )


def _show_rotation(found: Staffing, screen: Screen) -> None:
    from junheng.measure.assessment import VERDICTS  # noqa: PLC0415

    screen.heading(Text("交流轮岗", "rotation"))
    for row in found.rotation.iter_rows(named=True):
        value = "—" if row["value"] is None else f"{row['value']:.1f} %"
        line = Text(
            "{rule}：{value}（不低于 {limit} %）{verdict} {needs}",
            "{rule}: {value} (at least {limit} %) {verdict} {needs}",
        )
        screen.line(
            line.format(
                rule=row["rule"],
                value=value,
                limit=f"{row['threshold']:g}",
                verdict=VERDICTS[row["verdict"]],
                needs="" if row["needs"] is None else f"({row['needs']})",
            )
        )


def _show_need(need: pl.DataFrame, screen: Screen) -> None:
    from junheng.district.columns import label_of  # noqa: PLC0415

    screen.heading(
        Text(
            "分学科教师需求（现有年级顺升，不计流动）",
            "teachers needed by subject (cohorts move up as they are)",
        )
    )
    header = [
        Text("学年", "year"),
        Text("学段", "stage"),
        Text("学科", "subject"),
        Text("需要", "needed"),
        Text("在岗", "remaining"),
        Text("退休", "retired"),
        Text("缺（负为余）", "short (below 0: spare)"),
    ]
    known = need.drop_nulls(["needed", "remaining"])
    screen.table(
        header,
        (
            [
                str(row["year"]),
                label_of("stage", row["stage"]),
                label_of("subject", row["subject"]),
                f"{row['needed']:.1f}",
                str(row["remaining"]),
                str(row["retired"]),
                f"{row['short']:.1f}",
            ]
            for row in known.iter_rows(named=True)
        ),
    )
