"""Appoint a leader to a post: the row of the table ``leaders`` changes, and the holder until now leaves the post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.plans.action import Action
from junheng.plans.actions.reasoned import NO_TEXT
from junheng.plans.parts import Reader, both, text, text_or_none, whole
from junheng.text import Text

_READERS: Mapping[str, Reader] = {
    "leader": text,
    "school": text_or_none,
    "role": text,
    "year": whole,
    "term_years": whole,
    "text": both,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointLeader(Action):
    """Give a post to a leader, or take it away.

    Attributes
    ----------
    leader
        Number in the table ``leaders``.
    school, role
        The new post; a ``school`` of `None` with the role ``reserve`` leaves the leader without a post.
    year, term_years
        First school year in office, and the length of a term.
    text
        Why, in words.
    """

    kind: ClassVar[str] = "appoint_leader"
    readers: ClassVar[Mapping[str, Reader]] = _READERS

    leader: str
    school: str | None
    role: str
    year: int
    term_years: int
    text: Text = NO_TEXT

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the appointed leaders in their posts, in their first term."""
        _refuse(actions, district)
        new = pl.DataFrame(
            {
                "leader": [action.leader for action in actions],
                "new_school": [action.school for action in actions],
                "new_role": [action.role for action in actions],
                "new_end": [action.year + action.term_years - 1 for action in actions],
            },
            schema_overrides={"new_school": pl.String},
        )
        joined = district.table("leaders").join(new, on="leader", how="left", maintain_order="left")
        is_new, holds = pl.col("new_role").is_not_null(), pl.col("new_school").is_not_null()
        return district.replace(
            leaders=joined.with_columns(
                school=pl.when(is_new).then("new_school").otherwise("school"),
                role=pl.when(is_new).then("new_role").otherwise("role"),
                terms=pl.when(is_new & holds).then(1).when(is_new).then(None).otherwise("terms"),
                term_end=pl.when(is_new & holds)
                .then("new_end")
                .when(is_new)
                .then(None)
                .otherwise("term_end"),
            ).drop("new_school", "new_role", "new_end")
        )


def _refuse(actions: Sequence[AppointLeader], district: District) -> None:
    known = set(district.table("leaders")["leader"].to_list())
    schools = {*district.table("schools")["school"].to_list(), None}
    seen: set[str] = set()
    problems = []
    for action in actions:
        if action.leader not in known or action.school not in schools or action.leader in seen:
            problems.append(
                Problem(
                    code="appointment-does-not-fit",
                    severity="error",
                    place=Place(key=f"{action.leader} → {action.school}"),
                    found=Text(
                        "干部或学校不存在，或重复任命", "no such leader or school, or appointed twice"
                    ),
                    expected=Text("名册中的干部各任命一次", "each leader of the table once"),
                    remedy=Text("请改正方案", "Mend the plan"),
                )
            )
        seen.add(action.leader)
    if problems:
        raise InputError(problems)
