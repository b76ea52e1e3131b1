"""What holds for every page: headers, cookies, words in both languages, no script inside the page."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from web_access import arguments

from junheng.web.gate import url_names
from junheng.web.logs import Impersonal

WEB = Path(__file__).resolve().parents[2] / "src" / "junheng" / "web"
TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
TAG = re.compile(r"\{%\s*t\s+(\"[^\"]*\"|'[^']*')\s+(\"[^\"]*\"|'[^']*')(?P<rest>[^%]*)%\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=["/accounts/sign-in/", "/nowhere/"])
def public_page(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_page_carries_a_strict_policy(client: Client, public_page: str) -> None:
    policy = client.get(public_page).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_pages_of_a_person_are_not_kept_by_the_browser(client_of: Callable[[str], Client]) -> None:
    assert client_of("planner").get("/").headers["Cache-Control"] == "no-store"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    client.post("/accounts/sign-in/", {"username": "demo-planner", "password": "a-password-for-tests"})
    session = client.cookies["junheng_session"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_a_form_without_its_token_is_refused(account: object) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(
        "/accounts/sign-in/", {"username": "demo-planner", "password": "a-password-for-tests"}
    )
    assert response.status_code == 403
    assert "junheng_session" not in strict.cookies


def test_an_upload_that_is_too_large_is_cut_off_and_said_so(
    client_of: Callable[[str], Client], own_school: str, year: int, settings: object
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000  # type: ignore[attr-defined]
    file = SimpleUploadedFile("r.xlsx", b"x" * 200_000)
    response = client_of("clerk").post(f"/returns/{year}/{own_school}/upload/", {"file": file})
    assert response.status_code == 413
    assert "40 MB" in response.content.decode()


def test_a_page_that_does_not_exist_says_so_in_both_languages(client: Client) -> None:
    assert "没有此页" in client.get("/nowhere/").content.decode()
    client.post("/language/", {"language": "en"})
    assert "no such page" in client.get("/nowhere/").content.decode()


def test_the_log_holds_no_query_and_no_name(caplog: pytest.LogCaptureFixture) -> None:
    record = logging.LogRecord("django.request", 30, "", 0, "Not Found: %s", ("/x/?name=王小明",), None)
    assert Impersonal().filter(record)
    assert record.getMessage() == "Not Found: /x/"


def test_the_log_holds_no_number_of_a_person_whatever_address_fails() -> None:
    whose = {"teacher": "T000123", "number": "26188319559"}
    named = [name for name in url_names() if whose.keys() & set(arguments(name))]
    assert len(named) > 10
    for name in named:
        path = reverse(name, kwargs={one: whose.get(one, 1) for one in arguments(name)})
        record = logging.LogRecord("django.request", 30, "", 0, "Not Found: %s", (path,), None)
        Impersonal().filter(record)
        assert not [number for number in whose.values() if number in record.getMessage()], name


def test_production_settings_pass_the_frameworks_own_checks(tmp_path: Path) -> None:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "JUNHENG_SECRET_KEY")
    }
    environment |= {"JUNHENG_HOME": str(tmp_path), "JUNHENG_PUBLIC_URL": "https://junheng.example.cn"}
    call = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "junheng.web",
        "manage",
        "check",
        "--deploy",
        "--fail-level",
        "ERROR",
    ]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "security." not in done.stdout + done.stderr
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_no_migration_is_missing() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_words_of_templates_stand_in_both_languages(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for match in TAG.finditer(text):
        zh, en = match.group(1)[1:-1], match.group(2)[1:-1]
        assert sorted(re.findall(r"\{(\w+)\}", zh)) == sorted(re.findall(r"\{(\w+)\}", en)), match.group(0)
        assert not HAN.search(en), match.group(0)
    bare = TAG.sub("", text)
    bare = bare.replace("中文", "")
    assert not HAN.search(bare), "Chinese outside {% t %}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_templates_hold_no_script_and_no_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*json)", text)
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:|\|safe\b|autoescape off", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_every_form_that_changes_something_carries_its_token(path: Path) -> None:
    forms = re.findall(
        r"<form[^>]*method=\"post\"[^>]*>(.{0,40})", path.read_text(encoding="utf-8"), re.DOTALL
    )
    assert all("{% csrf_token %}" in after for after in forms)
