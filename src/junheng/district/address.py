"""Telling the address of a server from a path; apart from `server`, so that the command line starts without it."""

from __future__ import annotations

from typing import TypeGuard

_SCHEMES = ("http://", "https://")


def is_address(wording: object) -> TypeGuard[str]:
    """Say whether what stands where a file is expected is the address of a server."""
    return isinstance(wording, str) and wording.lower().startswith(_SCHEMES)
