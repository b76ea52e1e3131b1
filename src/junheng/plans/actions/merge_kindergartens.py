"""Merge a kindergarten into another: children, classes and staff go over; its premises are given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Reader, text
from junheng.text import Text

PEOPLE = ("children", "classes", "staff", "teachers", "carers", "certified_teachers")
"""Figures that go over; one that either kindergarten lacks is not known of both together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeKindergartens(PricedAction):
    """Merge a kindergarten into another.

    Attributes
    ----------
    kindergarten, into
        The one that is given up, and the one that takes children and staff over.
    """

    kind: ClassVar[str] = "merge_kindergartens"
    readers: ClassVar[Mapping[str, Reader]] = {"kindergarten": text, "into": text, **PRICE}

    kindergarten: str
    into: str

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District after the mergers: the figures of `PEOPLE` and the classes are the other's then."""
        rows = district.table("kindergartens")
        known, given_up = set(rows["kindergarten"].to_list()), [one.kindergarten for one in actions]
        problems = [
            problem(
                "not-to-merge",
                f"{cls.kind} {one.kindergarten}",
                Text(
                    "没有这所幼儿园或承接园，或承接园本身也被撤并，或重复撤并",
                    "there is no such kindergarten, or the one to take over is none, or is given up, or it comes twice",
                ),
            )
            for one in actions
            if not {one.kindergarten, one.into} <= known
            or one.into in given_up
            or given_up.count(one.kindergarten) > 1
        ]
        if problems:
            raise InputError(problems)
        for one in actions:
            district = _merged(district, one.kindergarten, one.into, where=f"{cls.kind} {one.kindergarten}")
        return district


def _merged(district: District, code: str, into: str, *, where: str) -> District:
    rows = district.table("kindergartens")
    own = rows.row(by_predicate=pl.col("kindergarten") == code, named=True)
    is_heir = pl.col("kindergarten") == into
    unknown = [name for name in PEOPLE if own[name] is None]
    rows = rows.with_columns(
        pl.when(is_heir).then(None).otherwise(pl.col(name)).alias(name) for name in unknown
    )
    changes = [Change((into,), name, own[name], where) for name in PEOPLE if name not in unknown]
    district = changed(
        district.replace(kindergartens=rows), "kindergartens", changes, optional=frozenset(PEOPLE)
    )
    classes = district.table("kindergarten_classes")
    is_own = pl.col("kindergarten") == code
    moved = classes.with_columns(
        pl.when(is_own).then(pl.lit(into)).otherwise(pl.col("kindergarten")).alias("kindergarten"),
        pl.when(is_own)
        .then(pl.format("{}/{}", pl.lit(code), "class"))
        .otherwise(pl.col("class"))
        .alias("class"),
    )
    return district.replace(
        kindergartens=district.table("kindergartens").filter(pl.col("kindergarten") != code),
        kindergarten_classes=moved,
    )
