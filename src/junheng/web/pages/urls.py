"""Addresses of the shared pages."""

from __future__ import annotations

from django.urls import path

from junheng.web.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.first_run, name="first_run"),
    path("language/", views.language, name="language"),
    path("health/", views.health, name="health"),
]
