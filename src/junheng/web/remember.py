"""What is made once and kept in memory: threads that ask for the same thing at once wait for the first to make it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, ParamSpec, Protocol, TypeVar
from weakref import WeakValueDictionary

Key = ParamSpec("Key")
Made_co = TypeVar("Made_co", covariant=True)


class Remembered(Protocol[Key, Made_co]):
    """A function that remembers what it made."""

    def __call__(self, *args: Key.args, **kwargs: Key.kwargs) -> Made_co:
        """Return what is remembered, or make it."""

    def cache_clear(self) -> None:
        """Forget everything."""


def made_once(maxsize: int) -> Callable[[Callable[Key, Made_co]], Remembered[Key, Made_co]]:
    """Return a decorator that keeps the last results of a function, as `functools.lru_cache` does, made by one thread.

    After a start every thread misses at once; each making the same for itself, all of them wait for all of it.
    """

    def decorate(make: Callable[Key, Made_co]) -> Remembered[Key, Made_co]:
        cached = lru_cache(maxsize=maxsize)(make)
        guard = Lock()
        under_way: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()

        @wraps(make)
        def remembered(*args: Key.args, **kwargs: Key.kwargs) -> Made_co:
            with guard:
                own = under_way.setdefault((args, tuple(kwargs.items())), Lock())
            with own:
                return cached(*args, **kwargs)  # type: ignore[arg-type] # what makes a key is hashable

        remembered.cache_clear = cached.cache_clear  # type: ignore[attr-defined]
        return remembered  # type: ignore[return-value]

    return decorate
