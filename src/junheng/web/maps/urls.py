"""Addresses of the map."""

from __future__ import annotations

from django.urls import path

from junheng.web.maps import reshaping, views

app_name = "maps"
urlpatterns = [
    path("map/", views.page, name="page"),
    path("map/<int:year>/<str:stage>/facts.json", views.facts, name="facts"),
    path("map/<int:year>/<str:stage>/homes.geojson", views.homes, name="homes"),
    path("map/<int:year>/outlines/", reshaping.page, name="outlines"),
    path("map/<int:year>/outlines/try/", reshaping.attempt, name="outlines_try"),
    path("map/<int:year>/outlines/keep/", reshaping.keep, name="outlines_keep"),
]
