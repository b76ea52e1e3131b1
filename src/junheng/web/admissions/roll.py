"""The roll of pupils, by which the desk checks what families say of older siblings.

A roll is a text of two columns, school code and identity number, as the bureau exports it from the pupils' register.
Only keyed hashes of it are kept. What a family says is compared with it at the desk and nowhere else: to a family the
form answers alike whoever is on the roll.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.identity import read_identity
from junheng.web.admissions.models import Enrolled
from junheng.web.admissions.persons import PersonFacts, identity_hash
from junheng.web.audit.services import record
from junheng.web.roles import Person

MOST_SAID = 20
"""So many wrong lines are named at once."""
_BATCH = 2000
_APART = re.compile(r"[,，;；\t]")
_HEADER = re.compile(r"学校|school", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a family says of an older sibling, and what the roll says of that.

    Attributes
    ----------
    name, school
        The sibling's name, and the code of the school that is claimed.
    verdict, tone
        What the roll says, for the desk alone.
    """

    name: str
    school: str
    verdict: Text
    tone: str


def read_roll(
    content: bytes, *, schools: Collection[str], today: date
) -> tuple[dict[str, str], tuple[Text, ...]]:
    """Return schools by hash of identity number, and what is wrong with which line.

    Parameters
    ----------
    content
        Text in UTF-8 or GB 18030: one pupil a line, school code and identity number apart by a comma or tab. A first
        line that speaks of schools is a header; blank lines are skipped.
    schools
        Codes that there are.
    """
    found: dict[str, str] = {}
    wrongs: list[Text] = []
    for n, line in enumerate(_text(content).splitlines(), start=1):
        cells = [cell.strip().strip('"').strip() for cell in _APART.split(line)]
        if not any(cells) or (n == 1 and _HEADER.search(line)):
            continue
        wrong = _add(found, cells, schools=schools, today=today)
        if wrong is not None:
            wrongs.append(Text("第 {n} 行：{wrong}", "line {n}: {wrong}").format(n=n, wrong=wrong))
    if not found and not wrongs:
        wrongs.append(Text("文件中没有学生", "there is no pupil in the file"))
    return found, tuple(wrongs)


@transaction.atomic
def take_roll(*, by: Person, roll: Mapping[str, str], file: str) -> int:
    """Put a roll in the place of the one that was there, and return how many pupils it has."""
    Enrolled.objects.all().delete()
    rows = (Enrolled(identity_hash=hashed, school=school) for hashed, school in roll.items())
    Enrolled.objects.bulk_create(rows, batch_size=_BATCH)
    facts = {"pupils": len(roll), "schools": len(set(roll.values()))}
    record("roll-taken", by=by, subject="roll", why=file, changes=facts)
    return len(roll)


def claim_of(values: Mapping[str, Any], facts: PersonFacts, names: Mapping[str, str]) -> Claim | None:
    """Return what an application claims of an older sibling with what the roll says; `None` where it claims nothing.

    Parameters
    ----------
    names
        Of schools, by code.
    """
    school = next((one["school"] for one in values["kin"] if one["relation"] == "sibling_here"), None)
    if school is None:
        return None
    return Claim(facts.sibling, school, *_verdict(school, facts.sibling_identity, names))


def _verdict(school: str, identity: str, names: Mapping[str, str]) -> tuple[Text, str]:
    if not identity:
        return Text("没有身份证号，凭材料核验", "no identity number: judge by documents"), "near"
    if not Enrolled.objects.exists():
        return Text("没有载入在校生名册，凭材料核验", "no roll was loaded: judge by documents"), "near"
    own = (
        Enrolled.objects.filter(identity_hash=identity_hash(identity))
        .values_list("school", flat=True)
        .first()
    )
    if own is None:
        return Text("不在名册上", "not on the roll"), "bad"
    if own != school:
        text = Text("名册上在{name}", "on the roll of {name}").format(name=names.get(own, own))
        return text, "bad"
    return Text("在该校名册上", "on the roll of that school"), "ok"


def _add(found: dict[str, str], cells: list[str], *, schools: Collection[str], today: date) -> Text | None:
    """Add the pupil of a line, or return what is wrong with the line; it names no identity number."""
    if len(cells) < 2 or cells[0] not in schools:
        return Text("第一列应为本区学校代码", "the first column is the code of a school of the district")
    identity = read_identity(cells[1], today=today)
    if isinstance(identity, Text):
        return Text("第二列应为学生身份证号", "the second column is the pupil's identity number")
    hashed = identity_hash(identity.number)
    if found.setdefault(hashed, cells[0]) != cells[0]:
        return Text("该学生已列在另一所学校", "the pupil stands under another school above")
    return None


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(Text("文件不是文本，请另存为 CSV", "the file is no text: save it as CSV"))
