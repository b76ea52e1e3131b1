"""Migrations forwards from every released state: what a bureau has today must open with the next version.

A state is the database of that version as SQL text, thinned to a few rows a table;
`scripts/dump-released` writes it, for SQLite and for PostgreSQL.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from web_postgres import initdb, running
from web_serving import environment_of, manage

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
ON_A_SERVER = [path for path in RELEASED if path.name.endswith(".postgresql.sql")]
IN_A_FILE = [path for path in RELEASED if path not in ON_A_SERVER]
SCRIPT = Path(__file__).parents[2] / "scripts" / "dump-released"
PASSWORD = "a-very-long-password"
LOOK = f"""
import json
from django.core.management import call_command
from django.apps import apps
from django.db import connection
from junheng.web import vault
from junheng.web.accounts.models import Account
call_command("migrate", verbosity=0)
call_command("migrate", verbosity=0, check_unapplied=True)
connection.check_constraints()
boss = Account.objects.get(username="boss")
print(json.dumps({{
    "roles": sorted(boss.person().roles),
    "password": boss.check_password("{PASSWORD}"),
    "code": len(vault.decrypt(boss.totp_secret, purpose="totp")),
    "live": boss.has_second_factor,
    "counts": {{model._meta.db_table: len(list(model.objects.all())) for model in apps.get_models()}},
}}))
"""


def counts(file: Path) -> dict[str, int]:
    """Return how many rows each table of a database has."""
    with closing(sqlite3.connect(file)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]
            for name in names
            if not name.startswith(("sqlite_", "django_", "auth_"))
        }


def rows_of(address: str) -> dict[str, int]:
    """Return how many rows each table of a server's database has."""
    import psycopg

    with psycopg.connect(address) as database:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = [name for (name,) in database.execute(query).fetchall()]
        found = [(name, database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()) for name in names]
    return {name: n[0] for name, n in found if n is not None and not name.startswith(("django_", "auth_"))}


def brought_up_to_date(home: Path, before: dict[str, int], database: str = "") -> None:
    """Migrate a state, and see that nothing of it is lost."""
    assert before["accounts_account"] == before["registry_row"] == 3, "the state holds something to lose"
    key = re.search(r'^KEY = "(.*)"$', SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert key is not None
    environment = environment_of(home, database, JUNHENG_SECRET_KEY=key.group(1))
    found = json.loads(manage(environment, "shell", "-v0", "-c", LOOK).splitlines()[-1])
    assert found["roles"] == ["administrator", "planner"]
    assert (found["password"], found["code"], found["live"]) == (True, 32, False)
    kept = found["counts"]
    assert {name: kept[name] for name in before if name in kept} == {
        name: n for name, n in before.items() if name in kept
    }
    assert set(before) <= set(kept), "a table of records may not go without a word in the changelog"


@pytest.mark.parametrize("state", IN_A_FILE, ids=lambda path: path.stem)
def test_a_released_state_is_brought_up_to_date_and_loses_nothing(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "junheng.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(state.read_text(encoding="utf-8"))
    brought_up_to_date(tmp_path, counts(file))


@pytest.mark.parametrize("state", ON_A_SERVER, ids=lambda path: path.stem)
def test_a_released_state_on_postgresql_is_brought_up_to_date_and_loses_nothing(
    state: Path, tmp_path: Path
) -> None:
    if initdb() is None:
        pytest.skip("needs PostgreSQL (make setup-postgres)")
    import psycopg

    with running(is_durable=False) as address:
        with psycopg.connect(address, autocommit=True) as database:
            database.execute(state.read_bytes())
        brought_up_to_date(tmp_path, rows_of(address), address)


def test_every_release_has_its_state() -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+) ", changelog, re.MULTILINE)
    assert set(released) <= {path.stem for path in IN_A_FILE}
    assert {f"{path.stem}.postgresql.sql" for path in IN_A_FILE} == {path.name for path in ON_A_SERVER}
    assert IN_A_FILE
