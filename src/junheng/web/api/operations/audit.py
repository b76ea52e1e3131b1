"""What was done."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from junheng.text import Text
from junheng.web.api.operations.asking import Before, Limit
from junheng.web.api.shapes import EventOut, words
from junheng.web.audit.actions import ACTIONS
from junheng.web.audit.models import Event

router = Router(tags=["audit"])


@router.get("/audit", url_name="audit", response=list[EventOut], summary="Events, newest first · 操作记录")
def events(request: HttpRequest, before: Before = None, limit: Limit = 1000) -> list[EventOut]:
    found = Event.objects.all() if before is None else Event.objects.filter(pk__lt=before)
    return [
        EventOut(
            id=one.pk,
            at=one.at,
            by=one.by_name,
            action=one.action,
            action_in_words=words(ACTIONS.get(one.action, Text.same(one.action))),
            subject=one.subject,
            subject_id=one.subject_id,
            school=one.school,
            why=one.why,
            changes=one.changed,
        )
        for one in found[:limit]
    ]
