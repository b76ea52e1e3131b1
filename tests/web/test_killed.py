"""The server is killed in the middle of uploads, again and again: after each start nothing is half-written.

A clerk's workbook and applications with documents are on their way at the moment of the kill, some of them cut off in
the middle of their bytes, some while they are being worked on. The processes get no last word, as when power fails.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from web_families import identity
from web_postgres import initdb, running
from web_serving import Served, environment_of, manage

pytestmark = pytest.mark.slow
SETTINGS = str(Path(__file__).parent / "settings")
PASSWORD = "a-password-for-tests"
PREPARE = f"""
import json, sys
sys.path[:0] = [{SETTINGS!r}, {str(Path(__file__).parent)!r}]
from conftest import load_cast
from web_families import make_round
from junheng.web.accounts.models import Account
from junheng.web.registry.names import latest, school_names
from junheng.web.registry.reading import write_return
from junheng.web.families.faces import face
from pathlib import Path
load_cast()
year, school = latest(), next(iter(school_names()))
found = make_round(Account.objects.get(username="administrator").person(), year)
write_return(year, school, Path("WORKBOOK"), language="zh")
known = face(found)
print(json.dumps({{"year": year, "school": school, "code": found.code, "home": next(iter(known.zones.homes)),
                   "choice": next(iter(known.offering))}}))
"""
LOOK = """
import hashlib, json
from junheng.web.admissions.models import Application, Document
from junheng.web.admissions.papers import scan_of
from junheng.web.admissions.persons import unseal
from junheng.web.audit.models import Event
from junheng.web.registry.models import AnnualReturn, Filing
rows = Application.objects.filter(round__code="families")
scans = Document.objects.filter(application__in=rows)
filings = Filing.objects.exclude(by_name="示例")
print(json.dumps({
    "children": sorted(unseal(one.sealed).identity for one in rows),
    "steps": [one.steps.count() for one in rows],
    "scans": [sorted(one.kind for one in row.documents.all()) for row in rows],
    "whole": all(hashlib.sha256(scan_of(one)).hexdigest() == one.sha256 for one in scans),
    "submitted": Event.objects.filter(action="application-submitted").count(),
    "filings": [[one.file_name, one.n_errors, sorted(json.loads(one.rows))] for one in filings],
    "filed": Event.objects.filter(action="return-filed").count(),
    "state": AnnualReturn.objects.order_by("school").first().state,
}))
"""
DELAYS = (0.0, 0.05, 0.3)
"""Seconds from the moment at which everything is on its way until the kill."""
PER_KILL = 6
SCAN = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 2000


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Return a folder and the address of its database."""
    if request.param == "postgresql" and initdb() is None:
        pytest.skip("needs PostgreSQL (make setup-postgres)")
    with running(is_durable=True) if request.param == "postgresql" else nullcontext("") as database:
        yield tmp_path, database


def test_killed_in_the_middle_of_uploads_nothing_is_half_written(place: tuple[Path, str]) -> None:
    home, database = place
    environment = environment_of(home, database)
    manage(environment, "migrate", "-v0")
    book = home / "return.xlsx"
    known = json.loads(
        manage(environment, "shell", "-v0", "-c", PREPARE.replace("WORKBOOK", str(book))).splitlines()[-1]
    )
    sent: list[str] = []
    for turn, delay in enumerate(DELAYS):
        server = Served(environment, home / "server.log")
        _left_behind(home)
        children = [identity(turn * PER_KILL + n) for n in range(PER_KILL)]
        sent += children
        _send_and_kill(server, known, children, book.read_bytes(), delay)
        _whole(environment, children=sent)
    server = Served(environment, home / "server.log")
    try:
        _left_behind(home)
        for child in sent:
            assert _apply(server.port, known, child) == 302
            assert _apply(server.port, known, child) == 302
        assert _file(server.port, known, book.read_bytes()) == 302
    finally:
        server.stop()
    found = _whole(environment, children=sent)
    assert found["children"] == sorted(sent)
    assert found["filings"][-1][1] == 0


