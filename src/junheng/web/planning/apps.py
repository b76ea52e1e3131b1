"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.planning"
    label = "planning"
