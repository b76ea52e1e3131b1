"""From a District and a standard to the leaders' problem: who must leave, which posts are open, who may hold them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.measure.staffing import places
from junheng.planners.arrays import BoolArray, FloatArray
from junheng.planners.commutes import NOWHERE, commutes
from junheng.planners.leaders.problem import NOBODY, LeadersProblem
from junheng.standards.standard import Standard
from junheng.text import Text

RANKS = {"reserve": 0, "vice_principal": 1, "principal": 2}
STAGE_OF_RULE = "primary"
"""The national rule on terms is the same for both compulsory stages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderWishes:
    """What the bureau fixes.

    Attributes
    ----------
    most_km
        Longest commute, km.
    nearest
        For so many of the nearest open posts each person is considered; the bound is over these.
    young_below
        Age below which one counts as young in the mix of ages.
    teaching_percent
        Least share of the promoted who come from the teaching lines.
    term_years
        Length of a term.
    """

    most_km: float = 40.0
    nearest: int = 40
    young_below: int = 45
    teaching_percent: float = 0.0
    term_years: int = 4


def leaders_problem(
    district: District, standard: Standard, *, wishes: LeaderWishes, on: date
) -> LeadersProblem:
    """Return the problem of the leaders for the next school year.

    Who has served the terms of the rule and whose term ends must leave the school; everybody else may keep the post,
    and a vice-principal or one of the reserve may be promoted. Posts are those held today, and a principal for each
    public school without one.

    Raises
    ------
    InputError
        Where the table ``leaders`` is absent, or a leader in office has no terms on record.
    """
    _refuse(district)
    year = district.year.start + 1
    most_terms = standard.on(on).value("rotation.principal_terms", stage=STAGE_OF_RULE).number
    people = district.table("leaders").with_columns(
        must_leave=((pl.col("terms") >= most_terms) & (pl.col("term_end") < year)).fill_null(value=False),
        rank=pl.col("role").replace_strict(RANKS, return_dtype=pl.Int64),
        lon=pl.lit(None, dtype=pl.Float64),
        lat=pl.lit(None, dtype=pl.Float64),
    )
    posts = _posts(district, people)
    rank, post_rank = people["rank"].to_numpy(), np.array([RANKS[role] for role in posts["role"].to_list()])
    present = _present(people, posts)
    same_school = people["school"].to_numpy()[:, None] == posts["school"].to_numpy()[None, :]
    leaves = people["must_leave"].to_numpy()
    km = commutes(district, people, tuple(posts["school"].to_list()))
    is_promoted = rank[:, None] < post_rank[None, :]
    keeps = _keeps(present, len(posts))
    moves = is_promoted | (leaves[:, None] & (rank[:, None] == post_rank[None, :]))
    open_to = moves & (km <= wishes.most_km) & ~(same_school & leaves[:, None])
    allowed = _nearest(open_to, km, wishes.nearest) | (keeps & ~leaves[:, None])
    rural = posts.join(places(district), on="school", how="left", maintain_order="left")["place"] == "rural"
    return LeadersProblem(
        people=tuple(people["leader"].to_list()),
        schools=tuple(posts["school"].to_list()),
        roles=tuple(posts["role"].to_list()),
        allowed=allowed,
        present=present,
        km=np.where(keeps | (km >= NOWHERE), 0.0, km),
        is_promoted=is_promoted,
        from_teaching=(people["from_teaching"] == "yes").fill_null(value=False).to_numpy(),
        is_young=(year - people["birth_year"] < wishes.young_below).fill_null(value=False).to_numpy(),
        is_rural=rural.fill_null(value=False).to_numpy(),
        teaching_share=wishes.teaching_percent / 100,
    )


def _posts(district: District, people: pl.DataFrame) -> pl.DataFrame:
    """Return one row a post: ``leader`` who holds it today (null for none), ``school``, ``role``."""
    held = people.filter(pl.col("role") != "reserve").select("leader", "school", "role").drop_nulls("school")
    public = district.table("schools").filter(pl.col("holder").ne_missing("private"))
    headed = held.filter(pl.col("role") == "principal")
    vacant = public.join(headed, on="school", how="anti").select(
        pl.lit(None, dtype=pl.String).alias("leader"), "school", pl.lit("principal").alias("role")
    )
    return pl.concat([held, vacant])


def _present(people: pl.DataFrame, posts: pl.DataFrame) -> np.ndarray:
    at = {leader: i for i, leader in enumerate(posts["leader"].to_list()) if leader is not None}
    return np.array([at.get(leader, NOBODY) for leader in people["leader"].to_list()], dtype=np.int64)


def _nearest(open_to: BoolArray, km: FloatArray, most: int) -> BoolArray:
    """Leave each person the nearest open posts, so many at most; ties in the order of the posts."""
    rank = np.argsort(np.argsort(np.where(open_to, km, np.inf), axis=1, kind="stable"), axis=1, kind="stable")
    near: BoolArray = open_to & (rank < most)
    return near


def _keeps(present: np.ndarray, m: int) -> BoolArray:
    keeps = np.zeros((len(present), m), bool)
    has = np.flatnonzero(present != NOBODY)
    keeps[has, present[has]] = True
    return keeps


def _refuse(district: District) -> None:
    leaders = district.table("leaders")
    problems = []
    if leaders.height == 0:
        problems.append(_needs("leaders", Text("校级干部名册", "the table of leaders")))
    incomplete = leaders.filter(
        (pl.col("role") != "reserve") & (pl.col("terms").is_null() | pl.col("term_end").is_null())
    )
    problems += [
        _needs(code, Text("已任届数与任满学年", "terms served and the end of the term"))
        for code in incomplete["leader"]
    ]
    if problems:
        raise InputError(problems)


def _needs(key: str, what: Text) -> Problem:
    return Problem(
        code="needed-for-leaders",
        severity="error",
        place=Place(sheet="leaders", key=key),
        found=Text("没有数据", "no data"),
        expected=what,
        remedy=Text("请补填", "Fill it in"),
    )
