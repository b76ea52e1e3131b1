"""Make a school a branch campus of a stronger one: a member of the group that the other leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.school_problems import problem, require_stages
from junheng.plans.parts import Reader, text
from junheng.text import Text

NEW_GROUP = "G-"
"""Before the lead's code: the code of a group that is made for a new branch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeBranch(PricedAction):
    """Let one school lead another as its branch campus.

    Attributes
    ----------
    school, lead, stage
        The branch, the school that leads it, and the stage for which it was decided.
    """

    kind: ClassVar[str] = "make_branch"
    readers: ClassVar[Mapping[str, Reader]] = {"school": text, "lead": text, "stage": text, **PRICE}

    school: str
    lead: str
    stage: str

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the branches in their leads' groups, which are made where there are none.

        They leave the groups of today. A school whose stages are led by two schools is in both groups; one stage's
        lead may itself be led in another.
        """
        require_stages(district, [(a.school, a.stage, f"{cls.kind} {a.school}") for a in actions])
        leads = dict.fromkeys((a.lead, a.stage) for a in actions)
        require_stages(district, [(*lead, f"{cls.kind} → {lead[0]}") for lead in leads])
        groups = district.table("groups")
        rows = groups.select("group", "school", "role").to_dicts()
        heads = {row["school"] for row in rows if row["role"] == "lead"}
        found = Text("该校自己是牵头校", "the school itself leads a group")
        problems = [
            problem("branch-leads", f"{cls.kind} {action.school}", found)
            for action in actions
            if action.school in heads or (action.school, action.stage) in leads
        ]
        if problems:
            raise InputError(problems)
        branches = {action.school for action in actions}
        rows = [row for row in rows if row["school"] not in branches]
        for action in actions:
            group = next(
                (row["group"] for row in rows if row["school"] == action.lead and row["role"] == "lead"), None
            )
            if group is None:
                group = NEW_GROUP + action.lead
                rows.append({"group": group, "school": action.lead, "role": "lead"})
            member = {"group": group, "school": action.school, "role": "member"}
            if member not in rows:
                rows.append(member)
        named = groups.select("group", "name").drop_nulls().unique(subset="group", maintain_order=True)
        frame = pl.DataFrame(rows, schema={"group": pl.String, "school": pl.String, "role": pl.String})
        return district.replace(groups=frame.join(named, on="group", how="left", maintain_order="left"))
