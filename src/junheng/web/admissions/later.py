"""After the publication: withdrawals, changes, late children, places added, refills. A log that only grows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from junheng.admission.intake.later import require_sound_events
from junheng.admission.lottery.after import State, refill_round
from junheng.admission.lottery.published import RESULTS_FILE
from junheng.admission.rounds.ballot import require_same, same_as_published
from junheng.admission.rounds.drawn import after_events
from junheng.admission.rounds.events import Event, Kin, Kind
from junheng.admission.rounds.published import PUBLISHED, published_files
from junheng.admission.rounds.replay import RoundState as Standing
from junheng.admission.rounds.replay import replay
from junheng.admission.rounds.result import RoundResult
from junheng.admission.rounds.tables import result_files
from junheng.admission.rules.national import standard_day
from junheng.errors import UsageError
from junheng.progress import Progress
from junheng.text import Text
from junheng.web.admissions.drawing import SYSTEM, drawn_result
from junheng.web.admissions.files import files_of, keep
from junheng.web.admissions.freezing import receipts_of, secret_of
from junheng.web.admissions.models import Application, Folder, LaterEvent, LaterKind, Round, RoundState
from junheng.web.admissions.notices import keep_notices
from junheng.web.admissions.records import standard_of
from junheng.web.admissions.states import locked, refuse_busy, touch
from junheng.web.audit.services import record
from junheng.web.jobs.kinds import Finish
from junheng.web.jobs.services import enqueue
from junheng.web.remember import made_once
from junheng.web.roles import Person

SIMPLE = (LaterKind.WITHDRAW, LaterKind.SETTLE, LaterKind.REFILL)
"""With nothing but these in the log, the lottery's own refill files say the same, and the verifier checks them."""


@transaction.atomic
def note(
    *,
    by: Person,
    found: Round,
    kind: LaterKind,
    reason: str,
    applicant: str = "",
    choices: Sequence[str] = (),
    child: Mapping[str, Any] | None = None,
    kin: Sequence[Mapping[str, str]] = (),
    school: str = "",
    places: int | None = None,
) -> LaterEvent:
    """Add a line to the log; it counts from the next refill on.

    Parameters
    ----------
    kind
        Anything but a refill, which is asked for with `ask_refill`.
    child
        Facts of a late child, by column of the table ``applicants``.
    kin
        Its links, as rows of the table ``kin`` without ``applicant``.

    Raises
    ------
    InputError
        Where a late child brings errors into the round.
    UsageError
        Without a reason, for a child or school that is not in the round, or before the publication.
    """
    own = locked(found, (RoundState.PUBLISHED,))
    refuse_busy(own)
    if not reason.strip():
        raise UsageError(Text("请写明原因", "say why"))
    made = LaterEvent(
        round=own,
        number=own.later.count() + 1,
        kind=kind,
        on=timezone.localdate(),
        by_name=by.name,
        by_id=by.account_id,
        reason=reason.strip(),
        applicant=applicant,
        choices=json.dumps(list(choices)),
        child=json.dumps(dict(child or {}), ensure_ascii=False, default=str),
        kin=json.dumps([dict(row) for row in kin]),
        school=school,
        places=places,
    )
    _refuse_unfit(own, made)
    made.save()
    facts = {"kind": str(kind), "applicant": applicant, "school": school, "places": places}
    record("round-event", by=by, subject="round", subject_id=own.code, why=reason.strip(), changes=facts)
    return made


def enter_late(*, by: Person, application: Application, reason: str) -> LaterEvent:
    """Enter a late application into the log as it stands: after everybody who was on time.

    Raises
    ------
    InputError, UsageError
        As `note` does.
    """
    values = json.loads(application.values)
    return note(
        by=by,
        found=application.round,
        kind=LaterKind.LATE,
        reason=reason,
        applicant=application.number,
        choices=values["choices"],
        child=values["applicants"],
        kin=values["kin"],
    )


def _refuse_unfit(own: Round, made: LaterEvent) -> None:
    """Refuse what does not fit the round. Refills are left out: they move places, not who is in the round."""
    result, ranks = drawn_result(own)
    events = [as_event(one) for one in (*own.later.all(), made) if one.kind != LaterKind.REFILL]
    if made.kind == LaterKind.LATE:
        require_sound_events(result, events, standard_of(own).on(standard_day(result.rules)))
    replay(result, ranks, events)


def as_event(one: LaterEvent) -> Event:
    """Return a line of the log as the core takes it."""
    return Event(
        kind=cast("Kind", str(one.kind)),
        on=one.on,
        by=one.by_name,
        reason=one.reason,
        applicant=one.applicant or None,
        choices=tuple(json.loads(one.choices)),
        child=MappingProxyType(json.loads(one.child)),
        kin=tuple(Kin(**row) for row in json.loads(one.kin)),
        school=one.school or None,
        places=one.places,
    )


