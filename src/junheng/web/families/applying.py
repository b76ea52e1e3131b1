"""Pages on which a family applies, and changes what it asked."""

from __future__ import annotations

import json
import re
import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from junheng.admission.rounds.facts import CLAIMS
from junheng.district.columns import choices as values_of
from junheng.district.columns import table
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.models import Application, ApplicationState, Round
from junheng.web.admissions.papers import Upload
from junheng.web.admissions.persons import PersonFacts, unseal
from junheng.web.families import services
from junheng.web.families.access import let_in, opened
from junheng.web.families.asked import Asked, RefusedError, Wrong
from junheng.web.families.faces import Face, face
from junheng.web.families.reading import DOCUMENT, MOST_CHOICES, OUTSIDE, Form, Kept
from junheng.web.limits import limited

_KEY = re.compile(r"[A-Za-z0-9_-]{20,64}")
_KEY_BYTES = 24


@limited("apply", "POST")
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form for a home, and take what is sent."""
    found = get_object_or_404(Round, code=code)
    if not found.takes_applications(timezone.now()):
        return render(request, "families/closed.html", {"round": found, "face": face(found)}, status=409)
    known = face(found)
    if request.method == "POST":
        return _sent(request, found, known)
    home = request.GET.get("home", "")
    if home != OUTSIDE and home not in known.zones.homes:
        return redirect(f"{reverse('families:find')}?{urlencode({'round': code})}")
    typed = {"home": home, "key": secrets.token_urlsafe(_KEY_BYTES), **_first_choice(known, home)}
    typed |= {"twin": request.GET.get("twin", "")}
    return _page(request, found, known, typed)


@limited("apply", "POST")
def change(request: HttpRequest) -> HttpResponse:
    """Show what was asked, and take a change of it."""
    own = opened(request)
    if own is None:
        return redirect("families:enter")
    application = own[0]
    found, known = application.round, face(application.round)
    if not _may_change(application):
        return redirect("families:application")
    kept = Kept(application.sealed, json.loads(application.values)["applicants"])
    if request.method == "GET":
        return _page(request, found, known, _typed_of(application, request), application=application)
    asked, wrongs = _read(request, known, kept)
    if asked is not None:
        try:
            services.change(
                by=services.FAMILY,
                application=application,
                asked=asked,
                version=int(request.POST.get("version", "0") or 0),
                now=timezone.now(),
            )
        except RefusedError as error:
            wrongs = error.wrongs
        except (UsageError, ValueError) as error:
            wrongs = (Wrong("", error.text if isinstance(error, UsageError) else _STALE),)
        else:
            return redirect("families:application")
    return _page(request, found, known, request.POST.dict(), application=application, wrongs=wrongs)


_STALE = Text("请重新打开这一页", "please open this page again")


def _sent(request: HttpRequest, found: Round, known: Face) -> HttpResponse:
    key = request.POST.get("key", "")
    if not _KEY.fullmatch(key):
        return _page(request, found, known, request.POST.dict(), wrongs=(Wrong("", _STALE),))
    asked, wrongs = _read(request, known)
    if asked is not None:
        try:
            receipt = services.apply(
                by=services.FAMILY, found=found, asked=asked, key=key, now=timezone.now()
            )
        except RefusedError as error:
            wrongs = error.wrongs
        except UsageError as error:
            wrongs = (Wrong("", error.text),)
        else:
            return let_in(redirect("families:application"), receipt.application, shows_code=True)
    return _page(request, found, known, request.POST.dict(), wrongs=wrongs)


def _read(
    request: HttpRequest, known: Face, kept: Kept | None = None
) -> tuple[Asked | None, tuple[Wrong, ...]]:
    if request.META.get("junheng.too_large"):
        text = Text(
            "文件合计超过 {n} MB。请先提交报名，再逐份上传材料",
            "the files are over {n} MB together. Send the application first, then its documents one by one",
        )
        return None, (Wrong("", text.format(n=settings.UPLOAD_MAX_BYTES >> 20)),)
    form = Form(known, request.POST.dict(), files=scans_in(request), today=timezone.localdate(), kept=kept)
    return form.read(), tuple(form.wrongs)


def scans_in(request: HttpRequest) -> dict[str, Upload]:
    """Return the scans of a request by the name of their field."""
    given = {name: request.FILES.get(name) for name in request.FILES if name.startswith(DOCUMENT)}
    return {name: one for name, one in given.items() if one is not None}


def _page(
    request: HttpRequest,
    found: Round,
    known: Face,
    typed: Mapping[str, Any],
    *,
    application: Application | None = None,
    wrongs: tuple[Wrong, ...] = (),
) -> HttpResponse:
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
        "years": known.rules.year,
    }
    return render(request, "families/apply.html", shown, status=422 if wrongs else 200)


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


def _first_choice(known: Face, home: str) -> dict[str, str]:
    own = known.own_schools(home)
    return {"choice_1": own[0].code} if own else {}


def _typed_of(application: Application, request: HttpRequest) -> dict[str, Any]:
    """Return an application as its form was filled in; another home may have been looked up meanwhile."""
    facts: PersonFacts = unseal(application.sealed)
    values = json.loads(application.values)
    child = values["applicants"]
    home = request.GET.get("home") or child.get("home") or OUTSIDE
    register = child.get("register")
    if register == "district":
        register = "here" if child.get("register_home") == child.get("home") else "district"
    older = next((one["school"] for one in values["kin"] if one["relation"] == "sibling_here"), "")
    too: dict[str, str] = next((one for one in values["kin"] if "other" in one), {})
    return {
        **{name: child.get(name, "") for name in (*CLAIMS, "tenure", "from_school", "adjust")},
        **{f"choice_{n}": school for n, school in enumerate(values["choices"], start=1)},
        "child_name": facts.name,
        "guardian_name": facts.guardian,
        "phone": facts.phone,
        "home": home,
        "register": register or "",
        "register_home": child.get("register_home", "") if register == "district" else "",
        "sibling_school": older,
        "twin": too.get("other", ""),
        "twin_relation": too.get("relation", ""),
        "version": application.version,
    }


def _may_change(application: Application) -> bool:
    return application.state != ApplicationState.WITHDRAWN and application.round.takes_applications(
        timezone.now()
    )
