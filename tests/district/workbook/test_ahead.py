"""Sheets parsed ahead come in order, and what the parser raises comes where its sheet would."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from junheng.district.workbook.ahead import parsed_ahead


class Book:
    """A workbook that notes which sheets were parsed, and in which thread."""

    def __init__(self, damaged: str | None = None) -> None:
        self.damaged = damaged
        self.parsed: list[str] = []
        self.threads: set[int] = set()

    def get_sheet_by_name(self, name: str) -> str:
        self.threads.add(threading.get_ident())
        self.parsed.append(name)
        if name == self.damaged:
            raise ValueError(name)
        return f"cells of {name}"


def ahead(book: Book, names: list[str]) -> Any:
    return parsed_ahead(cast(Any, book), names)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 12])
def test_sheets_come_in_order_and_once(count: int) -> None:
    names = [f"s{n}" for n in range(count)]
    book = Book()
    assert list(ahead(book, names)) == [f"cells of {name}" for name in names]
    assert book.parsed == names
    assert threading.get_ident() not in book.threads


def test_a_damaged_sheet_raises_in_its_turn() -> None:
    sheets = ahead(Book(damaged="s1"), ["s0", "s1", "s2"])
    assert next(sheets) == "cells of s0"
    with pytest.raises(ValueError, match="s1"):
        next(sheets)


def test_no_more_than_two_sheets_wait_ahead() -> None:
    book = Book()
    sheets = ahead(book, [f"s{n}" for n in range(9)])
    next(sheets)
    sheets.close()  # waits for what was begun
    assert set(book.parsed) <= {"s0", "s1", "s2"}
