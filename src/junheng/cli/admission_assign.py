"""``junheng admission assign``: the places of a frozen round, from its published draw and what happened since."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.admission_options import add_drawn, present, published_now
from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text(
    "录取：由封存的轮次和公布的摇号结果得出每名儿童的学校，并与公布结果核对",
    "every child's school, from the frozen round and its published draw; compared with the published result",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this step's arguments."""
    add_common(parser, language, "admission_assign")
    add_drawn(parser, language)
    out = Text(
        "结果文件夹（含报名号，不公布）",
        "folder for the results (with applicant numbers: not to be published)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=out.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Decide, compare, write the results."""
    from junheng.admission.rounds.result import STATUSES  # noqa: PLC0415 - start-up time
    from junheng.admission.rounds.review import zones_not_admitted_whole  # noqa: PLC0415
    from junheng.admission.rounds.tables import result_files, write_results  # noqa: PLC0415
    from junheng.admission.rules.national import standard_day  # noqa: PLC0415
    from junheng.standards import load_standard  # noqa: PLC0415

    result, told = present(arguments, screen)
    warnings = zones_not_admitted_whole(result, load_standard().on(standard_day(result.rules)))
    told = {**told, "warnings": [problem.as_dict() for problem in warnings]}
    files = result_files(result, told)
    if arguments.events is not None:
        files |= published_now(arguments, result)
    write_results(files, arguments.out)
    counts = result.counts()
    screen.table(
        [Text("结果", "outcome"), Text("儿童", "children")],
        [
            *([label, counts[name]] for name, label in STATUSES.items()),
            [Text("其中第一志愿", "of them first choice"), counts["first_choice"]],
        ],
    )
    screen.problems(warnings)
    if arguments.events is not None:
        screen.line(
            Text(
                "事件 {events} 条，退出 {withdrawn} 人，{waiting_for_refill} 条待递补",
                "{events} events, {withdrawn} withdrawn, {waiting_for_refill} waiting for a refill",
            ).format(**told)
        )
    screen.line(
        Text(
            f"已写出 {arguments.out}；与公布结果一致，审计通过",
            f"wrote {arguments.out}; agrees with the published result, audited",
        )
    )
    screen.data({"folder": str(arguments.out), **result.summary(), **told})
    return 0
