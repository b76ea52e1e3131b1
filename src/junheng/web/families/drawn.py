"""A family's own line in the published files of a draw, and whether all of it holds.

The list, the draw numbers and the places are read from the published bytes, never from our records of the family; the
stand-alone verifier, which shares nothing with the program that made the draw, is run on those bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from junheng.admission.lottery.published import COMMITMENT_FILE, RANKS_FILE, RESULTS_FILE, read_json, sha256
from junheng.admission.lottery.verification import Verification, run_verifier
from junheng.web.admissions.files import in_folder
from junheng.web.admissions.freezing import salt_and_receipt
from junheng.web.admissions.models import Round
from junheng.web.admissions.views.public import public_files
from junheng.web.remember import made_once

LIST_FILE = "applications.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One choice on the published list.

    Attributes
    ----------
    school, priority, line
        As the list has them: class 0 comes first, line 0 is open.
    draw
        The published draw number that counts there; `None` before the draw.
    is_place
        Whether it is the published place.
    """

    school: str
    priority: int
    line: int
    draw: int | None
    is_place: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """What the published files say under one receipt.

    Attributes
    ----------
    number, salt, receipt
        What the family needs to find its line, anywhere and with any program.
    is_listed
        Whether the receipt stands on the committed list.
    list_is_committed
        Whether the list has the hash that the commitment names, and the commitment the hash that was made public.
    wishes
        Choices in order, adjustment last; empty where the receipt is not listed.
    """

    number: str
    salt: str
    receipt: str
    is_listed: bool
    list_is_committed: bool
    wishes: tuple[Wish, ...]


def own_line(found: Round, drawn_as: str) -> OwnLine:
    """Return the line of the application that was drawn under a number."""
    files = public_files(found)
    salt, receipt = salt_and_receipt(found, drawn_as)
    committed = read_json(files, COMMITMENT_FILE)["files"]
    held = (
        sha256(files[COMMITMENT_FILE]) == found.commitment
        and sha256(files[LIST_FILE]) == committed[LIST_FILE]
    )
    listed = _row(files, LIST_FILE, receipt)
    return OwnLine(
        number=drawn_as,
        salt=salt,
        receipt=receipt,
        is_listed=listed is not None,
        list_is_committed=held,
        wishes=() if listed is None else _wishes(files, receipt, listed["choices"]),
    )


def verified(found: Round) -> Verification:
    """Run the verifier on what is published, once a state of it."""
    n_files = len(public_files(found))
    return _verified(found.pk, found.edition, found.commitment, n_files)


@made_once(maxsize=4)
def _verified(pk: int, edition: int, commitment: str, n_files: int) -> Verification:
    found = Round.objects.get(pk=pk)
    with in_folder(public_files(found)) as place:
        return run_verifier(place, commitment=commitment)


def _wishes(files: Mapping[str, bytes], receipt: str, listed: str) -> tuple[Wish, ...]:
    numbers = {
        row["school"]: int(row["draw"]) for row in _rows(files, RANKS_FILE) if row["receipt"] == receipt
    }
    result = _row(files, RESULTS_FILE, receipt) or {}
    wishes = []
    for turn, wish in enumerate(listed.split(), start=1):
        school, priority, line = wish.split(":")
        wishes.append(
            Wish(
                school=school,
                priority=int(priority),
                line=int(line),
                draw=numbers.get(school, numbers.get("")),
                is_place=result.get("choice") == str(turn),
            )
        )
    return tuple(wishes)


def _row(files: Mapping[str, bytes], name: str, receipt: str) -> dict[str, str] | None:
    return next((row for row in _rows(files, name) if row["receipt"] == receipt), None)


def _rows(files: Mapping[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files.get(name, b"").decode())))
