"""Hashes: the same for the same content however it is arranged, another for any other content."""

from __future__ import annotations

import hashlib
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.provenance import hash_json, hash_tables

CELLS = st.none() | st.text(max_size=4)
ROWS = st.lists(st.tuples(CELLS, st.none() | st.integers(-5, 5), st.none() | st.floats(-2, 2)), max_size=6)


def table(rows: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64, "c": pl.Float64}, orient="row")


def digest(**tables: pl.DataFrame) -> str:
    return hash_tables(tables, header={"format": "test"})


def test_the_canonical_form_of_json_is_written_down() -> None:
    expected = hashlib.sha256('{"a":[1,2.5,null],"名":"均衡"}'.encode()).hexdigest()
    assert hash_json({"名": "均衡", "a": [1, 2.5, None]}) == expected


def test_the_order_of_keys_is_no_content_but_the_order_of_a_list_is() -> None:
    assert hash_json({"a": 1, "b": 2}) == hash_json({"b": 2, "a": 1})
    assert hash_json([1, 2]) != hash_json([2, 1])


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_json_cannot_hold_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        hash_json({"x": number})


@settings(max_examples=60)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_columns_and_tables_is_no_content(rows: list[Any], random: Any) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = table(rows), table(shuffled).select("c", "a", "b")
    assert digest(x=one, y=one) == digest(y=other, x=one)


@settings(max_examples=60)
@given(ROWS, ROWS)
def test_other_rows_give_another_hash(one: list[Any], other: list[Any]) -> None:
    same = sorted(map(repr, one)) == sorted(map(repr, other))
    assert (digest(x=table(one)) == digest(x=table(other))) == same


def test_a_column_that_nobody_has_filled_in_yet_is_no_content() -> None:
    frame = table([("x", 1, 1.0), (None, 2, 2.0)])
    later = frame.with_columns(d=pl.lit(None, pl.String))
    assert digest(x=later) == digest(x=frame)
    assert digest(x=later.with_columns(d=pl.lit(""))) != digest(x=frame)


def test_rows_of_which_nothing_is_known_still_count() -> None:
    assert len({digest(x=table([(None, None, None)] * n)) for n in range(3)}) == 3


def test_absent_empty_and_the_word_null_are_three_things() -> None:
    found = {digest(x=table([(cell, 1, 1.0)])) for cell in (None, "", "null", '""')}
    assert len(found) == 4


def test_cells_do_not_run_into_each_other() -> None:
    two = pl.DataFrame({"a": ["x,y"], "b": ["z"]})
    other = pl.DataFrame({"a": ["x"], "b": ["y,z"]})
    assert digest(x=two) != digest(x=other)
    assert digest(x=pl.DataFrame({"a": ["x\ny"]})) != digest(x=pl.DataFrame({"a": ["x", "y"]}))


def test_a_row_that_stands_twice_counts_twice() -> None:
    assert digest(x=table([("a", 1, 1.0)])) != digest(x=table([("a", 1, 1.0)] * 2))


def test_the_last_bit_of_a_number_counts() -> None:
    assert digest(x=table([("a", 1, 0.1 + 0.2)])) != digest(x=table([("a", 1, 0.3)]))


def test_names_of_tables_and_columns_and_the_header_count() -> None:
    frame = pl.DataFrame({"a": [1]})
    assert digest(x=frame) != digest(y=frame)
    assert digest(x=frame) != digest(x=frame.rename({"a": "b"}))
    assert hash_tables({"x": frame}, header={"v": 1}) != hash_tables({"x": frame}, header={"v": 2})


def test_an_empty_table_is_not_an_absent_one() -> None:
    assert digest(x=table([])) != digest()
