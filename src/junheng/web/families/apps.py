"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class FamiliesConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.families"
    label = "families"
