"""Selection as in RFC 3797, “Publicly Verifiable Nominations Committee (NomCom) Random Selection”, whole and exact.

The RFC picks people from a published list by MD5 of a key made of public numbers. MD5 is broken for signatures, not for
this use, where nobody can choose its input; the method is offered because it is a published standard with vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from junheng.errors import UsageError
from junheng.text import Text

MOST_SELECTED = 2**16
"""The counter has two bytes."""


def key_string(sources: Iterable[Sequence[int]]) -> str:
    """Return the key of the public numbers, one sequence per source (section 4.1 and 4.2 of the RFC).

    Numbers of one source are sorted; each is followed by a full stop, each source by a slash.
    """
    return "".join("".join(f"{number}." for number in sorted(numbers)) + "/" for numbers in sources)


def digest(key: str, counter: int) -> bytes:
    """Return the MD5 of the key between two copies of the two-byte counter."""
    mark = counter.to_bytes(2, "big")
    return hashlib.md5(mark + key.encode("ascii") + mark, usedforsecurity=False).digest()


def selection(key: str, *, pool: int, selected: int) -> list[int]:
    """Return which of ``pool`` numbered people are selected, in the order of selection; the first is number 1.

    Raises
    ------
    UsageError
        If more are to be selected than there are, or than a two-byte counter can count.
    """
    if selected > min(pool, MOST_SELECTED):
        most = min(pool, MOST_SELECTED)
        raise UsageError(
            Text(
                f"RFC 3797 至多能抽 {most} 名，要求 {selected} 名：请改用 hmac-sha256",
                f"RFC 3797 can select {most} at most, not {selected}: use hmac-sha256",
            )
        )
    remaining = list(range(1, pool + 1))
    return [
        remaining.pop(int.from_bytes(digest(key, counter), "big") % len(remaining))
        for counter in range(selected)
    ]
