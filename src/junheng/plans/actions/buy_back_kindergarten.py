"""Buy a kindergarten back: it becomes a public one, and its children stay."""

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

PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyBackKindergarten(PricedAction):
    """Buy a kindergarten back.

    Attributes
    ----------
    kindergarten
        Which: its nature becomes public; children, places, classes and staff stay.
    """

    kind: ClassVar[str] = "buy_back_kindergarten"
    readers: ClassVar[Mapping[str, Reader]] = {"kindergarten": text, **PRICE}

    kindergarten: str

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with these kindergartens public."""
        rows = district.table("kindergartens")
        nature = dict(zip(rows["kindergarten"].to_list(), rows["nature"].to_list(), strict=True))
        problems = [
            problem(
                "not-to-buy-back",
                f"{cls.kind} {action.kindergarten}",
                Text("没有这所幼儿园，或已是公办", "there is no such kindergarten, or it is public already"),
            )
            for action in actions
            if nature.get(action.kindergarten, PUBLIC) == PUBLIC
        ]
        if problems:
            raise InputError(problems)
        bought = pl.col("kindergarten").is_in([action.kindergarten for action in actions])
        changed = rows.with_columns(nature=pl.when(bought).then(pl.lit(PUBLIC)).otherwise(pl.col("nature")))
        return district.replace(kindergartens=changed)
