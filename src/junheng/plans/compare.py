"""Compare any number of plans under the same measure: today's zones, somebody's proposal, ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.composition import apart_from_today
from junheng.measure.places import Places, places
from junheng.measure.shared import members_of, overlaps, shared_zones
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.plan import Plan
from junheng.provenance import hash_json
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

PRESENT = Text("现行学区", "present catchments")

MEASURES: dict[str, tuple[Text, str]] = {
    "over": (Text("超出学位的学生", "pupils over capacity"), "pupil"),
    "max_utilisation": (Text("最高学位使用率", "highest utilisation"), "percent"),
    "mean_km": (Text("平均上学距离", "mean distance"), "km"),
    "p95_km": (Text("95% 学生的上学距离以内", "95th-percentile distance"), "km"),
    "share_inside": (Text("服务半径内学生占比", "pupils inside the service radius"), "percent"),
    "moved": (Text("改换学校的学生", "pupils moved"), "pupil"),
    "moved_homes": (Text("改换学校的居住单元", "homes moved"), "count"),
    "cut_off_homes": (Text("与学校不连片的居住单元", "homes cut off from their school"), "count"),
    "unzoned": (Text("未划片的学生", "pupils without a catchment"), "pupil"),
}
"""What plans are compared by, with the unit; shares are fractions and shown as percent."""

APART = "apart"
GROUP_MEASURES: dict[str, tuple[Text, str]] = {
    APART: (
        Text("群体占比与周边现状最多相差", "share of the group off that around the zone today, at most"),
        "percent",
    )
}
"""What they are compared by besides where a group of children is looked at."""


def plan_of_zones(district: District, zones: pl.DataFrame, *, name: Text, stage: str) -> Plan:
    """Make a Plan of zones that somebody else drew, so that it can be applied and compared like any other.

    Parameters
    ----------
    zones
        ``home, school``: the proposal for one stage.
    name
        What people call the proposal.

    Returns
    -------
    Plan
        Without objective and bound: nobody proved anything about it.
    """
    today = _school_of(district, stage)
    settings = {"stage": stage, "imported": True}
    inputs = {"district": district.hash}
    return Plan(
        kind="catchments",
        name=name,
        objective={},
        seconds=0.0,
        seed=None,
        inputs=inputs,
        inputs_hash=hash_json({"inputs": inputs, "settings": settings}),
        standard_date="",
        version="",
        settings=settings,
        stopped_by="imported",
        actions=tuple(
            AssignHome(stage=stage, home=home, school=school, before=today.get(home))
            for home, school in zip(zones["home"].to_list(), zones["school"].to_list(), strict=True)
        ),
    )


def diff(before: District, after: District, *, stage: str) -> pl.DataFrame:
    """Return the homes whose school differs at a stage: ``home, before, after`` (null: no school)."""
    old, new = (d.table("catchments").filter(pl.col("stage") == stage) for d in (before, after))
    joined = old.select("home", before="school").join(
        new.select("home", after="school"), on="home", how="full", coalesce=True, maintain_order="left_right"
    )
    return joined.filter(pl.col("before").ne_missing(pl.col("after")))


def changed(before: District, after: District, *, stage: str) -> pl.DataFrame:
    """Return the homes that keep no school of their zone, as `diff` does: a shared zone may keep one of several."""
    members = [members_of(shared_zones(one, stage)) for one in (before, after)]
    rows = diff(before, after, stage=stage)
    keeps = [
        old is not None and new is not None and overlaps(old, new, *members)
        for old, new in rows.select("before", "after").iter_rows()
    ]
    return rows.filter(~pl.Series(keeps, dtype=pl.Boolean))


def compare(
    district: District,
    plans: Sequence[Plan],
    standard: StandardOnDate,
    *,
    stage: str,
    allow_changed: bool = False,
    group: str | None = None,
) -> pl.DataFrame:
    """Measure the present zones and each plan's, and count who moves.

    Parameters
    ----------
    group
        A group of `junheng.measure.composition.GROUPS` whose share in the zones is compared too.

    Returns
    -------
    polars.DataFrame
        One row per plan, the present zones first: ``zh, en`` and the columns of `MEASURES`, null where a figure
        is not known; with a group, those of `GROUP_MEASURES` too. ``moved`` counts children whose home has a school
        today and gets another one.

    Raises
    ------
    UsageError
        For a plan of another stage, which would look as if it changed nothing.
    """
    for plan in plans:
        _refuse_other_stage(plan, stage)
    present = places(district, standard)
    children = present.homes.filter(pl.col("stage") == stage).select("home", "children")
    rows = [_row(PRESENT, present, stage=stage, moved=children.clear())]
    zoned = [district]
    for plan in plans:
        after = plan.apply(district, allow_changed=allow_changed)
        zoned.append(after)
        # Homes without a school today are not among them: they get one, they do not move.
        moved = children.join(changed(district, after, stage=stage), on="home", how="semi")
        rows.append(_row(plan.name, places(after, standard), stage=stage, moved=moved))
    if group is not None:
        for row, after in zip(rows, zoned, strict=True):
            row[APART] = apart_from_today(district, after, standard, stage=stage, group=group)
    return pl.DataFrame(rows)


def _refuse_other_stage(plan: Plan, stage: str) -> None:
    stages = {action.stage for action in plan.of(AssignHome)}
    if stages and stage not in stages:
        raise UsageError(
            Text(
                "方案“{name}”属于学段 {own}，不是 {stage}",
                "the plan “{name}” is of the stage {own}, not {stage}",
            ).format(name=plan.name, own=", ".join(sorted(stages)), stage=stage)
        )


def _row(name: Text, found: Places, *, stage: str, moved: pl.DataFrame) -> dict[str, Any]:
    of_stage = found.district.filter(pl.col("stage") == stage)
    measured = of_stage.row(0, named=True) if of_stage.height else {}
    row = {key: measured.get(key) for key in MEASURES}
    has_children = moved["children"].null_count() == 0
    return {
        **name._asdict(),
        **row,
        "moved": int(moved["children"].sum()) if has_children else None,
        "moved_homes": moved.height,
    }


def _school_of(district: District, stage: str) -> dict[str, str]:
    zones = district.table("catchments").filter(pl.col("stage") == stage)
    return dict(zip(zones["home"].to_list(), zones["school"].to_list(), strict=True))
