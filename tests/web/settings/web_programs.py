"""Programs of the cast: clients that send a token and no cookie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.utils import timezone

V1 = "/api/v1"


def program(account: Any, *, is_read_only: bool = False) -> Client:
    """Return a client with a new token of an account."""
    from junheng.web.accounts.tokens import make_token

    _, text = make_token(
        by=account.person(),
        account=account,
        name="script",
        last_day=timezone.localdate(),
        is_read_only=is_read_only,
    )
    return Client(headers={"Authorization": f"Bearer {text}"}, enforce_csrf_checks=True)


def programs(account: Callable[[str], Any]) -> Callable[[str], Client]:
    """Return a function from a member of the cast to its program; the visitor's has no token."""
    return lambda member: Client() if member == "visitor" else program(account(member))
