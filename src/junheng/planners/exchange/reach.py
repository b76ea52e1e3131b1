"""To which posts each person may go: stage, commute, groups, return dates, locks and bans, folded into one table."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.exchange.problem import Posts
from junheng.planners.exchange.wishes import STAY as LOCKED_TO_STAY
from junheng.planners.exchange.wishes import ExchangeWishes


def allowed_moves(
    district: District,
    people: pl.DataFrame,
    posts: Posts,
    wishes: ExchangeWishes,
    *,
    origin: IntArray,
    km: FloatArray,
) -> BoolArray:
    """Return whether each person may go to each post, shape (n, m).

    Everybody keeps to their stage and within the limit on the commute. One whose stint ends returns to the base school
    whatever the commute; one whose first stop ends goes to a member of the group; a recruit begins in a lead
    school. Where no such school has the stage, any school will do. A lock leaves one school, whatever the commute.
    """
    stage = np.array(posts.stages)
    allowed: BoolArray = people["stage"].to_numpy()[:, None] == stage[None, :]
    allowed = allowed & (km <= wishes.most_km)
    school_at: dict[str, list[int]] = {}
    for i, school in enumerate(posts.schools):
        school_at.setdefault(school, []).append(i)
    _direct(allowed, district, people, posts, school_at)
    position = {teacher: i for i, teacher in enumerate(people["teacher"].to_list())}
    for teacher, school in wishes.forbidden:
        if teacher in position:
            allowed[position[teacher], school_at.get(school, [])] = False
    for teacher, school in wishes.locked.items():
        if teacher in position and school != LOCKED_TO_STAY:
            allowed[position[teacher]] = _only(school, people["stage"][position[teacher]], school_at, stage)
    has_post = np.flatnonzero(origin >= 0)
    allowed[has_post, origin[has_post]] = False
    return allowed


def _direct(
    allowed: BoolArray,
    district: District,
    people: pl.DataFrame,
    posts: Posts,
    school_at: dict[str, list[int]],
) -> None:
    """Narrow the choice of those whose move is due to where it leads."""
    stage = np.array(posts.stages)
    groups = district.table("groups")
    leads = groups.filter(pl.col("role") == "lead")["school"].to_list()
    members = {
        lead: groups.filter((pl.col("group") == group) & (pl.col("role") == "member"))["school"].to_list()
        for group, lead in groups.filter(pl.col("role") == "lead").select("group", "school").iter_rows()
    }
    columns = people.select("standing", "school", "base_school", "stage").iter_rows()
    for i, (standing, school, base, own_stage) in enumerate(columns):
        if standing == "returns":
            allowed[i] = _only(base, own_stage, school_at, stage)
        elif standing == "first_stop_ends":
            _narrow(allowed, i, members.get(school, []), school_at)
        elif standing == "recruit":
            _narrow(allowed, i, leads, school_at)


def _only(school: str, own_stage: str, school_at: dict[str, list[int]], stage: np.ndarray) -> BoolArray:
    result = np.zeros(len(stage), bool)
    posts = [post for post in school_at.get(school, ()) if stage[post] == own_stage]
    result[posts] = True
    return result


def _narrow(allowed: BoolArray, person: int, schools: list[str], school_at: dict[str, list[int]]) -> None:
    """Leave only some schools open, if any of them is."""
    posts = [post for school in schools for post in school_at.get(school, ())]
    inside = np.zeros(allowed.shape[1], bool)
    inside[posts] = True
    if (allowed[person] & inside).any():
        allowed[person] &= inside
