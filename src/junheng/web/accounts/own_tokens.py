"""The page on which a person makes and ends own tokens."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.accounts.models import Account, Token
from junheng.web.accounts.tokens import make_token, revoke_token
from junheng.web.gate import account_of, person_of
from junheng.web.language import said, say
from junheng.web.listing import Column, Do, Listing, Mark
from junheng.web.pages.templatetags.words import moment

_DAYS = 90
_COLUMNS = (
    Column("name", Text("用途", "what for")),
    Column("hint", Text("开头", "begins with")),
    Column("state", Text("状态", "state")),
    Column("may", Text("权限", "may")),
    Column("until", Text("有效期至", "valid up to")),
    Column("used", Text("最近使用", "last used")),
    Column("end", Text("作废", "end")),
)
_READS, _CHANGES = Text("只读", "read"), Text("读取和改动", "read and change")
_END = Text("作废", "End")
_WRONG = Text("现口令不对", "the present password is wrong")


class TokenForm(forms.Form):
    """What a token is for, until when, and whether it may change anything; the password as proof."""

    name = forms.CharField(
        max_length=60,
        label=say("用途", "what for"),
        help_text=say("如“统计脚本”；操作记录会写明", "such as “statistics script”; the audit names it"),
    )
    last_day = forms.DateField(
        label=say("有效期至", "valid up to"),
        help_text=say("最长一年", "a year at most"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    may_change = forms.BooleanField(
        required=False,
        label=say("可以改动记录", "may change records"),
        help_text=say("不选则只能读取", "if not ticked it only reads"),
    )
    present = forms.CharField(
        label=say("现口令", "present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def tokens(request: HttpRequest) -> HttpResponse:
    """List own tokens and make one; its text is in the answer to the form, and nowhere else."""
    account = account_of(request)
    form = TokenForm(request.POST or None, initial={"last_day": timezone.localdate() + timedelta(days=_DAYS)})
    made = _made(request, account, form) if request.method == "POST" and form.is_valid() else None
    table = _table(request, account)
    known = {
        "form": form if made is None else TokenForm(initial=form.initial),
        "made": made,
        "table": table,
    }
    return (
        table.export()
        if table.wants_export
        else render(request, "accounts/tokens.html", known, status=422 if form.errors else 200)
    )


def revoke(request: HttpRequest, token: int) -> HttpResponse:
    found = get_object_or_404(Token, pk=token, account=account_of(request))
    revoke_token(by=person_of(request), token=found)
    messages.success(request, said(Text("令牌已作废", "the token is ended")))
    return redirect("accounts:tokens")


def _made(request: HttpRequest, account: Account, form: TokenForm) -> str | None:
    given = form.cleaned_data
    if not account.check_password(given["present"]):
        form.add_error("present", said(_WRONG))
        return None
    try:
        _, text = make_token(
            by=person_of(request),
            account=account,
            name=given["name"],
            last_day=given["last_day"],
            is_read_only=not given["may_change"],
        )
    except UsageError as error:
        form.add_error("last_day", said(error.text))
        return None
    return text


def _table(request: HttpRequest, account: Account) -> Listing:
    rows = [
        {
            "name": one.name,
            "hint": f"{one.hint}…",
            "state": _state(one),
            "may": _READS if one.is_read_only else _CHANGES,
            "until": moment(one.expires_at),
            "used": None if one.last_used_on is None else one.last_used_on.isoformat(),
            "end": Do(_END, reverse("accounts:revoke_token", args=[one.pk]), one.name)
            if one.is_live
            else None,
        }
        for one in account.tokens.all()
    ]
    return Listing(
        request,
        name="tokens",
        title=Text("已有的令牌", "tokens that there are"),
        columns=_COLUMNS,
        rows=rows,
        empty=Text("还没有令牌", "no tokens yet"),
    )


def _state(token: Token) -> Mark:
    if token.is_live:
        return Mark(Text("有效", "live"), "ok")
    if token.revoked_at is not None:
        return Mark(Text("已作废", "ended"), "none")
    return Mark(Text("已过期", "expired"), "none")
