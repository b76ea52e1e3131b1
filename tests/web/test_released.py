"""Migrations forwards from every released state: what a bureau has today must open with the next version.

A state is the database of that version as SQL text, thinned to a few rows a table; `scripts/dump-released` writes it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from web_serving import environment_of, manage

RELEASED = sorted((Path(__file__).parent / "released").glob("*.sql"))
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


@pytest.mark.parametrize("state", RELEASED, ids=lambda path: path.stem)
def test_a_released_state_is_brought_up_to_date_and_loses_nothing(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "junheng.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.executescript(state.read_text(encoding="utf-8"))
    before = counts(file)
    assert before["accounts_account"] == before["registry_row"] == 3, "the state holds something to lose"
    key = re.search(r'^KEY = "(.*)"$', SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
    assert key is not None
    environment = environment_of(tmp_path, JUNHENG_SECRET_KEY=key.group(1))
    found = json.loads(manage(environment, "shell", "-v0", "-c", LOOK).splitlines()[-1])
    assert found["roles"] == ["administrator", "planner"]
    assert (found["password"], found["code"], found["live"]) == (True, 32, False)
    kept = found["counts"]
    assert {name: kept[name] for name in before if name in kept} == {
        name: n for name, n in before.items() if name in kept
    }
    assert set(before) <= set(kept), "a table of records may not go without a word in the changelog"


def test_every_release_has_its_state() -> None:
    changelog = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+) ", changelog, re.MULTILINE)
    assert set(released) <= {path.stem for path in RELEASED}
    assert RELEASED
