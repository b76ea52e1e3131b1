"""The lists by which families are told: whom to call or send what message, and each school's new pupils."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from junheng.admission.rounds.result import STATUSES
from junheng.district.model import District
from junheng.district.workbook.sheets import Block, Sheets
from junheng.district.workbook.write import open_workbook
from junheng.report.admission.family import Family, by_school
from junheng.report.paper import file_name
from junheng.text import Language, Text

PERSONAL = Text(
    "本表含儿童和家长的个人信息，只供招生经办人通知和学校迎新使用，不得公开",
    "personal data of children and families: to tell families and to receive pupils, never to publish",
)
_WHO = (
    Text("报名号", "number"),
    Text("儿童姓名", "child"),
    Text("监护人", "guardian"),
    Text("联系电话", "telephone"),
)
_ALL = (
    *_WHO,
    Text("结果", "outcome"),
    Text("学校", "school"),
    Text("依据", "by"),
    Text("候补", "waiting"),
    Text("告知", "told"),
    Text("短信", "message"),
)
_NEW = (Text("序", "no."), *_WHO, Text("依据", "by"))
_DRAW, _REFILL = Text("摇号", "draw"), Text("第 {n} 次递补", "refill {n}")


def contacts_book(families: Sequence[Family], district: District, *, where: str, language: Language) -> bytes:
    """Return the workbook of every family with its outcome and the message to send.

    Parameters
    ----------
    where
        The address of the pages for families, which stands in each message.
    """
    told = [_told(one, where=where) for one in sorted(families, key=lambda one: one.number)]
    return _book(Text("通知名单", "families"), Block(_ALL, told), district, language=language)


def pupils_books(
    families: Iterable[Family], district: District, *, language: Language
) -> Iterator[tuple[str, bytes]]:
    """Yield the list of each school's new pupils with its file name: a file to hand to that school alone."""
    for school, own in by_school(families):
        if school:
            pupils = [(n, *_who(one), one.rule) for n, one in enumerate(own, start=1)]
            named = file_name(f"{school}-{own[0].school_name}-新生名册", suffix=".xlsx")
            title = Text("新生名册", "new pupils")
            yield named, _book(title, Block(_NEW, pupils), district, language=language)


def _book(name: Text, block: Block, district: District, *, language: Language) -> bytes:
    out = io.BytesIO()
    with open_workbook(out, created=district.year.first_day, language=language) as (book, styles):
        Sheets(book, styles, language, notice=PERSONAL).add(name, [block])
    return out.getvalue()


def message(family: Family, *, where: str) -> str:
    """Return what may be sent to the family's telephone: in Chinese, as letters are."""
    who = f"{family.child}（报名号{family.number}）" if family.child else f"报名号{family.number}"
    outcome = STATUSES[family.status].zh
    place = f"，学校：{family.school_name}" if family.school_name else ""
    waits = "".join(f"；{school}候补第{n}位" for school, n in family.waiting)
    return f"{who}招生结果：{outcome}{place}{waits}。理由和摇号核验请凭报名号、查询码查看：{where}"


def _told(one: Family, *, where: str) -> tuple[Text | str | None, ...]:
    waits = "；".join(f"{school} {n}" for school, n in one.waiting)
    return (
        *_who(one),
        STATUSES[one.status],
        one.school_name or None,
        one.rule,
        waits or None,
        _REFILL.format(n=one.refill) if one.refill else _DRAW,
        message(one, where=where),
    )


def _who(one: Family) -> tuple[str | None, ...]:
    return one.number, one.child or None, one.guardian or None, one.phone or None
