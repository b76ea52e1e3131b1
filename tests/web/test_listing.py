"""Tables of pages: sort, filter, pages, export."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import RequestFactory

from junheng.text import Text
from junheng.web.listing import Column, Link, Listing, Mark

COLUMNS = (
    Column("name", Text("名称", "name")),
    Column("n", Text("数", "n"), "count"),
    Column("m", Text("标", "mark")),
)
ROWS = [
    {"name": Link("乙", "/b/"), "n": 10, "m": Mark(Text("好", "good"), "ok")},
    {"name": Link("甲", "/a/"), "n": None, "m": None},
    {"name": Link("=1+1", "/c/"), "n": 9, "m": Text("坏", "bad")},
]


def listing(query: str = "", rows: Any = ROWS) -> Listing:
    request = RequestFactory().get(f"/page/?{query}")
    return Listing(request, name="t", title=Text("表", "table"), columns=COLUMNS, rows=rows)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["乙", "甲", "=1+1"]),
        ("t-sort=n", ["=1+1", "乙", "甲"]),
        ("t-sort=-n", ["乙", "=1+1", "甲"]),
        ("t-q=好", ["乙"]),
        ("t-q=10", ["乙"]),
        ("t-q=nothing", []),
        ("t-sort=unknown", ["乙", "甲", "=1+1"]),
        ("t-page=99", ["乙", "甲", "=1+1"]),
        ("t-page=x", ["乙", "甲", "=1+1"]),
    ],
)
def test_a_person_gets_the_rows_that_were_asked_for_absent_ones_last(query: str, expected: list[str]) -> None:
    assert [row[0].text for row in listing(query).body] == expected


def test_a_click_on_the_header_turns_the_order_round() -> None:
    head = listing("t-sort=n&other=1").heads[1]
    assert head.sorted == "ascending"
    assert "t-sort=-n" in head.href
    assert "other=1" in head.href


def test_long_tables_come_in_pages() -> None:
    many = listing("t-page=2", [{"name": str(i), "n": i, "m": None} for i in range(250)])
    assert len(many.body) == 100
    assert many.body[0][0].text == "100"
    assert "t-page=3" in many.next_address


def test_the_export_holds_every_matching_row_and_no_formula() -> None:
    response = listing("t-sort=n&t-export=xlsx").export()
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "数", "标"],
        ["=1+1", 9, "坏"],
        ["乙", 10, "好"],
        ["甲", None, None],
    ]
    assert sheet.cell(2, 1).data_type == "s"
