"""From a District, a standard and wishes to the exchange problem, naming every record that is absent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from junheng.district.columns import choices
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.commutes import NOWHERE, commutes
from junheng.planners.exchange.demand import counted, posts_of
from junheng.planners.exchange.problem import STAY, ExchangeProblem
from junheng.planners.exchange.reach import allowed_moves
from junheng.planners.exchange.standing import DUE, open_posts, rules_of, standings
from junheng.planners.exchange.wishes import STAY as LOCKED_TO_STAY
from junheng.planners.exchange.wishes import ExchangeWishes
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.text import Text

SUBJECTS = tuple(choice.code for choice in choices("subject"))


@dataclass(frozen=True, eq=False, kw_only=True)
class Exchange:
    """The problem with what a plan needs to talk about it.

    Attributes
    ----------
    problem
        What the solver sees.
    roster
        Everybody with their standing; see `junheng.planners.exchange.standing.standings`.
    people
        The rows of ``roster`` of the people in the problem, in its order.
    km
        Commute of each person to each post, shape (n, m), returns included.
    n_eligible
        Teachers who are eligible: the denominator of the quota.
    """

    problem: ExchangeProblem
    roster: pl.DataFrame
    people: pl.DataFrame
    km: FloatArray
    n_eligible: int


def exchange_problem(
    district: District,
    standard: Standard,
    *,
    wishes: ExchangeWishes,
    on: date,
    previous: dict[str, str] | None = None,
) -> Exchange:
    """Return the problem of one year's exchange.

    Parameters
    ----------
    previous
        School by teacher in an earlier plan; the new plan deviates from it as little as it can.

    Raises
    ------
    InputError
        Naming every table that is absent, every lock on an unknown teacher or school, and a standard without the local
        years in one school.
    """
    today = standard.on(on)
    _refuse(district, today, wishes)
    roster = standings(district, today, wishes)
    people = roster.filter(pl.col("standing").is_in([*DUE, "eligible"]))
    open_at = open_posts(district)
    is_by_date = people["standing"].is_in(list(DUE)).to_numpy()
    post_at = {key: i for i, key in enumerate(open_at.iter_rows())}
    origin = _positions(people, post_at)
    posts = posts_of(district, today, wishes, open_at, leavers=_leavers(people, origin, is_by_date))
    km = commutes(district, people, posts.schools)
    sent = people["standing"] != "returns"
    eligible = int((people["standing"] == "eligible").sum())
    broken, later = _wished(district, people, posts.schools, is_by_date, km)
    problem = ExchangeProblem(
        people=tuple(people["teacher"].to_list()),
        subjects=SUBJECTS,
        posts=posts,
        origin=origin,
        subject=people["subject"].replace_strict({code: i for i, code in enumerate(SUBJECTS)}).to_numpy(),
        counted=counted(people),
        is_backbone=people["is_backbone"].to_numpy(),
        allowed=allowed_moves(district, people, posts, wishes, origin=origin, km=km),
        must_move=is_by_date,
        is_rotating=(people["standing"] == "eligible").to_numpy(),
        is_by_date=is_by_date,
        km=np.where(sent.to_numpy()[:, None] & (km < NOWHERE), km, 0.0),
        burden=1.0 + wishes.weight_per_rotation * people["rotations"].fill_null(0).to_numpy(),
        broken=broken,
        later_choice=later,
        quota=quota_of(today, eligible),
        backbone_share=today.value("guarantee.G11.backbone_share").number / 100,
        least_to_rural=wishes.least_to_rural,
        couples=_couples(people),
        previous=None if previous is None else _previous(people, previous, post_at),
    )
    return Exchange(problem=problem, roster=roster, people=people, km=km, n_eligible=eligible)


def quota_of(standard: StandardOnDate, n_eligible: int) -> int:
    """Return the fewest who must move: the standard's share of the eligible, whole people."""
    share = standard.value("guarantee.G11.rotation_share").number / 100
    return int(np.ceil(share * n_eligible - 1e-9))


def _positions(people: pl.DataFrame, post_at: dict[tuple[str, str], int]) -> IntArray:
    pairs = people.select("school", "stage").iter_rows()
    return np.array([post_at.get(pair, STAY) for pair in pairs], dtype=np.int64)


