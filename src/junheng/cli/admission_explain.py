"""``junheng admission explain``: what each family is told, on the screen or as one page a family."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.admission_options import add_drawn, present
from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

HELP = Text(
    "逐户说明：录取到哪所学校、依据哪条、前面的志愿差在哪里、下一步",
    "tell a family its school, by which rule, what earlier choices would have needed, and what happens next",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this step's arguments."""
    add_common(parser, language, "admission_explain")
    add_drawn(parser, language)
    applicant = Text("报名号，可重复", "an applicant number; may be repeated")
    parser.add_argument("--applicant", action="append", default=[], metavar="N", help=applicant.in_(language))
    every = Text("为每户写一页通知（HTML）到该文件夹", "write a page for every family (HTML) to this folder")
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help=every.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Explain the children asked for, and write every family's page if asked."""
    from junheng.admission.explain import Explainer  # noqa: PLC0415 - start-up time
    from junheng.admission.notice import notice  # noqa: PLC0415
    from junheng.admission.rounds.tables import write_pages  # noqa: PLC0415

    if not arguments.applicant and arguments.pages is None:
        raise UsageError(Text("给出 --applicant 或 --pages", "give --applicant or --pages"))
    result, _ = present(arguments, screen)
    explainer = Explainer(result)
    found = [explainer.of(applicant) for applicant in arguments.applicant]
    for explanation in found:
        for line in notice(explanation, result.rules):
            screen.line(line)
        screen.line()
    pages = 0
    if arguments.pages is not None:
        pages = write_pages(explainer, arguments.pages, progress=screen.progress)
        screen.line(
            Text(f"已写出 {pages} 页通知到 {arguments.pages}", f"wrote {pages} pages to {arguments.pages}")
        )
    screen.data({"explanations": [explanation.as_dict() for explanation in found], "pages": pages})
    return 0
