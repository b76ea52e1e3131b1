"""The exchange problem as one frozen object: who may go where, what each post needs, what must be kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from junheng.errors import UsageError
from junheng.planners.arrays import BoolArray, FloatArray, IntArray
from junheng.text import Text

STAY = -1
"""Destination of a person who does not move; origin of one who has no school yet."""
INDICATORS = ("balance.R1", "balance.R2", "balance.R3")
"""The indicators that count teachers: above the required degree, backbone, PE and arts."""
ABOVE_DEGREE, BACKBONE, PE_ARTS = range(len(INDICATORS))


@dataclass(frozen=True, eq=False, kw_only=True)
class Posts:
    """The m school stages ("posts") between which people move, as they are today.

    Attributes
    ----------
    schools, stages
        Codes of school and stage of each post.
    counts
        People there who count for each of `INDICATORS`, shape (m, 3).
    need, floor
        People that an indicator needs, and below which it may not fall, shape (m, 3). The floor keeps the post's
        own verdict; it is never above ``counts`` less those who leave by date.
    subject_counts
        People of each subject, shape (m, k).
    subject_need, subject_floor, subject_top
        People that the subject needs, below which it may not fall, above which it may not grow; shape (m, k).
    size, size_floor, size_top
        Teachers, fewest and most, shape (m,).
    out_cap, in_cap
        Most people who may leave or come by choice in one year, shape (m,).
    subject_out_cap
        Most people of one subject who may leave by choice, shape (m, k).
    is_rural
        Whether the school stands in a township or village, shape (m,).
    """

    schools: tuple[str, ...]
    stages: tuple[str, ...]
    counts: IntArray
    need: IntArray
    floor: IntArray
    subject_counts: IntArray
    subject_need: IntArray
    subject_floor: IntArray
    subject_top: IntArray
    size: IntArray
    size_floor: IntArray
    size_top: IntArray
    out_cap: IntArray
    in_cap: IntArray
    subject_out_cap: IntArray
    is_rural: BoolArray

    def __post_init__(self) -> None:
        m, k = len(self.schools), np.asarray(self.subject_counts).shape[-1]
        for name in ("counts", "need", "floor"):
            _set(self, name, np.int64, (m, len(INDICATORS)))
        for name in ("subject_counts", "subject_need", "subject_floor", "subject_top", "subject_out_cap"):
            _set(self, name, np.int64, (m, k))
        for name in ("size", "size_floor", "size_top", "out_cap", "in_cap"):
            _set(self, name, np.int64, (m,))
        _set(self, "is_rural", np.bool_, (m,))

    def __len__(self) -> int:
        return len(self.schools)


@dataclass(frozen=True, eq=False, kw_only=True)
class ExchangeProblem:
    """Give each of n people at most one new post.

    Arrays are copied and made read-only.

    Attributes
    ----------
    people
        Numbers of the n teachers who may or must move; everybody else stays and only counts in ``posts``.
    subjects
        Codes of the k subjects.
    posts
        The school stages.
    origin
        Post of each person today, shape (n,); `STAY` for one who has none yet.
    subject
        Subject of each person as a position in ``subjects``, shape (n,).
    counted
        Whether a person counts for each of `INDICATORS` at the stage taught, shape (n, 3), as the annual return
        counts them today.
    is_backbone
        Whether a person's tier still holds in the year of the move, shape (n,).
    allowed
        Whether a person may go to a post, shape (n, m): stage, certificate, locks, bans, the limit on the commute and
        groups are folded in.
    must_move
        Whether a person has to get a post, shape (n,): recruits, researchers, those whose stint or first stop ends,
        and those whom people locked.
    is_rotating
        Whether a person's move counts for the yearly quota, shape (n,).
    is_by_date
        Whether a move is due by its date rather than chosen, shape (n,). Such a move does not use up the caps on change
        and the upper limits of the post that receives it.
    km
        Commute from each person's home to each post, shape (n, m); read only where ``allowed``. 0 where it shall not
        count, such as for a return to the base school.
    burden
        Weight of one's commute, shape (n,): above 1 for those who were sent before.
    broken
        Whether a move breaks the person's wish, shape (n, m).
    later_choice
        Rank of the wish that a move fulfils, less 1, shape (n, m); 0 where no wish is fulfilled.
    quota
        Fewest rotating people who move.
    backbone_share
        Least share of backbone teachers among the rotating people who move, from 0 to 1.
    least_to_rural
        Fewest rotating people who move from a town school to a township or village school.
    couples
        Pairs of people (positions) who are married, shape (c, 2): at most one of the two moves by choice in a year.
    previous
        Destination in an earlier plan from which as few people as possible shall deviate, shape (n,), `STAY` for
        none; `None` without such a plan.
    """

    people: tuple[str, ...]
    subjects: tuple[str, ...]
    posts: Posts
    origin: IntArray
    subject: IntArray
    counted: BoolArray
    is_backbone: BoolArray
    allowed: BoolArray
    must_move: BoolArray
    is_rotating: BoolArray
    is_by_date: BoolArray
    km: FloatArray
    burden: FloatArray
    broken: BoolArray
    later_choice: IntArray
    quota: int = 0
    backbone_share: float = 0.0
    least_to_rural: int = 0
    couples: IntArray = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    previous: IntArray | None = None

    def __post_init__(self) -> None:
        n, m = len(self.people), len(self.posts)
        _set(self, "origin", np.int64, (n,))
        _set(self, "subject", np.int64, (n,))
        _set(self, "counted", np.bool_, (n, len(INDICATORS)))
        for name in ("is_backbone", "must_move", "is_rotating", "is_by_date"):
            _set(self, name, np.bool_, (n,))
        _set(self, "burden", np.float64, (n,))
        for name, dtype in (("allowed", np.bool_), ("km", np.float64), ("broken", np.bool_)):
            _set(self, name, dtype, (n, m))
        _set(self, "later_choice", np.int64, (n, m))
        _set(self, "couples", np.int64, (len(self.couples), 2))
        if self.previous is not None:
            _set(self, "previous", np.int64, (n,))
        if len(set(self.people)) != n:
            raise UsageError(Text("教师编号有重复", "a teacher number is repeated"))
        own = (self.origin >= 0) & self.allowed[np.arange(n), np.maximum(self.origin, 0)]
        if own.any():
            raise UsageError(Text("没有人能调往自己的学校", "nobody can move to their own post"))

    @property
    def n_people(self) -> int:
        """Number of people who may move."""
        return len(self.people)

    @cached_property
    def from_town(self) -> BoolArray:
        """Whether each person's post today is in a town school, shape (n,)."""
        is_town = (self.origin >= 0) & ~self.posts.is_rural[np.maximum(self.origin, 0)]
        is_town.setflags(write=False)
        return is_town


def _set(owner: object, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    given = np.asarray(getattr(owner, name))
    array = np.array(given.reshape(shape) if given.size == 0 else given, dtype=dtype)
    if array.shape != shape:
        raise UsageError(
            Text(
                f"交流问题的 {name} 形状为 {array.shape}，应为 {shape}",
                f"{name} of the exchange problem has shape {array.shape}, expected {shape}",
            )
        )
    array.setflags(write=False)
    object.__setattr__(owner, name, array)
