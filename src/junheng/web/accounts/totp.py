"""Time-based one-time codes (RFC 6238): six digits, thirty seconds, SHA-1, as apps on phones know them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
_WINDOW = 1
"""Steps before and after the present one whose codes are taken: clocks of phones differ."""


def new_secret() -> str:
    """Return a new secret of 160 bits in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def code(secret: str, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of one step."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: str, given: str, *, now: float, after: int) -> int | None:
    """Return the step whose code was given, or `None`.

    Parameters
    ----------
    now
        Seconds since 1970.
    after
        The last step that was used; codes up to it are refused.
    """
    present = int(now) // STEP_SECONDS
    plain = "".join(given.split())
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if step > after and hmac.compare_digest(code(secret, step).encode(), plain.encode()):
            return step
    return None


def address(secret: str, *, account: str, issuer: str) -> str:
    """Return the address that authenticator apps read from a picture."""
    label = quote(f"{issuer}:{account}")
    return (
        f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&period={STEP_SECONDS}&digits={DIGITS}"
    )
