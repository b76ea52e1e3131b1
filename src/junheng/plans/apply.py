"""Apply a plan: the District as it would be. The solver has no part in this."""

from __future__ import annotations

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.plans.plan import AssignHome, Plan
from junheng.text import Text


def apply_plan(plan: Plan, district: District, *, allow_changed: bool = False) -> District:
    """Return the District after the plan; see `Plan.apply`."""
    made_for = plan.inputs.get("district")
    if made_for is not None and made_for != district.hash and not allow_changed:
        raise UsageError(
            Text(
                "方案不是按这份数据算的（数据哈希不同）：请重新编制方案，或用 --allow-changed 强制套用",
                "the plan was computed from other records (their hash differs): plan again, "
                "or pass --allow-changed to apply it all the same",
            )
        )
    _refuse_unknown(plan.actions, district)
    return district.replace(catchments=_catchments(plan.actions, district))


def _catchments(actions: tuple[AssignHome, ...], district: District) -> pl.DataFrame:
    """Return the catchments with the assigned homes replaced in place and new ones added at the end."""
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
    return joined.select("stage", "home", school=pl.coalesce("new", "school"))


def _refuse_unknown(actions: tuple[AssignHome, ...], district: District) -> None:
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
