"""What must be recorded before that which was not assessed can be: by code for programs, in words for people.

A code is ``table.column``, a table, or ``declarations`` and what is to be declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from junheng.district.columns import label_of, table
from junheng.district.model import District
from junheng.measure.resources import Ints
from junheng.measure.seven import RESOURCES, Resource
from junheng.standards.standard import Standard
from junheng.text import Text

SCHEMA = dict.fromkeys(("rule", "school", "stage", "needs", "zh", "en"), pl.String())
DECLARATIONS = "declarations"
_DISAGREES = Text(
    "办学类型与学段年报的各学段相符", "a kind of school that fits its rows in the table “stages”"
)


def needs_frame(district: District, unassessed: Ints, rows: Ints) -> pl.DataFrame:
    """Return one row per indicator and school stage that was not assessed: ``rule, school, stage, needs, zh, en``.

    Parameters
    ----------
    unassessed
        Pairs of indicator and place in ``rows``, shape (m, 2).
    rows
        Row numbers in the table ``stages``.
    """
    premises = {row["school"]: row for row in district.table("premises").iter_rows(named=True)}
    stages = district.table("stages").rows(named=True)
    found = []
    for r, i in unassessed.tolist():
        own = stages[rows[i]]
        absent = _absent(RESOURCES[r], own, premises.get(own["school"], {}))
        text = _columns(absent) if absent else _DISAGREES
        codes = ", ".join(absent) or "schools.kind"
        found.append((RESOURCES[r].rule, own["school"], own["stage"], codes, text.zh, text.en))
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _absent(resource: Resource, stage: Mapping[str, Any], premises: Mapping[str, Any]) -> list[str]:
    recorded = {"stages": stage, "premises": premises}
    wanted = (("stages", "pupils"), *resource.columns(stage["stage"]))
    return [f"{owner}.{column}" for owner, column in wanted if recorded[owner].get(column) is None]


def _columns(codes: list[str]) -> Text:
    texts = [Text.same(code).joined(" ", _label(code)) for code in codes]
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def _label(code: str) -> Text:
    owner, _, column = code.partition(".")
    return table(owner).column(column).label if column else table(owner).label


def each_in_words(codes: str, standard: Standard) -> list[Text]:
    """Return comma-separated codes, as indicators have them, in words, one by one.

    Parameters
    ----------
    codes
        Such as ``premises.music_rooms, classes`` or ``declarations guarantee.G13/junior``; may be empty.
    standard
        Has the titles of what is declared.
    """
    return [_in_words(code, standard) for code in codes.split(", ")] if codes else []


def in_words(codes: str, standard: Standard) -> Text:
    """Return comma-separated codes in words as one text; see `each_in_words`."""
    texts = each_in_words(codes, standard)
    return Text("；".join(text.zh for text in texts), "; ".join(text.en for text in texts))


def _in_words(code: str, standard: Standard) -> Text:
    owner, _, what = code.partition(" ")
    if owner == DECLARATIONS:
        key, _, schools = what.partition(" ")
        rule, _, stage = key.partition("/")
        title = standard.rule(rule).title
        if stage:
            title = Text("{title}（{stage}）", "{title} ({stage})").format(
                title=title, stage=label_of("stage", stage)
            )
        if schools:
            n = schools.strip("()").split(" ")[0]
            title = title.joined(" ", Text(f"（尚缺 {n} 所学校）", f"(still {n} schools)"))
        return Text("请申报 {key} {title}", "declare {key} {title}").format(key=key, title=title)
    label = _label(code)
    # In English a table's code is often its name: it is not said twice.
    said = Text.same(code).joined(" ", label)
    named = said._replace(en=code) if label.en == code else said
    return Text("请填报 {named}", "record {named}").format(named=named)
