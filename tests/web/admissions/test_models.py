"""What the database itself refuses, and what never stands in it in the clear."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from junheng.errors import UsageError
from junheng.web.admissions import persons
from junheng.web.admissions.models import Application, Folder, Round, RoundFile, Step

IDENTITY = "110101202001011239"


@pytest.fixture
def a_round(person: Callable[[str], Any], year: int) -> Round:
    from junheng.web.registry.snapshots import make_snapshot

    snapshot = make_snapshot(by=person("planner"), year=year, name="for a round")
    return Round.objects.create(
        year=year, stage="primary", code="r", snapshot=snapshot, rules="", made_by="x"
    )


def apply(a_round: Round, number: str, **more: Any) -> Application:
    values = json.dumps({"applicants": {}, "choices": [], "kin": []})
    given = {"key": number, "origin": "online", "values": values, **more}
    return Application.objects.create(round=a_round, number=number, **given)


def refused(work: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


def test_an_identity_number_is_sealed_and_found_again_only_by_its_keyed_hash() -> None:
    sealed = persons.seal(persons.PersonFacts(name="王小明", identity=IDENTITY))
    assert IDENTITY not in sealed
    assert persons.unseal(sealed).identity == IDENTITY
    assert persons.identity_hash(IDENTITY) == persons.identity_hash(" 110101 20200101 1239 ")
    assert persons.identity_hash(IDENTITY) != persons.digest(IDENTITY)


def test_a_number_a_key_and_a_child_stand_once_in_a_round(a_round: Round) -> None:
    known = persons.identity_hash(IDENTITY)
    apply(a_round, "1", identity_hash=known)
    refused(lambda: apply(a_round, "1", key="2"))
    refused(lambda: apply(a_round, "2", key="1"))
    refused(lambda: apply(a_round, "2", identity_hash=known))


def test_a_child_whose_application_was_withdrawn_may_apply_again(a_round: Round) -> None:
    from django.utils import timezone

    known = persons.identity_hash(IDENTITY)
    apply(a_round, "1", identity_hash=known, state="withdrawn", withdrawn_at=timezone.now())
    apply(a_round, "2", identity_hash=known)


def test_a_round_is_not_frozen_without_its_hash(a_round: Round) -> None:
    refused(lambda: Round.objects.filter(pk=a_round.pk).update(state="frozen"))
    refused(lambda: Round.objects.filter(pk=a_round.pk).update(state="published"))


def test_frozen_files_and_the_history_of_an_application_are_not_written_over(a_round: Round) -> None:
    file = RoundFile.objects.create(
        round=a_round, edition=1, folder=Folder.FROZEN, name="round.json", sha256="0", content=b"1"
    )
    step = Step.objects.create(application=apply(a_round, "1"), kind="submitted", version=1, by_name="x")
    for written in (file, step):
        with pytest.raises(UsageError):
            written.save()
        with pytest.raises(UsageError):
            written.delete()
