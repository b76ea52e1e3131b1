"""Addresses of the planning desk."""

from __future__ import annotations

from django.urls import path

from junheng.web.planning import (
    asking,
    comparing,
    editing,
    expecting,
    mapping,
    proposing,
    tradeoff_page,
    views,
    zones_page,
)

app_name = "planning"
urlpatterns = [
    path("", views.listing, name="plans"),
    path("compare/", comparing.compare, name="compare"),
    path("new/", asking.new, name="new"),
    path("propose/", proposing.page, name="propose"),
    path("zones/<int:year>/", zones_page.page, name="zones"),
    path("zones/<int:year>/put-in-force/", zones_page.put_in_force, name="put_in_force"),
    path("zones/<int:year>/take-back/", zones_page.take_back, name="take_back"),
    path("<int:plan>/", views.one, name="plan"),
    path("<int:plan>/progress/", views.progress, name="progress"),
    path("<int:plan>/cancel/", views.cancel, name="cancel"),
    path("<int:plan>/report/", views.report, name="report"),
    path("<int:plan>/download/", views.download, name="download"),
    path("<int:plan>/comment/", views.comment, name="comment"),
    path("<int:plan>/submit/", views.submit, name="submit"),
    path("<int:plan>/send-back/", views.send_back, name="send_back"),
    path("<int:plan>/expected/", expecting.expected, name="expected"),
    path("<int:plan>/approve/", views.approve, name="approve"),
    path("<int:plan>/tradeoff/", tradeoff_page.page, name="tradeoff"),
    path("<int:plan>/tradeoff/<int:point>/take/", tradeoff_page.take, name="take"),
    path("<int:plan>/map/facts.json", mapping.facts, name="map_facts"),
    path("<int:plan>/map/homes.geojson", mapping.homes, name="map_homes"),
    path("<int:plan>/edit/", editing.page, name="edit"),
    path("<int:plan>/edit/effect/", editing.effect, name="edit_effect"),
    path("<int:plan>/edit/keep/", editing.keep, name="edit_keep"),
]
