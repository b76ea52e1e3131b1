"""Addresses of the admissions desk."""

from __future__ import annotations

from django.urls import path

from junheng.web.admissions.views import (
    after,
    applications,
    files,
    papers,
    problems,
    public,
    roll,
    rounds,
    scenarios,
    setup,
    steps,
    telling,
    uploads,
)

app_name = "admissions"
urlpatterns = [
    path("rounds/", public.listing, name="public_rounds"),
    path("rounds/<str:slug>/", public.one, name="public_round"),
    path("rounds/<str:slug>/files.zip", public.every_file, name="public_files"),
    path("rounds/<str:slug>/files/<str:file_name>", public.file, name="public_file"),
    path("admissions/", rounds.listing, name="rounds"),
    path("admissions/new/", rounds.new, name="new"),
    path("admissions/roll/", roll.page, name="roll"),
    path("admissions/<int:pk>/", rounds.one, name="round"),
    path("admissions/<int:pk>/hours/", rounds.set_hours, name="set_hours"),
    path("admissions/<int:pk>/open/", rounds.open_applications, name="open"),
    path("admissions/<int:pk>/close/", rounds.close_applications, name="close"),
    path("admissions/<int:pk>/rules/", setup.rules, name="rules"),
    path("admissions/<int:pk>/rules/set/", setup.set_rules, name="set_rules"),
    path("admissions/<int:pk>/rules/file/", setup.set_rules_text, name="set_rules_text"),
    path("admissions/<int:pk>/plan/", setup.plan, name="plan"),
    path("admissions/<int:pk>/plan/<str:offering>/", setup.offer, name="offer"),
    path("admissions/<int:pk>/applications/", applications.listing, name="applications"),
    path("admissions/<int:pk>/applications/search/", applications.search, name="search"),
    path("admissions/<int:pk>/applications/workbook/", uploads.template, name="template"),
    path("admissions/<int:pk>/applications/import/", uploads.upload, name="import"),
    path("admissions/<int:pk>/applications/<str:number>/", applications.one, name="application"),
    path("admissions/<int:pk>/applications/<str:number>/mend/", applications.mend, name="mend"),
    path(
        "admissions/<int:pk>/applications/<str:number>/documents/",
        papers.check,
        name="check_document",
    ),
    path("admissions/<int:pk>/applications/<str:number>/documents/<str:kind>/", papers.page, name="paper"),
    path(
        "admissions/<int:pk>/applications/<str:number>/documents/<str:kind>/scan/", papers.scan, name="scan"
    ),
    path("admissions/<int:pk>/problems/", problems.page, name="problems"),
    path("admissions/<int:pk>/problems/waive/", problems.waive, name="waive"),
    path("admissions/<int:pk>/problems/<int:waiver>/take-back/", problems.take_back, name="take_back"),
    path("admissions/<int:pk>/freeze/", steps.freeze, name="freeze"),
    path("admissions/<int:pk>/recall/", steps.recall, name="recall"),
    path("admissions/<int:pk>/commit/", steps.commit, name="commit"),
    path("admissions/<int:pk>/draw/", steps.draw, name="draw"),
    path("admissions/<int:pk>/verify/", steps.verify, name="verify"),
    path("admissions/<int:pk>/publish/", steps.publish, name="publish"),
    path("admissions/<int:pk>/progress/", steps.progress, name="progress"),
    path("admissions/<int:pk>/cancel/", steps.cancel, name="cancel"),
    path("admissions/<int:pk>/results/", after.results, name="results"),
    path("admissions/<int:pk>/letters/", after.letters, name="letters"),
    path("admissions/<int:pk>/letters/<str:number>/", after.letter, name="letter"),
    path("admissions/<int:pk>/notify/contacts.xlsx", telling.contacts, name="contacts"),
    path("admissions/<int:pk>/notify/schools.zip", telling.by_schools, name="handouts"),
    path("admissions/<int:pk>/later/", after.log, name="later"),
    path("admissions/<int:pk>/later/note/", after.note, name="note"),
    path("admissions/<int:pk>/later/late/<str:number>/", after.admit_late, name="admit_late"),
    path("admissions/<int:pk>/later/refill/", after.refill, name="refill"),
    path("admissions/<int:pk>/what-if/", scenarios.page, name="whatif"),
    path("admissions/<int:pk>/what-if/ask/", scenarios.ask, name="ask_whatif"),
    path("admissions/<int:pk>/what-if/<int:scenario>/", scenarios.one, name="scenario"),
    path(
        "admissions/<int:pk>/what-if/<int:scenario>/progress/", scenarios.progress, name="scenario_progress"
    ),
    path("admissions/<int:pk>/files/", files.page, name="files"),
    path("admissions/<int:pk>/files/<int:file>/", files.one, name="file"),
    path("admissions/<int:pk>/folders.zip", files.folders, name="folders"),
]
