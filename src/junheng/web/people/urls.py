"""Addresses of the people desk."""

from __future__ import annotations

from django.urls import path

from junheng.web.people.views import exchanges, letters, own, roster, schools, wishes

app_name = "people"
urlpatterns = [
    path("", roster.roster, name="roster"),
    path("wishes/", wishes.listing, name="wishes"),
    path("wishes/window/", wishes.set_window, name="set_window"),
    path("wishes/take/", wishes.take, name="take"),
    path("wishes/of/<str:teacher>/", wishes.one, name="teacher"),
    path("wishes/of/<str:teacher>/recognise/", wishes.recognise, name="recognise"),
    path("own/", own.own, name="own"),
    path("own/wish/", own.state, name="state"),
    path("own/wish/withdraw/", own.withdraw, name="withdraw"),
    path("own/<int:exchange>/answer/", own.consent, name="consent"),
    path("own/<int:exchange>/letter/", letters.own, name="own_letter"),
    path("exchanges/", exchanges.listing, name="exchanges"),
    path("exchanges/<int:exchange>/", exchanges.one, name="exchange"),
    path("exchanges/<int:exchange>/open/", exchanges.open_review, name="open_review"),
    path("exchanges/<int:exchange>/objections/<int:answer>/", exchanges.rule, name="rule"),
    path("exchanges/<int:exchange>/again/", exchanges.replan, name="replan"),
    path("exchanges/<int:exchange>/letters/", letters.bundle, name="letters"),
    path("exchanges/<int:exchange>/letters/<str:teacher>/", letters.one, name="letter"),
    path("exchanges/<int:exchange>/schools/<str:school>/", schools.one, name="school"),
    path("exchanges/<int:exchange>/schools/<str:school>/agree/", schools.agree, name="agree"),
    path("exchanges/<int:exchange>/schools/<str:school>/of/<str:teacher>/", schools.answer, name="answer"),
]
