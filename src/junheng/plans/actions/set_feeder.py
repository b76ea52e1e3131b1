"""Let the leavers of a school go on to another: the table of feeders changes, nothing else."""

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
class SetFeeder(ReasonedAction):
    """Let all leavers of a school go on to one school at the next stage.

    Attributes
    ----------
    stage
        The stage that they enter.
    school, target
        The school left and the school entered.
    before
        The school entered until now; `None` where there was none or several.
    """

    kind: ClassVar[str] = "set_feeder"
    readers: ClassVar[Mapping[str, Reader]] = {
        "stage": text,
        "school": text,
        "target": text,
        "before": text_or_none,
        **REASON,
    }

    stage: str
    school: str
    target: str
    before: str | None = None

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District in which each named school leads on to its new target alone."""
        _refuse_unfit(actions, district)
        new = pl.DataFrame(
            [(action.stage, action.school, action.target) for action in actions],
            schema=dict.fromkeys(("stage", "school", "target"), pl.String),
            orient="row",
        )
        kept = district.table("feeders").join(new, on=["stage", "school"], how="anti")
        return district.replace(feeders=pl.concat([kept, new]))


def _refuse_unfit(actions: Sequence[SetFeeder], district: District) -> None:
    stages = district.table("stages")
    offered = set(zip(stages["school"].to_list(), stages["stage"].to_list(), strict=True))
    schools = set(district.table("schools")["school"].to_list())
    seen: set[tuple[str, str]] = set()
    problems = []
    for action in actions:
        if action.school not in schools:
            problems.append(_problem("unknown-school", action, Text("没有毕业学校", "no such school left")))
        if (action.target, action.stage) not in offered:
            problems.append(
                _problem(
                    "no-such-stage", action, Text("对口学校没有这个学段", "the target has no such stage")
                )
            )
        if (action.stage, action.school) in seen:
            problems.append(_problem("set-twice", action, Text("重复对口", "the school is paired twice")))
        seen.add((action.stage, action.school))
    if problems:
        raise InputError(problems)


def _problem(code: str, action: SetFeeder, found: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=f"{action.stage}/{action.school} → {action.target}"),
        found=found,
        expected=Text("每所学校对口一所设有该学段的学校", "each school once, to a school of that stage"),
        remedy=Text("请改正方案或补全数据", "Mend the plan, or add the record"),
    )
