"""System checks of our own: things that must be there for the pages to work."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.core.checks import Warning as CheckWarning
from django.core.checks import register

_ASSETS = {
    "htmx.min.js": "pages reload as a whole",
    "maplibre-gl.mjs": "maps are shown as tables alone",
    "maplibre-gl-worker.mjs": "maps are shown as tables alone",
}
"""What comes from npm at set-up, and what its absence means; everything works without."""


@register()
def browser_assets_are_there(**_: object) -> list[CheckWarning]:
    """Warn where the scripts that come from npm are absent."""
    return [
        CheckWarning(f"static/vendor/{name} is absent: {effect}", hint="run: make assets", id="junheng.W001")
        for name, effect in _ASSETS.items()
        if finders.find(f"vendor/{name}") is None
    ]
