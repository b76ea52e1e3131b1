"""Addresses that families open; none needs an account."""

from __future__ import annotations

from django.urls import path

from junheng.web.families import views

app_name = "families"
urlpatterns = [
    path("", views.start, name="start"),
    path("school/", views.find, name="find"),
    path("school/home/", views.home, name="home"),
    path("school/<path:code>/", views.school, name="school_page"),
]
