"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class MapsConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.maps"
    label = "maps"
