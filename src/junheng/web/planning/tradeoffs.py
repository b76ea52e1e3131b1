"""The plans of a trade-off: kept with the plan beside which they were drawn, and made plans of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from junheng.text import Text
from junheng.web.jobs.models import ENDED
from junheng.web.language import said
from junheng.web.planning import services
from junheng.web.planning.kinds.kind import Choice
from junheng.web.planning.models import NAME_LETTERS, PlanRecord, TradeoffPoint
from junheng.web.roles import Person

OF_THE_WHOLE = frozenset(("tradeoff", "tradeoff_balance", "tradeoff_proposals", "taken", "proposal"))
"""Settings that speak of a trade-off or a proposal; a plan that is made of another does not inherit them."""


def keep(plan: PlanRecord, choices: Sequence[Choice]) -> None:
    """Write the plans of a trade-off, in their order."""
    TradeoffPoint.objects.bulk_create(
        _point(plan, number, choice) for number, choice in enumerate(choices, start=1)
    )


def _point(plan: PlanRecord, number: int, choice: Choice) -> TradeoffPoint:
    whole = choice.plan.as_dict()
    head = {name: part for name, part in whole.items() if name != "actions"}
    return TradeoffPoint(
        plan=plan,
        number=number,
        measured=_json(dict(choice.measured)),
        head=_json(head),
        result=_json(whole),
    )


def points_of(plan: PlanRecord) -> QuerySet[TradeoffPoint]:
    """Return the plans of a trade-off without their actions, and what was made of each."""
    heavy = ("result", "made__result", "made__measured", "made__tables", "made__report")
    return plan.points.select_related("made__job").defer(*heavy).order_by("number")


def name_of(plan: PlanRecord, number: int) -> str:
    """Return what a plan that is made of one is called."""
    return said(Text("取舍 {n}：{name}", "choice {n}: {name}").format(n=number, name=plan.name))


@transaction.atomic
def take(*, by: Person, plan: PlanRecord, number: int, name: str) -> PlanRecord:
    """Make one of a trade-off a plan of the desk, whose limits are its settings; a job measures it and reports.

    Whoever asks twice gets the same plan, unless the first one came to nothing.

    Raises
    ------
    Http404
        Where the trade-off has no such plan.
    """
    point = TradeoffPoint.objects.select_for_update().filter(plan=plan, number=number).defer("result").first()
    if point is None:
        raise Http404
    if point.made is not None and not _came_to_nothing(point.made):
        return point.made
    point.made = services.start(
        by=by,
        kind=plan.kind,
        name=name[:NAME_LETTERS],
        snapshot=plan.snapshot,
        settings=_settings(json.loads(plan.settings), json.loads(point.head)["settings"])
        | {"taken": {"plan": plan.pk, "point": number}},
    )
    point.save(update_fields=["made"])
    return point.made


def others(plan: PlanRecord, *, most: int) -> list[PlanRecord]:
    """Return other computed plans of the same kind and records, newest first, without those made of its trade-off."""
    found = PlanRecord.objects.filter(
        Q(point__isnull=True) | ~Q(point__plan=plan),
        kind=plan.kind,
        snapshot__hash=plan.snapshot.hash,
        result__isnull=False,
    )
    stage = json.loads(plan.settings)["stage"]
    rest = found.exclude(pk=plan.pk).defer("result", "tables", "report")
    return [one for one in rest if json.loads(one.settings)["stage"] == stage][:most]


def _came_to_nothing(made: PlanRecord) -> bool:
    return made.result is None and made.job is not None and made.job.state in ENDED


def _settings(whole: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the plan beside which it was drawn, with its own limits in their place."""
    group, apart = own["balance"] or ("", None)
    seconds = own["options"]["seconds"]
    return {
        **{name: value for name, value in whole.items() if name not in OF_THE_WHOLE},
        "max_moved": own["max_moved_pupils"],
        "overflow_allowed": own["overflow_allowed"],
        "balance_group": group,
        "balance_points": None if apart is None else 100 * apart,
        "distance_slack": own["options"]["distance_slack"],
        "seconds": int(seconds) if float(seconds).is_integer() else seconds,
    }


def _json(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, allow_nan=False)
