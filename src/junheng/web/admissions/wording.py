"""The rules of a round in plain words: who comes first, for whom places are kept, what else holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from junheng.admission.rules.model import Case, PriorityClass, Reserve, Rules
from junheng.district.columns import label_of, table
from junheng.report import numbers
from junheng.text import COMMA, Text

_HOME: Mapping[str, Text] = {
    "zone": Text("住在该校学区", "lives in the school's zone"),
    "district": Text("住在本区其他学区", "lives elsewhere in the district"),
    "locked": Text("住房的学位已被使用", "lives where the dwelling's place is used"),
    "outside": Text("在本区没有住房", "has no home in the district"),
}
_REGISTER: Mapping[str, Text] = {
    "zone": Text("户籍在该校学区", "is registered in the school's zone"),
    "district": Text("户籍在本区其他学区", "is registered elsewhere in the district"),
    "city": Text("户籍在本市其他区县", "is registered in another district of the city"),
    "elsewhere": Text("户籍在外地", "is registered in another city"),
}
_HERE: Mapping[str, Text] = {
    "sibling_here": Text("兄姐在该校就读", "has an older sibling at the school"),
    "feeder": Text("现就读学校对口该校", "comes from a feeder of the school"),
}
_OR, _AND = Text("或", " or "), Text("，且", ", and ")
_NOT = Text("不是：{flag}", "not: {flag}")
_ALL = Text("所有儿童", "every child")
LOTTERIES: Mapping[str, Text] = {
    "single": Text(
        "一次摇号，各校通用：每户一个序号", "one draw for all schools: each family has one number"
    ),
    "per_school": Text(
        "每校各摇一次：每户在每所志愿学校各有一个序号",
        "a draw for each school: a family has a number at each school that it names",
    ),
}
ADJUSTED: Mapping[str, Text] = {
    "unless_declined": Text(
        "未声明不服从的一律调剂", "everybody who has not declined is placed at the nearest free school"
    ),
    "consenting": Text("只调剂声明服从的", "only those who have consented"),
    "nobody": Text("不调剂", "nobody is placed elsewhere"),
}
TOGETHER: Mapping[str, Text] = {
    "twin": Text("多胞胎捆绑录取", "twins are kept together"),
    "sibling_too": Text(
        "同时报名的兄弟姐妹捆绑录取", "siblings who apply in the same round are kept together"
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One class or reserve in words: its name, for whom, what proves it, what it is guaranteed, and the clause."""

    name: Text
    who: Text
    documents: Text
    share: Text
    clause: str


def case_in_words(case: Case) -> Text:
    """Return the facts that must hold together."""
    parts = [_words(fact, values) for fact, values in case.words.items()]
    parts += [_flag(fact, is_so=is_so) for fact, is_so in case.flags.items()]
    return _AND.join(parts)


def cases_in_words(cases: tuple[Case, ...]) -> Text:
    """Return who a class or reserve is for: any of its cases."""
    if not cases:
        return _ALL
    return Text("；或者：", "; or: ").join(case_in_words(case) for case in cases)


def classes_in_words(classes: tuple[PriorityClass, ...]) -> list[Said]:
    """Return the classes of a sector, first to last."""
    return [
        Said(one.name, cases_in_words(one.cases), documents_in_words(one.documents), Text("", ""), one.clause)
        for one in classes
    ]


def reserves_in_words(rules: Rules) -> list[Said]:
    """Return the reserves in the order in which a child who fits several is counted."""
    return [
        Said(
            one.name, cases_in_words(one.cases), documents_in_words(one.documents), share_of(one), one.clause
        )
        for one in rules.reserves
    ]


def share_of(reserve: Reserve) -> Text:
    """Return what a reserve is guaranteed and may at most take."""
    parts = []
    if reserve.floor_percent is not None:
        parts.append(
            Text("至少留 {n}% 的学位", "at least {n} % of the places are kept").format(
                n=f"{reserve.floor_percent:g}"
            )
        )
    if reserve.ceiling_percent is not None:
        parts.append(
            Text("至多录取 {n}% 的学位", "at most {n} % of the places").format(
                n=f"{reserve.ceiling_percent:g}"
            )
        )
    return Text("，", ", ").join(parts) if parts else Text("按各校数字", "by each school's own numbers")


def documents_in_words(documents: tuple[str, ...]) -> Text:
    """Return the names of documents; a dash for none."""
    if not documents:
        return Text.same(numbers.ABSENT)
    return COMMA.join(label_of("document", code) for code in documents)


def _words(fact: str, values: tuple[str, ...]) -> Text:
    if fact == "tenure":
        named = _OR.join(label_of("tenure", value) for value in values)
        return Text("住房为{named}", "the home is {named}").format(named=named)
    known = _HOME if fact == "home" else _REGISTER
    return _OR.join(known[value] for value in values)


def _flag(fact: str, *, is_so: bool) -> Text:
    text = _HERE[fact] if fact in _HERE else table("applicants").column(fact).label
    return text if is_so else _NOT.format(flag=text)
