"""Let several schools draw from one zone (多校划片): the table of shared zones changes, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.measure.shared import EXPECTED, NEAREST
from junheng.plans.actions.reasoned import REASON, ReasonedAction
from junheng.plans.parts import Damaged, Reader, sequence, text
from junheng.text import Text


def _texts(given: Any, where: str) -> tuple[str, ...]:
    return tuple(text(one, f"{where}[{k}]") for k, one in enumerate(sequence(given, where)))


def _distance(given: Any, where: str) -> str:
    found = text(given, where)
    if found not in (NEAREST, EXPECTED):
        raise Damaged(where, Text(f"{NEAREST} 或 {EXPECTED}", f"{NEAREST} or {EXPECTED}"))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareZone(ReasonedAction):
    """Let schools share one zone at one stage; homes given to any of them are given to all.

    Attributes
    ----------
    stage, zone
        The stage, and what people call the zone.
    schools
        Its schools, at least two; the first is its lead. They leave whatever zone they shared before.
    distance
        Which distance counts: ``nearest`` or ``expected``.
    """

    kind: ClassVar[str] = "share_zone"
    readers: ClassVar[Mapping[str, Reader]] = {
        "stage": text,
        "zone": text,
        "schools": _texts,
        "distance": _distance,
        **REASON,
    }

    stage: str
    zone: str
    schools: tuple[str, ...]
    distance: str = NEAREST

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District in which the schools share their zones."""
        problems = [*_unfit(actions, district)]
        if problems:
            raise InputError(problems)
        new = pl.DataFrame(
            [(one.stage, school, one.zone, one.distance) for one in actions for school in one.schools],
            schema=dict.fromkeys(("stage", "school", "zone", "distance"), pl.String),
            orient="row",
        )
        before = district.table("shared_zones").select(new.columns)
        kept = before.join(new, on=["stage", "school"], how="anti").join(
            new, on=["stage", "zone"], how="anti"
        )
        return district.replace(shared_zones=pl.concat([kept, new]))


def _unfit(actions: Sequence[ShareZone], district: District) -> Iterator[Problem]:
    stages = district.table("stages")
    offered = set(zip(stages["school"].to_list(), stages["stage"].to_list(), strict=True))
    seen: set[tuple[str, str]] = set()
    for action in actions:
        if len(set(action.schools)) < 2:
            yield _problem("share-alone", action, Text("不足两所学校", "fewer than two schools"), school=None)
        for school in action.schools:
            if (school, action.stage) not in offered:
                yield _problem(
                    "no-such-stage",
                    action,
                    Text("该校没有这个学段", "the school has no such stage"),
                    school=school,
                )
            if (action.stage, school) in seen:
                yield _problem(
                    "shares-twice", action, Text("重复共用", "the school shares twice"), school=school
                )
            seen.add((action.stage, school))


def _problem(code: str, action: ShareZone, found: Text, *, school: str | None) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=f"{action.stage}/{action.zone}" + ("" if school is None else f"/{school}")),
        found=found,
        expected=Text(
            "两所以上设有该学段的学校，每校至多共用一个学区",
            "two or more schools of that stage, each in one shared zone at most",
        ),
        remedy=Text("请改正方案或补全数据", "Mend the plan, or add the record"),
    )
