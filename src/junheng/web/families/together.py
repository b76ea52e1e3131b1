"""Children of one family who apply together: whom a form may name, and whether they ask alike."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet

from junheng.admission.rounds.groups import is_of_one_mind
from junheng.text import Text
from junheng.web.admissions.models import Application, ApplicationState, Round
from junheng.web.families.asked import Asked, RefusedError, Wrong
from junheng.web.families.faces import face


def refuse_strangers(found: Round, asked: Asked) -> None:
    """Refuse a link to a child who is not there or not of the same family: both are answered alike."""
    others = {one["other"] for one in asked.kin if "other" in one}
    if not others:
        return
    families = {
        one.number: json.loads(one.values)["applicants"].get("family") for one in _numbered(found, others)
    }
    if any(families.get(number) != asked.child.get("family") for number in others):
        text = Text(
            "没有找到由同一监护人填报的这个报名号。请核对另一个孩子的报名号，并用同一监护人的身份证号报名",
            "no application of that number by the same guardian. Compare the other child's number, and apply for both "
            "under the same guardian's identity number",
        )
        raise RefusedError([Wrong("twin", text)])


def refuse_apart(found: Round, asked: Asked, *, own: Application | None = None) -> None:
    """Stop a family whose children are linked but ask for different schools, unless it says that it means it.

    Such children are not kept together, and nobody would tell the family before the draw.

    Parameters
    ----------
    own
        The application that is changed: other children may name it. What it asked before is not stopped again.
    """
    if asked.is_apart_meant or (own is not None and not _asks_otherwise(own, asked)):
        return
    relations = face(found).rules.together
    named = {one["other"] for one in asked.kin if one["relation"] in relations}
    linked = [*_numbered(found, named), *(_naming(found, own, relations) if own is not None else ())]
    apart = sorted(
        {
            one.number
            for one in linked
            if not is_of_one_mind([json.loads(one.values)["choices"], asked.choices])
        }
    )
    if apart:
        text = Text(
            "与报名号 {numbers} 的孩子志愿不同（学校或顺序）。完全相同才会一起录取：请改成一样，或勾选“知道”后再提交",
            "the choices differ from those of {numbers}, in schools or order. Only with the very same choices are the "
            "children admitted to one school: make them alike, or tick below that you mean it",
        )
        raise RefusedError([Wrong("apart", text.format(numbers=", ".join(apart)))])


def _asks_otherwise(own: Application, asked: Asked) -> bool:
    before = json.loads(own.values)
    return (before["choices"], before["kin"]) != (list(asked.choices), [dict(one) for one in asked.kin])


def _numbered(found: Round, numbers: set[str]) -> QuerySet[Application]:
    query = Application.objects.filter(round=found, number__in=numbers)
    return query.exclude(state=ApplicationState.WITHDRAWN)


def _naming(found: Round, own: Application, relations: tuple[str, ...]) -> list[Application]:
    """Return the applications that name one as kept together with theirs."""
    query = Application.objects.filter(round=found, values__contains=own.number).exclude(pk=own.pk)
    return [
        one
        for one in query.exclude(state=ApplicationState.WITHDRAWN)
        if any(_is_link(kin, own.number, relations) for kin in json.loads(one.values)["kin"])
    ]


def _is_link(kin: dict[str, Any], number: str, relations: tuple[str, ...]) -> bool:
    return kin["relation"] in relations and kin.get("other") == number
