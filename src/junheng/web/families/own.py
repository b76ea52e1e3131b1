"""Pages of a family's own application: its state, its documents, its result, and its line in the draw."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from junheng.admission.explanation import CHOICE_RESULTS
from junheng.admission.rounds.result import STATUSES
from junheng.district.columns import choices as values_of
from junheng.district.columns import label_of
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.identity import masked
from junheng.web.admissions.intake import APPLICATION_STATES
from junheng.web.admissions.models import Application, ApplicationState, Document, Round, RoundState
from junheng.web.admissions.notices import latest_notice
from junheng.web.admissions.papers import Scan, look_at
from junheng.web.admissions.persons import unseal
from junheng.web.families import services
from junheng.web.families.access import let_in, let_out, opened
from junheng.web.families.drawn import own_line, verified
from junheng.web.families.faces import Face, face
from junheng.web.families.reading import DOCUMENT
from junheng.web.families.sending import scans_in
from junheng.web.families.standing import Standing, needed, standing
from junheng.web.language import said
from junheng.web.limits import asked, limited

_WRONG = Text(
    "报名号或查询码不对。查询码是 12 位字母和数字，报名成功时显示过；忘记了可携带证件到教育局查询",
    "the number or the code is wrong. The code has 12 letters and digits and was shown when you applied; if it is "
    "lost, the bureau gives it to you against your papers",
)


@limited("receipt", "POST")
def enter(request: HttpRequest) -> HttpResponse:
    """Come back with number and code."""
    number, code = request.POST.get("number", "").strip(), request.POST.get("code", "").strip()
    wrong: Text | None = None
    if request.method == "POST":
        # Tries are counted by number too: many addresses must not help to try all codes of one family.
        wait = asked("receipt", f"number {number}")
        found = None if wait else services.opened_with(number=number, code=code)
        if found is not None:
            return let_in(redirect("families:application"), found)
        wrong = _WRONG
    known = {"number": number, "wrong": wrong}
    return render(request, "families/enter.html", known, status=422 if wrong else 200)


def leave(request: HttpRequest) -> HttpResponse:
    return let_out(redirect("families:start"))


def application(request: HttpRequest) -> HttpResponse:
    """Show where the application is, what is missing, and what happens next."""
    found = opened(request)
    if found is None:
        return redirect("families:enter")
    own, shows_code = found
    known = face(own.round)
    values, facts = json.loads(own.values), unseal(own.sealed)
    standings = _standings(known, values)
    notice = latest_notice(own) if own.round.state == RoundState.PUBLISHED else None
    shown = {
        "application": own,
        "round": own.round,
        "rules": known.rules,
        "code": services.in_fours(services.code_of(own)) if shows_code else "",
        "state": APPLICATION_STATES[own.state],
        "facts": facts,
        "masked": masked(facts.identity),
        "child": values["applicants"],
        "home": known.zones.homes.get(values["applicants"].get("home") or ""),
        "standings": [(known.zones.schools.get(one.school), one) for one in standings],
        "documents": _documents(own, known, standings),
        "may_change": _is_open(own),
        "told": None if notice is None else _told(json.loads(notice.explanation)),
        "kin": [one for one in values["kin"] if "other" in one],
    }
    return render(request, "families/application.html", shown)


def document(request: HttpRequest) -> HttpResponse:
    """Take one document of an application that is there."""
    found = opened(request)
    if found is None:
        return redirect("families:enter")
    if request.META.get("junheng.too_large"):
        return render(request, "pages/form_refused.html", {"is_too_large": True}, status=413)
    given = scans_in(request)
    scan: Scan | Text = Text("请先选择文件", "please choose a file first")
    for name, upload in given.items():
        scan = look_at(name.removeprefix(DOCUMENT), upload)
    if isinstance(scan, Text):
        messages.error(request, said(scan))
        return redirect("families:application")
    return _done(
        request,
        lambda: services.add_scan(by=services.FAMILY, application=found[0], scan=scan, now=timezone.now()),
        Text("材料已上传", "the document is handed in"),
    )


def withdraw(request: HttpRequest) -> HttpResponse:
    """Take the application back, once it was said twice."""
    found = opened(request)
    if found is None:
        return redirect("families:enter")
    if request.POST.get("sure") != "yes":
        messages.error(
            request, said(Text("请勾选确认后再撤回", "tick the box to say that you mean it, then withdraw"))
        )
        return redirect("families:application")
    return _done(
        request,
        lambda: services.withdraw(by=services.FAMILY, application=found[0], now=timezone.now()),
        Text("报名已撤回", "the application is withdrawn"),
    )


@limited("receipt")
def verify(request: HttpRequest) -> HttpResponse:
    """Show the application's own line in the published files, and check it."""
    found = opened(request)
    if found is None:
        return redirect("families:enter")
    own = found[0]
    known: dict[str, Any] = {"application": own, "round": own.round, "rules": face(own.round).rules}
    if own.round.is_committed and own.drawn_as:
        line = own_line(own.round, own.drawn_as)
        known |= {"line": line, "schools": _lines(line, face(own.round)), "place": _place(own)}
    if own.round.state == RoundState.PUBLISHED:
        known["verification"] = verified(own.round)
    return render(request, "families/verify.html", known)


