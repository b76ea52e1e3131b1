"""What is made once is made by one thread, for every one that asks for it meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest

from junheng.web.remember import made_once


def test_threads_that_ask_at_once_get_what_one_of_them_made() -> None:
    made, begin = [], Barrier(8)

    @made_once(maxsize=2)
    def double(number: int) -> int:
        made.append(number)
        sleep(0.05)
        return 2 * number

    def ask(number: int) -> int:
        begin.wait()
        return double(number)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, [1, 2] * 4)) == [2, 4] * 4
    assert sorted(made) == [1, 2]
    double.cache_clear()
    assert (double(1), sorted(made)) == (2, [1, 1, 2])


def test_what_could_not_be_made_is_tried_again() -> None:
    tried = []

    @made_once(maxsize=2)
    def fail(number: int) -> int:
        tried.append(number)
        raise ValueError(number)

    for _ in range(2):
        with pytest.raises(ValueError, match="3"):
            fail(3)
    assert tried == [3, 3]
