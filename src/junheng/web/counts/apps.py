"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CountsConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.counts"
    label = "counts"
