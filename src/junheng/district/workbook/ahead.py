"""Parsing sheets ahead of their use: the reader parses on one core while Python takes the cells on the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

import python_calamine as calamine

_AHEAD = 2
"""A small sheet before a large one hides little of it, two hide more; every sheet ahead takes memory."""


def parsed_ahead(book: calamine.CalamineWorkbook, names: Sequence[str]) -> Iterator[calamine.CalamineSheet]:
    """Give the named sheets in order; while one is used, those after it are parsed in another thread.

    Whatever the parser raises comes where its sheet would. Only the other thread touches the workbook.
    """
    with ThreadPoolExecutor(max_workers=1) as parser:
        waiting = iter(names)
        parsed: deque[Future[calamine.CalamineSheet]] = deque()
        try:
            while True:
                for name in islice(waiting, _AHEAD + 1 - len(parsed)):
                    parsed.append(parser.submit(book.get_sheet_by_name, name))
                if not parsed:
                    return
                yield parsed.popleft().result()
        finally:
            parser.shutdown(cancel_futures=True)
