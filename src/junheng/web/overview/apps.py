"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.overview"
    label = "overview"
