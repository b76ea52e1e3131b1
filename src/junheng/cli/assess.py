"""``junheng assess``: which schools fall short, in what, and by how much in real units."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common, add_file, add_stage, add_standard, standard_of
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text("对照标准测算", "measure a district against the standard")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "assess")
    add_file(parser, language)
    report = Text("另存 HTML 报告", "also write an HTML report")
    parser.add_argument("--report", type=Path, metavar="HTML", help=report.in_(language))
    add_stage(parser, language)
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Measure, and write what was found."""
    from junheng.cli import assessment_tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.measure.assessment import assess  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district = read_district(arguments.file)
    screen.progress(Text("测算", "measuring"))
    found = assess(district, standard_of(arguments), on=arguments.date)
    assessment_tables.show_assessment(found, screen)
    if arguments.report is not None:
        from junheng.report.loop import LoopReport  # noqa: PLC0415
        from junheng.report.render import write_html  # noqa: PLC0415

        write_html(
            LoopReport(before=found, stage=arguments.stage), arguments.report, language=screen.language
        )
        screen.line(Text(f"报告：{arguments.report}", f"report: {arguments.report}"))
    screen.data(found.as_dict())
    return 0
