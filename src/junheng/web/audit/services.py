"""Writing the audit: always inside the transaction of what it tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from junheng.web.audit.actions import ACTIONS
from junheng.web.audit.models import Event
from junheng.web.roles import Person


def record(
    action: str,
    *,
    by: Person,
    subject: str,
    subject_id: object = "",
    school: str = "",
    why: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Event:
    """Write one event.

    Parameters
    ----------
    action
        A name of `junheng.web.audit.actions.ACTIONS`.
    by
        Who did it; a visitor only at the first run.
    subject, subject_id
        What it was done to.
    changes
        Fields with ``{"before": ..., "after": ...}`` or plain facts; never a password or key.

    Raises
    ------
    RuntimeError
        Outside a transaction: the deed could stay while its event is lost.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells of")
    if action not in ACTIONS:
        raise KeyError(action)
    event = Event(
        by_id=by.account_id,
        by_name=by.name,
        action=action,
        subject=subject,
        subject_id=str(subject_id),
        school=school,
        why=why,
        changes=json.dumps(dict(changes or {}), ensure_ascii=False, sort_keys=True, default=str),
    )
    event.save()
    return event
