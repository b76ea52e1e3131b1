"""Pages on which a family applies, and changes what it asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from junheng.admission.rounds.facts import CLAIMS
from junheng.errors import UsageError
from junheng.web.admissions.models import HEAVY, Application, ApplicationState, Round
from junheng.web.admissions.persons import PersonFacts, unseal
from junheng.web.families import services
from junheng.web.families.access import let_in, opened
from junheng.web.families.asked import RefusedError, Wrong
from junheng.web.families.faces import Face, face
from junheng.web.families.formpage import first_choice, form_context
from junheng.web.families.reading import OUTSIDE, Kept
from junheng.web.families.sending import STALE, new_key, read_form, send
from junheng.web.limits import limited


@limited("apply", "POST")
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form for a home, and take what is sent."""
    found = get_object_or_404(Round.objects.defer(*HEAVY), code=code)
    if not found.takes_applications(timezone.now()):
        return render(request, "families/closed.html", {"round": found, "face": face(found)}, status=409)
    known = face(found)
    if request.method == "POST":
        receipt, wrongs = send(request, found, known, now=timezone.now())
        if receipt is not None:
            return let_in(redirect("families:application"), receipt.application, shows_code=True)
        return _page(request, found, known, request.POST.dict(), wrongs=wrongs)
    home = request.GET.get("home", "")
    if home != OUTSIDE and home not in known.zones.homes:
        return redirect(f"{reverse('families:find')}?{urlencode({'round': code})}")
    typed = {"home": home, "key": new_key(), **first_choice(known, home)}
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
    asked, wrongs = read_form(request, known, kept=kept)
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
            wrongs = (Wrong("", error.text if isinstance(error, UsageError) else STALE),)
        else:
            return redirect("families:application")
    return _page(request, found, known, request.POST.dict(), application=application, wrongs=wrongs)


def _page(
    request: HttpRequest,
    found: Round,
    known: Face,
    typed: Mapping[str, Any],
    *,
    application: Application | None = None,
    wrongs: tuple[Wrong, ...] = (),
) -> HttpResponse:
    shown = form_context(found, known, typed, application=application, wrongs=wrongs)
    return render(request, "families/apply.html", shown, status=422 if wrongs else 200)


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
    too: list[dict[str, str]] = [one for one in values["kin"] if "other" in one]
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
        "sibling_name": facts.sibling,
        "twin": " ".join(one["other"] for one in too),
        "twin_relation": too[0]["relation"] if too else "",
        "version": application.version,
    }


def _may_change(application: Application) -> bool:
    return application.state != ApplicationState.WITHDRAWN and application.round.takes_applications(
        timezone.now()
    )
