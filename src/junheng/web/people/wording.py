"""Wishes and moves in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.report import numbers
from junheng.text import Text
from junheng.web.people.wishes import REASONS, Wish
from junheng.web.schoolyears import year_text

NOT_SAID = Text("未填", "not said")
WILLING, STAYING = Text("愿意交流", "would move"), Text("希望留任", "wishes to stay")


def wish_in_words(wish: Wish, schools: Mapping[str, str]) -> list[tuple[Text, Text]]:
    """Return what a teacher stated, line by line."""
    lines = [(Text("意愿", "wish"), WILLING if wish.is_willing else STAYING)]
    if wish.is_willing:
        lines.append((Text("从哪一学年起", "from"), from_year(wish)))
        lines.append((Text("志愿学校", "schools"), named(wish, schools)))
    return [
        *lines,
        (Text("可接受的通勤", "longest way"), commute(wish)),
        (Text("需要照顾的原因", "reason"), reason(wish)),
    ]


def from_year(wish: Wish) -> Text:
    """Return from which school year."""
    return Text("下一学年", "next school year") if wish.from_year is None else year_text(wish.from_year)


def named(wish: Wish, schools: Mapping[str, str]) -> Text:
    """Return the schools in the order of choice."""
    found = [schools.get(code, code) for code in wish.schools]
    return Text("不限", "any") if not found else Text(" → ".join(found), " → ".join(found))


def commute(wish: Wish) -> Text:
    """Return the longest way to school."""
    return NOT_SAID if wish.most_km is None else numbers.with_unit(numbers.limit(wish.most_km, "km"), "km")


def reason(wish: Wish) -> Text:
    """Return the category of the reason."""
    return REASONS[wish.reason].text if wish.reason else Text("无", "none")


def where_to(move: MoveTeacher, schools: Mapping[str, str]) -> Text:
    """Return where a move leads and until when: what people agree to, in a few words."""
    name = Text.same(schools.get(move.school, move.school))
    if move.return_year is None:
        return name.joined("", Text("（不返回）", " (for good)"))
    return name.joined("", Text("（{year} 年返回）", " (back in {year})").format(year=move.return_year))
