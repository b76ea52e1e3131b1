"""Addresses of the map."""

from __future__ import annotations

from django.urls import path

from junheng.web.maps import views

app_name = "maps"
urlpatterns = [
    path("map/", views.page, name="page"),
    path("map/<int:year>/<str:stage>/facts.json", views.facts, name="facts"),
    path("map/<int:year>/<str:stage>/homes.geojson", views.homes, name="homes"),
]
