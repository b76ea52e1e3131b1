"""Citizens' identity numbers (GB 11643-1999): eighteen characters with the day of birth and a check character inside.

The numbers of residents from Hong Kong, Macao and Taiwan and of foreigners with permanent residence are built alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from junheng.text import Text

_SHAPE = re.compile(r"[1-9]\d{16}[\dX]")
_CHECK_CHARACTERS = "10X98765432"
"""Check character by the remainder of the weighted sum: ISO 7064, MOD 11-2."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that is right by its own check.

    Attributes
    ----------
    number
        Eighteen characters; the last may be an X.
    born
        The day of birth in it.
    """

    number: str
    born: date

    def __repr__(self) -> str:
        """Hide the number: what is printed may end in a log."""
        return "Identity(…)"


def read_identity(typed: str, *, today: date) -> Identity | Text:
    """Return the number that somebody typed, or what is wrong with it and how to mend it.

    Parameters
    ----------
    typed
        Spaces and the case of the last letter do not matter; full-width digits count as digits.
    today
        Nobody is born after this day.
    """
    number = _plain(typed)
    if not _SHAPE.fullmatch(number):
        return Text(
            "应为 18 位：17 位数字加 1 位数字或 X。请对照户口簿或身份证填写",
            "it has 18 characters: 17 digits, then a digit or X. Copy it from the household register or card",
        )
    born = _day(number[6:14])
    if born is None or born > today:
        return Text(
            f"第 7 至 14 位“{number[6:14]}”不是出生日期。请核对这几位",
            f"characters 7 to 14, “{number[6:14]}”, are no day of birth. Please compare them",
        )
    if number[-1] != check_character(number[:-1]):
        return Text(
            "校验不通过，有一位填错或两位颠倒了。请逐位核对",
            "it fails its check: one digit is wrong, or two are swapped. Please compare it digit by digit",
        )
    return Identity(number, born)


def check_character(first: str) -> str:
    """Return the last character that belongs to the first seventeen digits."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
    return _CHECK_CHARACTERS[total % 11]


def masked(number: str) -> str:
    """Return a number as it may be shown to the family itself: the first three and the last two characters."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) > 5 else ""


def _plain(typed: str) -> str:
    narrow = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in typed)
    return re.sub(r"\s", "", narrow).upper()


def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
