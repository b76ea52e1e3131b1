"""Passkeys (WebAuthn level 2): made on a device of the person, used instead of a code or of name, password and code.

A device signs only for the address that it was asked under, so that a copied page gets nothing. Everywhere the device
must have recognised its owner (by PIN, finger or face): with that a passkey is two factors at once.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web import vault
from junheng.web.accounts.models import Account, Passkey
from junheng.web.audit.services import record
from junheng.web.roles import Person

MOST = 10
"""Passkeys of one account."""
SECONDS = 300
"""For which a question to a device waits for its answer."""
_REFUSED = Text(
    "通行密钥没有通过核对，请重试；如仍不行，请删除后重新添加",
    "the passkey was not accepted. Try again; if it stays, remove it and add it anew",
)


@dataclass(frozen=True, slots=True)
class Site:
    """What browsers tie a passkey to: the name in the address, and the whole address without its path."""

    name: str
    origin: str


def site_of(request: HttpRequest) -> Site | None:
    """Return the site that was asked, or `None` where browsers know no passkeys: unencrypted, or a bare number."""
    host = request.get_host()
    name = urlsplit(f"//{host}").hostname or ""
    is_trusted = request.is_secure() or name == "localhost"
    return Site(name, f"{request.scheme}://{host}") if is_trusted and not _is_number(name) else None


def to_make(account: Account, site: Site, challenge: bytes) -> str:
    """Return the question by which a device makes a passkey, as JSON; it makes no second one for the same account."""
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name="均衡 Junheng",
        user_id=_handle(account),
        user_name=account.username,
        user_display_name=account.name,
        challenge=challenge,
        timeout=SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(account),
    )
    return webauthn.options_to_json(options)


def to_use(account: Account | None, site: Site, challenge: bytes) -> str:
    """Return the question by which a device signs, as JSON; without an account it offers those that it knows."""
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=challenge,
        timeout=SECONDS * 1000,
        allow_credentials=None if account is None else _descriptors(account),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


@transaction.atomic
def add_passkey(
    *, by: Person, account: Account, name: str, site: Site, challenge: bytes, answer: str
) -> Passkey:
    """Keep the public half of a passkey that a device has made.

    Raises
    ------
    UsageError
        For an answer to another question or site, a key that is known, or an account that has enough of them.
    """
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if locked.passkeys.count() >= MOST:
        raise UsageError(
            Text(
                "通行密钥已达 {n} 个，请先删除不用的", "there are {n} passkeys: remove those not used"
            ).format(n=MOST)
        )
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        with transaction.atomic():
            passkey = Passkey.objects.create(
                account=account,
                name=name,
                credential_id=bytes_to_base64url(made.credential_id),
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
            )
    except (WebAuthnException, IntegrityError, ValueError) as error:
        raise UsageError(_REFUSED) from error
    record("passkey-added", by=by, subject="account", subject_id=account.pk, changes={"name": name})
    return passkey


@transaction.atomic
def use_passkey(*, account: Account | None, site: Site, challenge: bytes, answer: str) -> Account:
    """Check what a device has signed, and return whose passkey it is.

    Parameters
    ----------
    account
        Who must have signed; `None` for anybody with an open account.

    Raises
    ------
    UsageError
        For an answer to another question or site, an unknown or copied key, and somebody else's or a closed account.
    """
    try:
        given = parse_authentication_credential_json(answer)
        passkey = _known(given.id, account)
        handle = given.response.user_handle
        if passkey is None or (handle is not None and handle != _handle(passkey.account)):
            raise UsageError(_REFUSED)
        signed = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError) as error:
        raise UsageError(_REFUSED) from error
    passkey.sign_count, passkey.last_used_at = signed.new_sign_count, timezone.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
    return passkey.account


@transaction.atomic
def remove_passkey(*, by: Person, passkey: Passkey) -> None:
    """Forget a passkey: what its device still holds opens nothing any more."""
    facts = {"name": passkey.name}
    record("passkey-removed", by=by, subject="account", subject_id=passkey.account_id, changes=facts)
    passkey.delete()


def _known(credential_id: str, account: Account | None) -> Passkey | None:
    """Return an open account's passkey, locked: two answers at once must not pass with one count."""
    query = Passkey.objects.select_for_update(of=("self",)).select_related("account")
    found = query.filter(credential_id=credential_id, account__is_active=True).first()
    return found if found is not None and account in (None, found.account) else None


def _descriptors(account: Account) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one.credential_id))
        for one in account.passkeys.all()
    ]


def _handle(account: Account) -> bytes:
    """Return by what a device knows the account: nothing of the person, and nothing that two sites share."""
    return vault.fingerprint(str(account.pk), purpose="passkey").encode("ascii")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
