"""Freezing a round, committing to it in public, and calling a freeze back while nothing is drawn."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from junheng.admission.lottery.receipts import SECRET_BYTES, receipt_of, salt_of
from junheng.admission.lottery.round import commit as committed_to
from junheng.admission.lottery.seed import Source
from junheng.admission.rounds.arrays import RoundArrays, round_arrays
from junheng.admission.rounds.ballot import ballot_entries, ballot_files, ballot_rules
from junheng.admission.rounds.frozen import freeze as frozen_from
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.files import arrays_of, keep
from junheng.web.admissions.models import Application, Folder, Round, RoundState
from junheng.web.admissions.records import standard_of, taken
from junheng.web.admissions.states import locked, move, refuse_busy
from junheng.web.audit.services import record
from junheng.web.roles import Person
from junheng.web.vault import decrypt, encrypt

_SECRET = "admission-lottery-secret"  # noqa: S105 - a purpose of the vault, not a secret
_BATCH = 500


@transaction.atomic
def freeze(*, by: Person, found: Round) -> str:
    """Put list, choices, places and rules under one hash, and return it.

    Raises
    ------
    InputError
        With every error that nobody has mended or signed for.
    UsageError
        If the round is not closed.
    """
    own = locked(found, (RoundState.CLOSED,))
    frozen = frozen_from(taken(own), standard_of(own))
    arrays = round_arrays(frozen)
    own.edition += 1
    own.frozen_hash, own.frozen_at = frozen.hash, timezone.now()
    keep(own, Folder.FROZEN, frozen.files)
    keep(own, Folder.BALLOT, ballot_files(arrays))
    _name_in_draw(own, arrays)
    move(own, RoundState.FROZEN, by=by, hash=frozen.hash, edition=own.edition)
    return frozen.hash


def _name_in_draw(own: Round, arrays: RoundArrays) -> None:
    """Keep with each application under which number it takes part in the draw."""
    names = {child: members[0] for members in arrays.members.members for child in members}
    applications = list(own.applications.filter(number__in=list(names)).only("pk", "number"))
    for one in applications:
        one.drawn_as = names[one.number]
    own.applications.update(drawn_as="")
    Application.objects.bulk_update(applications, ["drawn_as"], batch_size=_BATCH)


@transaction.atomic
def recall(*, by: Person, found: Round, why: str) -> None:
    """Call a freeze back, before the draw: the list may be mended, and is frozen and committed to anew.

    What was frozen and published stays on record as an earlier edition.

    Raises
    ------
    UsageError
        Without a reason, or once the seed is known: from then on another list could be chosen for its result.
    """
    own = locked(found, (RoundState.FROZEN, RoundState.COMMITTED))
    refuse_busy(own)
    if json.loads(own.values):
        raise UsageError(
            Text(
                "种子已经录入，名单不能再动；确有错误的，作废本轮另建一轮并公告",
                "the seed is known, and the list stands; where it is wrong, announce a new round in place of this one",
            )
        )
    if not why.strip():
        raise UsageError(Text("请写明撤回的原因", "say why it is called back"))
    facts = {"edition": own.edition, "frozen": own.frozen_hash, "commitment": own.commitment}
    own.frozen_hash, own.frozen_at = "", None
    own.commitment, own.committed_at, own.sources = "", None, "[]"
    own.applications.update(drawn_as="")
    record("round-recalled", by=by, subject="round", subject_id=own.code, why=why.strip(), changes=facts)
    move(own, RoundState.CLOSED, by=by, why=why.strip())


@transaction.atomic
def commit(*, by: Person, found: Round, sources: Sequence[Source]) -> str:
    """Publish the hash of the frozen list, with the rules, the verifier and the future source of the seed; return it.

    Raises
    ------
    UsageError
        Without a source, with one named twice, or if the round is not frozen.
    """
    own = locked(found, (RoundState.FROZEN,))
    if not own.secret:
        own.secret = encrypt(secrets.token_hex(SECRET_BYTES), purpose=_SECRET)
    arrays = arrays_of(own)
    made = committed_to(
        ballot_rules(arrays),
        ballot_entries(arrays),
        secret=secret_of(own),
        sources=sources,
        binds={"frozen_round": own.frozen_hash},
    )
    own.sources = json.dumps([source.as_dict() for source in sources], ensure_ascii=False)
    own.commitment, own.committed_at = made.hash, timezone.now()
    keep(own, Folder.PUBLIC, made.published)
    move(own, RoundState.COMMITTED, by=by, commitment=made.hash, sources=json.loads(own.sources))
    return made.hash


def secret_of(found: Round) -> bytes:
    """Return the bureau's secret of a round, from which all salts come."""
    return bytes.fromhex(decrypt(found.secret, purpose=_SECRET))


def sources_of(found: Round) -> list[Source]:
    """Return where the seed of a round comes from."""
    return [Source(**one) for one in json.loads(found.sources)]


def salt_and_receipt(found: Round, drawn_as: str) -> tuple[str, str]:
    """Return what a family needs to find and check its own line, by the number under which it was drawn."""
    salt = salt_of(secret_of(found), drawn_as)
    return salt, receipt_of(drawn_as, salt)


def receipts_of(found: Round) -> dict[str, str]:
    """Return the receipt of every application of the frozen list, by the number under which it was drawn."""
    secret = secret_of(found)
    return {name: receipt_of(name, salt_of(secret, name)) for name in arrays_of(found).names}
