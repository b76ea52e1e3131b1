"""Read the facts that a class or a reserve asks for; a score is refused with the law that forbids it."""

from __future__ import annotations

from typing import Any

from junheng.admission.intake.forbidden import forbidden_word
from junheng.admission.rules.model import FACTS, FLAGS, WORDS, Case
from junheng.standards.fields import Fields
from junheng.standards.safe_yaml import Node
from junheng.text import Text


def parse_cases(fields: Fields, name: str) -> tuple[Case, ...]:
    """Return the cases under a key: one mapping of facts, or a list of them of which any may fit."""
    if not fields.has(name):
        fields.raw(name)
        return ()
    if isinstance(fields.node[name], Node):
        return (_case(fields.child(name)),)
    return tuple(_case(one) for one in fields.children(name))


def _case(fields: Fields) -> Case:
    _refuse_scores(fields)
    words = {fact: found for fact in WORDS if fields.has(fact) and (found := _values(fields, fact))}
    flags = {fact: fields.flag(fact) for fact in FLAGS if fields.has(fact)}
    for fact in FACTS:
        fields.raw(fact)  # known, so that an unknown key is compared with all of them
    if not fields.node:
        fields.note(
            "admission-rules",
            None,
            found=Text("没有条件", "no condition"),
            zh="至少一项",
            en="at least one fact",
        )
    fields.finish()
    return Case(words=words, flags=flags)


def _values(fields: Fields, fact: str) -> tuple[str, ...]:
    found = fields.words(fact)
    for word in found:
        if word not in WORDS[fact]:
            allowed = WORDS[fact]
            fields.note(
                "admission-rules",
                fact,
                found=Text.same(f"“{word}”"),
                zh="、".join(allowed),
                en="one of " + ", ".join(allowed),
            )
    return found


def _refuse_scores(fields: Fields) -> None:
    node: dict[str, Any] = fields.node
    for key in node:
        if key not in FACTS and (word := forbidden_word(key)) is not None:
            fields.note(
                "admission-by-exam",
                key,
                found=Text(
                    f"与考试、面试或竞赛有关的条件（“{word}”）",
                    f"a condition on an examination, interview or contest (“{word}”)",
                ),
                zh="义务教育免试入学（标准 enrolment.no_selection）",
                en="admission without examination (standard enrolment.no_selection)",
            )
