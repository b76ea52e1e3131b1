"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.audit"
    label = "audit"
