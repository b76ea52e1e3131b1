"""The administrator's page of accounts for a whole roster, and the list to hand out."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Sequence
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from junheng.district.tabular import safe_text
from junheng.text import Text
from junheng.web.accounts import handout
from junheng.web.accounts.forms import HandOutForm
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Listing
from junheng.web.registry.names import school_names
from junheng.web.roles import ROLES, Role

_COLUMNS = (
    Column("role", Text("岗位", "role")),
    Column("all", Text("应有账号", "should have one"), "person"),
    Column("has", Text("已有账号", "have one"), "person"),
    Column("unused", Text("从未登录", "never signed in"), "person"),
    Column("new", Text("可开通", "can be opened"), "person"),
)
_HINDERED = (
    Column("name", Text("姓名", "name")),
    Column("username", Text("账号名", "account")),
    Column("school", Text("学校", "school")),
    Column("why", Text("原因", "why")),
)
_FILE = (
    Text("学校代码", "school code"),
    Text("学校", "school"),
    Text("姓名", "name"),
    Text("账号名", "account"),
    Text("首次口令", "first password"),
    Text("登录地址", "where to sign in"),
)


def page(request: HttpRequest) -> HttpResponse:
    """Show who has no account yet, and open accounts for them."""
    names = school_names()
    if not names:
        return redirect("registry:records")
    form = HandOutForm(request.POST or None, schools=names)
    if request.method == "POST" and form.is_valid():
        slips = handout.hand_out(by=person_of(request), **form.asked())
        return _handed_out(request, slips, names, form.asked()["role"])
    asked = {role: handout.wanted(role, names) for role in handout.HANDED_OUT}
    table, hindered = _counts(request, asked), _hindered(request, asked, names)
    for one in (table, hindered):
        if one.wants_export:
            return one.export()
    known = {"form": form, "table": table, "hindered": hindered}
    return render(request, "accounts/hand_out.html", known, status=422 if form.errors else 200)


def csv_of(slips: Sequence[handout.Slip], names: dict[str, str], *, address: str) -> str:
    """Return the list as CSV with a byte order mark; no cell of it is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([said(one) for one in _FILE])
    for slip in slips:
        cells = (slip.school, names[slip.school], slip.name, slip.username, slip.password, address)
        writer.writerow([safe_text(cell) for cell in cells])
    return "\ufeff" + text.getvalue()


def _handed_out(
    request: HttpRequest, slips: list[handout.Slip], names: dict[str, str], role: Role
) -> HttpResponse:
    """Show the list once. The file lies inside the page: nothing of it is kept to be fetched later."""
    address = request.build_absolute_uri(reverse("accounts:sign_in"))
    file = csv_of(slips, names, address=address).encode()
    known = {
        "role": ROLES[role],
        "n": len(slips),
        "schools": [
            (names[code], code, list(own)) for code, own in groupby(slips, key=lambda slip: slip.school)
        ],
        "address": address,
        "file": f"data:text/csv;charset=utf-8;base64,{base64.b64encode(file).decode()}",
        "file_name": f"accounts-{role.value}.csv",
    }
    return render(request, "accounts/handed_out.html", known)


def _counts(request: HttpRequest, asked: dict[Role, list[handout.Wanted]]) -> Listing:
    rows = [
        {
            "role": ROLES[role],
            "all": len(people),
            "has": sum(one.account is not None for one in people),
            "unused": sum(one.is_unused for one in people),
            "new": sum(one.is_new for one in people),
        }
        for role, people in asked.items()
    ]
    title = Text("谁还没有账号", "who has no account yet")
    return Listing(request, name="counts", title=title, columns=_COLUMNS, rows=rows)


def _hindered(
    request: HttpRequest, asked: dict[Role, list[handout.Wanted]], names: dict[str, str]
) -> Listing:
    rows = [
        {"name": one.name, "username": one.username, "school": names[one.school], "why": one.hindrance}
        for people in asked.values()
        for one in people
        if one.hindrance is not None
    ]
    title = Text("不能成批开通的", "who must be given one singly")
    return Listing(request, name="hindered", title=title, columns=_HINDERED, rows=rows)
