"""Receipts: what stands in the published files in place of a child's number, and how a family finds its own.

A receipt is a hash of the application's number and a salt. The family gets number, salt and receipt; without the salt
nobody can tell whose receipt it is, not even by trying all numbers. Salts come from one secret that the bureau keeps,
so that the same list gives the same bytes again.
"""

from __future__ import annotations

import hashlib
import hmac

RECEIPT_FORMAT = "junheng receipt 1"
SECRET_BYTES = 32


def salt_of(secret: bytes, number: str) -> str:
    """Return the salt of an application: 32 hexadecimal digits that nobody can guess without the secret."""
    return hmac.new(secret, number.encode(), hashlib.sha256).hexdigest()[:32]


def receipt_of(number: str, salt: str) -> str:
    """Return the receipt of an application: SHA-256 of format, number and salt on three lines."""
    return hashlib.sha256(f"{RECEIPT_FORMAT}\n{number}\n{salt}\n".encode()).hexdigest()
