"""What each post has and needs: counts of the annual return, needs of the standard, bounds of subject posts, caps."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.district.columns import choices
from junheng.district.model import District
from junheng.measure.norms import lowered, norms_of
from junheng.measure.resources import KINDS
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.planners.exchange.problem import ABOVE_DEGREE, BACKBONE, INDICATORS, PE_ARTS, Posts
from junheng.planners.exchange.wishes import ExchangeWishes
from junheng.standards.lookup import StandardOnDate

_DEGREES_ABOVE = {
    stage: tuple(column.removeprefix("teachers_") for _, column in RESOURCES[ABOVE_DEGREE].plus[stage])
    for stage in COMPULSORY
}
_PRACTICAL = tuple(column.removesuffix("_teachers") for _, column in RESOURCES[PE_ARTS].plus["primary"])
_SUBJECTS = {choice.code: i for i, choice in enumerate(choices("subject"))}
RURAL = ("township_centre", "village")


def posts_of(
    district: District,
    standard: StandardOnDate,
    wishes: ExchangeWishes,
    open_at: pl.DataFrame,
    *,
    leavers: pl.DataFrame,
) -> Posts:
    """Return the posts of the school stages that take part.

    Parameters
    ----------
    open_at
        ``school, stage`` of each post in order.
    leavers
        People who leave by date, with ``post``, ``subject`` and the columns that count: floors give way for them.
    """
    frame = _frame(district, open_at)
    counts, need, floor = _indicators(frame, standard, wishes)
    by_subject = _by_subject(district, open_at)
    least, most = _bounds(district, open_at, by_subject)
    gone = _gone(leavers, open_at.height)
    size = by_subject.sum(axis=1)
    room = np.maximum(1, np.floor(size * wishes.size_change_percent / 100)).astype(np.int64)
    norm = _norm(frame, standard, size)
    subject_cap = np.maximum(1, np.floor(by_subject * wishes.subject_change_percent / 100)).astype(np.int64)
    cap = np.maximum(1, np.floor(size * wishes.school_change_percent / 100)).astype(np.int64)
    return Posts(
        schools=tuple(open_at["school"].to_list()),
        stages=tuple(open_at["stage"].to_list()),
        counts=counts,
        need=need,
        floor=np.minimum(floor, np.maximum(counts - _gone_counted(leavers, open_at.height), 0)),
        subject_counts=by_subject,
        subject_need=least,
        subject_floor=np.maximum(np.minimum(least, by_subject - gone), 0),
        subject_top=np.maximum(most, by_subject),
        size=size,
        size_floor=np.maximum(np.minimum(size - room, size - gone.sum(axis=1)), 0),
        size_top=np.maximum(size + room, norm),
        out_cap=cap,
        in_cap=cap,
        subject_out_cap=subject_cap,
        is_rural=frame["urban_rural"].is_in(list(RURAL)).fill_null(value=False).to_numpy(),
    )


def indicator_counts(district: District) -> dict[tuple[str, str, str], int]:
    """Return the teachers that count for each of `INDICATORS`, by school, stage and indicator; absent ones left out."""
    found = {}
    for k, rule in enumerate(INDICATORS):
        for stage in COMPULSORY:
            columns = [column for _, column in RESOURCES[k].plus[stage]]
            own = district.table("stages").filter(pl.col("stage") == stage)
            for school, n in own.select("school", _sum(columns).alias("n")).drop_nulls().iter_rows():
                found[school, stage, rule] = int(n)
    return found


def counted(people: pl.DataFrame) -> BoolArray:
    """Return whether each person counts for each of `INDICATORS` at their stage, shape (n, 3)."""
    result = np.zeros((people.height, len(INDICATORS)), bool)
    for stage, degrees in _DEGREES_ABOVE.items():
        above = (pl.col("stage") == stage) & pl.col("degree").is_in(list(degrees))
        result[:, ABOVE_DEGREE] |= people.select(above.fill_null(value=False)).to_series().to_numpy()
    result[:, BACKBONE] = people["is_backbone_now"].to_numpy()
    result[:, PE_ARTS] = people["subject"].is_in(list(_PRACTICAL)).to_numpy()
    return result


def _frame(district: District, open_at: pl.DataFrame) -> pl.DataFrame:
    return open_at.join(
        district.table("stages"), on=["school", "stage"], how="left", maintain_order="left"
    ).join(
        district.table("schools").select("school", "kind", "urban_rural"),
        on="school",
        how="left",
        maintain_order="left",
    )


def _indicators(
    frame: pl.DataFrame, standard: StandardOnDate, wishes: ExchangeWishes
) -> tuple[IntArray, IntArray, IntArray]:
    """Return counts, needs and floors, shape (m, 3); an indicator without records or limit needs nothing."""
    norms = norms_of(standard)
    shape = (frame.height, len(INDICATORS))
    counts, need, floor = (np.zeros(shape, np.int64) for _ in range(3))
    pupils = frame["pupils"].to_numpy().astype(float)
    left_out = _left_out(frame, standard)
    for k, stage in ((k, s) for k in range(len(INDICATORS)) for s in range(len(COMPULSORY))):
        columns = [column for _, column in RESOURCES[k].plus[COMPULSORY[stage]]]
        have = frame.select(_sum(columns)).to_series().to_numpy().astype(float)
        rows = (frame["stage"] == COMPULSORY[stage]).to_numpy() & np.isfinite(have) & ~left_out
        share = np.nan_to_num(have)
        asked, kept = (
            np.ceil(lowered(limits[k, stage] * pupils / 100)) for limits in (norms.threshold, norms.floor)
        )
        asked, kept = (np.nan_to_num(limit).astype(np.int64) for limit in (asked, kept))
        present = share.astype(np.int64)
        counts[rows, k] = present[rows]
        need[rows, k] = asked[rows]
        # A post that meets the limit keeps meeting it; one above the floor stays above it; one below loses no more.
        own = np.where(present >= asked, asked, np.where(present >= kept, kept, present))
        floor[rows, k] = own[rows]
    _aim(frame, need, wishes)
    return counts, np.maximum(need, 0), np.minimum(floor, np.maximum(need, floor))


def _aim(frame: pl.DataFrame, need: IntArray, wishes: ExchangeWishes) -> None:
    """Put the targets of another plan in place of the standard's needs."""
    at = {pair: i for i, pair in enumerate(frame.select("school", "stage").iter_rows())}
    for (school, stage, rule), people in wishes.targets.items():
        if (school, stage) in at and rule in INDICATORS:
            need[at[school, stage], INDICATORS.index(rule)] = people


