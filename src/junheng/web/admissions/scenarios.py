"""What-if: other places, another reserve, other zones, on the families of a frozen round."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.db import transaction

from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.whatif import Change, what_if
from junheng.errors import UsageError
from junheng.plans.apply import apply_plan
from junheng.plans.plan import Plan
from junheng.progress import Progress
from junheng.text import Text
from junheng.web.admissions.files import arrays_of
from junheng.web.admissions.models import Round, Scenario
from junheng.web.admissions.records import rules_of
from junheng.web.admissions.rulebook import changed
from junheng.web.audit.services import record
from junheng.web.jobs.kinds import Finish
from junheng.web.jobs.services import enqueue
from junheng.web.planning.models import PlanRecord
from junheng.web.roles import Person


@transaction.atomic
def ask(
    *,
    by: Person,
    found: Round,
    name: str,
    places: Mapping[str, int],
    reserves: Mapping[str, tuple[float | None, float | None]],
    plan: int | None,
    draws: int,
) -> Scenario:
    """Ask what would be otherwise; a job computes it.

    Parameters
    ----------
    places
        Places added by school, taken away if negative.
    reserves
        Floor and ceiling in percent by reserve, in the place of those of the rules.
    plan
        A catchment plan whose zones would hold.
    draws
        Number of made-up draws.

    Raises
    ------
    UsageError
        Where nothing would be otherwise, or the round is not frozen.
    """
    if not found.is_frozen:
        raise UsageError(Text("封存之后才能做假设分析", "freeze the round first"))
    if not places and not reserves and plan is None:
        raise UsageError(
            Text("没有改动：请改学位、预留或学区中的一项", "no change: other places, reserves or zones")
        )
    settings = {
        "places": dict(places),
        "reserves": {key: list(value) for key, value in reserves.items()},
        "plan": plan,
        "draws": draws,
    }
    made = Scenario.objects.create(
        round=found,
        name=name,
        edition=found.edition,
        settings=json.dumps(settings, ensure_ascii=False),
        made_by=by.name,
    )
    made.job = enqueue(by=by, kind="admission-whatif", subject=made.pk)
    made.save()
    record("scenario-asked", by=by, subject="round", subject_id=found.code, changes=settings)
    return made


def compute(subject: int, finish: Finish, progress: Progress) -> None:
    """Compute the what-if of a job."""
    scenario = Scenario.objects.select_related("round").get(pk=subject)
    settings = json.loads(scenario.settings)
    if scenario.round.edition != scenario.edition or not scenario.round.is_frozen:
        raise UsageError(Text("名单已重新封存，请重新分析", "the list was frozen anew: ask again"))
    progress(Text("读取封存的轮次", "reading the frozen round"))
    frozen = arrays_of(scenario.round).frozen
    result = what_if(frozen, _change(frozen, settings), draws=settings["draws"], progress=progress)

    def write() -> None:
        text = json.dumps(result.as_dict(), ensure_ascii=False)
        Scenario.objects.filter(pk=subject).update(result=text)

    finish(write)


def _change(frozen: FrozenRound, settings: Mapping[str, Any]) -> Change:
    rules = None
    if settings["reserves"]:
        rules = rules_of(with_reserves(frozen.rules.text, settings["reserves"]))
    return Change(
        rules=rules,
        places=settings["places"] or None,
        catchments=None if settings["plan"] is None else _catchments(frozen, settings["plan"]),
    )


def with_reserves(text: str, reserves: Mapping[str, Any]) -> str:
    """Return rules with other shares for some of their reserves."""
    ids = [reserve.id for reserve in rules_of(text).reserves]
    changes: dict[str, Any] = {}
    for name, (floor, ceiling) in reserves.items():
        at = ids.index(name)
        changes[f"reserves.{at}.floor_percent"] = floor
        changes[f"reserves.{at}.ceiling_percent"] = ceiling
    return changed(text, changes)


def _catchments(frozen: FrozenRound, plan: int) -> pl.DataFrame:
    """Return the zones of a plan; a frozen round holds only what decides it, so its hash is not the planned one's."""
    found = PlanRecord.objects.get(pk=plan)
    if found.result is None:
        raise UsageError(Text("该学区方案尚未算出", "that catchment plan is not computed"))
    planned = apply_plan(Plan.from_dict(json.loads(found.result)), frozen.district, allow_changed=True)
    return planned.table("catchments")
