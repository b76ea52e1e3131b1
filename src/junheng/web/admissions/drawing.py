"""The draw, its verification, and the publication: each by a job or a person, none without the one before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from junheng.admission.lottery.round import draw as drawn_from
from junheng.admission.lottery.seed import settled_values
from junheng.admission.lottery.verification import run_verifier
from junheng.admission.promises import promises
from junheng.admission.rounds.arrays import Ranks
from junheng.admission.rounds.drawn import as_published
from junheng.admission.rounds.result import RoundResult
from junheng.admission.rounds.review import zones_not_admitted_whole
from junheng.admission.rounds.tables import result_files
from junheng.admission.rules.national import standard_day
from junheng.errors import InputError, UsageError
from junheng.progress import Progress
from junheng.text import Text
from junheng.web.admissions.files import arrays_of, files_of, in_folder, keep
from junheng.web.admissions.freezing import receipts_of, sources_of
from junheng.web.admissions.models import Folder, Round, RoundState
from junheng.web.admissions.notices import keep_notices
from junheng.web.admissions.records import standard_of
from junheng.web.admissions.states import locked, move, refuse_busy, touch
from junheng.web.audit.services import record
from junheng.web.jobs.kinds import Finish
from junheng.web.jobs.services import enqueue
from junheng.web.remember import made_once
from junheng.web.roles import Person

SYSTEM = Person(name="系统 system")
"""Who writes down what a job did; who asked for it stands in the event before."""


@transaction.atomic
def ask_draw(*, by: Person, found: Round, values: Mapping[str, str], witnesses: str) -> None:
    """Enter what the sources of the seed gave, before witnesses, and ask for the draw. It is entered once.

    Raises
    ------
    UsageError
        Where a source has no value, nobody witnessed it, or other values were entered before.
    """
    own = locked(found, (RoundState.COMMITTED,))
    refuse_busy(own)
    settled = settled_values(sources_of(own), values)
    if not witnesses.strip():
        raise UsageError(Text("请填写见证人", "say who witnessed it"))
    entered = json.loads(own.values)
    if entered and entered != settled:
        raise UsageError(
            Text(
                "种子已录入，不得更换：{values}", "the seed has been entered and is not replaced: {values}"
            ).format(values="；".join(f"{name}={value}" for name, value in entered.items()))
        )
    own.values, own.witnesses = json.dumps(settled, ensure_ascii=False), witnesses.strip()
    own.job = enqueue(by=by, kind="admission-draw", subject=own.pk)
    touch(own)
    own.save()
    facts = {"values": settled, "witnesses": own.witnesses, "commitment": own.commitment}
    record("round-set", by=by, subject="round", subject_id=own.code, changes=facts)


def draw(subject: int, finish: Finish, progress: Progress) -> None:
    """Draw the round of a job: the same files and values give the same bytes."""
    found = Round.objects.get(pk=subject)
    progress(Text("摇号、录取、审计", "drawing, assigning, auditing"))
    drawn = drawn_from(files_of(found, Folder.PUBLIC), json.loads(found.values))
    held = [
        {"name": one.name, "holds": one.holds, "reason": one.reason._asdict()}
        for one in promises(drawn.market, drawn.outcome)
    ]

    def write() -> None:
        own = locked(found, (RoundState.COMMITTED,))
        own.drawn_at = timezone.now()
        own.findings = json.dumps({"promises": held}, ensure_ascii=False)
        keep(own, Folder.PUBLIC, drawn.files)
        move(own, RoundState.DRAWN, by=SYSTEM, seed=json.loads(drawn.files["seed.json"])["seed"])

    finish(write)


@transaction.atomic
def ask_verification(*, by: Person, found: Round) -> None:
    """Ask for both checks of a draw."""
    own = locked(found, (RoundState.DRAWN,))
    refuse_busy(own)
    own.job = enqueue(by=by, kind="admission-verify", subject=own.pk)
    touch(own)
    own.save()


def verify(subject: int, finish: Finish, progress: Progress) -> None:
    """Check a draw twice: the frozen round decided and audited again, and the stand-alone program on what is public.

    Where either finds anything the round stays where it is, and what was found is kept with it.
    """
    found = Round.objects.get(pk=subject)
    progress(Text("独立审计", "the independent audit"))
    result, audit = _audited(found)
    progress(Text("运行独立核验程序", "the stand-alone verifier"))
    with in_folder(files_of(found, Folder.PUBLIC)) as place:
        said = run_verifier(place, commitment=found.commitment)
    is_sound = result is not None and said.holds

    def write() -> None:
        own = locked(found, (RoundState.DRAWN,))
        own.findings = json.dumps(
            {
                **json.loads(own.findings),
                "audit": audit,
                "verifier": {"code": said.code, "output": said.output.splitlines()},
                "at": timezone.now().isoformat(),
            },
            ensure_ascii=False,
        )
        if result is None or not is_sound:
            touch(own)
            own.save()
            return
        warned = zones_not_admitted_whole(result, standard_of(own).on(standard_day(result.rules)))
        told = {"warnings": [problem.as_dict() for problem in warned]}
        keep(own, Folder.RESULT, result_files(result, told))
        keep_notices(own, result, turn=0)
        move(own, RoundState.VERIFIED, by=SYSTEM)

    finish(write)


def _audited(found: Round) -> tuple[RoundResult | None, dict[str, Any]]:
    try:
        result, _ = drawn_result(found)
    except InputError as error:
        return None, {"holds": False, "problems": [problem.as_dict() for problem in error.problems]}
    except UsageError as error:
        return None, {"holds": False, "problems": [], "message": error.text._asdict()}
    return result, {"holds": True, "problems": [], "counts": result.counts()}


def drawn_result(found: Round) -> tuple[RoundResult, Ranks]:
    """Return the outcome of a drawn round and its draw numbers, audited and as published."""
    return _drawn_result(found.pk, found.edition, found.commitment, str(found.drawn_at))


@made_once(maxsize=2)
def _drawn_result(pk: int, edition: int, commitment: str, drawn_at: str) -> tuple[RoundResult, Ranks]:
    found = Round.objects.get(pk=pk)
    return as_published(arrays_of(found), files_of(found, Folder.PUBLIC, turn=0), receipts_of(found))


@transaction.atomic
def publish(*, by: Person, found: Round) -> None:
    """Publish the results: only what both checks have passed.

    Raises
    ------
    UsageError
        If the round is not verified.
    """
    own = locked(found, (RoundState.VERIFIED,))
    own.published_at = timezone.now()
    move(own, RoundState.PUBLISHED, by=by, commitment=own.commitment)


def clear_cache() -> None:
    """Forget what was decided."""
    _drawn_result.cache_clear()
