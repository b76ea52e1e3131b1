"""Apply, change, withdraw: what families do with an application. The desk may do it for them, under its own name.

Between a family that applies and a desk that closes the round: whoever writes an application holds a shared lock on
its round (its foreign key, or one that is asked for), looks at the state of the round under that lock, and then ends
the transaction. The desk moves a round under an exclusive lock. So families never wait for each other, and nobody
gets in after the list was closed.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.intake import add_step
from junheng.web.admissions.models import (
    Application,
    ApplicationState,
    Document,
    Origin,
    Round,
    RoundState,
    StepKind,
)
from junheng.web.admissions.papers import Scan
from junheng.web.admissions.persons import code_hash, identity_hash, new_number, seal, unseal
from junheng.web.admissions.taking import as_text
from junheng.web.audit.services import record
from junheng.web.families.asked import Asked, RefusedError, Wrong
from junheng.web.families.together import refuse_apart, refuse_strangers
from junheng.web.roles import Person
from junheng.web.vault import fingerprint

FAMILY = Person(name="家长 family")
"""Who does what a family does without an account. Its name is sealed, and stands in no audit."""
_CODE_LETTERS = 12
_TRIES = 5
_NOT_OPEN = Text(
    "本轮现在不接受网上报名或修改，请看招生公告或联系教育局",
    "this round takes no applications or changes online now: see the notices, or ask the bureau",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a family gets for its application.

    Attributes
    ----------
    application
        Its row.
    code
        What the family comes back with, beside the number. It is shown to nobody else and kept nowhere.
    is_new
        Whether this submission made it; a second one with the same key gets the receipt of the first.
    """

    application: Application
    code: str = field(repr=False)
    is_new: bool


def apply(
    *, by: Person, found: Round, asked: Asked, key: str, now: datetime, origin: Origin = Origin.ONLINE
) -> Receipt:
    """Take an application. The same key gives the same receipt, however often and from wherever it is sent.

    Parameters
    ----------
    key
        A long random word that the form was given; whoever knows it is who sent it.
    now
        The moment at which it came: a round may have hours.
    origin
        The desk may enter applications until the freeze, and after it late ones, which are not on the frozen list.

    Raises
    ------
    RefusedError
        If the child has an application in this round, a child that it names is not there, or asks for other schools.
    UsageError
        If the round takes no applications.
    """
    kept = fingerprint(key, purpose="admission-key")
    for _ in range(_TRIES):
        try:
            with transaction.atomic():
                return _apply(by=by, found=found, asked=asked, kept=kept, now=now, origin=origin)
        except IntegrityError:
            # It was sent before, the child has another application, or (hardly ever) the number is in use.
            before = _sent_before(found, kept)
            if before is not None:
                return before
            _refuse_child_twice(found, asked)
    raise UsageError(Text("系统繁忙，请再提交一次", "the server is busy: please send it again"))


@transaction.atomic
def change(*, by: Person, application: Application, asked: Asked, version: int, now: datetime) -> Application:
    """Put another version in the place of an application's; who the child is stays.

    Parameters
    ----------
    version
        The version that the family saw. Sending the same change again does nothing.

    Raises
    ------
    RefusedError
        If a child that it names is not there, or asks for other schools.
    UsageError
        If the round takes no changes, or the application was changed or withdrawn in the meantime.
    """
    own = _locked(application, now)
    values, scans = _written(asked), _not_kept(own, asked.scans)
    if own.values != values or unseal(own.sealed) != asked.facts or scans:
        _refuse_changed_meanwhile(own, version)
        refuse_strangers(own.round, asked)
        refuse_apart(own.round, asked, own=own)
        own.values, own.sealed = values, seal(asked.facts)
        own.state, own.version, own.changed_at = ApplicationState.CHANGED, own.version + 1, now
        own.save()
        kinds = _keep_scans(own, scans, now)
        _note(own, StepKind.CHANGED, by=by, values=values, documents=kinds)
    return own


