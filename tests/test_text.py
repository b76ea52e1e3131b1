"""Text in two languages: each placeholder is filled in its own language."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.text import LANGUAGES, Text

WORDS = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=10)


def test_each_language_is_had_by_its_code() -> None:
    text = Text("学校", "school")
    assert [text.in_(language) for language in LANGUAGES] == ["学校", "school"]


def test_a_text_inside_a_text_is_filled_in_its_own_language() -> None:
    sentence = Text("{n} 个{what}", "{n} {what}")
    filled = sentence.format(n=2, what=Text("班", "classes"))
    assert filled == Text("2 个班", "2 classes")


def test_numbers_are_formatted_alike_in_both() -> None:
    assert Text("{x:.2f} 公里", "{x:.2f} km").format(x=1.005) == Text("1.00 公里", "1.00 km")


def test_what_is_filled_in_is_not_read_for_placeholders_again() -> None:
    assert Text("{name}", "{name}").format(name="{other}") == Text.same("{other}")


@pytest.mark.parametrize("missing", [Text("{a}", "{b}"), Text("{a}", "")])
def test_a_placeholder_that_is_not_filled_is_an_error_and_no_gap(missing: Text) -> None:
    with pytest.raises(KeyError):
        missing.format(b=1)


@given(WORDS, WORDS, WORDS, WORDS, WORDS)
def test_joining_joins_each_language_by_itself(a: str, b: str, c: str, d: str, between: str) -> None:
    assert Text(a, b).joined(between, Text(c, d)) == Text(a + between + c, b + between + d)


@given(WORDS)
def test_a_code_reads_the_same_in_both(code: str) -> None:
    assert Text.same(code).zh == Text.same(code).en == code


def test_json_keeps_both() -> None:
    assert json.loads(json.dumps(Text("均衡", "balance")._asdict())) == {"zh": "均衡", "en": "balance"}
