"""Zones that somebody drew elsewhere, brought onto the planning desk: measured like a plan, with nothing proven."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from junheng.plans.proposals import zones_frame
from junheng.web.api import shapes
from junheng.web.api.operations.asking import by
from junheng.web.api.operations.plans import told
from junheng.web.api.operations.settings import snapshot_of
from junheng.web.planning.proposing import bring_in

router = Router(tags=["plans"])


@router.post(
    "/proposals",
    url_name="proposals",
    response={202: shapes.PlanOut},
    summary="Bring in zones that somebody drew; a job measures them · 导入划片提案",
    description="A home that is not named keeps its school. Every home and school that is not there is listed.",
)
def propose(request: HttpRequest, given: shapes.ProposalIn) -> Status[shapes.PlanOut]:
    made = bring_in(
        by=by(request),
        name=given.name,
        snapshot=snapshot_of(given.snapshot),
        stage=given.stage,
        zones=zones_frame(given.zones),
    )
    return Status(202, told(made, by(request)))
