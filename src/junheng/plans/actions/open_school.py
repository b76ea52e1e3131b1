"""Open a school at a candidate site: built, brought in, or bought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem
from junheng.plans.parts import Damaged, Reader, number, text, whole
from junheng.text import Text

WAYS = ("built", "brought_in", "bought_back")
"""How a school comes to a site: new, run by a well-known school, or in premises that are bought back."""
KIND_OF_STAGE = {"primary": "primary", "junior": "junior", "senior": "senior"}


def _way(given: Any, where: str) -> str:
    if given not in WAYS:
        names = ", ".join(WAYS)
        raise Damaged(where, Text(f"{names} 之一", f"one of {names}"))
    return str(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSchool(PricedAction):
    """Open a school of one stage.

    Attributes
    ----------
    school, stage, name
        Code, stage and name of the new school; the code is the candidate's.
    home, lon, lat
        Where it stands.
    classes, places
        Classes, and pupils that they hold.
    way
        One of `WAYS`.
    """

    kind: ClassVar[str] = "open_school"
    readers: ClassVar[Mapping[str, Reader]] = {
        "school": text,
        "stage": text,
        "name": text,
        "home": text,
        "lon": number,
        "lat": number,
        "classes": whole,
        "places": whole,
        "way": _way,
        **PRICE,
    }

    school: str
    stage: str
    name: str
    home: str
    lon: float
    lat: float
    classes: int
    places: int
    way: str = "built"

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the new schools, which have places and no pupils yet."""
        _refuse(actions, district)
        schools = pl.DataFrame([action._school(district) for action in actions], infer_schema_length=None)
        stages = pl.DataFrame(
            [
                {
                    "school": action.school,
                    "stage": action.stage,
                    "classes": 0,
                    "pupils": 0,
                    "capacity_pupils": action.places,
                }
                for action in actions
            ]
        )
        return district.replace(
            schools=pl.concat([district.table("schools"), schools], how="diagonal_relaxed"),
            stages=pl.concat([district.table("stages"), stages], how="diagonal_relaxed"),
        )

    def _school(self, district: District) -> dict[str, Any]:
        homes = district.table("homes").filter(pl.col("home") == self.home)
        return {
            "school": self.school,
            "name": self.name,
            "kind": KIND_OF_STAGE.get(self.stage, self.stage),
            "holder": "county_education",
            "urban_rural": homes["urban_rural"].item() if homes.height == 1 else None,
            "lon": self.lon,
            "lat": self.lat,
            "home": self.home,
        }


def _refuse(actions: Sequence[OpenSchool], district: District) -> None:
    known = set(district.table("schools")["school"].to_list())
    homes = set(district.table("homes")["home"].to_list())
    problems = []
    for action in actions:
        where = f"{action.kind} {action.school}"
        if action.school in known:
            problems.append(
                problem("school-exists", where, Text("已有这所学校", "there is such a school already"))
            )
        if action.home not in homes:
            problems.append(
                problem(
                    "unknown-home",
                    f"{where} {action.home}",
                    Text("没有这个居住单元", "there is no such home"),
                )
            )
        known.add(action.school)
    if problems:
        raise InputError(problems)
