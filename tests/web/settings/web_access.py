"""The golden table of what each of the cast gets from each page, and what an address names."""

from __future__ import annotations

from pathlib import Path

_GOLDEN = Path(__file__).resolve().parents[1] / "access.txt"
_LINES = _GOLDEN.read_text(encoding="utf-8").splitlines()
CAST = tuple(_LINES[0].split()[1:])
EXPECTED = {
    (line.split()[0], member): word
    for line in _LINES[1:]
    if line.strip()
    for member, word in zip(CAST, line.split()[1:], strict=True)
}


def arguments(name: str) -> list[str]:
    """Return what the address of a URL name has in it."""
    from django.urls import get_resolver

    namespace, _, bare = name.rpartition(":")
    resolver = get_resolver()
    for part in [one for one in namespace.split(":") if one]:
        resolver = resolver.namespace_dict[part][1]
    ((_, parameters),) = resolver.reverse_dict.getlist(bare)[0][0]
    return list(parameters)
