"""System checks of our own: things that must be there for the pages to work."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from django.core.checks import Warning as CheckWarning
from django.core.checks import register


@register()
def browser_assets_are_there(**_: object) -> list[CheckWarning]:
    """Warn where the scripts that come from npm are absent: pages still work, but reload as a whole."""
    if finders.find("vendor/htmx.min.js"):
        return []
    return [
        CheckWarning(
            "static/vendor/htmx.min.js is absent: pages reload as a whole",
            hint="run: make assets",
            id="junheng.W001",
        )
    ]
