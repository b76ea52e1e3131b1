"""What happens after the draw: withdrawals, changes, late children, places added, refills. A log that only grows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from junheng.admission.rounds.frozen import as_json
from junheng.district.columns import table
from junheng.errors import InputError, UsageError
from junheng.standards.fields import Fields
from junheng.standards.safe_yaml import read
from junheng.text import Text

Kind = Literal["withdraw", "change", "late", "settle", "add_places", "refill"]
KINDS: Mapping[str, Text] = {
    "withdraw": Text("退出，让出学位", "withdraws and gives the place back"),
    "change": Text("改报志愿", "changes its choices"),
    "late": Text("补报", "applies late"),
    "settle": Text("已入学，不再变动", "has enrolled and will not be moved"),
    "add_places": Text("增加学位", "places are added"),
    "refill": Text("递补", "refill"),
}
OWN_FACTS = tuple(column.name for column in table("applicants") if column.name not in ("applicant", "stage"))
"""What is said of a late child: the columns of the table ``applicants``."""


RELATIONS = tuple(choice.code for choice in table("kin").column("relation").choices)
"""Relations of the table ``kin``; an older sibling is at a school, the others name a child of this round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A link of a late child, as a row of the table ``kin``: ``relation``, and ``other`` child or ``school``."""

    relation: str
    other: str | None = None
    school: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    Attributes
    ----------
    kind
        A key of `KINDS`.
    on, by, reason
        When, who entered it, and why.
    applicant
        The child; `None` for places and refills. What concerns a child concerns those kept together with it.
    choices
        Schools in order, for a change or a late child.
    child
        Facts of a late child by column of the table ``applicants``.
    kin
        Links of a late child.
    school, places
        The school and how many places are added.
    """

    kind: Kind
    on: date
    by: str
    reason: str
    applicant: str | None = None
    choices: tuple[str, ...] = ()
    child: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    kin: tuple[Kin, ...] = ()
    school: str | None = None
    places: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the event for JSON; what does not concern its kind is left out."""
        full = {
            "kind": self.kind,
            "on": self.on.isoformat(),
            "by": self.by,
            "reason": self.reason,
            "applicant": self.applicant,
            "choices": list(self.choices) or None,
            "child": dict(self.child) or None,
            "kin": [_without_none(asdict(one)) for one in self.kin] or None,
            "school": self.school,
            "places": self.places,
        }
        return _without_none(full)


def _without_none(full: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in full.items() if value is not None}


def log_hash(events: Sequence[Event], *, round_hash: str) -> str:
    """Return the hash of a log: each event is chained to what came before, the first to the frozen round."""
    digest = round_hash
    for event in events:
        digest = hashlib.sha256(digest.encode() + b"\n" + as_json(event.as_dict())).hexdigest()
    return digest


def load_events(path: str | Path) -> tuple[Event, ...]:
    """Read a YAML file with the key ``events``: a list in the order in which things happened.

    Raises
    ------
    InputError
        With every problem of the file; days must not go backwards.
    UsageError
        If there is no such file.
    """
    place = Path(path)
    if not place.is_file():
        raise UsageError(Text(f"没有事件文件“{place}”", f"there is no file of events “{place}”"))
    node, problems = read(place)
    if node is None:
        raise InputError(problems)
    top = Fields(node, file=place.name, key="", problems=problems)
    events: list[Event] = []
    for fields in top.children("events"):
        event = _event(fields)
        if event is not None and events and event.on < events[-1].on:
            _note(
                fields,
                "on",
                f"{event.on} 早于前一事件",
                f"{event.on}, before the event above",
                "依次记录",
                "days in order",
            )
        if event is not None:
            events.append(event)
    top.finish()
    if problems:
        raise InputError(problems)
    return tuple(events)


def _event(fields: Fields) -> Event | None:
    before = len(fields.problems)
    kind = fields.choice("kind", KINDS)
    on, by, reason = fields.day("on"), fields.text("by"), fields.text("reason")
    if kind is None or on is None or by is None or reason is None:
        return None
    of_child = kind in ("withdraw", "change", "late", "settle")
    applicant = _quoted(fields, "applicant") if of_child else None
    choices = _choices(fields) if kind in ("change", "late") else ()
    child = _child(fields) if kind == "late" else {}
    kin = _kin(fields) if kind == "late" else ()
    school = _quoted(fields, "school") if kind == "add_places" else None
    places = _places(fields) if kind == "add_places" else None
    fields.finish()
    if len(fields.problems) > before:
        return None
    return Event(
        kind=cast("Kind", kind),
        on=on,
        by=by,
        reason=reason,
        applicant=applicant,
        choices=choices,
        child=MappingProxyType(child),
        kin=kin,
        school=school,
        places=places,
    )


def _quoted(fields: Fields, name: str) -> str | None:
    """Read a code; one of digits only is a number to YAML, and must be quoted."""
    value = fields.raw(name, required=True)
    if value is None:
        return None
    if isinstance(value, float):
        _note(fields, name, "一个数", "a number", '加引号，如 "0012"', 'in quotation marks, such as "0012"')
        return None
    return fields.text(name)


def _choices(fields: Fields) -> tuple[str, ...]:
    value = fields.raw("choices", required=True)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        _note(
            fields,
            "choices",
            "不是学校代码列表",
            "no list of school codes",
            '如 ["2199000001"]',
            'such as ["2199000001"]',
        )
        return ()
    if len(set(value)) < len(value):
        _note(fields, "choices", "同一学校填报两次", "a school twice", "每校一次", "each school once")
    return tuple(value)


def _child(fields: Fields) -> dict[str, str]:
    child = fields.child("child")
    found: dict[str, str] = {}
    for name in OWN_FACTS:
        column = table("applicants").column(name)
        if column.choices:
            value = child.choice(name, [choice.code for choice in column.choices], required=False)
        elif column.type == "date":
            day = child.day(name, required=column.is_required)
            value = None if day is None else day.isoformat()
        else:
            value = child.text(name, required=column.is_required)
        if value is not None:
            found[name] = value
    child.finish()
    return found


def _kin(fields: Fields) -> tuple[Kin, ...]:
    found = []
    for one in fields.children("kin"):
        relation = one.choice("relation", RELATIONS)
        named = "school" if relation == "sibling_here" else "other"
        code = _quoted(one, named)
        one.finish()
        if relation is not None and code is not None:
            found.append(Kin(relation=relation, **{named: code}))
    return tuple(found)


def _places(fields: Fields) -> int | None:
    number = fields.number("places")
    if number is not None and (number != int(number) or number < 1):
        _note(fields, "places", f"{number:g}", f"{number:g}", "正整数", "a whole number from 1")
    return None if number is None else int(number)


def _note(fields: Fields, name: str, *wording: str) -> None:
    zh, en, zh_wanted, en_wanted = wording
    fields.note("admission-events", name, found=Text(zh, en), zh=zh_wanted, en=en_wanted)
