"""The gate of the interface for programs: whose token it is, and whether that person may do this now.

Session cookies open nothing here, so that no page of another site can make a browser ask in a person's name; hence
requests need no token against forgery.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from junheng.text import Text
from junheng.web.accounts.models import Account, Token
from junheng.web.accounts.tokens import token_of
from junheng.web.api.obeys import API
from junheng.web.api.problems import language_of, problem
from junheng.web.limits import asked, client_address
from junheng.web.permissions import answer
from junheng.web.roles import VISITOR, Person
from junheng.web.rule import Answer

READS = ("GET", "HEAD", "OPTIONS")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="junheng"'}


def admit(request: HttpRequest, name: str, kwargs: Mapping[str, Any]) -> HttpResponse | None:
    """Return `None` to let an operation run as the token's person, or the answer that refuses it."""
    request.person = VISITOR  # type: ignore[attr-defined]
    translation.activate("en" if language_of(request) == "en" else "zh-hans")
    token = _token(request)
    if isinstance(token, HttpResponse):
        return token
    wait = asked("program", str(token.pk))
    if wait:
        return _too_often(request, wait)
    person = _person(token)
    refused = _not_ready(request, token.account) or _refused(request, token, person, name, kwargs)
    if refused is None:
        request.person = person  # type: ignore[attr-defined]
        request.token = token  # type: ignore[attr-defined]
    return refused


def _token(request: HttpRequest) -> Token | HttpResponse:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        detail = Text(
            "请在请求头写明 Authorization: Bearer <令牌>；令牌在“我的账号”中新建",
            "send the header Authorization: Bearer <token>; make a token under your account",
        )
        return problem(request, "no-token", detail, headers=_CHALLENGE)
    token = token_of(given.strip())
    if token is not None:
        return token
    wait = asked("wrong-token", client_address(request))
    if wait:
        return _too_often(request, wait)
    detail = Text(
        "令牌写错、已作废或已过期，或其账号已停用",
        "the token is mistyped, ended or expired, or its account is closed",
    )
    return problem(request, "bad-token", detail, headers=_CHALLENGE)


def _person(token: Token) -> Person:
    """Return what the account holds now, under a name by which the audit tells the program from the person."""
    person: Person = token.account.person()
    return dataclasses.replace(person, name=f"{person.name}（API：{token.name}）")


def _not_ready(request: HttpRequest, account: Account) -> HttpResponse | None:
    """Refuse where a page would first ask for something: a token must not be the way around it."""
    lacks_code = (
        settings.SECOND_FACTOR_REQUIRED and account.needs_second_factor and not account.has_second_factor
    )
    if not lacks_code and not account.must_change_password:
        return None
    detail = Text(
        "请先在网页登录，绑定动态码或修改临时口令",
        "sign in on the pages first: set up the one-time code, or change the temporary password",
    )
    return problem(request, "account-not-ready", detail)


def _refused(
    request: HttpRequest, token: Token, person: Person, name: str, kwargs: Mapping[str, Any]
) -> HttpResponse | None:
    method = "GET" if request.method == "HEAD" else str(request.method)
    obeyed = API[name].get(method)
    if obeyed is None:
        allowed = ", ".join(sorted(API[name]))
        detail = Text("可用：{allowed}", "it answers to: {allowed}").format(allowed=allowed)
        return problem(request, "wrong-method", detail, headers={"Allow": allowed})
    said = answer(person, obeyed, kwargs)
    if said is Answer.NOT_THERE:
        return not_found(request)
    if said is not Answer.YES:
        detail = Text(
            "令牌所属账号的岗位不包含此操作", "the posts of the token's account do not include this"
        )
        return problem(request, "no-right", detail)
    if token.is_read_only and method not in READS:
        detail = Text("此令牌只能读取，不能改动", "this token may read, and change nothing")
        return problem(request, "read-only", detail)
    return None


def not_found(request: HttpRequest) -> HttpResponse:
    """Return what is said of something that does not exist, or is not the person's to know of."""
    detail = Text(
        "网址有误，或此记录不存在、不属于令牌账号所在的学校",
        "the address is wrong, or the record does not exist or is not of the account's school",
    )
    return problem(request, "not-found", detail)


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    detail = Text("请在 {n} 秒后再试", "try again in {n} seconds").format(n=wait)
    return problem(request, "too-often", detail, headers={"Retry-After": str(wait)})
