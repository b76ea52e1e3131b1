"""Backup and restore: what comes back is what was there, and nothing is lost by mistake."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
MAKE = """
from junheng.web.accounts.services import first_run
from junheng.district.examples import example
from junheng.web.accounts.models import Account
from junheng.web.registry.store import take
first_run(username="{name}", name="王", password="a-very-long-password")
take(example("town"), by=Account.objects.get().person(), why="example")
"""
LOOK = """
from junheng.web.accounts.models import Account
from junheng.web.registry.store import give
print(Account.objects.get().username, give(2026).hash)
"""


@pytest.fixture(scope="module")
def database_url() -> str:
    return os.environ.get("JUNHENG_TEST_DATABASE_URL", "")


@pytest.fixture(scope="module")
def run(database_url: str) -> Run:
    """Return a function that runs the program with a folder of its own."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JUNHENG_", "DJANGO_"))
    }

    def call(home: Path, *arguments: str, is_ok: bool = True) -> subprocess.CompletedProcess[str]:
        own = {**environment, "JUNHENG_DATABASE_URL": _own(database_url, home)}
        done = subprocess.run(
            [sys.executable, "-m", "junheng.web", "--home", str(home), "--lang", "en", *arguments],
            env=own,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) is is_ok, done.stdout + done.stderr
        return done

    return call


def _own(url: str, home: Path) -> str:
    """Return the address of a database of the folder's own."""
    if not url:
        return ""
    name = f"backup_{abs(hash(str(home))) % 10**12}"
    base = url.rpartition("/")[0]
    subprocess.run(
        ["psql", "-q", f"{base}/postgres", "-c", f"CREATE DATABASE {name}"], capture_output=True, check=False
    )
    return f"{base}/{name}"


@pytest.fixture(scope="module")
def full(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation with records; no test changes it."""
    home = tmp_path_factory.mktemp("full")
    run(home, "manage", "migrate", "-v0")
    run(home, "manage", "shell", "-v0", "-c", MAKE.format(name="boss"))
    return home


def look(run: Run, home: Path) -> str:
    return run(home, "manage", "shell", "-v0", "-c", LOOK).stdout.strip().splitlines()[-1]


def test_a_backup_comes_back_in_an_empty_place_with_the_same_records(
    run: Run, full: Path, tmp_path: Path
) -> None:
    file, other = tmp_path / "b.zip", tmp_path / "other"
    assert "without the key" in run(full, "backup", str(file)).stdout
    assert file.stat().st_mode & 0o777 == 0o600
    run(other, "restore", str(file))
    assert look(run, other) == look(run, full)
    assert (other / "secret.key").read_bytes() != (full / "secret.key").read_bytes()


def test_with_the_key_the_secrets_can_be_read_again(run: Run, full: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "b.zip", tmp_path / "other"
    run(full, "backup", str(file), "--with-key")
    run(other, "restore", str(file))
    assert (other / "secret.key").read_bytes() == (full / "secret.key").read_bytes()
    assert (other / "secret.key").stat().st_mode & 0o777 == 0o600


def test_records_are_written_over_only_when_that_is_said(run: Run, full: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run(full, "backup", str(file))
    other = tmp_path / "other"
    run(other, "manage", "migrate", "-v0")
    run(other, "manage", "shell", "-v0", "-c", MAKE.format(name="somebody"))
    assert "--force" in run(other, "restore", str(file), is_ok=False).stderr
    assert look(run, other).startswith("somebody")
    run(other, "restore", str(file), "--force")
    assert look(run, other) == look(run, full)


def test_a_backup_is_never_written_over_another(run: Run, full: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run(full, "backup", str(file))
    before = file.read_bytes()
    assert "exists" in run(full, "backup", str(file), is_ok=False).stderr
    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip"]


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "other-zip"])
def test_a_damaged_backup_changes_nothing(damage: str, run: Run, full: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    run(full, "backup", str(file))
    before = look(run, full)
    if damage == "other-zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifest.json", '{"format": "something"}')
    else:
        content = {"empty": b"", "text": b"hello", "cut": file.read_bytes()[:-2000]}[damage]
        file.write_bytes(content)
    assert "backup" in run(full, "restore", str(file), "--force", is_ok=False).stderr
    assert look(run, full) == before


def test_a_backup_of_a_later_version_is_refused(run: Run, full: Path, tmp_path: Path) -> None:
    file, later = tmp_path / "b.zip", tmp_path / "later.zip"
    run(full, "backup", str(file))
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(later, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = content.replace(
                    b'"registry.0001_initial"', b'"registry.0001_initial", "registry.9999_later"'
                )
            new.writestr(name, content)
    assert "later version" in run(full, "restore", str(later), "--force", is_ok=False).stderr


def test_a_backup_of_a_running_server_holds_what_was_written_to_its_log(
    run: Run, full: Path, tmp_path: Path, database_url: str
) -> None:
    if database_url:
        pytest.skip("PostgreSQL keeps its own log")
    with closing(sqlite3.connect(full / "junheng.sqlite3")) as open_database:
        open_database.execute("PRAGMA journal_mode=WAL")
        open_database.execute("CREATE TABLE note (text)")
        open_database.execute("INSERT INTO note VALUES ('还在日志里')")
        open_database.commit()
        assert (full / "junheng.sqlite3-wal").stat().st_size > 0
        run(full, "backup", str(tmp_path / "b.zip"))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extract("database.sqlite3", tmp_path)
    with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as copy:
        assert copy.execute("SELECT text FROM note").fetchone() == ("还在日志里",)
