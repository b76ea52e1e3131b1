"""From the freeze to the publication: one action each, and the progress of the jobs between them."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from junheng.text import Text
from junheng.web.admissions import drawing, freezing
from junheng.web.admissions.forms.draws import CommitForm, DrawForm
from junheng.web.admissions.models import Round
from junheng.web.admissions.views.common import do, found_round, head
from junheng.web.gate import person_of
from junheng.web.jobs import services as jobs
from junheng.web.planning.views import JOB_STATES
from junheng.web.registry.reading import described

PROMISES: dict[str, Text] = {
    "no-justified-envy": Text("没有孩子被次序在后者越过", "nobody is passed over by one who comes after"),
    "best-for-every-family": Text(
        "每户得到守住规则的结果中最好的", "each family has the best place that the rules allow"
    ),
    "truth-is-safe": Text("如实填报不吃亏", "saying what one truly wants never harms"),
    "plan-kept": Text("不超计划", "no school is above its places"),
    "ceilings-kept": Text("不超上限", "no reserve is above its ceiling"),
}


def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    return do(request, found, lambda: freezing.freeze(by=person_of(request), found=found))


def recall(request: HttpRequest, pk: int) -> HttpResponse:
    found, why = found_round(pk), request.POST.get("why", "")
    return do(request, found, lambda: freezing.recall(by=person_of(request), found=found, why=why))


def commit(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    form = CommitForm(request.POST)
    if not form.is_valid():
        return _again(request, found, "admissions/commit.html", form)
    return do(
        request,
        found,
        lambda: freezing.commit(by=person_of(request), found=found, sources=form.sources()),
    )


def draw(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    form = DrawForm(request.POST, sources=freezing.sources_of(found))
    if not form.is_valid():
        return _again(request, found, "admissions/draw.html", form)
    return do(
        request,
        found,
        lambda: drawing.ask_draw(
            by=person_of(request),
            found=found,
            values=form.values(),
            witnesses=form.cleaned_data["witnesses"],
        ),
    )


def verify(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    return do(request, found, lambda: drawing.ask_verification(by=person_of(request), found=found))


def publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    return do(request, found, lambda: drawing.publish(by=person_of(request), found=found))


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the part of the page that follows the job; once it has ended the page is asked for again as a whole."""
    found = found_round(pk)
    if found.job is None or found.job.is_ended:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "admissions/progress.html", {"round": found, **job_of(found)})


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    if found.job is not None:
        jobs.cancel(by=person_of(request), job=found.job)
    return redirect("admissions:round", found.pk)


def job_of(found: Round) -> dict[str, Any]:
    """Return how the job of a round stands, and why it failed."""
    job = found.job
    if job is None:
        return {"job": None}
    return {
        "job": job,
        "job_state": JOB_STATES[job.state],
        "message": Text(job.message_zh, job.message_en),
        "job_problems": [described(one) for one in json.loads(job.problems)],
    }


def findings_of(found: Round) -> dict[str, Any]:
    """Return what was found of the draw: the promises of the theory, the audit, the verifier."""
    said = json.loads(found.findings)
    audit = said.get("audit")
    return {
        "promises": [
            {
                "name": PROMISES[one["name"]],
                "holds": one["holds"],
                "reason": Text(**one["reason"]),
            }
            for one in said.get("promises", ())
        ],
        "audit": audit,
        "audit_problems": [] if audit is None else [described(one) for one in audit["problems"]],
        "audit_message": Text(**audit["message"]) if audit is not None and "message" in audit else None,
        "verifier": said.get("verifier"),
    }


def _again(request: HttpRequest, found: Round, template: str, form: Any) -> HttpResponse:
    known = {**head(request, found, "admissions:round"), "form": form}
    return render(request, template, known, status=422)
