"""Every table of records, on every page, sorts, filters and is exported; what is no table of records says why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from web_access import CAST, EXPECTED, arguments
from web_objects import parts

import junheng.web
from junheng.web.permissions import RULES, Scope

WEB = Path(junheng.web.__file__).parent
NO_RECORDS = {
    "accounts/handed_out.html": "passwords and accounts that are shown once, after a form was sent; for paper",
    "admissions/said.html": "the rules in words: their order is what they say",
    "admissions/round.html": "the five promises of the draw, each with its reason",
    "admissions/application.html": "a form: a document a line, with what one may do to it",
    "families/verify.html": "the one line of one family",
    "planning/new.html": "part of a form: a choice a line, for what the other plan does",
    "planning/tradeoff.html": "measures of the one plan that was chosen, beside today's and the first plan's",
    "planning/edit.html": "written anew by the browser with every click on the map",
    "registry/example.html": "passwords and accounts that are shown once, after a form was sent",
}
"""Templates with tables that are not tables of records, and why."""
OPENERS = ("planner", "administrator", *CAST)
"""Who opens a page in this test: the first of these who may."""
QUERIES = {"registry:row": "key", "families:home": "home"}


class Tables(HTMLParser):
    """Tables of a page, each with whether it stands in a listing, and what the listings offer."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside: list[bool] = []
        self.bare = 0
        self.listings: list[set[str]] = []
        self.names: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        classes = (told.get("class") or "").split()
        if tag == "section":
            self.inside.append("listing" in classes)
            if self.inside[-1]:
                self.listings.append(set())
                self.names.append(told.get("id") or "")
        if tag == "table" and not any(self.inside):
            self.bare += 1
        if any(self.inside):
            found = {"form": "filter", "a": "export" if "export" in classes else ""}.get(tag, "")
            is_sort = tag == "a" and "-sort=" in (told.get("href") or "")
            self.listings[-1] |= {"sort"} if is_sort else {found} - {""}

    def handle_endtag(self, tag: str) -> None:
        if tag == "section" and self.inside:
            self.inside.pop()


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted(WEB.glob("*/templates/**/*.html")):
        yield "/".join(path.parts[-2:]), path.read_text(encoding="utf-8")


def test_only_the_listing_and_what_is_no_table_of_records_writes_a_table() -> None:
    written = {name for name, text in templates() if "<table" in text}
    assert written == {"pages/listing.html", *NO_RECORDS}


def test_every_page_is_left_with_tables_that_sort_filter_and_are_exported(
    client_of: Callable[[str], Client], one_of_each: dict[str, Any], year: int, own_school: str
) -> None:
    known = parts(one_of_each, year=year, school=own_school)
    excused = {"admissions:application", "admissions:round", "admissions:rules", "admissions:public_round"}
    excused |= {"families:verify", "planning:edit"}
    seen, wrong = 0, {}
    for name, rule in RULES.items():
        row = f"{name}[own]" if rule.scope is Scope.SCHOOL else name
        opener = next((one for one in OPENERS if EXPECTED[row, one] == "yes"), None)
        if opener is None or "GET" not in rule.methods:
            continue
        path = reverse(name, kwargs={one: known[one] for one in arguments(name)})
        asked = {"key": json.dumps([own_school]), "home": "H0001"}.get(QUERIES.get(name, ""))
        query = f"?{urlencode({QUERIES[name]: asked})}" if asked else ""
        client = client_of(opener)
        answer = client.get(path + query)
        if not answer.headers["Content-Type"].startswith("text/html") or "sandbox" in answer.headers.get(
            "Content-Security-Policy", ""
        ):
            continue
        found = Tables(answer.content.decode())
        seen += len(found.listings)
        lacking = [one for one in found.listings if not {"filter", "export"} <= one]
        lacking += [
            one for one in found.names if not _is_file(client.get(f"{path}{query or '?'}&{one}-export=xlsx"))
        ]
        if lacking or (found.bare and name not in excused):
            wrong[name] = (found.bare, lacking)
    assert wrong == {}
    assert seen > 30


def _is_file(answer: Any) -> bool:
    """Say whether an export came; a view that forgot it gives the page again."""
    return answer.status_code == 200 and "attachment" in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize(
    ("page", "bare", "listings"),
    [
        ("<table></table>", 1, []),
        (
            '<section class="listing"><form></form><a class="export"></a><table><a href="?x-sort=n"></a></table>'
            "</section>",
            0,
            [{"filter", "export", "sort"}],
        ),
        ('<section class="listing"><table></table></section><table></table>', 1, [set()]),
    ],
)
def test_the_reader_of_pages_tells_them_apart(page: str, bare: int, listings: list[set[str]]) -> None:
    found = Tables(page)
    assert (found.bare, found.listings) == (bare, listings)
