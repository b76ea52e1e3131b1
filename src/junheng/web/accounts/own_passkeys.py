"""The pages on which a person adds, removes and signs in with passkeys.

The question to the device stands in the form, its answer comes back in a hidden field: there is nothing else to ask.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.accounts import passkeys
from junheng.web.accounts.models import Account, Passkey
from junheng.web.gate import PASSED, WANTED, account_of, person_of
from junheng.web.language import said, say
from junheng.web.limits import limited
from junheng.web.listing import Column, Do, Listing
from junheng.web.pages.templatetags.words import moment

_BACKEND = "junheng.web.accounts.backend.AccountBackend"
_ASKED = "passkey_asked"
"""In the session: the question to a device and when it was asked. It is answered once, in time, or not at all."""
_LONGEST = 20_000
_COLUMNS = (
    Column("name", Text("名称", "name")),
    Column("made", Text("添加", "added")),
    Column("used", Text("最近使用", "last used")),
    Column("remove", Text("删除", "remove")),
)
_REMOVE = Text("删除", "Remove")
_TOO_LATE = Text(
    "此页面等候过久或已在别处打开，请再试一次",
    "the page has waited too long, or was opened elsewhere: try once more",
)


class PasskeyForm(forms.Form):
    """What the passkey is called, the password as proof, and what the device answered."""

    name = forms.CharField(
        max_length=60,
        label=say("名称", "name"),
        help_text=say("如“办公室电脑”“我的手机”", "such as “office computer” or “my phone”"),
    )
    present = forms.CharField(
        label=say("现口令", "present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def listing(request: HttpRequest) -> HttpResponse:
    """List own passkeys and add one."""
    account = account_of(request)
    if account.has_second_factor and not request.session.get(PASSED):
        return redirect("accounts:second_factor")
    form = PasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _adds(request, account, form):
        messages.success(request, said(Text("通行密钥已添加", "the passkey is added")))
        return redirect("accounts:passkeys")
    table = _table(request, account)
    if table.wants_export:
        return table.export()
    known = {"form": form, "table": table, **question(request, account, "make")}
    return render(request, "accounts/passkeys.html", known, status=422 if form.errors else 200)


def _table(request: HttpRequest, account: Account) -> Listing:
    rows = [
        {
            "name": one.name,
            "made": moment(one.created_at),
            "used": None if one.last_used_at is None else moment(one.last_used_at),
            "remove": Do(_REMOVE, reverse("accounts:remove_passkey", args=[one.pk]), one.name),
        }
        for one in account.passkeys.all()
    ]
    title, empty = (
        Text("已有的通行密钥", "passkeys that there are"),
        Text("还没有通行密钥", "no passkeys yet"),
    )
    return Listing(request, name="passkeys", title=title, columns=_COLUMNS, rows=rows, empty=empty)


def remove(request: HttpRequest, passkey: int) -> HttpResponse:
    found = get_object_or_404(Passkey, pk=passkey, account=account_of(request))
    passkeys.remove_passkey(by=person_of(request), passkey=found)
    messages.success(request, said(Text("通行密钥已删除", "the passkey is removed")))
    return redirect("accounts:passkeys")


def second_factor(request: HttpRequest) -> HttpResponse:
    """Take a passkey in the place of a one-time code."""
    try:
        _uses(request, account_of(request))
    except UsageError as error:
        messages.error(request, said(error.text))
        return redirect("accounts:second_factor")
    request.session.cycle_key()
    request.session[PASSED] = True
    return redirect(request.session.pop(WANTED, "/"))


@limited("passkey", "GET", "POST")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a passkey in the place of name, password and code."""
    wrong = ""
    if request.method == "POST":
        try:
            account = _uses(request, None)
        except UsageError as error:
            wrong = said(error.text)
        else:
            login(request, account, backend=_BACKEND)
            request.session[PASSED] = True
            return redirect("pages:home")
    known = {"wrong": wrong, **question(request, None, "use")}
    return render(request, "accounts/sign_in_passkey.html", known, status=422 if wrong else 200)


def question(request: HttpRequest, account: Account | None, what: str) -> dict[str, Any]:
    """Return what a page needs to ask a device, and note the question in the session.

    Parameters
    ----------
    what
        ``make`` or ``use``.
    """
    site = passkeys.site_of(request)
    if site is None:
        return {"site": None}
    challenge = secrets.token_bytes(32)
    request.session[_ASKED] = [challenge.hex(), int(time.time())]
    asked = (
        passkeys.to_make(account, site, challenge)
        if what == "make" and account is not None
        else passkeys.to_use(account, site, challenge)
    )
    return {"site": site, "what": what, "question": asked}


def _adds(request: HttpRequest, account: Account, form: PasskeyForm) -> bool:
    given = form.cleaned_data
    if not account.check_password(given["present"]):
        form.add_error("present", said(Text("现口令不对", "the present password is wrong")))
        return False
    try:
        site, challenge, answer = _answered(request)
        passkeys.add_passkey(
            by=person_of(request),
            account=account,
            name=given["name"],
            site=site,
            challenge=challenge,
            answer=answer,
        )
    except UsageError as error:
        form.add_error(None, said(error.text))
        return False
    request.session.cycle_key()
    request.session[PASSED] = True
    return True


def _uses(request: HttpRequest, account: Account | None) -> Account:
    site, challenge, answer = _answered(request)
    return passkeys.use_passkey(account=account, site=site, challenge=challenge, answer=answer)


def _answered(request: HttpRequest) -> tuple[passkeys.Site, bytes, str]:
    """Return the site, the question that is answered, and the answer; the question is gone with it."""
    site, asked = passkeys.site_of(request), request.session.pop(_ASKED, None)
    if site is None or asked is None or time.time() - asked[1] > passkeys.SECONDS:
        raise UsageError(_TOO_LATE)
    return site, bytes.fromhex(asked[0]), request.POST.get("answer", "")[:_LONGEST]
