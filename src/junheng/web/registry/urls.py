"""Addresses of the registry."""

from __future__ import annotations

from django.urls import path

from junheng.web.registry import checking, filing, opening, row_pages, views

app_name = "registry"
urlpatterns = [
    path("records/", views.records, name="records"),
    path("records/load/", views.load, name="load"),
    path("records/load/template/", views.empty_workbook, name="template"),
    path("records/example/", views.load_example, name="load_example"),
    path("records/open/", opening.open_year, name="open_year"),
    path("records/<int:year>/", views.year, name="year"),
    path("records/<int:year>/download/", views.download, name="download"),
    path("records/<int:year>/check/", checking.page, name="check"),
    path("records/<int:year>/history/", views.history, name="history"),
    path("records/<int:year>/snapshots/", views.make_snapshot, name="make_snapshot"),
    path("records/<int:year>/tables/<slug:table>/", views.table, name="table"),
    path("records/<int:year>/tables/<slug:table>/row/", row_pages.row, name="row"),
    path("records/<int:year>/tables/<slug:table>/edit/", row_pages.edit, name="edit"),
    path("records/<int:year>/tables/<slug:table>/add/", row_pages.add, name="add"),
    path("records/<int:year>/tables/<slug:table>/remove/", row_pages.remove, name="remove"),
    path("snapshots/<int:snapshot>/download/", views.download_snapshot, name="download_snapshot"),
    path("returns/", filing.listing, name="returns"),
    path("returns/<int:year>/open/", filing.open_year, name="open_returns"),
    path("returns/<int:year>/<str:school>/", filing.one, name="return"),
    path("returns/<int:year>/<str:school>/workbook/", filing.workbook, name="return_workbook"),
    path("returns/<int:year>/<str:school>/upload/", filing.upload, name="return_upload"),
    path("returns/<int:year>/<str:school>/submit/", filing.submit, name="return_submit"),
    path("returns/<int:year>/<str:school>/send-back/", filing.send_back, name="return_send_back"),
    path("returns/<int:year>/<str:school>/accept/", filing.accept, name="return_accept"),
]