def _done(request: HttpRequest, work: Any, text: Text) -> HttpResponse:
    try:
        work()
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(text))
    return redirect("families:application")


def _standings(known: Face, values: dict[str, Any]) -> list[Standing]:
    return [
        standing(known, school, child=values["applicants"], kin=values["kin"])
        for school in values["choices"]
        if school in known.offering
    ]


def _documents(own: Application, known: Face, standings: list[Standing]) -> list[dict[str, Any]]:
    """Return documents that are needed or were handed in, each with what is to be said of it."""
    present = {one.kind: one for one in own.documents.only("application_id", "kind", "checked", "remark")}
    names = [one.code for one in values_of("document")]
    wanted = [*needed(known, standings)]
    wanted += [kind for kind in names if kind in present and kind not in wanted]
    return [
        {
            "field": f"{DOCUMENT}{kind}",
            "label": label_of("document", kind),
            "given": present.get(kind),
            "may_send": _may_send(own, present.get(kind)),
            "state": _document_state(present[kind].checked if kind in present else None),
        }
        for kind in wanted
    ]


def _may_send(own: Application, given: Document | None) -> bool:
    is_settled = own.state == ApplicationState.WITHDRAWN or (given is not None and given.checked == "yes")
    return not is_settled and services.may_hand_in(own.round, given, timezone.now())


def _document_state(checked: str | None) -> tuple[Text, str]:
    return {
        None: (Text("还没有上传", "not handed in"), "bad"),
        "": (Text("已上传，待核验", "handed in, to be checked"), "near"),
        "yes": (Text("核验通过", "accepted"), "ok"),
        "no": (Text("未通过，请重新上传", "not accepted: hand it in again"), "bad"),
    }[checked]


def _told(explanation: dict[str, Any]) -> dict[str, Any]:
    """Return what the family is told with its texts as `Text` again."""

    def text(value: dict[str, str] | None) -> Text | None:
        return None if value is None else Text(**value)

    return {
        "status": STATUSES[explanation["status"]],
        "is_placed": explanation["school"] is not None,
        "school": explanation["school"],
        "school_name": explanation["school_name"],
        "rule": text(explanation["rule"]),
        "draw": explanation["draw"],
        "next": text(explanation["next_steps"]),
        "together": explanation["together"],
        "choices": [
            {
                **one,
                "result_text": CHOICE_RESULTS[one["result"]],
                "rule": text(one["rule"]),
                "needed": text(one["needed"]),
            }
            for one in explanation["choices"]
        ],
    }


def _lines(line: Any, known: Face) -> list[tuple[str, Any]]:
    schools = known.zones.schools
    return [
        (schools[wish.school].name if wish.school in schools else wish.school, wish) for wish in line.wishes
    ]


def _place(own: Application) -> str | None:
    notice = latest_notice(own) if own.round.state == RoundState.PUBLISHED else None
    return None if notice is None else notice.school


def _is_open(own: Application) -> bool:
    found: Round = own.round
    return own.state != ApplicationState.WITHDRAWN and found.takes_applications(timezone.now())
