"""The standard that this installation measures against: the national one, and the overlays in its folder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from junheng.standards import load_standard
from junheng.standards.standard import Standard
from junheng.web.remember import made_once


def standard() -> Standard:
    """Return the national standard with the overlays ``standards/*.yaml`` of the data folder, in the order of names."""
    return _of(_overlays())


def overlays() -> list[str]:
    """Return the names of the overlays in the data folder."""
    return [file.name for file in _overlays()]


def standard_with(names: Collection[str]) -> Standard:
    """Return the national standard with some of the overlays of the data folder; one that has gone is left out."""
    return _of([file for file in _overlays() if file.name in names])


def _overlays() -> list[Path]:
    return sorted((settings.PLACE.home / "standards").glob("*.yaml"))


def _of(files: list[Path]) -> Standard:
    return _loaded(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@made_once(maxsize=4)
def _loaded(files: tuple[tuple[str, int], ...]) -> Standard:
    return load_standard("cn", overlays=[Path(name) for name, _ in files])