def _send_and_kill(
    server: Served, known: dict[str, Any], children: list[str], book: bytes, delay: float
) -> None:
    ready = threading.Barrier(len(children) + 2)
    with ThreadPoolExecutor(len(children) + 1) as phones:
        jobs = [
            phones.submit(_apply, server.port, known, child, ready=ready, cut=n % 3 == 0)
            for n, child in enumerate(children)
        ]
        jobs.append(phones.submit(_file, server.port, known, book, ready=ready, cut=delay == DELAYS[0]))
        try:
            ready.wait(60)
            time.sleep(delay)
        finally:
            server.kill()
        for job in jobs:
            if not isinstance(job.exception(), OSError | http.client.HTTPException | None):
                job.result()


def _whole(environment: dict[str, str], *, children: list[str]) -> dict[str, Any]:
    """Look at the database and return what is there, once it was found whole."""
    found: dict[str, Any] = json.loads(manage(environment, "shell", "-v0", "-c", LOOK).splitlines()[-1])
    assert set(found["children"]) <= set(children)
    assert len(set(found["children"])) == len(found["children"]) == found["submitted"]
    assert set(found["steps"]) <= {1}
    assert all(kinds == ["birth", "household_register"] for kinds in found["scans"])
    assert found["whole"]
    assert len(found["filings"]) == found["filed"]
    assert all(errors == 0 and "stages" in tables for _, errors, tables in found["filings"])
    assert found["state"] == "draft"
    return found


def _left_behind(home: Path) -> None:
    """Nothing that was uploaded before the kill may lie about once the server answers again."""
    assert list((home / "scratch").iterdir()) == []


class Browser:
    """A connection with its cookies; the body of a request can be cut off in the middle."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def ask(
        self, verb: str, path: str, body: bytes = b"", kind: str = "", *, ready: threading.Barrier | None = None,
        cut: bool = False,
    ) -> tuple[int, str]:  # fmt: skip
        self.connection.putrequest(verb, path)
        self.connection.putheader(
            "Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        )
        self.connection.putheader("Content-Length", str(len(body)))
        if kind:
            self.connection.putheader("Content-Type", kind)
        self.connection.endheaders()
        self.connection.send(body[: len(body) // 2])
        if ready is not None:
            ready.wait(60)
        if cut:
            time.sleep(2)
        self.connection.send(body[len(body) // 2 :])
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer.status, answer.read().decode()


def _apply(port: int, known: dict[str, Any], child: str, **how: Any) -> int:
    """Send an application with two documents; the key of its form is always the child's own."""
    path = f"/family/apply/{known['code']}/"
    fields = {
        "key": f"key-of-the-form-of-{child}",
        "home": known["home"],
        "dwelling": f"{child}号",
        "tenure": "owned",
        "child_name": "孩子",
        "child_id": child,
        "register": "here",
        "guardian_name": "家长",
        "guardian_id": identity(int(child[-4:-1]), year=1985),
        "phone": "13800138000",
        "choice_1": known["choice"],
        "adjust": "yes",
        "consent": "yes",
    }
    with Browser(port) as browser:
        _, page = browser.ask("GET", f"{path}?home={known['home']}")
        scans = {"document_birth": SCAN, "document_household_register": SCAN}
        body, kind = _form({**fields, "csrfmiddlewaretoken": _token(page)}, scans)
        return browser.ask("POST", path, body, kind, **how)[0]


def _file(port: int, known: dict[str, Any], book: bytes, **how: Any) -> int:
    """Sign in as the clerk and upload the school's workbook."""
    path = f"/returns/{known['year']}/{known['school']}/"
    with Browser(port) as browser:
        _, page = browser.ask("GET", "/accounts/sign-in/")
        fields = {"csrfmiddlewaretoken": _token(page), "username": "demo-clerk", "password": PASSWORD}
        assert browser.ask("POST", "/accounts/sign-in/", *_form(fields, {}))[0] == 302
        _, page = browser.ask("GET", path)
        body, kind = _form({"csrfmiddlewaretoken": _token(page)}, {"file": book})
        return browser.ask("POST", f"{path}upload/", body, kind, **how)[0]


def _token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None, page[:500]
    return found.group(1)


def _form(fields: dict[str, str], files: dict[str, bytes]) -> tuple[bytes, str]:
    border = "a-border-that-stands-nowhere-else"
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="a.xlsx"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in files.items()
    ]
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"
