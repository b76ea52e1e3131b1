"""Draw numbers: who comes first among those of one class, from seed and receipt alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from junheng.admission.lottery.rfc3797 import selection


def keyed_ranks(seed: str, receipts: Sequence[str], *, school: str | None = None) -> list[int]:
    """Return the draw number of each receipt, 0 the first: the order of HMAC-SHA256(seed, receipt).

    With one draw per school the message is ``school/receipt`` and ``receipts`` are those that name the school. Each
    number depends only on who is in the list: it does not matter in which order.
    """
    key = bytes.fromhex(seed)
    prefix = b"" if school is None else f"{school}/".encode()
    lots = [hmac.digest(key, prefix + receipt.encode(), hashlib.sha256) for receipt in receipts]
    return _ranks(sorted(range(len(receipts)), key=lambda i: (lots[i], receipts[i])))


def rfc3797_ranks(key: str, receipts: Sequence[str]) -> list[int]:
    """Return the draw number of each receipt: the turn in which RFC 3797 selects it from this list, in this order."""
    n = len(receipts)
    return _ranks([number - 1 for number in selection(key, pool=n, selected=n)])


def _ranks(order: Sequence[int]) -> list[int]:
    ranks = [0] * len(order)
    for rank, i in enumerate(order):
        ranks[i] = rank
    return ranks
