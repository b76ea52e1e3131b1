"""A round from its applications to a refill, by the services alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from led_rounds import do_jobs

from junheng.errors import InputError, UsageError
from junheng.web.admissions import drawing, freezing, later, states
from junheng.web.admissions.files import files_of
from junheng.web.admissions.models import Folder, LaterKind, Notice, Round, RoundFile

Lead = Callable[[Round, str], Round]


def write(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def junheng(*arguments: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "junheng.cli.main", *arguments]
    return subprocess.run(call, capture_output=True, text=True, check=False)


def test_a_round_with_an_error_does_not_freeze(example_round: Round, led: Lead, person: Any) -> None:
    led(example_round, "closed")
    with pytest.raises(InputError) as caught:
        freezing.freeze(by=person("planner"), found=example_round)
    assert {problem.code for problem in caught.value.problems} == {"document-missing", "document-refused"}
    example_round.refresh_from_db()
    assert example_round.state == "closed"
    assert not RoundFile.objects.exists()


def test_what_the_web_published_is_verified_by_the_command_line_and_a_family_finds_its_line(
    example_round: Round, led: Lead, tmp_path: Path
) -> None:
    found = led(example_round, "published")
    folder = write(files_of(found, Folder.PUBLIC), tmp_path / "public")
    drawn_as = found.applications.exclude(drawn_as="").values_list("drawn_as", flat=True)[0]
    salt, receipt = freezing.salt_and_receipt(found, drawn_as)
    done = junheng(
        "lottery",
        "verify",
        str(folder),
        "--commitment",
        found.commitment,
        "--number",
        drawn_as,
        "--salt",
        salt,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert receipt in done.stdout


def test_the_frozen_bytes_are_those_of_the_command_line(
    example_round: Round, led: Lead, tmp_path: Path
) -> None:
    from junheng.admission.rounds.folder import read_frozen

    found = led(example_round, "frozen")
    frozen = read_frozen(write(files_of(found, Folder.FROZEN), tmp_path / "frozen"))
    assert frozen.hash == found.frozen_hash


def test_no_name_or_number_of_a_child_stands_in_a_public_file(example_round: Round, led: Lead) -> None:
    found = led(example_round, "published")
    public = b"".join(files_of(found, Folder.PUBLIC).values()).decode()
    assert not [number for number in found.applications.values_list("number", flat=True) if number in public]


def test_every_family_has_a_letter_once_the_draw_is_verified(example_round: Round, led: Lead) -> None:
    found = led(example_round, "drawn")
    assert not Notice.objects.exists()
    led(found, "verified")
    assert Notice.objects.filter(turn=0).count() == found.applications.count()


def test_a_tampered_result_is_neither_verified_nor_published(
    example_round: Round, led: Lead, person: Any
) -> None:
    from junheng.admission.lottery.published import sha256

    found = led(example_round, "drawn")
    own = RoundFile.objects.get(round=found, name="results.csv")
    lines = bytes(own.content).decode().splitlines()
    receipt = lines[1].split(",")[0]
    lines[1] = f"{receipt},,"
    content = ("\n".join(lines) + "\n").encode()
    RoundFile.objects.filter(pk=own.pk).update(content=content, sha256=sha256(content))
    drawing.ask_verification(by=person("planner"), found=found)
    do_jobs()
    found.refresh_from_db()
    assert found.state == "drawn"
    assert receipt in found.findings, "the case is named"
    with pytest.raises(UsageError):
        drawing.publish(by=person("planner"), found=found)


def test_a_seed_is_entered_once(example_round: Round, led: Lead, person: Any) -> None:
    from junheng.web.jobs.services import cancel

    found = led(example_round, "committed")
    by = person("planner")
    drawing.ask_draw(by=by, found=found, values={"dice": "1 2 3"}, witnesses="王")
    found.refresh_from_db()
    assert found.job is not None
    cancel(by=by, job=found.job)
    found.refresh_from_db()
    with pytest.raises(UsageError):
        drawing.ask_draw(by=by, found=found, values={"dice": "4 5 6"}, witnesses="王")
    with pytest.raises(UsageError):
        freezing.recall(by=by, found=found, why="别的名单")


def test_a_recalled_freeze_stays_on_record_and_a_changed_list_has_another_hash(
    example_round: Round, led: Lead, person: Any
) -> None:
    found = led(example_round, "committed")
    first = found.frozen_hash
    freezing.recall(by=person("planner"), found=found, why="漏了一名儿童")
    found.refresh_from_db()
    assert (found.state, found.commitment) == ("closed", "")
    found.applications.filter(
        pk=found.applications.order_by("-number").values_list("pk", flat=True)[0]
    ).update(is_late=True)
    led(found, "committed")
    assert found.frozen_hash != first
    assert set(RoundFile.objects.values_list("edition", flat=True)) == {1, 2}


def test_a_withdrawal_and_a_refill_move_nobody_down_and_the_verifier_agrees(
    example_round: Round, led: Lead, person: Any, tmp_path: Path
) -> None:
    found = led(example_round, "published")
    by = person("planner")
    placed = list(Notice.objects.filter(status="placed").values_list("application__number", flat=True)[:40])
    for number in placed:
        later.note(by=by, found=found, kind=LaterKind.WITHDRAW, applicant=number, reason="迁出")
    later.ask_refill(by=by, found=found, reason="第一次递补")
    do_jobs()
    found.refresh_from_db()
    assert found.job is not None
    assert found.job.state == "done", found.job.message_zh
    assert later.turns(found) == 1
    names = set(files_of(found, Folder.PUBLIC))
    assert {"published-1.csv", "refill-1.csv", "results-1.csv"} <= names
    done = junheng("lottery", "verify", str(write(files_of(found, Folder.PUBLIC), tmp_path / "public")))
    assert done.returncode == 0, done.stdout
    withdrawn = Notice.objects.filter(turn=1, status="withdrawn")
    assert set(withdrawn.values_list("application__number", flat=True)) >= set(placed)


def test_a_state_is_reached_only_from_the_one_before(example_round: Round, person: Any) -> None:
    by = person("planner")
    for step in (
        lambda: freezing.freeze(by=by, found=example_round),
        lambda: freezing.commit(by=by, found=example_round, sources=[]),
        lambda: drawing.ask_draw(by=by, found=example_round, values={}, witnesses="x"),
        lambda: drawing.publish(by=by, found=example_round),
        lambda: later.ask_refill(by=by, found=example_round, reason="x"),
        lambda: states.open_applications(by=by, found=example_round),
    ):
        with pytest.raises(UsageError):
            step()
