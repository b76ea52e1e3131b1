"""Kin on the form of an application: an older sibling at a school, and twins or siblings who apply too.

What a family says of an older sibling is held against the roll at the desk alone (`junheng.web.admissions.roll`). The
form answers the same whether the child is on any roll or not: it must not tell strangers who goes to which school.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from junheng.text import Text
from junheng.web.admissions.identity import Identity
from junheng.web.admissions.persons import PersonFacts
from junheng.web.families.asked import Wrong
from junheng.web.families.faces import Face

CHOOSE = Text("请选择一项", "please choose one")
MOST_OTHERS = 4
"""So many other children may apply with one."""
_APART = re.compile(r"[\s,，、;；]+")
_TOO = ("twin", "sibling_too")


class Fields(Protocol):
    """What of the form is read here: see `junheng.web.families.reading.Form`."""

    face: Face
    wrongs: list[Wrong]

    def text(self, name: str) -> str: ...
    def name(self, field: str) -> str: ...
    def identity(self, field: str) -> Identity | None: ...
    def wrong(self, name: str, zh: str, en: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Older:
    """Who the older sibling is; empty where there is none."""

    name: str = ""
    identity: str = field(default="", repr=False)


def read_kin(
    form: Fields, *, born: str | None, before: PersonFacts
) -> tuple[tuple[dict[str, Any], ...], Older]:
    """Return the rows of the table ``kin`` without ``applicant``, and who the older sibling is.

    Parameters
    ----------
    born
        The child's day of birth as ISO text; `None` where it could not be read.
    before
        What an application that is changed says already: the sibling's number need not be typed again.
    """
    rows: list[dict[str, Any]] = []
    older = Older()
    school = form.text("sibling_school")
    if school and form.text("sibling_school") not in form.face.zones.schools:
        form.wrongs.append(Wrong("sibling_school", CHOOSE))
    elif school:
        rows.append({"relation": "sibling_here", "school": school})
        older = _older(form, born=born, before=before)
    elif form.text("sibling_id") or form.text("sibling_name"):
        form.wrongs.append(Wrong("sibling_school", CHOOSE))
    return (*rows, *_others(form)), older


def _older(form: Fields, *, born: str | None, before: PersonFacts) -> Older:
    name = form.name("sibling_name")
    if not form.text("sibling_id") and before.sibling_identity and name == before.sibling:
        return Older(name, before.sibling_identity)
    found = form.identity("sibling_id")
    if found is not None and born is not None and found.born.isoformat() >= born:
        form.wrong(
            "sibling_id",
            "兄姐应比孩子先出生。请核对号码；同时入学的请填下面的“同时报名”",
            "an older sibling is born before the child. Compare the number; who starts now too is named below",
        )
    return Older(name, "" if found is None else found.number)


def _others(form: Fields) -> Iterator[dict[str, Any]]:
    numbers = tuple(dict.fromkeys(one for one in _APART.split(form.text("twin")) if one))
    relation = form.text("twin_relation") or "twin"
    if any(not one.isalnum() for one in numbers):
        form.wrong("twin", "报名号只有数字。请核对", "a number has digits only. Please compare it")
    elif len(numbers) > MOST_OTHERS:
        form.wrong("twin", f"最多填 {MOST_OTHERS} 个报名号", f"{MOST_OTHERS} numbers at most")
    elif numbers and relation not in _TOO:
        form.wrongs.append(Wrong("twin_relation", CHOOSE))
    else:
        yield from ({"relation": relation, "other": one} for one in numbers)
