"""Signing in and out, the one-time code, and one's own account."""

from __future__ import annotations

import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset as reset_failures
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.accounts import services, totp
from junheng.web.accounts.forms import CodeForm, PasswordForm, SignInForm
from junheng.web.accounts.locked import locked_out
from junheng.web.accounts.models import Account
from junheng.web.accounts.own_passkeys import question
from junheng.web.gate import PASSED, WANTED, account_of, person_of
from junheng.web.language import said, say

_NEXT, _UNSAVED = "next", "unsaved"
_WRONG = say(
    "账号名或口令不对，或账号已停用", "the account name or password is wrong, or the account is closed"
)
_WRONG_CODE = say("动态码不对或已用过，请等下一个", "the code is wrong or was used; wait for the next one")


def sign_in(request: HttpRequest) -> HttpResponse:
    if not Account.objects.exists():
        return redirect("pages:first_run")
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = authenticate(request, **form.cleaned_data)
        if account is not None:
            login(request, account)
            request.session[WANTED] = _next(request)
            return redirect(_next(request))
        form.add_error(None, str(_WRONG))
    status = 422 if form.errors else 200
    known = {"form": form, "next": _next(request), "is_unsaved": _UNSAVED in request.GET}
    return render(request, "accounts/sign_in.html", known, status=status)


def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code or a passkey; wrong codes count like wrong passwords, so that nobody can try them all."""
    account = account_of(request)
    if not account.has_second_factor or request.session.get(PASSED):
        return redirect("pages:home")
    if not AxesProxyHandler.is_allowed(request, _guess(account)):
        return locked_out(request)
    form = CodeForm(request.POST or None) if account.has_code else None
    if form is not None and request.method == "POST" and form.is_valid():
        if _passes(request, account, form.cleaned_data["code"]):
            return redirect(request.session.pop(WANTED, "/"))
        form.add_error("code", str(_WRONG_CODE))
    asked = question(request, account, "use") if account.passkeys.exists() else None
    return render(request, "accounts/second_factor.html", {"form": form, "passkey": asked})


def enrol_second_factor(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    if account.has_second_factor and not request.session.get(PASSED):
        return redirect("accounts:second_factor")
    if account.has_code:
        return redirect("accounts:own")
    secret = services.begin_second_factor(account=account)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _passes(request, account, form.cleaned_data["code"]):
            messages.success(request, said(Text("动态码已绑定", "the one-time code is set up")))
            return redirect("accounts:own")
        form.add_error("code", str(_WRONG_CODE))
    picture = segno.make(
        totp.address(secret, account=account.username, issuer=said(Text("均衡", "Junheng"))), micro=False
    )
    known = {"form": form, "picture": picture.svg_data_uri(scale=5), "secret": " ".join(_fours(secret))}
    return render(request, "accounts/enrol_second_factor.html", known)


def own(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/own.html", {"account": account_of(request)})


def password(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not account.check_password(form.cleaned_data["present"]):
            form.add_error("present", said(Text("现口令不对", "the present password is wrong")))
        else:
            try:
                services.change_password(
                    by=person_of(request), account=account, password=form.cleaned_data["password"]
                )
            except UsageError as error:
                form.add_error("password", said(error.text))
            else:
                update_session_auth_hash(request, account)
                messages.success(request, said(Text("口令已修改", "the password is changed")))
                return redirect("accounts:own")
    return render(
        request, "accounts/password.html", {"form": form, "is_forced": account.must_change_password}
    )


def _passes(request: HttpRequest, account: Account, given: str) -> bool:
    if services.pass_second_factor(by=person_of(request), account=account, given=given):
        request.session.cycle_key()
        request.session[PASSED] = True
        reset_failures(username=_guess(account)["username"])
        return True
    user_login_failed.send(sender=__name__, credentials=_guess(account), request=request)
    return False


def _guess(account: Account) -> dict[str, str]:
    """Return under which name wrong codes are counted: not the account's own, which the right password clears."""
    return {"username": f"{account.username} (code)"}


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get(_NEXT) or request.GET.get(_NEXT) or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else "/"


def _fours(secret: str) -> list[str]:
    return [secret[i : i + 4] for i in range(0, len(secret), 4)]
