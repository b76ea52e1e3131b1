"""Addresses of the interface for programs."""

from __future__ import annotations

from django.urls import include, path

from junheng.web.api import views
from junheng.web.api.interface import patterns

app_name = "api"
urlpatterns = [
    path("", views.docs, name="docs"),
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("v1/", include(patterns())),
]
