"""Freed memory goes back to the system while a workbook is read, instead of waiting for the next sheet."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD = -1
_KEPT_BYTES = 128 * 1024
"""glibc's own first threshold. It raises it with every large block that is freed, and a workbook frees its
sheets' text one by one: without this a city's workbook peaks about a tenth higher, at the same speed."""


def give_back_freed_memory() -> None:
    """Fix the threshold from which the C library returns freed memory; does nothing where there is no glibc."""
    try:
        ctypes.CDLL(None).mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    except (AttributeError, OSError, TypeError):
        return
