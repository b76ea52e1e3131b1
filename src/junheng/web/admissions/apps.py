"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.admissions"
    label = "admissions"