def standing(found: Round) -> tuple[RoundResult, Standing | None]:
    """Return the round as it stands after its last refill, and the whole state where anything was logged."""
    events = tuple(found.later.values_list("number", flat=True))
    if not events:
        return drawn_result(found)[0], None
    state = _state(found.pk, found.edition, str(found.drawn_at), len(events))
    return state.result, state


@made_once(maxsize=2)
def _state(pk: int, edition: int, drawn_at: str, n_events: int) -> Standing:
    """Compute; the log only grows, so its length says which it is."""
    found = Round.objects.get(pk=pk)
    result, ranks = drawn_result(found)
    on = standard_of(found).on(standard_day(result.rules))
    events = [as_event(one) for one in found.later.order_by("number")[:n_events]]
    return after_events(result, ranks, events, standard=on)


@transaction.atomic
def ask_refill(*, by: Person, found: Round, reason: str) -> None:
    """Ask for a refill: free places go to the waiting lists by the same rule and the same draw numbers.

    Raises
    ------
    UsageError
        Without a reason, or where nothing has happened since the last one.
    """
    own = locked(found, (RoundState.PUBLISHED,))
    refuse_busy(own)
    if not reason.strip():
        raise UsageError(Text("请写明依据", "say on what ground"))
    last = own.later.order_by("-number").first()
    if last is None or last.kind == LaterKind.REFILL:
        raise UsageError(Text("上次递补以来没有新的登记", "nothing has been entered since the last refill"))
    own.job = enqueue(by=by, kind="admission-refill", subject=own.pk)
    touch(own)
    own.save()
    facts = {"turn": turns(own) + 1, "by": by.name}
    record("round-refilled", by=by, subject="round", subject_id=own.code, why=reason.strip(), changes=facts)


def refill(subject: int, finish: Finish, progress: Progress) -> None:
    """Fill the places of a job's round again; audited like the draw, and published at once."""
    found = Round.objects.get(pk=subject)
    turn = turns(found) + 1
    job = found.job
    asked = LaterEvent(
        round=found,
        number=found.later.count() + 1,
        kind=LaterKind.REFILL,
        on=timezone.localdate(),
        by_name=job.by_name if job is not None else SYSTEM.name,
        by_id=None if job is None else job.by_id,
        reason=f"第 {turn} 次递补 refill {turn}",
    )
    progress(Text("递补、审计", "refilling, auditing"))
    result, ranks = drawn_result(found)
    events = [as_event(one) for one in (*found.later.all(), asked)]
    on = standard_of(found).on(standard_day(result.rules))
    state = after_events(result, ranks, events, standard=on)
    told = {"events": len(events), "log_hash": state.hash, "withdrawn": len(state.withdrawn)}
    files = result_files(state.result, told)
    made = published_files(state.result, receipts_of(found), secret_of(found))
    public = {f"published-{turn}.csv": made.pop(PUBLISHED), **_lottery_files(found, state.result, turn)}
    progress(Text("写出通知", "writing notices"))

    def write() -> None:
        own = locked(found, (RoundState.PUBLISHED,))
        asked.save()
        keep(own, Folder.RESULT, {**files, **made}, turn=turn)
        keep(own, Folder.PUBLIC, public, turn=turn)
        changed = keep_notices(own, state.result, turn=turn)
        touch(own)
        own.save()
        facts = {"turn": turn, "notices": changed, "log_hash": state.hash}
        record("round-refilled", by=SYSTEM, subject="round", subject_id=own.code, changes=facts)

    finish(write)


def turns(found: Round) -> int:
    """Return how many refills there were."""
    return found.later.filter(kind=LaterKind.REFILL).count()


def _lottery_files(found: Round, result: RoundResult, turn: int) -> dict[str, bytes]:
    """Return the lottery's own refill files, which the verifier checks, as long as families only left or settled."""
    if found.later.exclude(kind__in=SIMPLE).exists():
        return {}
    drawn_as = dict(found.applications.exclude(drawn_as="").values_list("number", "drawn_as"))
    receipts = receipts_of(found)
    settled = found.later.filter(kind=LaterKind.SETTLE).values_list("applicant", flat=True)
    states: dict[str, State] = {receipts[drawn_as[applicant]]: "settled" for applicant in settled}
    states |= {receipts[drawn_as[applicant]]: "withdrawn" for applicant in _since_last_refill(found)}
    files = refill_round(files_of(found, Folder.PUBLIC), states)
    require_same(same_as_published(result, {RESULTS_FILE: files[f"results-{turn}.csv"]}, receipts))
    return files


def _since_last_refill(found: Round) -> list[str]:
    last = found.later.filter(kind=LaterKind.REFILL).order_by("-number").first()
    query = found.later.filter(kind=LaterKind.WITHDRAW, number__gt=0 if last is None else last.number)
    return list(query.values_list("applicant", flat=True))


def clear_cache() -> None:
    """Forget what was computed."""
    _state.cache_clear()
