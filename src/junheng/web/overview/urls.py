"""Addresses of the overview."""

from __future__ import annotations

from django.urls import path

from junheng.web.overview import views

app_name = "overview"
urlpatterns = [
    path("overview/", views.district, name="district"),
    path("overview/report/", views.report, name="report"),
    path("schools/", views.schools, name="schools"),
    path("schools/<str:school>/", views.school, name="school"),
]