@transaction.atomic
def add_scan(*, by: Person, application: Application, scan: Scan, now: datetime) -> None:
    """Keep a document that is handed in later, in the place of one of the same kind; nobody has looked at it then.

    One that the desk asked for again is taken until the list is frozen, when families may change nothing else.
    """
    own = _locked(application, now, document=scan.kind)
    scans = _not_kept(own, (scan,))
    if scans:
        _note(own, StepKind.DOCUMENT_ADDED, by=by, documents=_keep_scans(own, scans, now))


@transaction.atomic
def withdraw(*, by: Person, application: Application, now: datetime, why: str = "") -> Application:
    """Take an application back. Its history stays; the child may apply anew while the round is open."""
    own = _locked(application, now, may_be_withdrawn=True)
    if own.state != ApplicationState.WITHDRAWN:
        own.state, own.withdrawn_at, own.changed_at = ApplicationState.WITHDRAWN, now, now
        own.save(update_fields=["state", "withdrawn_at", "changed_at"])
        _note(own, StepKind.WITHDRAWN, by=by, why=why)
    return own


def may_hand_in(found: Round, document: Document | None, now: datetime) -> bool:
    """Say whether a family may hand a document in: while it may apply, and after that what was asked for again."""
    was_asked = document is not None and document.checked == "no"
    return found.takes_applications(now) or (
        was_asked and found.state in (RoundState.OPEN, RoundState.CLOSED)
    )


def opened_with(*, number: str, code: str) -> Application | None:
    """Return the application of a number and its code, or `None` if they do not belong together."""
    if not number.isalnum():
        return None
    hashed = code_hash(code.replace("-", ""))
    for one in Application.objects.filter(number=number).select_related("round"):
        if one.code_hash and hmac.compare_digest(one.code_hash, hashed):
            return one
    return None


def code_of(application: Application) -> str:
    """Return the code that a family was given: it follows from the number and the key of its form."""
    digest = fingerprint(f"{application.number}/{application.key}", purpose="admission-code-of")
    return base64.b32encode(bytes.fromhex(digest)).decode("ascii")[:_CODE_LETTERS]


@transaction.atomic
def shown_code(*, by: Person, application: Application) -> str:
    """Return the code of an application for somebody of the bureau who hands it to the family, and write that down."""
    facts = {"round": application.round.code}
    record("code-shown", by=by, subject="application", subject_id=application.number, changes=facts)
    return in_fours(code_of(application))


