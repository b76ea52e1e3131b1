"""Every page, as everyone who may open it: axe finds nothing serious, and on a phone it is no wider than the phone.

The pages are those of the table of permissions, so that a new one is looked at without a word here. The browser's
questions are answered by the application in this very process: nothing is served.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from web_access import CAST, EXPECTED, arguments
from web_families import filled_in
from web_objects import parts

from junheng.web.permissions import RULES, Scope

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser
AXE = Path(__file__).with_name("vendor") / "axe.min.js"
SERVER, STATIC = "http://testserver", "/static/"
PAGES = sorted(name for name, rule in RULES.items() if "GET" in rule.methods)
QUERIES = {"registry:row": {"key": "school"}}
PAUSE_MS = 50
"""In which the scripts of a page begin to ask."""
ASKING = (b"hx-get=", b'type="module"')
"""What stands in pages whose scripts ask for more."""
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
RULES_OF_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES_OF_LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
"""What may differ in the dark and on a phone; the rest is in the words of the page, which are the same."""
_RUN = """(rules) => axe.run(document, {runOnly: rules})
  .then((found) => found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
_VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
_TOLD = frozenset(("class", "role", "type", "scope", "lang", "tabindex"))
"""Attributes whose value is part of the structure, as all of ``aria-`` are; of the others only that they are there."""
_WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Structure(HTMLParser):
    """Every way in which an element stands in a piece of a page, and whether it has words; not which words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[tuple[str, ...]] = set()
        self._inside: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = sorted(f"{name}={value}" if _is_told(name) else name for name, value in attrs)
        self._inside.append((tag, " ".join((tag, *told))))
        self._note()
        if tag in _VOID:
            self._inside.pop()

    def handle_endtag(self, tag: str) -> None:
        # What HTML lets one leave open ends with what it stands in.
        opened = [at for at, (name, _) in enumerate(self._inside) if name == tag]
        del self._inside[opened[-1] if opened else len(self._inside) :]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._note("words")

    def _note(self, *more: str) -> None:
        self.found.add((*(kind for _, kind in self._inside), *more))


def _is_told(attribute: str) -> bool:
    return attribute in _TOLD or attribute.startswith("aria-")


def structure_of(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(Structure(text).found)


class Window:
    """A window of the browser that shows pages as the application in this process answers them.

    What scripts ask for waits until `open` answers it: a handler runs where the database is another.
    """

    def __init__(self, browser: Browser, axe: Path, **how: Any) -> None:
        self.context = browser.new_context(bypass_csp=True, **how)
        self.context.set_default_timeout(20_000)
        self.context.add_init_script(path=axe)
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self._first: Any = None
        self._waiting: list[Route] = []

    def open(self, client: Client, path: str) -> None:
        """Open a page, and whatever its scripts ask for."""
        self._first, self._waiting = client.get(path), []
        self.page.goto(SERVER + path)
        if any(sign in self._first.content for sign in ASKING):
            self.page.wait_for_timeout(PAUSE_MS)
        while self._waiting:
            route = self._waiting.pop()
            found = client.get(route.request.url.removeprefix(SERVER))
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.getvalue())
            self.page.wait_for_timeout(PAUSE_MS)

    def wrong(self, rules: list[str]) -> list[str]:
        """Return what is wrong with the page that is open."""
        found: list[str] = self.page.evaluate(_RUN, rules)
        over = self.page.evaluate(_WIDTH)
        return [*found, f"{over} px wider than its window"] if over > 0 else found

    def _answer(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        file = finders.find(address.path.removeprefix(STATIC)) if address.path.startswith(STATIC) else None
        if file:
            route.fulfill(path=file)
        elif route.request.is_navigation_request():
            first = self._first
            route.fulfill(status=first.status_code, headers=dict(first.headers), body=first.content)
        else:
            self._waiting.append(route)


@pytest.fixture(scope="module")
def axe() -> Path:
    if not AXE.exists():
        pytest.skip("needs axe-core (make assets)")
    return AXE


@pytest.fixture(scope="module")
def looked_at(chromium: Browser, axe: Path) -> Iterator[Callable[[Client, str], list[str]]]:
    """Return a function that opens a page in a client's name and returns what is wrong with it, both ways."""
    ways = (
        ("zh", RULES_OF_AXE, Window(chromium, axe, viewport=WIDE)),
        ("en", RULES_OF_LOOKS, Window(chromium, axe, viewport=PHONE, color_scheme="dark")),
    )

    def look(client: Client, path: str) -> list[str]:
        found = []
        for language, rules, window in ways:
            client.post("/language/", {"language": language})
            window.open(client, path)
            found += [f"{language}: {one}" for one in window.wrong(rules)]
        return found

    yield look
    for _, _, window in ways:
        window.context.close()


@pytest.fixture
def address_of(own_school: str, year: int, one_of_each: dict[str, Any]) -> Callable[[str], str]:
    known = parts(one_of_each, year=year, school=own_school)

    def address(name: str) -> str:
        path = reverse(name, kwargs={one: known[one] for one in arguments(name)})
        return f"{path}?{urlencode({'key': json.dumps([own_school])})}" if name in QUERIES else path

    return address


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone_and_fits_a_phone(
    name: str,
    address_of: Callable[[str], str],
    client_of: Callable[[str], Client],
    looked_at: Callable[[Client, str], list[str]],
) -> None:
    path, seen, wrong = address_of(name), set(), {}
    row = f"{name}[own]" if RULES[name].scope is Scope.SCHOOL else name
    for member in CAST:
        if EXPECTED[row, member] != "yes":
            continue
        client = client_of(member)
        answer = client.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        # What has no main part is a piece of a page, or a report, which has tests of its own.
        structure = structure_of(answer.content.decode().partition("<main")[2])
        # Browsing is slow: who gets the same elements with other words in them gets what was judged before.
        if structure and structure not in seen:
            seen.add(structure)
            found = looked_at(client, path)
            if found:
                wrong[member] = found
    assert wrong == {}


@pytest.fixture
def family(one_of_each: dict[str, Any]) -> tuple[Client, dict[str, str]]:
    """Return the browser of a family that has applied in the round that takes applications, and what it sent."""
    from junheng.web.admissions.models import Round

    typed, client = filled_in(Round.objects.get(code=one_of_each["code"])), Client()
    assert client.post(f"/family/apply/{one_of_each['code']}/", typed).status_code == 302
    return client, typed


def test_what_a_family_sees_of_its_own_is_for_everyone(
    family: tuple[Client, dict[str, str]],
    one_of_each: dict[str, Any],
    looked_at: Callable[[Client, str], list[str]],
) -> None:
    client, typed = family
    home = typed["home"]
    paths = [
        f"/family/school/home/?home={home}",
        f"/family/apply/{one_of_each['code']}/?home={home}",
        *(f"/family/application/{page}" for page in ("", "change/", "draw/")),
    ]
    assert [client.get(path).status_code for path in paths] == [200] * len(paths)
    assert {path: wrong for path in paths if (wrong := looked_at(client, path))} == {}


@pytest.mark.parametrize("member", ["visitor", "parent", "clerk", "officer", "administrator"])
def test_the_frame_around_every_page_is_for_everyone(
    member: str, client_of: Callable[[str], Client], looked_at: Callable[[Client, str], list[str]]
) -> None:
    assert looked_at(client_of(member), "/accounts/sign-in/" if member == "visitor" else "/") == []


@pytest.mark.parametrize("path", ["/nowhere/", "/audit/", "/accounts/9999/", "/accounts/sign-out/"])
def test_a_refusal_is_for_everyone(
    path: str, client_of: Callable[[str], Client], looked_at: Callable[[Client, str], list[str]]
) -> None:
    assert looked_at(client_of("planner"), path) == []


@pytest.mark.parametrize(("host", "code"), [("testserver", 500), ("evil.example", 400)])
def test_a_failure_is_for_everyone(
    host: str, code: int, looked_at: Callable[[Client, str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("junheng.web.families.views.render", lambda *_, **__: 1 / 0)
    client = Client(HTTP_HOST=host, raise_request_exception=False)
    assert client.get("/family/").status_code == code
    assert looked_at(client, "/family/") == []


def test_the_look_sees_what_it_should(chromium: Browser, axe: Path) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_content('<body><img src="x"><p style="color:#ccc;background:#fff;width:900px">pale and wide</p>')
    page.add_script_tag(path=axe)
    found = {one.partition(":")[0] for one in page.evaluate(_RUN, RULES_OF_AXE)}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= found
    assert page.evaluate(_WIDTH) > 0
    context.close()
