"""Secrets in the database: encrypted with a key that is not in it, and found again only by a keyed hash.

Texts are sealed by Fernet. Files are sealed by AES-GCM, which makes them no longer and says just as well whether a
single bit was changed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from junheng.errors import UsageError
from junheng.text import Text

_NONCE_BYTES = 12


def encrypt(plain: str, *, purpose: str) -> str:
    """Return a text that only `decrypt` with the same key and purpose turns back."""
    return _cipher(purpose).encrypt(plain.encode()).decode("ascii")


def decrypt(sealed: str, *, purpose: str) -> str:
    """Return what was encrypted; a wrong key, purpose or damaged text raises `UsageError`."""
    try:
        return _cipher(purpose).decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise _not_ours() from error


def seal_file(content: bytes, *, purpose: str) -> bytes:
    """Return a file's bytes sealed; only `open_file` with the same key and purpose gives them back."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, content, None)


def open_file(sealed: bytes, *, purpose: str) -> bytes:
    """Return the bytes that were sealed; a wrong key, purpose or a changed bit raises `UsageError`."""
    try:
        return AESGCM(_key(purpose)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except InvalidTag as error:
        raise _not_ours() from error


def fingerprint(plain: str, *, purpose: str) -> str:
    """Return a keyed hash by which an encrypted text is found again: the same text, the same 64 characters."""
    return hmac.new(_key(purpose), plain.encode(), hashlib.sha256).hexdigest()


def _not_ours() -> UsageError:
    return UsageError(
        Text(
            "无法解密：密钥文件与数据库不匹配，请恢复原来的 secret.key",
            "cannot decrypt: the key file does not belong to this database; bring back its secret.key",
        )
    )


def _cipher(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(purpose)))


def _key(purpose: str) -> bytes:
    """Derive one key a purpose: what is sealed for one can be neither read nor compared as another."""
    return hmac.new(settings.SECRET_KEY.encode(), f"junheng:{purpose}".encode(), hashlib.sha256).digest()
