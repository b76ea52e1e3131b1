"""Whose token it is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from junheng.web.accounts.models import Token
from junheng.web.api.operations.asking import by
from junheng.web.api.shapes import Me, Post, TokenOut

router = Router(tags=["account"])


@router.get("/me", url_name="me", response=Me, summary="Whose token it is · 令牌属于谁")
def me(request: HttpRequest) -> Me:
    token: Token = request.token  # type: ignore[attr-defined]
    posts = [
        Post(role=one.role, schools=sorted(one.schools), department=one.department)
        for one in by(request).posts
    ]
    own = TokenOut(name=token.name, expires_at=token.expires_at, is_read_only=token.is_read_only)
    return Me(name=token.account.name, posts=posts, token=own)
