"""What an installation is told from outside, and what it makes at its first start."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from junheng.errors import UsageError
from junheng.web import place as places


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in places.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(places.HOME, str(tmp_path / "home"))


def test_the_key_is_made_once_and_only_its_owner_reads_it() -> None:
    one = places.place()
    assert one.key == ""
    places.prepare(one)
    key = one.key
    assert len(key) > 60
    assert (one.home / "secret.key").stat().st_mode & 0o777 == 0o600
    places.prepare(one)
    assert one.key == key


def test_looking_at_the_settings_makes_nothing() -> None:
    places.database(places.place())
    assert not places.place().home.exists()


@pytest.mark.parametrize("address", ["junheng.example.cn", "ftp://x", "https://"])
def test_an_address_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.PUBLIC_URL, address)
    with pytest.raises(UsageError, match="JUNHENG_PUBLIC_URL"):
        places.place()


def test_behind_https_staff_need_a_second_factor_unless_it_is_said_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not places.place().second_factor
    monkeypatch.setenv(places.PUBLIC_URL, "https://junheng.example.cn/")
    assert places.place().second_factor
    assert places.place().hosts[0] == "junheng.example.cn"
    monkeypatch.setenv(places.SECOND_FACTOR, "optional")
    assert not places.place().second_factor
    monkeypatch.setenv(places.SECOND_FACTOR, "maybe")
    with pytest.raises(UsageError, match="optional"):
        places.place()


def test_a_database_address_is_read_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.DATABASE_URL, "postgresql://u%40x:p%2Fw@db.example:5433/junheng")
    found = places.database(places.place())
    assert [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "u@x",
        "p/w",
        "db.example",
        "5433",
        "junheng",
    ]
    monkeypatch.setenv(places.DATABASE_URL, "mysql://x/y")
    with pytest.raises(UsageError, match="postgresql"):
        places.database(places.place())


def test_a_background_map_opens_the_policy_to_its_host_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assert places.place().tile_hosts == []
    monkeypatch.setenv(places.TILES, "https://tiles.example.cn:8443/w/{z}/{x}/{y}.png?key=a;b")
    assert places.place().tile_hosts == ["https://tiles.example.cn:8443"]


@pytest.mark.parametrize(
    "address",
    [
        "tiles.example.cn/{z}/{x}/{y}.png",
        "https://tiles.example.cn/{z}/{x}.png",
        "https://tiles.example.cn;script-src/{z}/{x}/{y}",
        "https://tiles.example.cn 'unsafe-inline'/{z}/{x}/{y}",
        "https://*/{z}/{x}/{y}",
        "https://user@tiles.example.cn/{z}/{x}/{y}",
    ],
)
def test_an_address_of_tiles_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(places.TILES, address)
    with pytest.raises(UsageError, match="JUNHENG_TILES"):
        places.place()


def test_every_setting_is_explained_where_people_look() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(JUNHENG_\w+)`", page, re.MULTILINE)) == set(places.SETTINGS)


def test_others_reach_the_server_only_under_an_address_that_it_was_told(tmp_path: Path) -> None:
    call = [
        sys.executable,
        "-m",
        "junheng.web",
        "--lang",
        "en",
        "--home",
        str(tmp_path),
        "serve",
        "--host",
        "0.0.0.0",
    ]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JUNHENG_", "DJANGO_"))
    }
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "JUNHENG_PUBLIC_URL" in done.stderr


def test_a_port_on_which_somebody_listens_is_not_shared(tmp_path: Path) -> None:
    from junheng.web.serving import serve

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server itself does
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)):
            serve(places.place(), host="127.0.0.1", port=port, has_worker=False, language="zh")
    assert not (tmp_path / "home" / "static").exists(), "nothing was begun"
