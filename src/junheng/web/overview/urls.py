"""Addresses of the overview."""

from __future__ import annotations

from django.urls import path

from junheng.web.overview import school, views

app_name = "overview"
urlpatterns = [
    path("overview/", views.district, name="district"),
    path("overview/<int:year>/forecast/", views.forecast, name="forecast"),
    path("overview/<int:year>/forecast/progress/", views.forecast_progress, name="forecast_progress"),
    path("overview/report/", views.report, name="report"),
    path("schools/", views.schools, name="schools"),
    path("schools/<str:school>/", school.school, name="school"),
]
