"""Tokens: made by a person for a program, shown once, kept as a keyed hash, ended at any time."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web import vault
from junheng.web.accounts.models import Account, Token
from junheng.web.audit.services import record
from junheng.web.roles import Person

PREFIX = "junheng_"
"""By this those who search files for lost secrets recognise a token."""
MOST = 20
"""Live tokens of one account."""
MOST_DAYS = 366
_PURPOSE = "token"
_HINT = len(PREFIX) + 4


@transaction.atomic
def make_token(
    *, by: Person, account: Account, name: str, last_day: date, is_read_only: bool
) -> tuple[Token, str]:
    """Make a token that works up to the end of a day; return it with its text, which stands nowhere else.

    Raises
    ------
    UsageError
        For a day that is past or more than a year away, or if the account has too many tokens already.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    today = timezone.localdate()
    if not today <= last_day or (last_day - today).days > MOST_DAYS:
        raise UsageError(
            Text("有效期须在今天至一年之内", "a token is valid for a year at most, and from today on")
        )
    if live_tokens(account).count() >= MOST:
        raise UsageError(
            Text(
                "有效令牌已达 {n} 个，请先作废不用的",
                "there are {n} live tokens: end those that are not used",
            ).format(n=MOST)
        )
    text = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        account=account,
        name=name,
        hint=text[:_HINT],
        fingerprint=vault.fingerprint(text, purpose=_PURPOSE),
        is_read_only=is_read_only,
        expires_at=timezone.make_aware(datetime.combine(last_day, time.max)),
    )
    facts = {"name": name, "last_day": last_day.isoformat(), "read_only": is_read_only}
    record("token-made", by=by, subject="token", subject_id=token.pk, changes=facts)
    return token, text


@transaction.atomic
def revoke_token(*, by: Person, token: Token) -> None:
    """End a token; one that is ended stays so."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record("token-revoked", by=by, subject="token", subject_id=token.pk, changes={"name": token.name})


def live_tokens(account: Account) -> QuerySet[Token]:
    """Return the tokens of an account that still open something."""
    return account.tokens.filter(revoked_at=None, expires_at__gt=timezone.now())


def token_of(text: str) -> Token | None:
    """Return the live token with this text, of an open account, or `None`; note the day of its use."""
    fingerprint = vault.fingerprint(text, purpose=_PURPOSE)
    query = Token.objects.select_related("account").prefetch_related("account__posts")
    found = query.filter(fingerprint=fingerprint).first()
    if found is None or not found.is_live or not found.account.is_active:
        return None
    today = timezone.localdate()
    if found.last_used_on != today:
        Token.objects.filter(pk=found.pk).update(last_used_on=today)
    return found
