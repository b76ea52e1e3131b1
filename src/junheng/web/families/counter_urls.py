"""Addresses of the counter, which stands at the admissions desk."""

from __future__ import annotations

from django.urls import path

from junheng.web.families import counter

app_name = "counter"
urlpatterns = [
    path("admissions/<int:pk>/counter/", counter.enter, name="enter"),
    path("admissions/<int:pk>/counter/<str:number>/", counter.receipt, name="receipt"),
]