def in_fours(code: str) -> str:
    """Return a code as it is read aloud and copied: four letters at a time."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def _apply(*, by: Person, found: Round, asked: Asked, kept: str, now: datetime, origin: Origin) -> Receipt:
    refuse_strangers(found, asked)
    refuse_apart(found, asked)
    values = _written(asked)
    is_late = origin == Origin.DESK and found.is_frozen
    own = Application(
        round=found,
        is_late=is_late,
        number=new_number(year=found.year, stage=found.stage),
        key=kept,
        origin=origin,
        values=values,
        sealed=seal(asked.facts),
        identity_hash=identity_hash(asked.facts.identity),
        submitted_at=now,
        changed_at=now,
    )
    code = code_of(own)
    own.code_hash = code_hash(code)
    own.save(force_insert=True)
    _refuse_unless_open(found, own, now)
    kinds = _keep_scans(own, asked.scans, now)
    _note(own, StepKind.SUBMITTED, by=by, values=values, documents=kinds)
    return Receipt(application=own, code=code, is_new=True)


def _sent_before(found: Round, kept: str) -> Receipt | None:
    own = Application.objects.filter(round=found, key=kept).first()
    return None if own is None else Receipt(application=own, code=code_of(own), is_new=False)


def _locked(
    application: Application, now: datetime, *, may_be_withdrawn: bool = False, document: str | None = None
) -> Application:
    """Return an application locked for a change, or for one document, its round held open meanwhile."""
    found = Round.objects.select_for_update(no_key=True).get(pk=application.round_id)
    given = None if document is None else application.documents.filter(kind=document).defer("content").first()
    if not may_hand_in(found, given, now):
        raise UsageError(_NOT_OPEN)
    own = Application.objects.select_for_update(of=("self",)).select_related("round").get(pk=application.pk)
    if own.state == ApplicationState.WITHDRAWN and not may_be_withdrawn:
        raise UsageError(Text("报名已撤回，请重新报名", "the application is withdrawn: please apply anew"))
    return own


def _refuse_unless_open(found: Round, own: Application, now: datetime) -> None:
    """Refuse a new application once its round takes none; the desk goes on until the freeze, and then enters late ones.

    The new row holds the round where it is; if it was frozen in the moment before, the list must not have the row.
    """
    present = Round.objects.only("state", "opens_at", "closes_at").get(pk=found.pk)
    if own.origin != Origin.DESK:
        if not present.takes_applications(now):
            raise UsageError(_NOT_OPEN)
    elif present.state == RoundState.DRAFT or present.is_frozen != own.is_late:
        raise UsageError(
            Text(
                "本轮还没有开放，或名单刚刚封存：请刷新后再录入",
                "the round is not open yet, or was frozen this moment: load the page again",
            )
        )


def _refuse_changed_meanwhile(own: Application, version: int) -> None:
    if own.version != version:
        raise UsageError(
            Text(
                "您打开这一页之后，报名已在别处改过。请重新打开，核对后再改",
                "the application was changed elsewhere after you opened this page. Open it again, and compare",
            )
        )


def _refuse_child_twice(found: Round, asked: Asked) -> None:
    others = Application.objects.filter(round=found, identity_hash=identity_hash(asked.facts.identity))
    if others.exclude(state=ApplicationState.WITHDRAWN).exists():
        text = Text(
            "这个孩子在本轮已经报过名。请用报名号和查询码进入后修改；忘记了可携带证件到教育局查询",
            "this child has an application in this round. Open it with its number and code to change it; if they are "
            "lost, the bureau gives them to you against your papers",
        )
        raise RefusedError([Wrong("child_id", text)])


def _not_kept(own: Application, scans: tuple[Scan, ...]) -> tuple[Scan, ...]:
    """Return the scans that are not there yet: what is sent again stays as it was looked at."""
    if not scans:
        return ()
    kept = set(own.documents.values_list("kind", "sha256"))
    return tuple(scan for scan in scans if (scan.kind, scan.sha256) not in kept)


def _keep_scans(own: Application, scans: tuple[Scan, ...], now: datetime) -> list[str]:
    for scan in scans:
        Document.objects.update_or_create(
            application=own,
            kind=scan.kind,
            defaults={
                "file_name": scan.file_name,
                "content_type": scan.content_type,
                "sha256": scan.sha256,
                "content": scan.sealed,
                "at": now,
                "checked": "",
                "remark": "",
                "checked_at": None,
                "checked_by": "",
            },
        )
    return [scan.kind for scan in scans]


def _note(
    own: Application,
    kind: StepKind,
    *,
    by: Person,
    values: str | None = None,
    why: str = "",
    documents: list[str] | None = None,
) -> None:
    """Write the step and the event. Neither says who the child is."""
    add_step(own, kind, by=by, why=why, values=values)
    facts: dict[str, Any] = {"round": own.round.code, "version": own.version}
    if documents:
        facts["documents"] = documents
    actions = {StepKind.DOCUMENT_ADDED: "document-added"}
    record(
        actions.get(kind, f"application-{kind}"),
        by=by,
        subject="application",
        subject_id=own.number,
        why=why,
        changes=facts,
    )


def _written(asked: Asked) -> str:
    return as_text(applicant=asked.present, choices=list(asked.choices), kin=[dict(one) for one in asked.kin])
