"""Merge a school into another: pupils move together, teachers are handed over, classes are formed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem, require_stages
from junheng.plans.actions.shutting import with_classes_formed, with_sums, without_stage
from junheng.plans.parts import Reader, text, whole
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSchools(PricedAction):
    """Merge one stage of a school into another school.

    Attributes
    ----------
    school, into, stage
        The school that is given up, the one that takes pupils and teachers over, and the stage.
    class_size
        Most pupils of a class when classes are formed again.
    """

    kind: ClassVar[str] = "merge_schools"
    readers: ClassVar[Mapping[str, Reader]] = {
        "school": text,
        "into": text,
        "stage": text,
        "class_size": whole,
        **PRICE,
    }

    school: str
    into: str
    stage: str
    class_size: int

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District after the mergers.

        Pupils and teachers of ``stages``, and the rolls, are added to the receiving school's; its classes are formed
        again within the limit; what is left of the catchment goes to it; everything else that is kept about the
        closed school follows `junheng.plans.actions.shutting.without_stage`.
        """
        require_stages(district, [(a.school, a.stage, f"{cls.kind} {a.school}") for a in actions])
        heirs = dict.fromkeys((a.into, a.stage) for a in actions)
        require_stages(district, [(*heir, f"{cls.kind} → {heir[0]}") for heir in heirs])
        closed = {(action.school, action.stage) for action in actions}
        problems = [
            problem(
                "merged-into-closed",
                f"{cls.kind} {action.school}",
                Text("接收学校本身也被撤并", "the receiving school is closed itself"),
            )
            for action in actions
            if (action.into, action.stage) in closed
        ]
        if problems:
            raise InputError(problems)
        for action in actions:
            district = with_sums(district, action.school, action.into, action.stage)
            district = with_classes_formed(
                district, action.school, action.into, action.stage, class_size=action.class_size
            )
            zones = district.table("catchments")
            is_own = (pl.col("school") == action.school) & (pl.col("stage") == action.stage)
            moved = zones.with_columns(
                school=pl.when(is_own).then(pl.lit(action.into)).otherwise(pl.col("school"))
            )
            district = without_stage(
                district.replace(catchments=moved) if zones.height else district,
                action.school,
                action.stage,
                heir=action.into,
            )
        return district
