"""Figures of an exchange that may be published: counts from where to where, small ones hidden with their complement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from junheng.district.atomic import whole_file
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.measure.seven import COMPULSORY
from junheng.measure.staffing import PLACES, places
from junheng.measure.suppression import FEWEST, hidden, with_totals
from junheng.planners.exchange.planner import Exchanged
from junheng.plans.actions.move_teacher import ROTATION, MoveTeacher
from junheng.text import Text

UNKNOWN = "unknown"
KEYS = (*PLACES, UNKNOWN)
TOTAL = "total"
_TEXTS = {**PLACES, UNKNOWN: Text("未填报", "not recorded"), TOTAL: Text("合计", "total")}


def published(done: Exchanged, district: District, *, fewest: int = FEWEST) -> pl.DataFrame:
    """Return rotations by stage, from class and to class: ``stage, from, to, n, hidden``; ``n`` null where hidden.

    Only moves by rotation are counted; returns, first stops and recruits are not part of the national ratio. No school
    and no person is named; a count from 1 to ``fewest - 1`` is hidden, and so is what would give it away.
    """
    place = dict(places(district).iter_rows())
    frames = []
    for stage in COMPULSORY:
        table = np.zeros((len(KEYS), len(KEYS)), np.int64)
        for move in done.plan.of(MoveTeacher):
            if move.stage == stage and move.move == ROTATION and move.before is not None:
                table[_key(place.get(move.before)), _key(place.get(move.school))] += 1
        frames.append(_long(stage, table, fewest=fewest))
    return pl.concat(frames)


def write_published(done: Exchanged, district: District, path: Path) -> None:
    """Write `published` as CSV with Chinese and English headers, whole or not at all."""
    frame = published(done, district)
    named = frame.select(
        pl.col("stage")
        .map_elements(lambda code: label_of("stage", code).zh, return_dtype=pl.String)
        .alias("学段 stage"),
        *(
            pl.col(column).replace_strict({key: text.zh for key, text in _TEXTS.items()}).alias(header)
            for column, header in (("from", "调出 from"), ("to", "调入 to"))
        ),
        pl.when(pl.col("hidden"))
        .then(pl.lit("*"))
        .otherwise(pl.col("n").cast(pl.String))
        .alias("人数 people"),
    )
    with whole_file(path) as part:
        part.write_text(named.write_csv(), encoding="utf-8-sig")


def _key(place: str | None) -> int:
    return KEYS.index(UNKNOWN if place is None else place)


def _long(stage: str, table: np.ndarray, *, fewest: int) -> pl.DataFrame:
    whole, marks = with_totals(table), hidden(table, fewest=fewest)
    keys = (*KEYS, TOTAL)
    rows = [
        (stage, start, end, None if marks[i, j] else int(whole[i, j]), bool(marks[i, j]))
        for i, start in enumerate(keys)
        for j, end in enumerate(keys)
    ]
    schema = {"stage": pl.String, "from": pl.String, "to": pl.String, "n": pl.Int64, "hidden": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")
