"""What the form of an application shows: its fields, what was typed, what is wrong and how to mend it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from junheng.admission.rounds.facts import CLAIMS
from junheng.district.columns import choices as values_of
from junheng.district.columns import table
from junheng.text import Text
from junheng.web.admissions.models import Application, Round
from junheng.web.families.asked import Wrong
from junheng.web.families.faces import Face
from junheng.web.families.reading import DOCUMENT, MOST_CHOICES, OUTSIDE
from junheng.web.language import current


def form_context(
    found: Round,
    known: Face,
    typed: Mapping[str, Any],
    *,
    application: Application | None = None,
    wrongs: tuple[Wrong, ...] = (),
    at_counter: bool = False,
) -> dict[str, Any]:
    """Return what the template ``families/form.html`` shows.

    Parameters
    ----------
    typed
        Fields by name, as they were typed or as an application has them.
    application
        The one that is changed; `None` for a new one.
    wrongs
        What is wrong with the fields, and how to mend it.
    at_counter
        Whether an officer fills it in.
    """
    by_field: dict[str, list[Text]] = defaultdict(list)
    for one in wrongs:
        by_field[one.field].append(one.text)
    home = known.zones.homes.get(str(typed.get("home", "")))
    shown = {
        "round": found,
        "face": known,
        "rules": known.rules,
        "typed": typed,
        "wrongs": {name: texts for name, texts in by_field.items() if name},
        "wrongs_of_all": by_field.get("", ()),
        "problems": _in_order(wrongs),
        "home": home,
        "is_outside": typed.get("home") == OUTSIDE,
        "own_schools": known.own_schools(home.code) if home else [],
        "choices": _choice_fields(known, typed, by_field),
        "claims": [
            (name, table("applicants").column(name).label, typed.get(name), by_field.get(name))
            for name in CLAIMS
            if name in known.asked
        ],
        "tenures": values_of("tenure"),
        "documents": _document_fields(known, by_field),
        "has_wrong_scan": any(name.startswith(DOCUMENT) for name in by_field),
        "older": known.zones.schools.get(str(typed.get("sibling_school", ""))),
        "leaving": _leaving(known),
        "application": application,
        "at_counter": at_counter,
    }
    is_fresh = not (application or wrongs or at_counter) and not any(typed.get(name) for name in _TOUCHED)
    return {**shown, "pieces": _pieces(known, shown)} if is_fresh else shown


_TOUCHED = ("child_name", "child_id", "twin")
"""Whoever has begun with a form has one of these."""


def _pieces(known: Face, shown: dict[str, Any]) -> dict[str, SafeString]:
    """Return the parts of a form that look the same to every family that begins with it: at a home, in a zone."""
    zone = (shown["is_outside"], *(one.code for one in shown["own_schools"]))
    keys = {"home": str(shown["typed"].get("home")), "rest": zone}
    return {name: _piece(known, name, key, shown) for name, key in keys.items()}


def _piece(known: Face, name: str, key: object, shown: dict[str, Any]) -> SafeString:
    found = (name, current(), key)
    if found not in known.pieces:
        known.pieces[found] = render_to_string(f"families/part_{name}.html", shown)
    return known.pieces[found]


LABELS: Mapping[str, Text] = {
    "home": Text("住址", "home"),
    "dwelling": Text("门牌", "door"),
    "tenure": Text("住房性质", "tenure"),
    "child_name": Text("孩子姓名", "child's name"),
    "child_id": Text("孩子身份证号", "child's identity number"),
    "register": Text("户籍", "household register"),
    "register_home": Text("户籍所在小区或村", "estate or village of registration"),
    "migrant": Text("随迁子女", "migrant child"),
    "from_school": Text("现就读学校", "present school"),
    "guardian_name": Text("监护人姓名", "guardian's name"),
    "guardian_id": Text("监护人身份证号", "guardian's identity number"),
    "phone": Text("联系电话", "telephone"),
    **{f"choice_{n}": Text(f"第 {n} 志愿", f"choice {n}") for n in range(1, MOST_CHOICES + 1)},
    "sibling_school": Text("在读兄姐的学校", "school of an older sibling"),
    "twin": Text("同时报名的兄弟姐妹", "sibling who applies too"),
    "twin_relation": Text("与其关系", "relation"),
    "apart": Text("几个孩子的志愿", "choices of the children"),
    **{f"{DOCUMENT}{one.code}": one.text for one in values_of("document")},
    "consent": Text("告知与同意", "notice and consent"),
}
"""What the fields of the form are called, in its order."""


def _in_order(wrongs: tuple[Wrong, ...]) -> list[tuple[str, Text | None, Text]]:
    """Return what is wrong with fields in the order of the form."""
    places = {name: place for place, name in enumerate(LABELS)}
    ordered = sorted((one for one in wrongs if one.field), key=lambda one: places.get(one.field, len(places)))
    return [(one.field, LABELS.get(one.field), one.text) for one in ordered]


def _choice_fields(
    known: Face, typed: Mapping[str, Any], wrongs: Mapping[str, list[Text]]
) -> list[dict[str, Any]]:
    fields = []
    for n in range(1, MOST_CHOICES + 1):
        name = f"choice_{n}"
        chosen = known.offering.get(str(typed.get(name, "")))
        fields.append({"name": name, "label": LABELS[name], "chosen": chosen, "wrongs": wrongs.get(name)})
    return fields


def _document_fields(known: Face, wrongs: Mapping[str, list[Text]]) -> list[dict[str, Any]]:
    classes = [one for some in known.rules.classes.values() for one in some]
    wanted = [document for one in classes for document in one.documents]
    wanted += [document for one in known.rules.reserves for document in one.documents]
    always = known.rules.documents
    return [
        {
            "name": f"{DOCUMENT}{code}",
            "label": LABELS[f"{DOCUMENT}{code}"],
            "is_for_all": code in always,
            "wrongs": wrongs.get(f"{DOCUMENT}{code}"),
        }
        for code in dict.fromkeys((*always, *wanted))
    ]


def _leaving(known: Face) -> list[tuple[str, str]]:
    """Return schools that a child may leave for this stage; none for the first."""
    if known.stage == "primary":
        return []
    return [(code, one.name) for code, one in known.zones.schools.items() if "primary" in one.stages]


def first_choice(known: Face, home: str) -> dict[str, str]:
    """Return the first choice that a form begins with: the school of the home's zone."""
    own = known.own_schools(home)
    return {"choice_1": own[0].code} if own else {}
