"""“Which school for my home?”: search, the answer, and what everybody may know of a school."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from junheng.text import Text
from junheng.web.admissions.models import Round, RoundState
from junheng.web.families import announced
from junheng.web.families.faces import face
from junheng.web.families.zones import MOST_FOUND, zones, zones_or_404
from junheng.web.limits import limited
from junheng.web.schoolyears import year_text

_MOST_TYPED = 40


def start(request: HttpRequest) -> HttpResponse:
    found = zones()
    known = {
        "year_text": None if found is None else year_text(found.year),
        "has_homes": found is not None and bool(found.homes),
        "rounds": _open_rounds(),
    }
    return render(request, "families/start.html", known)


@limited("lookup")
def find(request: HttpRequest) -> HttpResponse:
    """Search homes by what was typed or by letter; a single one that is found is answered at once."""
    found = zones()
    if found is None or not found.homes:
        return render(request, "families/none.html", status=404 if found is None else 200)
    typed = request.GET.get("q", "").strip()[:_MOST_TYPED]
    letter = request.GET.get("letter", "")[:1].upper()
    if typed:
        homes = found.search(typed)
        if len(homes) == 1 and not request.GET.keys() & {"round", "change"}:
            return redirect(f"{reverse('families:home')}?{urlencode({'home': homes[0].code})}")
    else:
        homes = found.under(letter) if letter else []
    known = {
        "typed": typed,
        "letter": letter,
        "letters": found.letters,
        "homes": homes[:MOST_FOUND] if typed else homes,
        "n_found": len(homes),
        "is_cut": bool(typed) and len(homes) > MOST_FOUND,
        "year_text": year_text(found.year),
        "round": Round.objects.filter(code=request.GET.get("round", "")).first(),
        "is_changing": "change" in request.GET,
    }
    return render(request, "families/find.html", known)


@limited("lookup")
def home(request: HttpRequest) -> HttpResponse:
    """Answer: the schools of a home, stage by stage."""
    found = zones_or_404()
    own = found.homes.get(request.GET.get("home", ""))
    if own is None:
        raise Http404
    known = {
        "home": own,
        "serving": announced.serving(found, own.code),
        "year_text": year_text(found.year),
        "rounds": _open_rounds(),
    }
    return render(request, "families/home.html", known)


@limited("lookup")
def school(request: HttpRequest, shown: str) -> HttpResponse:
    found = zones_or_404()
    own = announced.school(found, shown)
    if own is None:
        raise Http404
    known = {"school": own, "zones": found.homes_of(shown), "year_text": year_text(found.year)}
    return render(request, "families/school.html", known)


def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "families/privacy.html")


def _open_rounds() -> list[tuple[Round, Text]]:
    """Return the rounds that take applications now, with their titles."""
    now = timezone.now()
    found = Round.objects.filter(state=RoundState.OPEN)
    return [(one, face(one).rules.title) for one in found if one.takes_applications(now)]
