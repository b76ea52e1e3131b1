"""What was done to one thing, step by step: who, when, why."""

from __future__ import annotations

from django.http import HttpRequest

from junheng.text import Text
from junheng.web.audit.actions import ACTIONS
from junheng.web.audit.models import Event
from junheng.web.listing import Column, Listing
from junheng.web.pages.templatetags.words import moment

_COLUMNS = (
    Column("at", Text("时间", "when")),
    Column("by", Text("操作人", "who")),
    Column("action", Text("操作", "what")),
    Column("why", Text("说明", "why")),
)


def trail(request: HttpRequest, *, subject: str, pk: int, only: str = "") -> Listing:
    """Return the events of one return, plan or the like, oldest first; without their details.

    Parameters
    ----------
    only
        How the actions begin that are told: of a plan that names persons, who answered it is not for everybody.
    """
    events = Event.objects.filter(subject=subject, subject_id=str(pk), action__startswith=only).order_by("pk")
    rows = [
        {"at": moment(one.at), "by": one.by_name, "action": ACTIONS[one.action], "why": one.why or None}
        for one in events
    ]
    return Listing(
        request,
        name="trail",
        title=Text("经过", "step by step"),
        columns=_COLUMNS,
        rows=rows,
        empty=Text("还没有任何操作", "nothing was done yet"),
    )
