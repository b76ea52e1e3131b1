"""An approved catchment plan becomes the zones of its year, and is taken back while no school has filed anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.plans.plan import Plan
from junheng.provenance import hash_json
from junheng.text import Text
from junheng.web.planning.models import PlanRecord, PlanState, ZonesInForce
from junheng.web.registry.models import AnnualReturn, ReturnState, Year
from junheng.web.registry.newyear import Opened, open_next_year
from junheng.web.registry.store import frame_of, give, take
from junheng.web.roles import Person

KIND = "catchments"
_TABLES = ("catchments", "shared_zones")
Rows = dict[str, list[dict[str, Any]] | None]


def stage_of(plan: PlanRecord) -> str:
    """Return the stage whose zones a catchment plan draws."""
    return str(json.loads(plan.settings)["stage"])


def year_of(plan: PlanRecord) -> int:
    """Return the year for which a catchment plan is: the one it was asked for, else the one after its records."""
    since = json.loads(plan.settings).get("since")
    return plan.snapshot.year_id + 1 if since is None else int(since)


def approved_for(year: int) -> dict[str, list[PlanRecord]]:
    """Return the approved catchment plans for a school year by stage, the last that was approved first."""
    plans = PlanRecord.objects.filter(kind=KIND, state=PlanState.APPROVED).select_related("snapshot")
    found: dict[str, list[PlanRecord]] = {}
    for plan in plans.defer("snapshot__content", "report", "tables", "measured").order_by("-decided_at"):
        if year_of(plan) == year:
            found.setdefault(stage_of(plan), []).append(plan)
    return dict(sorted(found.items()))


def in_force(year: int) -> list[ZonesInForce]:
    """Return which plans the zones of a year come from, at most one a stage."""
    rows = ZonesInForce.objects.filter(year=year, ended_at=None).select_related("plan")
    return list(
        rows.defer("plan__result", "plan__report", "plan__tables", "plan__measured").order_by("stage")
    )


def has_returns(year: int) -> bool:
    """Say whether any school has filed something for a year: from then on its zones stay."""
    filed = Q(filings__isnull=False) | ~Q(state=ReturnState.DRAFT)
    return AnnualReturn.objects.filter(filed, year=year).exists()


@transaction.atomic
def open_next_year_with(*, by: Person, since: int, due: date, plans: Iterable[PlanRecord]) -> Opened:
    """Open the school year after one, with the zones of approved plans where they are given.

    A year that is there already stays as it is; see `open_next_year` and `put_in_force`.
    """
    opened = open_next_year(by=by, since=since, due=due)
    if opened.is_new:
        for plan in plans:
            put_in_force(by=by, plan=plan, year=opened.year)
    return opened


@transaction.atomic
def put_in_force(*, by: Person, plan: PlanRecord, year: int) -> ZonesInForce:
    """Write the zones of an approved plan into the records of its year; homes that it does not name keep theirs.

    Raises
    ------
    UsageError
        If the plan is not approved, not for that year or no catchment plan, if the year is not open or a school has
        filed for it, and while another plan's zones of that stage stand.
    InputError
        Naming the homes and schools of the plan that the records no longer have.
    """
    _lock(year)
    _refuse_unfit(plan, year)
    stage, now = stage_of(plan), give(year)
    wanted = Plan.from_dict(json.loads(plan.result or "{}")).apply(_with_stages(now), allow_changed=True)
    before, after = _rows(now, stage), _rows(wanted, stage)
    decided = timezone.localdate(plan.decided_at).isoformat()
    why = Text(
        "{stage}学区按方案“{name}”（{hash}），{who} {day} 批准",
        "zones of {stage} by the plan “{name}” ({hash}), approved by {who} on {day}",
    ).format(
        stage=label_of("stage", stage),
        name=plan.name,
        hash=plan.result_hash[:12],
        who=plan.decided_by,
        day=decided,
    )
    take(_with_zones(now, wanted.tables), by=by, why=f"{why.zh} {why.en}", action="zones-in-force")
    earlier = {row["home"]: row["school"] for row in before["catchments"] or ()}
    named = {action["home"] for action in json.loads(plan.result or "{}")["actions"] if "home" in action}
    written = after["catchments"] or []
    return ZonesInForce.objects.create(
        year_id=year,
        stage=stage,
        plan=plan,
        by_name=by.name,
        n_changed=sum(earlier.get(row["home"]) != row["school"] for row in written),
        n_unplanned=sum(row["home"] not in named for row in written),
        before=json.dumps(before, ensure_ascii=False),
        written=hash_json(after),
    )


@transaction.atomic
def take_back(*, by: Person, year: int, stage: str) -> None:
    """Bring back the zones that a plan replaced.

    Raises
    ------
    UsageError
        If no plan's zones stand there, a school has filed for the year, or the zones were edited since.
    """
    _lock(year)
    found = ZonesInForce.objects.filter(year=year, stage=stage, ended_at=None).select_related("plan").first()
    if found is None:
        raise UsageError(
            Text("该学段的学区不是由方案写入的", "the zones of this stage were not written by a plan")
        )
    _refuse_late(year)
    now = give(year)
    if hash_json(_rows(now, stage)) != found.written:
        raise UsageError(
            Text(
                "写入之后学区又有改动，撤回会丢失这些改动；请逐条修改",
                "the zones were edited since: taking them back would lose that; edit them one by one",
            )
        )
    why = Text("撤回方案“{name}”写入的学区", "zones of the plan “{name}” taken back").format(
        name=found.plan.name
    )
    zones = _restored(now, stage, json.loads(found.before))
    take(_with_zones(now, zones), by=by, why=f"{why.zh} {why.en}", action="zones-taken-back")
    found.ended_at, found.ended_by = timezone.now(), by.name
    found.save(update_fields=["ended_at", "ended_by"])


def _lock(year: int) -> None:
    """Lock the year, so that of two clicks the second sees what the first did."""
    if Year.objects.select_for_update().filter(pk=year).first() is None:
        raise UsageError(Text("该学年尚未开放", "that school year is not open"))


def _refuse_unfit(plan: PlanRecord, year: int) -> None:
    if plan.kind != KIND or plan.state != PlanState.APPROVED:
        raise UsageError(
            Text(
                "只有已批准的学区方案可以写入",
                "only an approved catchment plan can be written into the records",
            )
        )
    if year_of(plan) != year:
        text = Text("方案自 {year} 学年起实行", "the plan is for the school year {year}")
        raise UsageError(text.format(year=year_of(plan)))
    _refuse_late(year)
    if ZonesInForce.objects.filter(year=year, stage=stage_of(plan), ended_at=None).exists():
        raise UsageError(
            Text(
                "该学段的学区已由方案写入，请先撤回",
                "the zones of this stage come from a plan already: take those back first",
            )
        )


def _refuse_late(year: int) -> None:
    if has_returns(year):
        raise UsageError(
            Text(
                "已有学校填报该学年的年报，学区不再整体改动",
                "a school has filed its return for that year: its zones are no longer changed as a whole",
            )
        )


def _with_stages(now: District) -> District:
    """Return the records with last year's stages of schools, where this year's are not filed yet."""
    if now.has("stages"):
        return now
    return now.replace(stages=give(now.year.start - 1).table("stages"))


def _with_zones(now: District, zones: Mapping[str, pl.DataFrame]) -> District:
    """Return the records with other tables of zones, and without those that are not given."""
    rest = {name: one for name, one in now.tables.items() if name not in _TABLES}
    return District.of({**rest, **{name: one for name, one in zones.items() if name in _TABLES}})


def _rows(district: District, stage: str) -> Rows:
    """Return the rows of a stage by table, `None` for a table that the records do not keep."""
    return {
        name: district.tables[name].filter(stage=stage).to_dicts() if name in district.tables else None
        for name in _TABLES
    }


def _restored(now: District, stage: str, before: Rows) -> dict[str, pl.DataFrame]:
    """Return the tables of zones with the rows of a stage as they were."""
    tables = {name: _back(now.table(name), stage, frame_of(name, before[name] or ())) for name in _TABLES}
    return {name: one for name, one in tables.items() if before[name] is not None or one.height}


def _back(table: pl.DataFrame, stage: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a table with the rows of a stage replaced where its first one stands; other stages stay in order."""
    is_own = (table["stage"] == stage).arg_true()
    others = table.filter(pl.col("stage") != stage)
    at = others.height if is_own.is_empty() else int(is_own[0])
    return pl.concat([others.head(at), rows, others.slice(at)])
