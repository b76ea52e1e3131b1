"""Every address. Each needs a row in `junheng.web.permissions`."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("junheng.web.pages.urls")),
    path("", include("junheng.web.registry.urls")),
    path("plans/", include("junheng.web.planning.urls")),
    path("people/", include("junheng.web.people.urls")),
    path("", include("junheng.web.overview.urls")),
    path("", include("junheng.web.maps.urls")),
    path("", include("junheng.web.admissions.urls")),
    path("", include("junheng.web.families.counter_urls")),
    path("accounts/", include("junheng.web.accounts.urls")),
    path("family/", include("junheng.web.families.urls")),
    path("audit/", include("junheng.web.audit.urls")),
    path("api/", include("junheng.web.api.urls")),
]

handler400 = "junheng.web.pages.failures.bad_request"
handler403 = "junheng.web.pages.failures.no_right"
handler404 = "junheng.web.pages.failures.not_found"
handler500 = "junheng.web.pages.failures.failed"
