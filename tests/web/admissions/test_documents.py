"""Families' scans at the desk: looked at safely and on record, accepted or asked for again with a remark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_families import PHOTO, make_round, photo

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions import documents
from junheng.web.admissions.models import Application, Document, Round, RoundState
from junheng.web.admissions.papers import look_at
from junheng.web.audit.models import Event
from junheng.web.families import services
from junheng.web.families.access import COOKIE, let_in


@pytest.fixture
def found(person: Callable[[str], Any], year: int) -> Round:
    made: Round = make_round(person("planner"), year)
    return made


@pytest.fixture
def application(found: Round) -> Application:
    return Application.objects.create(
        round=found,
        number="26100000001",
        key="k",
        origin="online",
        values='{"applicants": {}, "choices": [], "kin": []}',
    )


@pytest.fixture
def hand_in(application: Application) -> Callable[..., Document]:
    """Return a function by which the family hands a scan in."""

    def handed(content: bytes = PHOTO, kind: str = "birth") -> Document:
        scan = look_at(kind, photo(content=content))
        assert not isinstance(scan, Text)
        services.add_scan(by=services.FAMILY, application=application, scan=scan, now=timezone.now())
        return application.documents.get(kind=kind)

    return handed


def at(name: str, paper: Document, *more: str) -> str:
    return reverse(f"admissions:{name}", args=[paper.application.round_id, paper.application.number, *more])


def family(application: Application) -> Client:
    from django.http import HttpResponse

    client = Client()
    client.cookies[COOKIE] = let_in(HttpResponse(), application).cookies[COOKIE].value
    return client


def test_a_picture_is_shown_as_nothing_but_a_picture_and_who_looked_is_on_record(
    client_of: Callable[[str], Client], hand_in: Callable[..., Document], account: Callable[[str], Any]
) -> None:
    script = PHOTO + b"<script>alert(1)</script>"
    paper = hand_in(script)
    Document.objects.filter(pk=paper.pk).update(
        content_type="text/html"
    )  # the bytes count, not the word beside
    answer = client_of("administrator").get(at("scan", paper, "birth"))
    assert answer.content == script
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"
    event = Event.objects.get(action="document-seen")
    assert (event.by_id, event.subject_id) == (account("administrator").pk, paper.application.number)


def test_a_pdf_is_handed_out_as_a_file(
    client_of: Callable[[str], Client], hand_in: Callable[..., Document]
) -> None:
    paper = hand_in(b"%PDF-1.7 ...")
    answer = client_of("planner").get(at("scan", paper, "birth"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="26100000001-birth.pdf"'
    assert "<img" not in client_of("planner").get(at("paper", paper, "birth")).content.decode()


def test_a_scan_that_was_tampered_with_is_not_shown_and_paper_has_none(
    client_of: Callable[[str], Client], hand_in: Callable[..., Document]
) -> None:
    paper = hand_in()
    Document.objects.filter(pk=paper.pk).update(content=b"x" * 40)
    planner = client_of("planner")
    answer = planner.get(at("scan", paper, "birth"))
    assert answer.status_code == 302
    assert "无法解密" in planner.get(answer.headers["Location"]).content.decode()
    Document.objects.filter(pk=paper.pk).update(content=None, sha256="")
    assert planner.get(at("scan", paper, "birth")).status_code == 404
    assert not Event.objects.filter(action="document-seen").exists()


def test_the_family_reads_why_and_hands_in_again_even_after_the_round_has_closed(
    client_of: Callable[[str], Client],
    hand_in: Callable[..., Document],
    application: Application,
    found: Round,
) -> None:
    paper, planner = hand_in(), client_of("planner")
    other = hand_in(kind="property")
    Round.objects.filter(pk=found.pk).update(state=RoundState.CLOSED)
    form = {"kind": "birth", "checked": "no", "seen": paper.sha256}
    planner.post(at("check_document", paper), {**form, "remark": " "})
    assert application.documents.get(kind="birth").checked == ""
    answer = planner.post(at("check_document", paper), {**form, "remark": "第二页看不清"})
    assert answer.headers["Location"] == at("paper", other, "property")  # the next one that waits
    page = family(application).get("/family/application/").content.decode()
    assert "第二页看不清" in page
    assert 'name="document_birth"' in page
    assert 'name="document_property"' not in page
    hand_in(PHOTO + b"clearer")
    assert application.documents.get(kind="birth").checked == ""
    with pytest.raises(UsageError, match="no applications or changes"):
        hand_in(PHOTO + b"another", kind="property")


def test_an_officer_judges_only_the_scan_that_was_looked_at(
    client_of: Callable[[str], Client], hand_in: Callable[..., Document], application: Application
) -> None:
    before, planner = hand_in(), client_of("planner")
    after = hand_in(PHOTO + b"other")
    form = {"kind": "birth", "checked": "yes", "seen": before.sha256}
    answer = planner.post(at("check_document", before), form)
    assert "重新查看" in planner.get(answer.headers["Location"]).content.decode()
    assert application.documents.get(kind="birth").checked == ""
    planner.post(at("check_document", before), {**form, "seen": after.sha256})
    assert application.documents.get(kind="birth").checked == "yes"


def test_scans_wait_in_the_order_in_which_they_came_one_application_after_another(
    hand_in: Callable[..., Document], application: Application, found: Round
) -> None:
    first, second = hand_in(kind="property"), hand_in(kind="birth")
    assert documents.next_unchecked(found) == first
    assert documents.next_unchecked(found, after=first) == second
    Document.objects.filter(pk=first.pk).update(checked="yes")
    assert documents.next_unchecked(found, after=second) is None
    Application.objects.filter(pk=application.pk).update(state="withdrawn", withdrawn_at=timezone.now())
    assert documents.next_unchecked(found) is None
