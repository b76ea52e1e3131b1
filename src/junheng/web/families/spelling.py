"""Initials of Chinese words as people type them on a phone: 清泉公馆 is qqgg.

The 3,755 common characters of GB 2312 stand in the order of their pinyin, so that the code of a character tells its
first letter. Rarer characters stand by radical and have no letter here; of a character with several readings the
standard's own place counts.
"""

from __future__ import annotations

from bisect import bisect_right

_FIRST = (
    ("a", 0xB0A1), ("b", 0xB0C5), ("c", 0xB2C1), ("d", 0xB4EE), ("e", 0xB6EA), ("f", 0xB7A2), ("g", 0xB8C1),
    ("h", 0xB9FE), ("j", 0xBBF7), ("k", 0xBFA6), ("l", 0xC0AC), ("m", 0xC2E8), ("n", 0xC4C3), ("o", 0xC5B6),
    ("p", 0xC5BE), ("q", 0xC6DA), ("r", 0xC8BB), ("s", 0xC8F6), ("t", 0xCBFA), ("w", 0xCDDA), ("x", 0xCEF4),
    ("y", 0xD1B9), ("z", 0xD4D1),
)  # fmt: skip
"""Each letter with the code of the first character that is read with it."""
_LAST = 0xD7F9
_STARTS = [code for _, code in _FIRST]


def initials(text: str) -> str:
    """Return the letters of a text: of Chinese characters the first of their pinyin, of others themselves.

    What has no letter is left out, as are spaces and signs.
    """
    return "".join(map(_initial, text))


def _initial(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    try:
        pair = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    code = int.from_bytes(pair, "big")
    return _FIRST[bisect_right(_STARTS, code) - 1][0] if _STARTS[0] <= code <= _LAST else ""
