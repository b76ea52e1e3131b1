"""What a family is told, as plain data: the place, each choice with what it would have needed, what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from junheng.admission.rounds.result import STATUSES
from junheng.text import Text

CHOICE_RESULTS: Mapping[str, Text] = {
    "admitted": Text("录取", "admitted"),
    "not_reached": Text("未轮到：已被前面的志愿录取", "not reached: an earlier choice admitted"),
    "full": Text("未录取", "not admitted"),
    "no_places": Text("该校本轮没有招生计划", "the school offers no places in this round"),
    "repeated": Text("与前面的志愿重复，不计", "the same school as an earlier choice; set aside"),
    "no_class": Text("不符合该校的任何一类条件", "no class of this school's rules fits"),
    "not_all": Text(
        "捆绑录取的另一名儿童不符合该校条件", "a child kept together with this one fits no class there"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceStory:
    """What became of one choice.

    Attributes
    ----------
    rank, school, school_name
        The choice.
    result
        A key of `CHOICE_RESULTS`.
    rule
        Class and reserve under which it was judged, with their clauses; `None` where it did not count.
    draw
        The draw number that counted there, 1 the first; `None` where it did not count.
    needed
        What would have been needed to be admitted; `None` where it was, or was not reached.
    waiting
        Place on the school's waiting list, 1 the first; `None` where the family does not wait there.
    """

    rank: int
    school: str
    school_name: str
    result: str
    rule: Text | None
    draw: int | None
    needed: Text | None
    waiting: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return the story for JSON, both languages kept."""
        return {
            "rank": self.rank,
            "school": self.school,
            "school_name": self.school_name,
            "result": self.result,
            "result_text": CHOICE_RESULTS[self.result]._asdict(),
            "rule": None if self.rule is None else self.rule._asdict(),
            "draw": self.draw,
            "needed": None if self.needed is None else self.needed._asdict(),
            "waiting": self.waiting,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What one child's family is told.

    Attributes
    ----------
    applicant, together
        The child, and the children who are kept together with it.
    status
        A key of `junheng.admission.rounds.result.STATUSES`.
    school, school_name, rule, draw
        The place, by which rule, and the draw number (1 the first) that counted; absent where there is none.
    choices
        Every choice in order.
    next_steps
        What happens next.
    """

    applicant: str
    together: tuple[str, ...]
    status: str
    school: str | None
    school_name: str | None
    rule: Text | None
    draw: int | None
    choices: tuple[ChoiceStory, ...]
    next_steps: Text

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation for JSON, both languages kept."""
        return {
            "applicant": self.applicant,
            "together": list(self.together),
            "status": self.status,
            "status_text": STATUSES[self.status]._asdict(),
            "school": self.school,
            "school_name": self.school_name,
            "rule": None if self.rule is None else self.rule._asdict(),
            "draw": self.draw,
            "choices": [one.as_dict() for one in self.choices],
            "next_steps": self.next_steps._asdict(),
        }
