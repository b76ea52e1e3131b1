"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.jobs"
    label = "jobs"
