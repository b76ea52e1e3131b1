"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Its name and label."""

    name = "junheng.web.people"
    label = "people"
