"""Home, the first run, the language, and whether the server runs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from junheng.errors import UsageError
from junheng.text import Language, Text
from junheng.web.accounts import services as accounts
from junheng.web.accounts.models import Account
from junheng.web.gate import person_of
from junheng.web.language import COOKIE, said
from junheng.web.pages.forms import FirstRunForm
from junheng.web.pages.menu import LINKS
from junheng.web.pages.tasks import tasks
from junheng.web.permissions import may
from junheng.web.registry import names

_YEAR_SECONDS = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    known = {
        "tasks": tasks(person),
        "links": [
            {"text": text, "note": note, "href": reverse(name)}
            for text, note, name in LINKS
            if may(person, name)
        ],
        "is_empty": names.latest() is None,
        "may_load": may(person, "registry:load"),
    }
    return render(request, "pages/home.html", known)


def first_run(request: HttpRequest) -> HttpResponse:
    """Make the administrator; once there is an account this page does not exist."""
    if Account.objects.exists():
        raise Http404
    form = FirstRunForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            account = accounts.first_run(
                username=given["username"], name=given["name"], password=given["password"]
            )
        except UsageError as error:
            raise Http404 from error
        login(request, account, backend="junheng.web.accounts.backend.AccountBackend")
        messages.success(request, said(Text("管理员账号已建立", "the administrator's account is there")))
        return redirect("pages:home")
    return render(request, "pages/first_run.html", {"form": form})


def language(request: HttpRequest) -> HttpResponse:
    """Switch, and go back to the page from which it was asked."""
    wanted: Language = "en" if request.POST.get("language") == "en" else "zh"
    if request.user.is_authenticated:
        accounts.set_language(account=request.user, language=wanted)
    back = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = redirect(back if is_ours else "/")
    response.set_cookie(
        COOKIE, wanted, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure(), httponly=True
    )
    return response


def health(request: HttpRequest) -> HttpResponse:
    """Say that server and database answer; nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})
