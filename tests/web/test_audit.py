"""What was done, as people read it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.transaction import atomic
from django.test import Client
from django.urls import reverse

import junheng.web
from junheng.web.audit.services import record
from junheng.web.audit.wording import SUBJECTS, details_of, subject_of
from junheng.web.planning.services import start
from junheng.web.registry.snapshots import make_snapshot

_SUBJECT = re.compile(r'subject="([a-z_-]+)"')


def test_every_kind_of_subject_has_a_name_in_both_languages() -> None:
    written = {
        name
        for path in Path(junheng.web.__file__).parent.glob("**/*.py")
        for name in _SUBJECT.findall(path.read_text(encoding="utf-8"))
    }
    assert written == SUBJECTS.keys()


def test_who_answered_an_exchange_is_told_to_those_alone_who_see_the_rosters(
    person: Callable[[str], Any], client_of: Callable[[str], Client], year: int
) -> None:
    planner = person("planner")
    snapshot = make_snapshot(by=planner, year=year, name="交流")
    settings = {"teacher_years": 6, "most_km": 30, "least_to_rural": 0, "stint_years": 3, "seconds": 5}
    plan = start(
        by=planner,
        kind="exchange",
        name="交流",
        snapshot=snapshot,
        settings={**settings, "locked": [], "forbidden": []},
    )
    with atomic():
        record("move-answered", by=person("teacher"), subject="plan", subject_id=plan.pk)
    path = reverse("planning:plan", args=[plan.pk])
    seen = {member: client_of(member).get(path).context["steps"].rows for member in ("planner", "officer")}
    assert [one["by"] for one in seen["planner"]] == [planner.name, person("teacher").name]
    assert [one["by"] for one in seen["officer"]] == [planner.name]


@pytest.mark.parametrize(
    ("kind", "key", "shown"),
    [
        ("plan", "4", "方案 4"),
        ("homes", '["H-1"]', "居住单元 H-1"),
        ("catchments", '["primary", "H-1"]', "学区 primary / H-1"),
    ],
)
def test_a_subject_is_told_by_its_name(kind: str, key: str, shown: str) -> None:
    assert subject_of(kind, key).zh == shown


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, ""),
        ({"state": {"before": "draft", "after": "approved"}}, "state: draft → approved"),
        (
            {"snapshot": "ab" * 32, "errors": 0, "file": "年报.xlsx"},
            "snapshot: abababababab; errors: 0; file: 年报.xlsx",
        ),
        (
            {"settings": {"locked": [], "seed": 0, "years": None, "keep": False, "stage": "primary"}},
            "seed: 0; stage: primary",
        ),
    ],
)
def test_details_are_told_without_what_is_empty(changes: dict[str, Any], shown: str) -> None:
    assert details_of(json.dumps(changes)) == shown
