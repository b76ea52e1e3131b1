"""The leaders' problem as one frozen object: posts to fill, people who may fill them, what must be kept."""

from __future__ import annotations

from dataclasses import dataclass

from junheng.planners.arrays import BoolArray, FloatArray, IntArray

NOBODY = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class LeadersProblem:
    """Fill each of m posts with one of n people.

    Attributes
    ----------
    people, schools, roles
        Codes of the people; school and role (``principal``, ``vice_principal``) of each post.
    allowed
        Whether a person may hold a post next year, shape (n, m): roles, the two-term rule and commutes are folded in.
        Who need not leave may keep the present post.
    present
        Post of each person today, shape (n,); `NOBODY` for the reserve.
    km
        Commute, shape (n, m), read where ``allowed``; 0 for a post that is kept.
    is_promoted
        Whether holding the post is a promotion, shape (n, m).
    from_teaching
        Whether a person comes from the teaching lines, shape (n,).
    is_young
        Whether a person is below the age that the mix looks at, shape (n,).
    is_rural
        Whether a post is in a township or village school, shape (m,).
    teaching_share
        Least share of the promoted who come from the teaching lines, from 0 to 1.
    """

    people: tuple[str, ...]
    schools: tuple[str, ...]
    roles: tuple[str, ...]
    allowed: BoolArray
    present: IntArray
    km: FloatArray
    is_promoted: BoolArray
    from_teaching: BoolArray
    is_young: BoolArray
    is_rural: BoolArray
    teaching_share: float
