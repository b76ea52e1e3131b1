"""What was done, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.text import Text
from junheng.web.audit.actions import ACTIONS
from junheng.web.audit.models import Event
from junheng.web.audit.wording import details_of, subject_of
from junheng.web.listing import Column, Listing
from junheng.web.pages.templatetags.words import moment

_COLUMNS = (
    Column("at", Text("时间", "when")),
    Column("by", Text("操作人", "who")),
    Column("action", Text("操作", "what")),
    Column("subject", Text("对象", "to what")),
    Column("why", Text("原因", "why")),
    Column("changes", Text("内容", "details")),
)
_SHOWN = 5000


def events(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "at": moment(event.at),
            "by": event.by_name or None,
            "action": ACTIONS.get(event.action, Text.same(event.action)),
            "subject": subject_of(event.subject, event.subject_id),
            "why": event.why or None,
            "changes": details_of(event.changes) or None,
        }
        for event in Event.objects.all()[:_SHOWN]
    ]
    table = Listing(request, name="audit", title=Text("操作记录", "audit"), columns=_COLUMNS, rows=rows)
    return table.export() if table.wants_export else render(request, "audit/events.html", {"table": table})