def _left_out(frame: pl.DataFrame, standard: StandardOnDate) -> BoolArray:
    """Return which posts the assessment leaves out, by kind or for too few pupils."""
    norms = norms_of(standard)
    kind = np.array([KINDS.index(code) if code in KINDS else len(KINDS) for code in frame["kind"].to_list()])
    pupils = frame["pupils"].to_numpy()
    left_out: BoolArray = norms.is_left_out[kind] | (pupils < norms.fewest_pupils[kind]) | (pupils == 0)
    return left_out


def _sum(columns: list[str]) -> pl.Expr:
    whole = pl.all_horizontal(pl.col(column).is_not_null() for column in columns)
    return pl.when(whole).then(pl.sum_horizontal(columns))


def _by_subject(district: District, open_at: pl.DataFrame) -> IntArray:
    """Return the teachers of each subject at each post, as the roster has them, shape (m, k)."""
    at = {pair: i for i, pair in enumerate(open_at.iter_rows())}
    result = np.zeros((open_at.height, len(_SUBJECTS)), np.int64)
    counted = district.table("teachers").drop_nulls(["school", "stage", "subject"])
    for school, stage, subject, n in counted.group_by("school", "stage", "subject").len().iter_rows():
        if (school, stage) in at:
            result[at[school, stage], _SUBJECTS[subject]] = n
    return result


def _bounds(district: District, open_at: pl.DataFrame, by_subject: IntArray) -> tuple[IntArray, IntArray]:
    """Return fewest and most teachers of each subject; one without posts keeps its own, or grows by one."""
    at = {pair: i for i, pair in enumerate(open_at.iter_rows())}
    least, most = np.zeros_like(by_subject), by_subject + 1
    for school, stage, subject, fewest, highest in (
        district.table("posts").select("school", "stage", "subject", "least", "most").iter_rows()
    ):
        if (school, stage) in at:
            place = at[school, stage], _SUBJECTS[subject]
            least[place], most[place] = fewest, highest
    return least, most


def _gone(leavers: pl.DataFrame, m: int) -> IntArray:
    """Return who leaves by date, by post and subject, shape (m, k)."""
    gone = np.zeros((m, len(_SUBJECTS)), np.int64)
    for post, subject in leavers.select("post", "subject").iter_rows():
        gone[post, _SUBJECTS[subject]] += 1
    return gone


def _gone_counted(leavers: pl.DataFrame, m: int) -> IntArray:
    """Return who leaves by date, by post and indicator, shape (m, 3)."""
    gone = np.zeros((m, len(INDICATORS)), np.int64)
    np.add.at(gone, leavers["post"].to_numpy(), counted(leavers).astype(np.int64))
    return gone


def _norm(frame: pl.DataFrame, standard: StandardOnDate, size: IntArray) -> IntArray:
    """Return the teachers that the staffing norm allows: the norm's staff less those who do not teach."""
    ratio: FloatArray = np.array(
        [
            standard.value("staffing.pupils_per_staff", stage=stage).number
            for stage in frame["stage"].to_list()
        ]
    )
    staff = frame["staff"].to_numpy().astype(float)
    teachers = frame["teachers"].to_numpy().astype(float)
    others = np.nan_to_num(staff - teachers)
    allowed = np.floor(frame["pupils"].to_numpy() / ratio) - others
    norm: IntArray = np.maximum(np.nan_to_num(allowed), size).astype(np.int64)
    return norm
