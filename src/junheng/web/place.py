"""Where the application keeps its things, and what it is told from outside: folder, database, address, keys.

Everything is read from the environment, and nothing is made when this module is imported: `prepare` makes the folder
and its key at the first start.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from junheng.errors import UsageError
from junheng.text import Text

HOME = "JUNHENG_HOME"
DATABASE_URL = "JUNHENG_DATABASE_URL"
PUBLIC_URL = "JUNHENG_PUBLIC_URL"
SECRET_KEY = "JUNHENG_SECRET_KEY"  # noqa: S105 - the name of a setting, not a key
SECOND_FACTOR = "JUNHENG_SECOND_FACTOR"
PROXIES = "JUNHENG_PROXIES"
PROCESSES = "JUNHENG_PROCESSES"
TILES = "JUNHENG_TILES"
TILES_CREDIT = "JUNHENG_TILES_CREDIT"
"""The settings, each an environment variable; docs/how-to/serve.md explains them."""

SETTINGS = (
    HOME,
    DATABASE_URL,
    PUBLIC_URL,
    SECRET_KEY,
    SECOND_FACTOR,
    PROXIES,
    PROCESSES,
    TILES,
    TILES_CREDIT,
)
_KEY_FILE = "secret.key"
_MOST_PROCESSES = 2
"""Unless we are told otherwise: each keeps the district's records in its own memory."""


@dataclass(frozen=True, slots=True)
class Place:
    """One installation.

    Attributes
    ----------
    home
        The folder of database, key, static files and backups.
    database_url
        ``postgresql://user:password@host:port/name``, or empty for the embedded database.
    public_url
        The address that people type, such as ``https://junheng.example.cn``; empty on one's own machine.
    second_factor
        Whether staff must enter a one-time code.
    proxies
        How many proxies of our own stand in front, each adding to ``X-Forwarded-For`` the address that it saw.
    processes
        How many processes answer: one makes use of one processor.
    tiles, tiles_credit
        The address of a background map's tiles, with ``{z}``, ``{x}`` and ``{y}``, and whom to name for it; empty for
        no background, which is all that an installation without internet needs.
    """

    home: Path
    database_url: str
    public_url: str
    second_factor: bool
    proxies: int
    processes: int
    tiles: str = ""
    tiles_credit: str = ""

    @property
    def tile_hosts(self) -> list[str]:
        """The one other server that pages with a map may ask, as content policies write it; empty without tiles."""
        parts = urlsplit(self.tiles)
        return [f"{parts.scheme}://{parts.netloc}"] if self.tiles else []

    @property
    def scratch(self) -> Path:
        """The folder in which files lie while they arrive and are read; emptied when the server starts."""
        return self.home / "scratch"

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us encrypted."""
        return self.public_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """Names under which we answer."""
        own = ["localhost", "127.0.0.1", "[::1]"]
        name = urlsplit(self.public_url).hostname
        return own if name is None else [name, *own]

    @property
    def key(self) -> str:
        """The key that signs and encrypts; empty until `prepare` has made it, which Django refuses to run with."""
        given = os.environ.get(SECRET_KEY, "")
        file = self.home / _KEY_FILE
        if given or not file.is_file():
            return given
        return file.read_text(encoding="ascii").strip()


def place() -> Place:
    """Return this installation as the environment tells it.

    Raises
    ------
    UsageError
        For a public address, second-factor setting, number of proxies or address of tiles that cannot be understood.
        For a public address, second-factor setting or number that cannot be understood.
    """
    public_url = os.environ.get(PUBLIC_URL, "").rstrip("/")
    parts = urlsplit(public_url)
    if public_url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise UsageError(
            Text(
                f"{PUBLIC_URL} 应为 https://… 形式的网址，而不是“{public_url}”",
                f"{PUBLIC_URL} is an address such as https://…, not “{public_url}”",
            )
        )
    wanted = os.environ.get(SECOND_FACTOR, "")
    if wanted not in ("", "required", "optional"):
        raise UsageError(
            Text(
                f"{SECOND_FACTOR} 应为 required 或 optional，而不是“{wanted}”",
                f"{SECOND_FACTOR} is required or optional, not “{wanted}”",
            )
        )
    is_https = public_url.startswith("https://")
    return Place(
        home=Path(os.environ.get(HOME) or _usual_home()),
        database_url=os.environ.get(DATABASE_URL, ""),
        public_url=public_url,
        second_factor=wanted == "required" or (not wanted and is_https),
        # Something ends https in front of us: that is one proxy, unless we are told better.
        proxies=_count(PROXIES, otherwise=int(is_https)),
        tiles=_tiles(),
        tiles_credit=os.environ.get(TILES_CREDIT, ""),
        processes=max(1, _count(PROCESSES, otherwise=min(_MOST_PROCESSES, os.cpu_count() or 1))),
    )


def _tiles() -> str:
    """Return the address of tiles; its host goes into the content policy, so nothing else may be in it."""
    tiles = os.environ.get(TILES, "")
    host = r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?/\S+"
    is_one = re.fullmatch(host, tiles) and all(part in tiles for part in ("{z}", "{x}", "{y}"))
    if tiles and not is_one:
        raise UsageError(
            Text(
                f"{TILES} 应为含 {{z}}、{{x}}、{{y}} 的网址，如 https://tiles.example.cn/{{z}}/{{x}}/{{y}}.png，"
                f"而不是“{tiles}”",
                f"{TILES} is an address with {{z}}, {{x}} and {{y}}, such as "
                f"https://tiles.example.cn/{{z}}/{{x}}/{{y}}.png, not “{tiles}”",
            )
        )
    return tiles


def _count(name: str, *, otherwise: int) -> int:
    given = os.environ.get(name, "")
    if given and not (given.isascii() and given.isdecimal()):
        raise UsageError(
            Text(f"{name} 应为个数，如 1，而不是“{given}”", f"{name} is a number such as 1, not “{given}”")
        )
    return int(given) if given else otherwise


def prepare(one: Place) -> None:
    """Make the folder and its key if they are not there; only the owner may read them."""
    one.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if one.key:
        return
    # O_EXCL: two programs that start at the same moment must not end with two keys.
    try:
        file = os.open(one.home / _KEY_FILE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(64))


def database(one: Place) -> dict[str, Any]:
    """Return Django's settings of the database: the embedded one, or PostgreSQL.

    Raises
    ------
    UsageError
        For the address of another kind of database.
    """
    if not one.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(one.home / "junheng.sqlite3"),
            # Opening the file anew costs a millisecond or two of every page.
            "CONN_MAX_AGE": 600,
            "OPTIONS": {
                # A writer takes its lock when the transaction begins: waiting works, and no one is refused midway.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(one.database_url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise UsageError(
            Text(
                f"{DATABASE_URL} 应为 postgresql://用户:口令@主机:端口/库名",
                f"{DATABASE_URL} is postgresql://user:password@host:port/name",
            )
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _usual_home() -> str:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(base) / "junheng")
