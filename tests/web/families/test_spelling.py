"""Initials as people type them; the table is checked with words whose pinyin everybody knows."""

from __future__ import annotations

import pytest

from junheng.web.families.spelling import initials


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("清泉公馆", "qqgg"),
        ("阿坝", "ab"),
        ("滨河花园", "bhhy"),
        ("重阳里", "zyl"),  # 重 stands as zhong in the standard
        ("做", "z"),  # one of the last characters in the order of pinyin
        ("左权路", "zql"),
        ("A座 3号", "az3h"),
        ("（一期）", "yq"),
        ("", ""),
    ],
)
def test_a_word_gives_the_first_letters_of_its_pinyin(word: str, letters: str) -> None:
    assert initials(word) == letters


def test_rare_characters_have_no_letter_and_stop_nothing() -> None:
    assert initials("鑫苑") == "y"
    assert initials("𠮷") == ""


@pytest.mark.parametrize(
    ("letter", "characters"),
    [
        ("b", "八不部"), ("d", "大读"), ("j", "机军"), ("k", "卡阔"), ("n", "那诺"), ("o", "欧藕"), ("p", "怕普"),
        ("r", "然若"), ("t", "他唾"), ("w", "挖误"), ("x", "西训"), ("y", "压运"), ("e", "额二"), ("f", "发付"),
    ],
)  # fmt: skip
def test_the_borders_between_letters_lie_where_the_standard_has_them(letter: str, characters: str) -> None:
    assert {initials(one) for one in characters} == {letter}
