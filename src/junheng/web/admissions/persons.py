"""Who a child and its guardian are: sealed with a key outside the database, found again only by a keyed hash."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass

from junheng.web.vault import decrypt, encrypt, fingerprint

_SEAL = "admission-person"
_IDENTITY = "admission-identity"
_DIGEST = "admission-digest"
_CODE = "admission-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What says who somebody is. None of it enters the tables of a round.

    Attributes
    ----------
    name, identity
        The child's name and identity number.
    guardian, phone
        The guardian's name, and where the family is reached.
    sibling, sibling_identity
        Name and identity number of an older sibling who is said to be at a school.
    """

    name: str = ""
    identity: str = ""
    guardian: str = ""
    phone: str = ""
    sibling: str = ""
    sibling_identity: str = ""


def seal(facts: PersonFacts) -> str:
    """Return the facts as an encrypted text."""
    return encrypt(json.dumps(asdict(facts), ensure_ascii=False), purpose=_SEAL)


def unseal(sealed: str) -> PersonFacts:
    """Return the facts that were sealed; empty ones for an application that came without."""
    return PersonFacts(**json.loads(decrypt(sealed, purpose=_SEAL))) if sealed else PersonFacts()


def identity_hash(identity: str) -> str:
    """Return the keyed hash by which an identity number is found again; spaces and case do not matter."""
    return fingerprint(_plain(identity), purpose=_IDENTITY)


def digest(plain: str) -> str:
    """Return a digest for the columns ``person``, ``family`` and ``dwelling``: the same text, the same digest."""
    return fingerprint(_plain(plain), purpose=_DIGEST)[:32]


def code_hash(code: str) -> str:
    """Return the keyed hash of the code with which a family comes back."""
    return fingerprint(_plain(code), purpose=_CODE)


def new_number(*, year: int, stage: str) -> str:
    """Return a new applicant number: year, stage, eight digits that follow from nothing.

    Random digits need no counter on which all families wait on the opening day, and tell nobody how many came before.
    """
    return f"{year % 100:02d}{1 if stage == 'primary' else 2}{secrets.randbelow(10**8):08d}"


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).upper()
