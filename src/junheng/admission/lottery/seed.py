"""The seed: from values that nobody knew when the list was frozen, and bound to that list."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from junheng.admission.lottery.rfc3797 import key_string
from junheng.errors import UsageError
from junheng.text import Text

SEED_FORMAT = "junheng seed 1"
SourceKind = Literal["public", "dice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a part of the seed will come from; named before the draw.

    Attributes
    ----------
    id
        Short name, such as ``ssq``.
    kind
        ``public``: a random value that others publish, such as the numbers of a state lottery's future issue; ``dice``:
        dice thrown before witnesses.
    what
        Exactly which value, and from when it is known; in the bureau's words.
    """

    id: str
    kind: SourceKind
    what: str

    def as_dict(self) -> dict[str, Any]:
        """Return the source for the commitment file."""
        return {"id": self.id, "kind": self.kind, "what": self.what}


def settled_values(sources: Sequence[Source], values: Mapping[str, str]) -> dict[str, str]:
    """Return the value of each source in the order of the sources, runs of spaces made one.

    Raises
    ------
    UsageError
        Where a source has no value or a value has no source.
    """
    unknown = sorted(set(values) - {source.id for source in sources})
    settled = {source.id: " ".join(values.get(source.id, "").split()) for source in sources}
    missing = [name for name, value in settled.items() if not value]
    if unknown or missing:
        raise UsageError(
            Text(
                f"种子来源与承诺不符：缺 {'、'.join(missing) or '无'}；多 {'、'.join(unknown) or '无'}",
                f"the values do not fit the sources of the commitment: missing {', '.join(missing) or 'none'}; "
                f"unknown {', '.join(unknown) or 'none'}",
            )
        )
    return settled


def seed_of(commitment: str, values: Mapping[str, str]) -> str:
    """Return the seed, 64 hexadecimal digits: SHA-256 over format, commitment and ``id=value``, each on its line."""
    lines = [SEED_FORMAT, commitment, *(f"{name}={value}" for name, value in values.items())]
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def rfc3797_key(values: Mapping[str, str]) -> str:
    """Return the key of RFC 3797 from values that are whole numbers apart.

    Raises
    ------
    UsageError
        Where a value holds no number.
    """
    numbers = {
        name: [int(number) for number in re.findall(r"[0-9]+", value)] for name, value in values.items()
    }
    without = [name for name, found in numbers.items() if not found]
    if without:
        raise UsageError(
            Text(
                f"RFC 3797 只用数字作种子，{'、'.join(without)} 中没有数字",
                f"RFC 3797 makes its key from numbers; there is none in {', '.join(without)}",
            )
        )
    return key_string(numbers.values())
