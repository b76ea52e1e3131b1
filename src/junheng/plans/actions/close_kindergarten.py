"""Close a kindergarten that nobody attends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem
from junheng.plans.parts import Reader, text
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseKindergarten(PricedAction):
    """Close a kindergarten.

    Attributes
    ----------
    kindergarten
        Which. It must have no children: `MergeKindergartens` is for one that has.
    """

    kind: ClassVar[str] = "close_kindergarten"
    readers: ClassVar[Mapping[str, Reader]] = {"kindergarten": text, **PRICE}

    kindergarten: str

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District without these kindergartens and their classes."""
        rows, codes = district.table("kindergartens"), [one.kindergarten for one in actions]
        children = dict(zip(rows["kindergarten"].to_list(), rows["children"].to_list(), strict=True))
        problems = [
            problem(
                "not-to-close",
                f"{cls.kind} {code}",
                Text("没有这所幼儿园，或仍有幼儿", "there is no such kindergarten, or it still has children"),
            )
            for code in codes
            if children.get(code) != 0
        ]
        if problems:
            raise InputError(problems)
        stays = ~pl.col("kindergarten").is_in(codes)
        return district.replace(
            kindergartens=rows.filter(stays),
            kindergarten_classes=district.table("kindergarten_classes").filter(stays),
        )
