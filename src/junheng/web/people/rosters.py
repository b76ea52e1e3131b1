"""Teachers as the desk shows them: the roster with everybody's standing in the exchange of the year after it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.measure.seven import COMPULSORY
from junheng.planners.exchange.standing import DUE, STANDINGS, rules_of, standings
from junheng.planners.exchange.wishes import ExchangeWishes
from junheng.text import Text
from junheng.web.listing import Mark
from junheng.web.people.models import Window
from junheng.web.standard import standard

NO_YEARS, NOT_FILED = "no_years", "not_filed"
WORDS: Mapping[str, Text] = MappingProxyType(
    {
        **STANDINGS,
        NO_YEARS: Text(
            "未判定：本地未定在同一学校任教满几年应交流",
            "not judged: the years in one school are not set here",
        ),
        NOT_FILED: Text("未判定：学校尚未填报本学年年报", "not judged: the school has not filed this year"),
    }
)
"""Every standing in words; two more where nobody has said after how many years teachers move, or what a school has."""
_BY_YEARS = ("too_few_years", "eligible")


def years_of(year: int) -> int | None:
    """Return the years in one school that the bureau set for the exchange on this roster; `None` where it set none."""
    found = Window.objects.filter(pk=year).first()
    return None if found is None else found.teacher_years


def standing_of_all(district: District, teacher_years: int | None) -> pl.DataFrame:
    """Return the roster with ``standing``, ``years`` in the school and ``is_backbone_now``.

    See `junheng.planners.exchange.standing.standings`. Where neither the bureau nor the local standard sets the years
    in one school, nobody is judged by them: the standing is then `NO_YEARS`. In a year that has just begun nobody
    knows a school's stages until it files: what would be out of scope for that reason is `NOT_FILED`.
    """
    today = standard().on(district.year.first_day)
    wishes = ExchangeWishes(teacher_years=teacher_years)
    unset = [stage for stage, years in rules_of(today, wishes).years.items() if years is None]
    is_unjudged = pl.col("stage").is_in(unset) & pl.col("standing").is_in(_BY_YEARS)
    filed = district.table("stages")["school"].unique()
    is_unknown = (pl.col("standing") == "out_of_scope") & ~pl.col("school").is_in(filed.implode())
    return standings(district, today, wishes).with_columns(
        standing=pl.when(is_unjudged)
        .then(pl.lit(NO_YEARS))
        .when(is_unknown & pl.col("stage").is_in(COMPULSORY))
        .then(pl.lit(NOT_FILED))
        .otherwise(pl.col("standing"))
    )


def shown(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return one teacher's row in words: what colleagues know anyhow, and the standing; no birth, home or health."""
    return {
        "teacher": row["teacher"],
        "name": row["name"],
        "school": None if row["school"] is None else names.get(row["school"], row["school"]),
        "stage": label_of("stage", row["stage"]),
        "subject": label_of("subject", row["subject"]),
        "title": label_or_none("title", row["title"]),
        "tier": label_or_none("tier", row["tier"]),
        "years": row["years"],
        "rotations": row["rotations"],
        "standing": mark(row["standing"]),
        "back": None if row["return_year"] is None else str(row["return_year"]),
    }


def mark(standing: str) -> Mark:
    """Return a standing with its colour: who must move stands out, who may move is green."""
    tone = "near" if standing in DUE else "ok" if standing == "eligible" else "none"
    return Mark(WORDS[standing], tone)


def label_or_none(enumeration: str, code: str | None) -> Text | None:
    """Return a code in words; absent stays absent."""
    return None if code is None else label_of(enumeration, code)
