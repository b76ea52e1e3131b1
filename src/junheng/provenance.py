"""Hashes and origins: what a result was computed from, so that anyone can recompute it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl


def hash_json(value: Any) -> str:
    """Return the SHA-256 of a JSON value in canonical form (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_tables(tables: Mapping[str, pl.DataFrame], *, header: Mapping[str, Any]) -> str:
    """Return the SHA-256 of named tables: the same whatever the order of tables, rows or columns.

    Each table is written as CSV with its columns in alphabetical order and its rows sorted; numbers are
    written exactly (shortest text that reads back to the same number), absent values as an empty cell
    and empty text as ``""``. A column without any value is left out, so that a later version that knows more columns
    finds the same hash.
    """
    digest = hashlib.sha256(hash_json(dict(header)).encode())
    for name in sorted(tables):
        frame = tables[name]
        columns = sorted(column for column in frame.columns if frame[column].null_count() < frame.height)
        digest.update(f"\n[{name} {frame.height}]\n".encode())
        if columns:
            ordered = frame.select(columns).sort(columns, nulls_last=True)
            digest.update(ordered.write_csv(quote_style="non_numeric").encode())
    return digest.hexdigest()
