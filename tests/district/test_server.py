"""Reading a snapshot from a server: a small stand-in answers, so that every way of failing can be tried."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import polars as pl
import pytest

from junheng.cli.main import main
from junheng.district import files, server
from junheng.district.examples import example
from junheng.district.model import District
from junheng.district.packed import packed, unpacked
from junheng.errors import UsageError

TOWN = example("town")
OTHER = example("town", seed=2)
SNAPSHOTS = (
    {"id": 7, "name": "开学", "hash": TOWN.hash},
    {"id": 3, "name": "7", "hash": OTHER.hash},
)
Answers = dict[str, tuple[int, dict[str, str], bytes]]


def _json(content: object, *, status: int = 200, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, headers, json.dumps(content).encode()


def _answers() -> Answers:
    return {
        "/api/v1/years": _json([{"year": 2027}, {"year": 2026}]),
        "/api/v1/years/2027/snapshots": _json([]),
        "/api/v1/years/2026/snapshots": _json(SNAPSHOTS),
        "/api/v1/snapshots/7/content": (200, {}, packed(TOWN)),
        "/api/v1/snapshots/3/content": (200, {}, packed(OTHER)),
    }


@pytest.fixture
def stand_in() -> Iterator[tuple[str, Answers, list[Any]]]:
    """Return the address of a stand-in, what it answers, and which requests it was sent."""
    answers, asked = _answers(), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization")))
            status, headers, content = answers.get(self.path, _json({}, status=404))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{one.server_address[1]}", answers, asked
    one.shutdown()
    one.server_close()
    thread.join()


@pytest.fixture
def read(stand_in: tuple[str, Answers, list[Any]]) -> Callable[..., District]:
    return lambda wanted="", **more: server.read(stand_in[0] + wanted, token="t", **more)


@pytest.mark.parametrize(
    "wanted", ["", "/", "#latest", "/#开学", "#%E5%BC%80%E5%AD%A6", f"#{TOWN.hash[:8]}", f"/#{TOWN.hash}"]
)
def test_a_snapshot_is_named_as_people_name_it(wanted: str, read: Callable[..., District]) -> None:
    assert read(wanted).equals(TOWN)


def test_what_is_said_apart_wins_over_the_address(read: Callable[..., District]) -> None:
    assert read("#latest", snapshot=3).equals(OTHER)
    assert read(snapshot=OTHER.hash[:6].upper()).equals(OTHER)


def test_the_token_goes_along_and_comes_from_the_environment(
    stand_in: tuple[str, Answers, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(server.TOKEN, " secret\n")
    server.read(stand_in[0])
    assert {header for _, header in stand_in[2]} == {"Bearer secret"}


def test_a_name_that_is_also_a_number_is_ambiguous_and_refused(read: Callable[..., District]) -> None:
    with pytest.raises(UsageError, match="several"):
        read("#7")


@pytest.mark.parametrize("wanted", ["#99", "#none", f"#{TOWN.hash[:3]}"])
def test_a_snapshot_that_is_not_there_is_said_to_be_absent(
    wanted: str, read: Callable[..., District]
) -> None:
    with pytest.raises(UsageError, match="no snapshot"):
        read(wanted)


def test_a_server_without_snapshots_says_so(
    read: Callable[..., District], stand_in: tuple[str, Answers, list[Any]]
) -> None:
    stand_in[1]["/api/v1/years"] = _json([])
    with pytest.raises(UsageError, match="no snapshot yet"):
        read()


def test_content_with_another_hash_is_refused(
    read: Callable[..., District], stand_in: tuple[str, Answers, list[Any]]
) -> None:
    stand_in[1]["/api/v1/snapshots/7/content"] = (200, {}, packed(OTHER))
    with pytest.raises(UsageError, match="differs from its hash"):
        read()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", packed(TOWN)[:-30], b"<html>", packed(TOWN).replace(b"PAR1", b"XXXX")]
)
def test_content_that_is_damaged_is_refused(
    content: bytes, read: Callable[..., District], stand_in: tuple[str, Answers, list[Any]]
) -> None:
    stand_in[1]["/api/v1/snapshots/7/content"] = (200, {}, content)
    with pytest.raises(UsageError, match=r"damaged|differs"):
        read()


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<!DOCTYPE html><p>a page"),
        (404, {}, b"<h1>Not Found</h1>"),
        (502, {}, b""),
        _json({"years": []}),
        _json([{"year": None}]),
        _json([1, 2]),
        _json({"detail_in": "x"}, status=403),
    ],
)
def test_whatever_is_no_server_of_ours_is_told_apart(
    answer: tuple[int, dict[str, str], bytes],
    read: Callable[..., District],
    stand_in: tuple[str, Answers, list[Any]],
) -> None:
    stand_in[1]["/api/v1/years"] = answer
    with pytest.raises(UsageError, match="no server of Junheng"):
        read()


@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_a_refusal_says_why_in_the_servers_words(
    status: int, read: Callable[..., District], stand_in: tuple[str, Answers, list[Any]]
) -> None:
    said = {"detail_in": {"zh": "令牌写错", "en": "the token is mistyped"}}
    stand_in[1]["/api/v1/years"] = _json(said, status=status)
    with pytest.raises(UsageError, match=rf"{status}.*mistyped") as error:
        read()
    assert "令牌写错" in error.value.text.zh


def test_a_redirect_does_not_carry_the_token_elsewhere(
    read: Callable[..., District], stand_in: tuple[str, Answers, list[Any]]
) -> None:
    stand_in[1]["/api/v1/years"] = (302, {"Location": f"{stand_in[0]}/elsewhere"}, b"")
    with pytest.raises(UsageError, match="leads to"):
        read()
    assert [path for path, _ in stand_in[2]] == ["/api/v1/years"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://example.cn/#latest", "in the clear"),
        ("https://user:word@example.cn/", "holds no name"),
        ("https://", "should be the address"),
        ("https://example.cn/?token=x", "should be the address"),
        ("ftp://example.cn/", "should be the address"),
        ("http://127.0.0.1:1/", "cannot be reached"),
    ],
)
def test_an_address_that_is_wrong_or_unsafe_is_refused(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        server.read(address, token="t")


@pytest.mark.parametrize("token", ["", "  ", "均衡", "a\nb"])
def test_without_a_token_nothing_is_asked(token: str, stand_in: tuple[str, Answers, list[Any]]) -> None:
    with pytest.raises(UsageError, match="no token"):
        server.read(stand_in[0], token=token)
    assert stand_in[2] == []


def test_commands_take_an_address_where_they_take_a_file(
    stand_in: tuple[str, Answers, list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(server.TOKEN, "t")
    assert main(["check", f"{stand_in[0]}/#latest", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hash"] == TOWN.hash
    assert main(["assess", f"{stand_in[0]}/#开学", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["district"]["hash"] == TOWN.hash
    monkeypatch.delenv(server.TOKEN)
    assert main(["assess", f"{stand_in[0]}/#latest"]) == 2


def test_what_a_server_gives_is_checked_like_a_file(
    stand_in: tuple[str, Answers, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = {**TOWN.tables, "classes": TOWN.table("classes").with_columns(school=pl.lit("nobody"))}
    wrong = District.of(frames)
    stand_in[1]["/api/v1/years/2026/snapshots"] = _json([{"id": 7, "name": "x", "hash": wrong.hash}])
    stand_in[1]["/api/v1/snapshots/7/content"] = (200, {}, packed(wrong))
    monkeypatch.setenv(server.TOKEN, "t")
    found = files.read(f"{stand_in[0]}/#latest")
    assert found.district is None
    assert any("nobody" in problem.found.en for problem in found.errors)


def test_packing_and_unpacking_gives_an_equal_district_and_the_same_bytes() -> None:
    assert unpacked(packed(TOWN)).equals(TOWN)
    assert packed(TOWN) == packed(unpacked(packed(TOWN)))
