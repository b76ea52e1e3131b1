"""Backup and restore: one file with everything but the key, which is kept elsewhere unless asked for.

SQLite is copied while it runs; PostgreSQL through its own ``pg_dump`` and ``pg_restore``.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from junheng import __version__
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.place import Place

FORMAT = "junheng-backup-1"
_MANIFEST, _SQLITE, _POSTGRES, _KEY = "manifest.json", "database.sqlite3", "database.pgdump", "secret.key"


def backup(one: Place, file: Path, *, has_key: bool = False) -> Text:
    """Write a backup; the file appears whole or not at all, and is never written over another.

    Raises
    ------
    UsageError
        If the file exists, or PostgreSQL's programs are not there.
    """
    if file.exists():
        raise UsageError(Text(f"文件已存在：{file}", f"the file exists: {file}"))
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder:
        dump = _dump(Path(folder))
        part = Path(folder) / "backup.zip"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(_manifest(dump.name), indent=1))
            archive.write(dump, dump.name)
            if has_key:
                archive.writestr(_KEY, one.key)
        part.chmod(0o600)
        os.link(part, file)  # fails where somebody else has written the file meanwhile
    keep = (
        Text("含密钥，请像口令一样保管", "it holds the key: keep it like a password")
        if has_key
        else Text(
            f"不含密钥，请另行保管 {one.home / _KEY}", f"without the key: keep {one.home / _KEY} elsewhere"
        )
    )
    return Text("已备份到 {file}（{keep}）", "backed up to {file} ({keep})").format(file=file, keep=keep)


def restore(one: Place, file: Path, *, is_forced: bool = False) -> Text:
    """Put a backup in the place of this installation's records, then bring them up to the present version.

    Raises
    ------
    UsageError
        If the file is no backup of this kind of database or of a later version, or there are records that would be lost
        and it was not said that they may be.
    """
    manifest, names = _read_manifest(file)
    dump = _SQLITE if connection.vendor == "sqlite" else _POSTGRES
    if dump not in names:
        kind = manifest.get("database")
        raise UsageError(
            Text(
                f"备份来自 {kind}，当前数据库为 {connection.vendor}",
                f"the backup is of {kind}, this is {connection.vendor}",
            )
        )
    _refuse_later(manifest)
    if not is_forced and _has_accounts():
        raise UsageError(
            Text(
                "本系统已有记录，恢复会将其覆盖；确认后加 --force",
                "there are records here that would be lost; add --force if they may be",
            )
        )
    with tempfile.TemporaryDirectory(dir=one.home) as folder, zipfile.ZipFile(file) as archive:
        found = Path(archive.extract(dump, folder))
        connections.close_all()
        if dump == _SQLITE:
            _load_sqlite(found)
        else:
            _load_postgres(found)
        if _KEY in names:
            _take_key(one, archive.read(_KEY))
    call_command("migrate", interactive=False, verbosity=0)
    return Text(f"已从 {file} 恢复", f"restored from {file}")


def _manifest(dump: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": __version__,
        "database": connection.vendor,
        "dump": dump,
        "migrations": sorted(".".join(name) for name in MigrationRecorder(connection).applied_migrations()),
    }


def _dump(folder: Path) -> Path:
    if connection.vendor == "sqlite":
        target = folder / _SQLITE
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as own,
            closing(sqlite3.connect(target)) as copy,
        ):
            own.backup(copy)
        return target
    target = folder / _POSTGRES
    _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
    return target


def _load_sqlite(found: Path) -> None:
    with closing(sqlite3.connect(found)) as check:
        if check.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise UsageError(Text("备份中的数据库已损坏", "the database in the backup is damaged"))
    # Page by page into the open database: whoever reads it sees the old records or the new ones, never a mixture.
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(found)) as own, closing(sqlite3.connect(name)) as target:
        own.backup(target)


def _load_postgres(found: Path) -> None:
    name = str(connection.settings_dict["NAME"])
    options = (
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
    )
    _postgres("pg_restore", *options, f"--dbname={name}", str(found), has_name=False)


def _postgres(program: str, *arguments: str, has_name: bool = True) -> None:
    if shutil.which(program) is None:
        raise UsageError(
            Text(
                f"缺少 {program}：请安装 postgresql-client", f"{program} is absent: install postgresql-client"
            )
        )
    given = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    own = {key: str(given[name]) for key, name in names.items() if given.get(name)}
    call = [program, *arguments, *([f"--dbname={given['NAME']}"] if has_name else [])]
    done = subprocess.run(call, env={**os.environ, **own}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise UsageError(Text.same(f"{program}: {done.stderr.strip()[-500:]}"))


def _read_manifest(file: Path) -> tuple[dict[str, Any], set[str]]:
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
            manifest = json.loads(archive.read(_MANIFEST))
            names = set(archive.namelist())
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UsageError(Text(f"{file} 不是完整的备份文件", f"{file} is no whole backup")) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise UsageError(Text(f"{file} 不是备份文件", f"{file} is no backup"))
    return manifest, names


def _refuse_later(manifest: dict[str, Any]) -> None:
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - only a restore looks at what is known

    known = {".".join(name) for name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    unknown = sorted(set(manifest.get("migrations", ())) - known)
    if unknown:
        raise UsageError(
            Text(
                f"备份来自更新的版本（{manifest.get('version')}），请先升级程序",
                f"the backup is of a later version ({manifest.get('version')}): upgrade first",
            )
        )


def _has_accounts() -> bool:
    tables = connection.introspection.table_names()
    if "accounts_account" not in tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_account LIMIT 1")
        return cursor.fetchone() is not None


def _take_key(one: Place, key: bytes) -> None:
    file = one.home / _KEY
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(key)
    part.replace(file)
