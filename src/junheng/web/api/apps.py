"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.api"
    label = "api"
