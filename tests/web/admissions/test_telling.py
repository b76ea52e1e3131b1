"""Telling the families: the office takes names and telephones along, once there are results, and the audit says so."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pytest
from django.test import Client
from web_families import filled_in, make_round

from junheng.web.admissions.models import Application, Round
from junheng.web.audit.models import Event

Lead = Callable[[Any, str], Any]


@pytest.fixture
def found(person: Callable[[str], Any], year: int, led: Lead) -> Round:
    """Return a round with one child, who applied online, and whose result is published."""
    made = make_round(person("planner"), year)
    assert Client().post(f"/family/apply/{made.code}/", filled_in(made)).status_code == 302
    own: Round = led(made, "published")
    return own


def test_the_office_takes_a_list_and_letters_by_name_and_the_audit_says_who_did(
    found: Round, client_of: Callable[[str], Client]
) -> None:
    client = client_of("planner")
    assert "各校新生名册与通知书" in client.get(f"/admissions/{found.pk}/results/").content.decode()
    answer = client.post(f"/admissions/{found.pk}/notify/contacts.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    number = Application.objects.get(round=found).number
    assert rows[1][:4] == (number, "王小明", "王建国", "13800138000")
    answer = client.post(f"/admissions/{found.pk}/notify/schools.zip")
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    letter, roster = sorted(packed.namelist(), reverse=True)
    texts = [one.text for one in docx.Document(io.BytesIO(packed.read(letter))).paragraphs]
    assert "王小明小朋友的家长 王建国：" in texts
    (sheet,) = openpyxl.load_workbook(io.BytesIO(packed.read(roster))).worksheets
    assert list(sheet.values)[1][1:5] == rows[1][:4]
    events = Event.objects.filter(action="families-listed").order_by("pk")
    told = [json.loads(one.changes) for one in events]
    assert told == [{"what": "contacts", "families": 1}, {"what": "letters", "families": 1}]
    assert "王小明" not in "".join(events.values_list("changes", flat=True))


def test_before_the_draw_is_verified_there_is_nothing_to_tell(
    person: Callable[[str], Any], year: int, client_of: Callable[[str], Client]
) -> None:
    made = make_round(person("planner"), year)
    answer = client_of("planner").post(f"/admissions/{made.pk}/notify/contacts.xlsx", follow=True)
    assert "摇号核验之后才有结果" in answer.content.decode()
    assert not Event.objects.filter(action="families-listed").exists()
