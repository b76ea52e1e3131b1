"""No examination, interview or contest enters a round: a file that carries such a column is refused as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import polars as pl
import yaml

from junheng.district.columns import table, tables
from junheng.district.intake.names import fold
from junheng.errors import Place, Problem
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

TABLES = (
    "applicants",
    "choices",
    "documents",
    "kin",
    "places",
    "place_reserves",
    "home_seats",
    "feeders",
)
"""The tables of a round."""


def forbidden_word(wording: str) -> str | None:
    """Return the word of a header that speaks of choosing children, or `None`.

    Chinese words count wherever they stand, English ones as whole words; a few headers that mean a deed or a
    disability are let pass (``forbidden.yaml``).

    >>> forbidden_word("面试成绩（满分100）"), forbidden_word("Interview_score"), forbidden_word("出生证书编号")
    ('面试', 'interview', None)
    """
    words, unless = _lists()
    text = fold(re.sub(r"[_\-/]+", " ", wording))
    for harmless in unless:
        text = text.replace(harmless, " ")
    found = [(text.find(word), word) for word in words if not word.isascii() and word in text]
    found += [
        (match.start(), word)
        for word in words
        if word.isascii() and (match := re.search(rf"\b{re.escape(word)}s?\b", text)) is not None
    ]
    return min(found)[1] if found else None


def forbidden_columns(
    aside: Mapping[str, pl.DataFrame], problems: Sequence[Problem], standard: StandardOnDate, *, file: str
) -> list[Problem]:
    """Return one error for each column or sheet that speaks of choosing children.

    Parameters
    ----------
    aside
        Extra columns by table, as `junheng.district.files.read_tables` keeps them.
    problems
        The problems of the file; those about sheets that no table has name such sheets.
    standard
        The standard on the day of the round; its rule ``enrolment.no_selection`` is cited.
    file
        Name of the file that was read.
    """
    rule = standard.value("enrolment.no_selection")
    citation = rule.citation.describe()
    found = [*_columns(aside, file), *_sheets(problems)]
    return [
        Problem(
            code="admission-by-exam",
            severity="error",
            place=place,
            found=Text(
                f"与考试、面试、竞赛或证书有关的内容（“{word}”）",
                f"something about an examination, interview, contest or certificate (“{word}”)",
            ),
            expected=Text("免试入学：{citation}", "admission without examination: {citation}").format(
                citation=citation
            ),
            remedy=Text(
                "删除该列或该表后重新导入；招生数据没有存放这类信息的地方",
                "Delete the column or sheet and read the file again; a round has no place for it",
            ),
        )
        for place, word in found
    ]


def _columns(aside: Mapping[str, pl.DataFrame], file: str) -> Iterator[tuple[Place, str]]:
    for name in TABLES:
        if name not in aside:
            continue
        own = {column.name for column in tables()[name]}
        for header in aside[name].columns:
            word = None if header in own else forbidden_word(header)
            if word is not None:
                yield Place(file=file, sheet=table(name).label.zh, row=1, column=header), word


def _sheets(problems: Sequence[Problem]) -> Iterator[tuple[Place, str]]:
    for problem in problems:
        if problem.code in ("unknown-sheet", "unknown-file"):
            word = forbidden_word(problem.place.sheet or problem.place.file or "")
            if word is not None:
                yield problem.place, word


@cache
def _lists() -> tuple[tuple[str, ...], tuple[str, ...]]:
    raw = yaml.safe_load(files(__package__).joinpath("forbidden.yaml").read_text(encoding="utf-8"))
    return tuple(map(fold, raw["words"])), tuple(map(fold, raw["unless"]))
