"""The opening day: families apply online within a minute, with retries and double clicks; then the database is checked.

Real HTTP against `junheng serve` with its own PostgreSQL server (which writes to disk as a real one) or the embedded
SQLite. Each family opens the form for its home, sends it, and opens its receipt, from an address of its own. Of ten
families one clicks twice at once, one loses its connection after sending and sends again, one sends again after it was
done, one mistypes first; two send a photo. All the while an empty view is asked on a connection of its own: the floor.

Afterwards every family must have exactly one application, and every receipt that was shown must be the database's.
Seconds are wall time, on a machine that the load itself shares: other work on it makes all of them longer, and the
floor with them.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "web" / "settings"))

from phones import BrokenError, Phone, Reply  # noqa: E402
from web_families import identity  # noqa: E402
from web_postgres import running  # noqa: E402
from web_serving import Served, environment_of, manage  # noqa: E402

TARGET_SECONDS = 1.0
MOST_TRIES = 5
PHOTO = b"\xff\xd8\xff\xe0" + bytes(150_000)
PREPARE = """
import json, sys
sys.path.insert(0, {settings!r})
from web_families import make_round
from junheng.web.accounts.services import first_run
from junheng.web.registry.store import take
from junheng.district.examples import example
by = first_run(username="boss", name="boss", password="a-very-long-password").person()
district = example({size!r})
take(district, by=by, why="benchmark")
found = make_round(by, int(district.facts["year"]))
from junheng.web.families.faces import face
known = face(found)
print(json.dumps({{"code": found.code, "homes": list(known.zones.homes), "schools": list(known.offering)}}))
"""
CHECK = """
import json, sys
from junheng.web.admissions.models import Application, Document, Step
from junheng.web.admissions.persons import identity_hash
from junheng.web.audit.models import Event
own = {identity_hash(one): one for one in json.load(open(%r))}
rows = Application.objects.values_list("identity_hash", "number")
print(json.dumps({
    "rows": [[own.get(hashed), number] for hashed, number in rows],
    "steps": Step.objects.count(),
    "events": Event.objects.filter(action="application-submitted").count(),
    "documents": Document.objects.filter(content__isnull=False).count(),
}))
"""


@dataclass
class Seen:
    """What the families saw.

    Attributes
    ----------
    seconds
        Of every answer, by what was asked.
    receipts
        Numbers shown to each child's family.
    """

    seconds: dict[str, list[float]] = field(default_factory=dict)
    receipts: dict[str, set[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, what: str, reply: Reply, *expected: int) -> Reply:
        """Keep how long an answer took; another status than expected is a failure."""
        self.seconds.setdefault(what, []).append(reply.seconds)
        if reply.status not in expected:
            self.counts[f"{what} answered {reply.status}"] += 1
            raise BrokenError(f"{what}: {reply.status}")
        return reply


@dataclass(frozen=True)
class Town:
    """The round, as the server was prepared."""

    code: str
    homes: list[str]
    schools: list[str]
    port: int


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--families", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--size", choices=("town", "district", "city"), default="district")
    options = parser.parse_args()
    durable = running(is_durable=True) if options.database == "postgresql" else nullcontext("")
    with durable as database, tempfile.TemporaryDirectory(prefix="junheng-opening-") as home:
        environment = environment_of(Path(home), database, JUNHENG_PROXIES="1")
        manage(environment, "migrate", "-v0")
        source = PREPARE.format(settings=str(HERE.parent / "tests" / "web" / "settings"), size=options.size)
        known = json.loads(manage(environment, "shell", "-v0", "-c", source).splitlines()[-1])
        server = Served(environment, Path(home) / "server.log")
        try:
            town = Town(known["code"], known["homes"], known["schools"], server.port)
            before, started = server.processor_seconds(), time.perf_counter()
            seen = asyncio.run(_day(town, options.families, options.seconds))
            took, busy = time.perf_counter() - started, server.processor_seconds() - before
        finally:
            server.stop()
        found = _check(environment, [identity(n) for n in range(options.families)])
    _report(options, seen, took=took, busy=busy)
    sys.exit(_judge(options.families, seen, found))


async def _day(town: Town, families: int, seconds: float) -> Seen:
    seen, dice = Seen(), random.Random(20260601)  # noqa: S311 - nothing secret hangs on it
    floor = asyncio.create_task(_floor(town, seen))
    await asyncio.gather(*(_family(town, seen, n, after=dice.uniform(0, seconds)) for n in range(families)))
    floor.cancel()
    return seen


async def _floor(town: Town, seen: Seen) -> None:
    phone = Phone(town.port, "192.0.2.1")
    while True:
        seen.note("empty view", await phone.get("/health/"), 200)
        await asyncio.sleep(0.1)


async def _family(town: Town, seen: Seen, n: int, *, after: float) -> None:
    await asyncio.sleep(after)
    for _ in range(MOST_TRIES):
        try:
            await _applies(town, seen, n)
        except BrokenError as error:
            seen.counts[f"tried again: {error}"] += 1
            await asyncio.sleep(1)
        else:
            return
    seen.counts["gave up"] += 1


async def _applies(town: Town, seen: Seen, n: int) -> None:
    habit, address = n % 10, f"10.{n // 65536}.{n // 256 % 256}.{n % 256}"
    phone = Phone(town.port, address)
    path = f"/family/apply/{town.code}/"
    home = town.homes[n % len(town.homes)]
    page = seen.note("form", await phone.get(f"{path}?home={home}"), 200)
    typed = _typed(town, n, home, page)
    files = {"document_birth": PHOTO} if habit in (1, 6) else {}
    if habit == 2:
        seen.note("mistake", await phone.post(path, {**typed, "phone": "?"}, files=files), 422)
    if habit == 3:
        await phone.post(path, typed, reads=False)
        seen.counts["connections lost after sending"] += 1
        await asyncio.sleep(0.2)
    if habit == 4:
        other = Phone(town.port, address, dict(phone.cookies))
        pair = await asyncio.gather(phone.post(path, typed), other.post(path, typed))
        for reply in pair:
            seen.note("submit", reply, 302)
        seen.counts["double clicks"] += 1
        await _receipt(seen, other, n)
    else:
        seen.note("submit", await phone.post(path, typed, files=files), 302)
    await _receipt(seen, phone, n)
    if habit == 5:
        seen.note("submit", await phone.post(path, typed, files=files), 302)
        seen.counts["sent again when done"] += 1
        await _receipt(seen, phone, n)
    await phone.close()


async def _receipt(seen: Seen, phone: Phone, n: int) -> None:
    page = seen.note("receipt", await phone.get("/family/application/"), 200)
    seen.receipts.setdefault(identity(n), set()).add(page.find(r'id="number">(\d+)<'))


def _typed(town: Town, n: int, home: str, page: Reply) -> dict[str, str]:
    return {
        "csrfmiddlewaretoken": page.find(r'name="csrfmiddlewaretoken" value="([^"]+)"'),
        "key": page.find(r'name="key" value="([^"]+)"'),
        "version": "",
        "home": home,
        "dwelling": f"{n}号",
        "tenure": "owned",
        "child_name": "孩子",
        "child_id": identity(n),
        "register": "here",
        "guardian_name": "家长",
        "guardian_id": identity(n, year=1985),
        "phone": f"138{n:08d}",
        **{f"choice_{k}": town.schools[(n + 7 * k) % len(town.schools)] for k in (1, 2, 3)},
        "adjust": "yes",
        "consent": "yes",
    }


def _check(environment: dict[str, str], children: list[str]) -> dict[str, object]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(children, file)
        file.flush()
        found: dict[str, object] = json.loads(
            manage(environment, "shell", "-v0", "-c", CHECK % file.name).splitlines()[-1]
        )
    return found


def _report(options: argparse.Namespace, seen: Seen, *, took: float, busy: float) -> None:
    n = sum(map(len, seen.seconds.values()))
    print(
        f"{options.families} families in {took:.0f} s on {options.database}, {os.cpu_count()} processors, load average "
        f"{os.getloadavg()[0]:.1f}: {n / took:.0f} answers a second; the server was busy {busy / took:.2f} processors, "
        f"{busy / n * 1000:.1f} ms an answer"
    )
    floor = seen.seconds["empty view"]
    print(
        f"{'':12} {'answers':>8} {'p50 s':>8} {'p95 s':>8} {'worst s':>8} {'p50:floor':>10} {'p95:floor':>10}"
    )
    for what, seconds in sorted(seen.seconds.items(), key=lambda one: one[0] != "empty view"):
        p50, p95 = _quantile(seconds, 50), _quantile(seconds, 95)
        print(
            f"{what:12} {len(seconds):8} {p50:8.3f} {p95:8.3f} {max(seconds):8.3f} "
            f"{p50 / _quantile(floor, 50):10.1f} {p95 / _quantile(floor, 95):10.1f}"
        )
    for what, count in sorted(seen.counts.items()):
        print(f"  {what}: {count}")


def _quantile(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def _judge(families: int, seen: Seen, found: dict[str, object]) -> int:
    """Hold what families saw against the database; return the exit code."""
    by_child: dict[str, list[str]] = {}
    for child, number in found["rows"]:
        by_child.setdefault(child, []).append(number)
    wrong = {
        "lost": sum(identity(n) not in by_child for n in range(families)),
        "doubled": sum(len(numbers) > 1 for numbers in by_child.values()),
        "of nobody": len(by_child.get(None, ())),
        "receipts that are not the database's": sum(
            shown != set(by_child.get(child, ())) for child, shown in seen.receipts.items()
        ),
        "steps or events missing": 2 * families - found["steps"] - found["events"],
        "photos missing": sum(n % 10 in (1, 6) for n in range(families)) - found["documents"],
    }
    print("database: " + ", ".join(f"{count} {what}" for what, count in wrong.items()))
    slow = max(_quantile(seen.seconds[what], 95) for what in ("form", "submit", "receipt"))
    print(f"p95 of the slowest page {slow:.3f} s (target below {TARGET_SECONDS} s)")
    return 1 if any(wrong.values()) or slow >= TARGET_SECONDS else 0


if __name__ == "__main__":
    main()
