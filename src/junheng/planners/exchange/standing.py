"""Where each teacher of the roster stands this year: must move, may move, or stays, and for which reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from junheng.district.model import District
from junheng.district.roster import is_backbone
from junheng.measure.retirement import years_to_retirement
from junheng.measure.seven import COMPULSORY
from junheng.planners.exchange.wishes import STAY, ExchangeWishes
from junheng.planners.schools import is_ordinary_public
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

STANDINGS: Mapping[str, Text] = MappingProxyType(
    {
        "out_of_scope": Text(
            "不在交流范围（非公办义务教育学段）", "out of scope: not public compulsory schooling"
        ),
        "returns": Text("期满返回原派出学校", "the stint ends: returns to the base school"),
        "first_stop_ends": Text("首站培养期满，到集团成员校", "the first stop ends: moves on in the group"),
        "recruit": Text("新招教师，安排首站", "newly recruited: gets a first school"),
        "researcher": Text(
            "兼职教研员任期届满，到校任教一年", "the researcher's term ends: a year in a school"
        ),
        "locked_stay": Text("锁定留任", "locked to stay"),
        "locked_move": Text("锁定调动", "locked to move"),
        "on_stint": Text("交流期未满", "the stint has not ended"),
        "exempt": Text("符合暂缓交流情形", "exempt for now"),
        "graduating": Text("担任毕业班教学", "teaches a graduating class"),
        "near_retirement": Text("临近退休", "near retirement"),
        "certificate": Text("教师资格低于任教学段", "the certificate is below the stage taught"),
        "years_unknown": Text("没有到校学年", "the year of joining is not recorded"),
        "too_few_years": Text("在校年限未满", "too few years in the school"),
        "eligible": Text("符合交流条件", "eligible"),
    }
)
"""Every standing by its code; of several that hold the first in this order is given, locks aside."""
DUE = ("returns", "first_stop_ends", "recruit", "researcher", "locked_move")
"""Standings of those who must move."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the standard that decide standings: by stage, `None` where the locality sets none."""

    years: Mapping[str, float | None]
    before_retirement: float | None


def rules_of(standard: StandardOnDate, wishes: ExchangeWishes) -> Rules:
    """Look the local rules up; a wish for years in one school comes before the standard's."""
    years: dict[str, float | None] = {}
    for stage in COMPULSORY:
        value = standard.value_or_none("rotation.teacher_years", stage=stage)
        local = None if value is None else value.number
        years[stage] = local if wishes.teacher_years is None else float(wishes.teacher_years)
    near = standard.value_or_none("rotation.years_before_retirement")
    return Rules(years, None if near is None else near.number)


def standings(district: District, standard: StandardOnDate, wishes: ExchangeWishes) -> pl.DataFrame:
    """Return the roster with what the exchange needs to know of everybody.

    Returns
    -------
    polars.DataFrame
        The columns of ``teachers`` and ``standing`` (a key of `STANDINGS`), ``years`` in the school when the plan
        begins, ``is_backbone`` then and ``is_backbone_now``, ``is_lead`` whether the school leads a group.
    """
    year = district.year.start + 1
    known = rules_of(standard, wishes)
    roster = (
        district.table("teachers")
        .join(_open_posts(district), on=["school", "stage"], how="left", maintain_order="left")
        .join(_leads(district), on="school", how="left", maintain_order="left")
        .join(_researchers_due(district, year), on="teacher", how="left", maintain_order="left")
        .with_columns(
            pl.col("is_open", "is_lead", "is_researcher_due").fill_null(value=False),
            years=year - pl.col("joined_year"),
            is_backbone=is_backbone(year).fill_null(value=False),
            is_backbone_now=is_backbone(year - 1).fill_null(value=False),
            locked=pl.col("teacher").replace_strict(
                dict(wishes.locked), default=None, return_dtype=pl.String
            ),
            to_retirement=years_to_retirement(standard, year=year),
        )
    )
    return roster.with_columns(standing=_standing(known, wishes, year)).drop(
        "is_open", "is_researcher_due", "to_retirement", "locked"
    )


def _standing(known: Rules, wishes: ExchangeWishes, year: int) -> pl.Expr:
    has_school, locked = pl.col("school").is_not_null(), pl.col("locked")
    is_back = pl.col("return_year") <= year
    enough = pl.col("years") >= pl.col("stage").replace_strict(
        {stage: years for stage, years in known.years.items() if years is not None},
        default=None,
        return_dtype=pl.Float64,
    )
    near = pl.lit(value=False)
    if known.before_retirement is not None:
        near = pl.col("to_retirement") < known.before_retirement
    ranks = {"primary": 1, "junior": 2, "senior": 3}
    stage, certificate = (
        pl.col(name).replace_strict(ranks, default=None) for name in ("stage", "certificate")
    )
    tests = {
        "out_of_scope": ~pl.col("stage").is_in(COMPULSORY) | (has_school & ~pl.col("is_open")),
        "locked_stay": locked == STAY,
        "locked_move": locked.is_not_null() & has_school & ~(is_back & pl.col("base_school").is_not_null()),
        "returns": has_school & is_back & pl.col("base_school").is_not_null(),
        "first_stop_ends": has_school & is_back & pl.col("is_lead"),
        "recruit": ~has_school,
        "researcher": pl.col("is_researcher_due"),
        "on_stint": pl.col("return_year") > year,
        "exempt": pl.col("exemption").is_not_null() & pl.col("exemption_until").fill_null(year).ge(year),
        "graduating": (pl.col("graduating") == "yes") & pl.lit(wishes.keep_graduating),
        "near_retirement": near,
        "certificate": certificate < stage,
        "years_unknown": pl.col("joined_year").is_null(),
        "too_few_years": ~enough,
    }
    chosen = pl.lit("eligible")
    for code, holds in reversed(tests.items()):
        chosen = pl.when(holds.fill_null(value=False)).then(pl.lit(code)).otherwise(chosen)
    return chosen


def open_posts(district: District) -> pl.DataFrame:
    """Return the school stages that take part: ``school, stage``, public, compulsory, of an ordinary kind."""
    return _open_posts(district).select("school", "stage")


def _open_posts(district: District) -> pl.DataFrame:
    return (
        district.table("stages")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .join(district.table("schools"), on="school", maintain_order="left")
        .filter(is_ordinary_public())
        .select("school", "stage", is_open=pl.lit(value=True))
    )


def _leads(district: District) -> pl.DataFrame:
    leads = district.table("groups").filter(pl.col("role") == "lead")
    return leads.select("school", is_lead=pl.lit(value=True)).unique("school")


def _researchers_due(district: District, year: int) -> pl.DataFrame:
    due = pl.col("term_start") + pl.col("term_years") <= year
    return district.table("researchers").filter(due).select("teacher", is_researcher_due=pl.lit(value=True))
