"""Packed districts keep their hash, whichever version of the columns opens them."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.packed import packed, unpacked
from junheng.errors import UsageError


def test_a_district_comes_back_as_it_was() -> None:
    district = example("town", seed=1)
    again = unpacked(packed(district))
    assert again.equals(district)
    assert again.hash == district.hash
    assert packed(again) == packed(district)


def test_a_package_from_before_a_column_was_known_keeps_its_hash() -> None:
    district = example("town", seed=1)
    before, after = io.BytesIO(packed(district)), io.BytesIO()
    n_dropped = 0
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after, "w") as new:
        for name in old.namelist():
            frame = pl.read_parquet(io.BytesIO(old.read(name)))
            unfilled = [column for column in frame.columns if frame[column].null_count() == frame.height]
            n_dropped += len(unfilled)
            part = io.BytesIO()
            frame.drop(unfilled).write_parquet(part)
            new.writestr(name, part.getvalue())
    assert n_dropped > 0
    assert unpacked(after.getvalue()).hash == district.hash


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError, match="damaged"):
        unpacked(content)
