"""A device that makes passkeys and signs with them, after the text of the standard and without a browser."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


class Device:
    """One passkey on one device.

    Parameters
    ----------
    origin
        What the browser says it shows; a copied page has another one.
    flags
        That its owner touched it, and was recognised.
    """

    def __init__(self, origin: str = "http://localhost", *, flags: int = PRESENT | VERIFIED) -> None:
        self.origin, self.flags, self.count = origin, flags, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = os.urandom(20)
        self.handle = b""

    def make(self, question: str) -> str:
        """Return the answer to a question for a new passkey (section 6.5.4, attestation "none")."""
        asked = json.loads(question)
        self.handle = _bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        named = bytes(16) + struct.pack(">H", len(self.name)) + self.name + public
        data = self._data(asked["rp"]["id"], HAS_KEY) + named
        said = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", asked)
        return self._sent(client, attestationObject=_text(cbor2.dumps(said)))

    def sign(self, question: str) -> str:
        """Return the answer to a question for a signature (section 7.2)."""
        asked = json.loads(question)
        self.count += 1
        data, client = self._data(asked["rpId"], 0), self._client("webauthn.get", asked)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._sent(
            client, authenticatorData=_text(data), signature=_text(signature), userHandle=_text(self.handle)
        )

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _data(self, site: str, more: int) -> bytes:
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", self.flags | more, self.count)

    def _sent(self, client: bytes, **response: str) -> str:
        name = _text(self.name)
        response["clientDataJSON"] = _text(client)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(given: bytes) -> str:
    return urlsafe_b64encode(given).rstrip(b"=").decode()


def _bytes(given: str) -> bytes:
    return urlsafe_b64decode(given + "=" * (-len(given) % 4))
