"""The closed list of units: every number of a table or a standard has one of these, and only these."""

from __future__ import annotations

from dataclasses import dataclass

from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes
    ----------
    code
        The name used in column tables, standards and JSON.
    text
        The name that people read.
    decimals
        Digits after the point when a value is shown (never when it is judged).
    """

    code: str
    text: Text
    decimals: int


def _units(*rows: tuple[str, str, str, int]) -> dict[str, Unit]:
    return {code: Unit(code, Text(zh, en), decimals) for code, zh, en, decimals in rows}


UNITS: dict[str, Unit] = _units(
    ("none", "", "", 0),
    ("flag", "是/否", "yes/no", 0),
    ("pupil", "人", "pupils", 0),
    ("child", "人", "children", 0),
    ("person", "人", "persons", 0),
    ("class", "个班", "classes", 0),
    ("room", "间", "rooms", 0),
    ("school", "所", "schools", 0),
    ("dwelling", "套", "dwellings", 0),
    ("year", "年", "years", 0),
    ("calendar year", "年（公历）", "calendar year", 0),
    ("month-day", "月-日", "month-day", 0),
    ("grade", "年级", "grade", 0),
    ("term", "届", "terms", 0),
    ("digit", "位", "digits", 0),
    ("hour", "小时", "hours", 0),
    ("month", "个月", "months", 0),
    ("m2", "平方米", "m²", 0),
    ("m2/room", "平方米/间", "m²/room", 0),
    ("m", "米", "m", 0),
    ("km", "公里", "km", 2),
    ("minute", "分钟", "minutes", 0),
    ("degree", "度", "degrees", 6),
    ("yuan", "元", "yuan", 0),
    ("yuan/pupil", "元/生", "yuan/pupil", 0),
    ("m2/pupil", "平方米/生", "m²/pupil", 2),
    ("m2/child", "平方米/幼儿", "m²/child", 2),
    ("person/100 pupils", "人/百名学生", "persons/100 pupils", 2),
    ("room/100 pupils", "间/百名学生", "rooms/100 pupils", 2),
    ("pupil/class", "人/班", "pupils/class", 0),
    ("pupil/person", "生/师", "pupils/staff", 1),
    ("class/room", "班/间", "classes/room", 0),
    ("percent", "%", "%", 1),
    ("permille", "‰", "‰", 1),
    ("ratio", "", "", 3),
    ("level", "级", "level", 0),
    ("weight", "权重", "weight", 2),
    ("count", "项", "items", 0),
    ("period", "课时", "periods", 1),
    ("pupil km", "人·公里", "pupil-km", 1),
)
