"""Open a public kindergarten at a candidate site: built, or in premises of an estate that are bought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem
from junheng.plans.parts import Reader, text, whole
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKindergarten(PricedAction):
    """Open a kindergarten.

    Attributes
    ----------
    kindergarten, name, home
        Code (the candidate's), name, and the home in which it stands.
    places
        Children that it holds.
    """

    kind: ClassVar[str] = "open_kindergarten"
    readers: ClassVar[Mapping[str, Reader]] = {
        "kindergarten": text,
        "name": text,
        "home": text,
        "places": whole,
        **PRICE,
    }

    kindergarten: str
    name: str
    home: str
    places: int

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the new kindergartens: licensed and public, with places, and nobody there yet."""
        rows = district.table("kindergartens")
        known, homes = set(rows["kindergarten"].to_list()), set(district.table("homes")["home"].to_list())
        problems = [
            problem(
                "not-to-open",
                f"{cls.kind} {action.kindergarten}",
                Text(
                    "已有这所幼儿园，或没有居住单元 {home}",
                    "there is such a kindergarten already, or no home {home}",
                ).format(home=action.home),
            )
            for action in actions
            if action.kindergarten in known or action.home not in homes
        ]
        if problems:
            raise InputError(problems)
        new = pl.DataFrame(
            [
                {
                    **{name: getattr(action, name) for name in ("kindergarten", "name", "home")},
                    "nature": "public",
                    "licensed": "yes",
                    "capacity_children": action.places,
                    **dict.fromkeys(("children", "classes", "staff", "teachers", "carers"), 0),
                }
                for action in actions
            ]
        )
        return district.replace(kindergartens=pl.concat([rows, new], how="diagonal_relaxed"))
