"""The counter: an officer enters an application for a family by the family's own form, and gives it its receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from junheng.text import Text
from junheng.web.admissions.models import Application, Origin, Round, RoundState
from junheng.web.admissions.persons import unseal
from junheng.web.admissions.views.common import found_round, head
from junheng.web.families import services
from junheng.web.families.asked import Wrong
from junheng.web.families.faces import Face, face
from junheng.web.families.formpage import first_choice, form_context
from junheng.web.families.reading import OUTSIDE
from junheng.web.families.reading_counter import CounterForm
from junheng.web.families.sending import new_key, send
from junheng.web.families.zones import MOST_FOUND
from junheng.web.gate import person_of
from junheng.web.language import said


def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the home, show the form, and take what the officer sends."""
    found = found_round(pk)
    known = face(found)
    if found.state == RoundState.DRAFT:
        return render(
            request, "families/counter.html", {**_head(request, found), "is_early": True}, status=409
        )
    if request.method == "POST":
        receipt, wrongs = send(
            request,
            found,
            known,
            by=person_of(request),
            origin=Origin.DESK,
            kind=CounterForm,
            now=timezone.now(),
        )
        if receipt is not None:
            messages.success(
                request, said(Text("已录入，请把回执交给家长", "entered: give the family its receipt"))
            )
            return redirect("counter:receipt", found.pk, receipt.application.number)
        return _form(request, found, known, request.POST.dict(), wrongs=wrongs)
    home = request.GET.get("home", "")
    if home == OUTSIDE or home in known.zones.homes:
        typed = {"home": home, "key": new_key(), **first_choice(known, home)}
        return _form(request, found, known, {**typed, "twin": request.GET.get("twin", "")})
    return _homes(request, found, known)


def receipt(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """Show number and code for the family that stands at the counter; that they were shown is written down."""
    found = found_round(pk)
    application = get_object_or_404(Application, round=found, number=number)
    if not application.code_hash:  # it came by workbook: nobody ever got a code
        raise Http404
    known = {
        **_head(request, found),
        "application": application,
        "who": unseal(application.sealed),
        "code": services.shown_code(by=person_of(request), application=application),
    }
    return render(request, "families/counter_receipt.html", known)


def _homes(request: HttpRequest, found: Round, known: Face) -> HttpResponse:
    typed = request.GET.get("q", "").strip()
    homes = known.zones.search(typed)
    shown = {
        **_head(request, found),
        "typed": typed,
        "homes": homes[:MOST_FOUND],
        "n_found": len(homes),
        "twin": request.GET.get("twin", ""),
    }
    return render(request, "families/counter.html", shown)


def _form(
    request: HttpRequest,
    found: Round,
    known: Face,
    typed: Mapping[str, Any],
    *,
    wrongs: tuple[Wrong, ...] = (),
) -> HttpResponse:
    shown = {
        **form_context(found, known, typed, wrongs=wrongs, at_counter=True),
        **_head(request, found),
    }
    return render(request, "families/counter_form.html", shown, status=422 if wrongs else 200)


def _head(request: HttpRequest, found: Round) -> dict[str, Any]:
    return {**head(request, found, "admissions:applications"), "is_late": found.is_frozen}
