"""What may be published of a round after its refills: places by receipt, and receipts for those who came late."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from junheng.admission.lottery.receipts import receipt_of, salt_of
from junheng.admission.rounds.result import RoundResult

PUBLISHED, LATE_RECEIPTS = "published.csv", "late-receipts.csv"


def late_receipts(result: RoundResult, known: Mapping[str, str], secret: bytes) -> dict[str, tuple[str, str]]:
    """Return salt and receipt of each application that had none at the draw, from the bureau's secret."""
    late = [name for name in result.arrays.names if name not in known]
    salts = {name: salt_of(secret, name) for name in late}
    return {name: (salts[name], receipt_of(name, salts[name])) for name in late}


def published_files(result: RoundResult, known: Mapping[str, str], secret: bytes) -> dict[str, bytes]:
    """Return ``published.csv`` for everybody and ``late-receipts.csv`` for the bureau and the families that it names.

    Parameters
    ----------
    result
        The round after its events.
    known
        Receipt of each application that took part in the draw.
    secret
        The bureau's secret, from which all salts come.

    Returns
    -------
    dict
        ``published.csv`` has a line per application: receipt, status, school, and which choice (none: adjusted).
    """
    late = late_receipts(result, known, secret)
    receipts = {**known, **{name: receipt for name, (_, receipt) in late.items()}}
    names = result.arrays.names
    lines = sorted(
        (receipts[names[row["application"]]], row["status"], row["school"] or "", row["rank"] or "")
        for row in result.applications.iter_rows(named=True)
    )
    return {
        PUBLISHED: _csv(("receipt", "status", "school", "choice"), lines),
        LATE_RECEIPTS: _csv(("number", "salt", "receipt"), ((name, *late[name]) for name in sorted(late))),
    }


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
