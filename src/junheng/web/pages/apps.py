"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.pages"
    label = "pages"

    def ready(self) -> None:
        from junheng.web import checks, gate  # noqa: F401, PLC0415 - registers the system checks