def _leavers(people: pl.DataFrame, origin: IntArray, is_by_date: BoolArray) -> pl.DataFrame:
    """Return those who leave a post by date, with their post."""
    leaving = is_by_date & (origin >= 0)
    return people.with_columns(post=pl.Series(origin)).filter(pl.Series(leaving))


def _couples(people: pl.DataFrame) -> IntArray:
    at = {teacher: i for i, teacher in enumerate(people["teacher"].to_list())}
    pairs = people.select("teacher", "spouse").drop_nulls("spouse").iter_rows()
    both = sorted({tuple(sorted((at[a], at[b]))) for a, b in pairs if b in at and a != b})
    # Whoever is named by several people is paired once.
    used: set[int] = set()
    kept = []
    for a, b in both:
        if a not in used and b not in used:
            kept.append((a, b))
            used |= {a, b}
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def _previous(people: pl.DataFrame, given: dict[str, str], post_at: dict[tuple[str, str], int]) -> IntArray:
    pairs = people.select("teacher", "stage").iter_rows()
    return np.array(
        [post_at.get((given.get(teacher, ""), stage), STAY) for teacher, stage in pairs], dtype=np.int64
    )


def _wished(
    district: District,
    people: pl.DataFrame,
    schools: tuple[str, ...],
    is_by_date: BoolArray,
    km: FloatArray,
) -> tuple[BoolArray, IntArray]:
    """Return which moves break a wish and which fulfil a later one; moves that are due break none.

    A teacher's own limit on the commute is a wish; a school that the teacher names is within it, however far.
    """
    n, m = people.height, len(schools)
    person = {teacher: i for i, teacher in enumerate(people["teacher"].to_list())}
    where: dict[str, list[int]] = {}
    for i, school in enumerate(schools):
        where.setdefault(school, []).append(i)
    broken: BoolArray = km > people["most_km"].fill_null(np.inf).to_numpy()[:, None]
    broken |= (people["willing"] == "no").fill_null(value=False).to_numpy()[:, None]
    rank = np.zeros((n, m), np.int64)
    given = [row for row in district.table("wishes").iter_rows() if row[0] in person]
    broken[sorted({person[teacher] for teacher, _, _ in given})] = True
    for teacher, school, place in given:
        for post in where.get(school, ()):
            broken[person[teacher], post] = False
            rank[person[teacher], post] = place - 1
    broken[is_by_date] = False
    rank[is_by_date] = 0
    return broken, rank


def _refuse(district: District, today: StandardOnDate, wishes: ExchangeWishes) -> None:
    problems = [
        _problem(
            "needed-for-exchange", name, Text("没有数据行", "no rows"), Text("至少一行", "at least one row")
        )
        for name in ("schools", "stages", "teachers")
        if not district.has(name)
    ]
    problems += [_no_years(stage) for stage, years in rules_of(today, wishes).years.items() if years is None]
    teachers = set(district.table("teachers")["teacher"].to_list())
    schools = {*district.table("schools")["school"].to_list(), LOCKED_TO_STAY}
    for teacher, school in (*wishes.locked.items(), *sorted(wishes.forbidden)):
        if teacher not in teachers or school not in schools:
            problems.append(
                _problem(
                    "unknown-in-wish",
                    f"{teacher}={school}",
                    Text("没有这位教师或这所学校", "no such teacher, or no such school"),
                    Text("教师编号=学校代码（或 stay）", "teacher number=school code (or stay)"),
                )
            )
    if problems:
        raise InputError(problems)


def _no_years(stage: str) -> Problem:
    return _problem(
        "years-set-locally",
        f"rotation.teacher_years/{stage}",
        Text(
            "国家把在校年限留给地方规定，没有本地数值",
            "the nation leaves the years to the locality, and none is loaded",
        ),
        Text(
            "本地标准中的 rotation.teacher_years，或选项 --years",
            "rotation.teacher_years in an overlay, or --years",
        ),
    )


def _problem(code: str, key: str, found: Text, expected: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=key),
        found=found,
        expected=expected,
        remedy=Text("补上后重新编制", "Add it and plan again"),
    )
