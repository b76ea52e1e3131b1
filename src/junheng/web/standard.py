"""The standard that this installation measures against: the national one, and the overlays in its folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from junheng.standards import load_standard
from junheng.standards.standard import Standard


def standard() -> Standard:
    """Return the national standard with the overlays ``standards/*.yaml`` of the data folder, in the order of names."""
    files = sorted((settings.PLACE.home / "standards").glob("*.yaml"))
    return _loaded(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=2)
def _loaded(files: tuple[tuple[str, int], ...]) -> Standard:
    return load_standard("cn", overlays=[Path(name) for name, _ in files])
