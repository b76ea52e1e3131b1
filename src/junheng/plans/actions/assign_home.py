"""Give a home to a school: the catchments change, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.plans.actions.reasoned import REASON, ReasonedAction
from junheng.plans.parts import Reader, text, text_or_none
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignHome(ReasonedAction):
    """Give a home to a school at one stage.

    Attributes
    ----------
    stage, home, school
        The new catchment row.
    before
        The school of the home until now, or `None`.
    """

    kind: ClassVar[str] = "assign_home"
    readers: ClassVar[Mapping[str, Reader]] = {
        "stage": text,
        "home": text,
        "school": text,
        "before": text_or_none,
        **REASON,
    }

    stage: str
    home: str
    school: str
    before: str | None = None

    @property
    def changes(self) -> bool:
        """Whether the home gets another school than it has."""
        return self.school != self.before

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the assigned homes replaced in place and new ones added at the end."""
        _refuse_unknown(actions, district)
        new = pl.DataFrame(
            {
                "stage": [action.stage for action in actions],
                "home": [action.home for action in actions],
                "new": [action.school for action in actions],
            },
            schema=dict.fromkeys(("stage", "home", "new"), pl.String),
        )
        joined = district.table("catchments").join(
            new, on=["stage", "home"], how="full", coalesce=True, maintain_order="left_right"
        )
        return district.replace(
            catchments=joined.select("stage", "home", school=pl.coalesce("new", "school"))
        )


def _refuse_unknown(actions: Sequence[AssignHome], district: District) -> None:
    homes = set(district.table("homes")["home"].to_list())
    stages = district.table("stages")
    offered = set(zip(stages["school"].to_list(), stages["stage"].to_list(), strict=True))
    seen: set[tuple[str, str]] = set()
    problems = []
    for action in actions:
        if action.home not in homes:
            problems.append(
                _problem("unknown-home", action, Text("没有这个居住单元", "there is no such home"))
            )
        if (action.school, action.stage) not in offered:
            problems.append(
                _problem("no-such-stage", action, Text("该校没有这个学段", "the school has no such stage"))
            )
        if (action.stage, action.home) in seen:
            problems.append(
                _problem("assigned-twice", action, Text("重复划片", "the home is assigned twice"))
            )
        seen.add((action.stage, action.home))
    if problems:
        raise InputError(problems)


def _problem(code: str, action: AssignHome, found: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=f"{action.stage}/{action.home} → {action.school}"),
        found=found,
        expected=Text(
            "每个居住单元在每个学段划给一所设有该学段的学校",
            "each home once per stage, to a school of that stage",
        ),
        remedy=Text("请改正方案或补全数据", "Mend the plan, or add the record"),
    )
