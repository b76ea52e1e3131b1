"""Workbooks that are broken by chance or by intent: always a list of problems or a refusal, never a failure of ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from web_programs import V1, program

from junheng.web.registry.models import Filing
from junheng.web.registry.store import give

EXAMPLES = 25
WORDS = (
    b"<",
    b">",
    b"&",
    b"\x00",
    b"]]>",
    b"&#0;",
    b"&lol;",
    b"1e999",
    b"NaN",
    b"-1",
    b'r="XFD1048576"',
    b"<row/>",
    b"\xff\xfe",
    b't="s"',
    b't="e"',
    b"<v>99999999999</v>",
    b"=1+1",
    b"\xed\xa0\x80",
    b"<!DOCTYPE x>",
    b"</sheetData>",
)
"""What readers of spreadsheets have stumbled over."""


class Broken:
    """A broken file; it says its length, for a report of a hundred thousand bytes helps nobody."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"Broken({len(self.content)} bytes)"

    @property
    def file(self) -> SimpleUploadedFile:
        return SimpleUploadedFile("年报.xlsx", self.content)


bytewise = hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def workbook(client_of: Callable[[str], Client], own_school: str, year: int) -> bytes:
    path = reverse("registry:return_workbook", args=[year, own_school])
    return bytes(client_of("clerk").get(path).content)


@st.composite
def broken_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Return the file with some of its bytes cut off, turned, doubled or written over."""
    broken = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(broken) - 1)))
        match draw(st.sampled_from(("cut", "turn", "double", "words"))):
            case "cut":
                del broken[at : at + draw(st.integers(1, 4000))]
            case "turn":
                broken[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "double":
                broken[at:at] = broken[at : at + draw(st.integers(1, 4000))]
            case _:
                broken[at:at] = draw(st.sampled_from(WORDS))
    return bytes(broken)


@st.composite
def broken_parts(draw: st.DrawFn, content: bytes) -> bytes:
    """Return a whole archive one of whose parts is broken: what is inside gets as far as the reader of cells."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as broken:
        names = archive.namelist()
        chosen = draw(st.sampled_from([name for name in names if name.endswith((".xml", ".rels"))]))
        for name in names:
            part = archive.read(name)
            broken.writestr(name, draw(broken_bytes(part)) if name == chosen else part)
    return out.getvalue()


@pytest.mark.parametrize("strategy", [broken_bytes, broken_parts])
def test_a_broken_workbook_of_a_school_is_told_what_is_wrong(
    strategy: Any,
    workbook: bytes,
    client_of: Callable[[str], Client],
    account: Any,
    own_school: str,
    year: int,
) -> None:
    before = give(year).hash
    page, clerk = client_of("clerk"), program(account("clerk"))
    addresses = (
        reverse("registry:return_upload", args=[year, own_school]),
        f"{V1}/years/{year}/returns/{own_school}/filings",
    )

    @bytewise
    @given(broken=strategy(workbook).map(Broken))
    def upload(broken: Broken) -> None:
        shown = page.post(addresses[0], {"file": broken.file})
        assert shown.status_code in (302, 422)
        told = clerk.post(addresses[1], {"file": broken.file})
        assert told.status_code == 201
        filing = told.json()
        assert (filing["n_errors"] == 0) == all(one["severity"] != "error" for one in filing["problems"])
        assert Filing.objects.latest("pk").sha256 == filing["sha256"]

    upload()
    assert give(year).hash == before
    assert page.get(reverse("registry:return", args=[year, own_school])).status_code == 200


@pytest.mark.parametrize("strategy", [broken_bytes, broken_parts])
def test_a_broken_workbook_of_a_district_is_taken_whole_or_not_at_all(
    strategy: Any, workbook: bytes, client_of: Callable[[str], Client], year: int
) -> None:
    client = client_of("planner")

    @bytewise
    @given(broken=strategy(workbook).map(Broken))
    def load(broken: Broken) -> None:
        before = give(year).hash
        answer = client.post(reverse("registry:load"), {"file": broken.file, "why": "试"})
        # A byte of a colour may be turned and nothing be wrong.
        assert answer.status_code in (302, 422)
        assert answer.status_code == 302 or give(year).hash == before

    load()


def _hostile() -> Iterator[tuple[str, bytes]]:
    """Yield archives that are made to do harm."""
    yield "empty archive", _archive({})
    yield "bomb", _archive({"xl/workbook.xml": b"0" * (300 * 2**20)})
    yield "path out of the folder", _archive({"../../../../etc/passwd": b"x", "/etc/passwd": b"x"})
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
    yield "entities", _archive({"xl/workbook.xml": entity, "[Content_Types].xml": entity})
    yield "archive in an archive", _archive({"a.xlsx": _archive({"b": b"x"})})


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("what", "content"), list(_hostile()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_an_archive_that_is_made_to_do_harm_is_refused(
    what: str, content: bytes, account: Any, own_school: str, year: int
) -> None:
    path = f"{V1}/years/{year}/returns/{own_school}/filings"
    told = program(account("clerk")).post(path, {"file": SimpleUploadedFile("年报.xlsx", content)})
    assert told.status_code == 201
    assert told.json()["n_errors"] >= 1
    assert all(one["remedy"]["zh"] for one in told.json()["problems"])


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 300 + ".xlsx",
        "../../x.xlsx",
        "年报\x00.xlsx",
        "x.xlsx\\",
        "..",
        "x.XLSX",
        "x.xlsx.exe",
        "\u202exslx.exe",
        '"',
    ],
)
def test_a_file_name_does_no_harm(
    name: str, workbook: bytes, account: Any, own_school: str, year: int
) -> None:
    path = f"{V1}/years/{year}/returns/{own_school}/filings"
    head = f'--xx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + workbook + b"\r\n--xx--\r\n"
    told = program(account("clerk")).generic(
        "POST", path, body, content_type="multipart/form-data; boundary=xx"
    )
    assert told.status_code in (201, 400, 422), told.content
    assert told.status_code != 201 or not {"/", "\\", "\x00"} & set(told.json()["file_name"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--xx",
        b"--xx\r\n",
        b"--xx--",
        b"--xx\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xx--",
        b"\xff" * 99,
    ],
)
def test_an_upload_that_breaks_off_is_refused(body: bytes, account: Any, own_school: str, year: int) -> None:
    path = f"{V1}/years/{year}/returns/{own_school}/filings"
    told = program(account("clerk")).generic(
        "POST", path, body, content_type="multipart/form-data; boundary=xx"
    )
    assert told.status_code in (400, 422)
    assert told.headers["Content-Type"] == "application/problem+json"
    bare = program(account("clerk")).generic("POST", path, body, content_type="multipart/form-data")
    assert bare.status_code in (400, 422)
