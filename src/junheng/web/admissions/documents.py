"""Documents at the desk: looking at a scan, which is written down, and accepting it or asking for it again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from junheng.district.columns import choices
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.intake import add_step
from junheng.web.admissions.models import Application, ApplicationState, Document, Round, StepKind
from junheng.web.admissions.papers import scan_of
from junheng.web.admissions.states import OPEN_TO_CHANGE, locked
from junheng.web.audit.services import record
from junheng.web.roles import Person

KINDS = {one.code: one.text for one in choices("document")}
"""The kinds of documents with their names."""


@transaction.atomic
def look(*, by: Person, document: Document) -> bytes | None:
    """Return the bytes of a scan for somebody of the bureau, and write down who looked; `None` for paper.

    Raises
    ------
    UsageError
        If it cannot be opened: it was sealed with another key, or a bit of it was changed.
    """
    content = scan_of(document)
    if content is not None:
        facts = {"round": document.application.round.code, "document": document.kind}
        _record("document-seen", by=by, application=document.application, changes=facts)
    return content


@transaction.atomic
def check_document(
    *,
    by: Person,
    application: Application,
    kind: str,
    is_accepted: bool,
    remark: str = "",
    seen: str | None = None,
) -> None:
    """Say of a document, handed in online or on paper, whether it is accepted; the family reads the remark.

    Parameters
    ----------
    seen
        The SHA-256 of the scan that was looked at; `None` where paper was.

    Raises
    ------
    UsageError
        For an unknown kind, without a remark where it is asked for again, in a round that is frozen, or where the
        family has sent another scan since.
    """
    locked(application.round, OPEN_TO_CHANGE)
    if kind not in KINDS:
        raise UsageError(Text(f"没有材料“{kind}”", f"there is no document “{kind}”"))
    if not is_accepted and not remark.strip():
        raise UsageError(
            Text("请写明要重交的原因，家长会看到", "say why it is asked for again: the family reads it")
        )
    present = application.documents.select_for_update().filter(kind=kind).defer("content").first()
    if seen is not None and present is not None and present.sha256 != seen:
        raise UsageError(
            Text(
                "家长刚刚换了一份，请重新查看", "the family has sent another one meanwhile: look at it again"
            )
        )
    checked = "yes" if is_accepted else "no"
    Document.objects.update_or_create(
        application=application,
        kind=kind,
        defaults={
            "checked": checked,
            "remark": remark.strip(),
            "checked_at": timezone.now(),
            "checked_by": by.name,
        },
    )
    add_step(application, StepKind.DOCUMENT_CHECKED, by=by, why=f"{kind}: {checked} {remark.strip()}".strip())
    facts = {"round": application.round.code, "document": kind, "checked": checked}
    _record("document-checked", by=by, application=application, why=remark.strip(), changes=facts)


def next_unchecked(found: Round, *, after: Document | None = None) -> Document | None:
    """Return the scan that has waited longest to be looked at; those of the same application come first."""
    query = Document.objects.filter(application__round=found, checked="", content__isnull=False)
    query = query.exclude(application__state=ApplicationState.WITHDRAWN).defer("content")
    query = query.select_related("application").order_by("at", "pk")
    own = (
        None if after is None else query.filter(application=after.application_id).exclude(pk=after.pk).first()
    )
    return own or (query if after is None else query.exclude(pk=after.pk)).first()


def _record(
    action: str, *, by: Person, application: Application, changes: dict[str, str], why: str = ""
) -> None:
    record(action, by=by, subject="application", subject_id=application.number, why=why, changes=changes)
