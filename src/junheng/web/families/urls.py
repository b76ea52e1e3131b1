"""Addresses that families open; none needs an account."""

from __future__ import annotations

from django.urls import path

from junheng.web.families import applying, home_map, own, views

app_name = "families"
urlpatterns = [
    path("", views.start, name="start"),
    path("school/", views.find, name="find"),
    path("school/home/", views.home, name="home"),
    path("school/map/", home_map.page, name="map"),
    path("school/map/homes.geojson", home_map.homes, name="map_homes"),
    path("school/map/<str:stage>.json", home_map.facts, name="map_facts"),
    path("school/<path:shown>/", views.school, name="school_page"),
    path("privacy/", views.privacy, name="privacy"),
    path("apply/<str:code>/", applying.apply, name="apply"),
    path("enter/", own.enter, name="enter"),
    path("leave/", own.leave, name="leave"),
    path("application/", own.application, name="application"),
    path("application/change/", applying.change, name="change"),
    path("application/document/", own.document, name="document"),
    path("application/withdraw/", own.withdraw, name="withdraw"),
    path("application/draw/", own.verify, name="verify"),
]
