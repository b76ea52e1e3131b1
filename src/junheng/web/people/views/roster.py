"""The roster: who teaches what, for how long, and who is due to move."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.planners.exchange.standing import DUE
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Listing
from junheng.web.people.rosters import WORDS, shown, standing_of_all, years_of
from junheng.web.permissions import schools_open
from junheng.web.registry import names, store
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.schoolyears import year_text

_COLUMNS = (
    Column("name", Text("姓名", "name")),
    Column("teacher", Text("教师编号", "number")),
    Column("school", Text("学校", "school")),
    Column("stage", Text("学段", "stage")),
    Column("subject", Text("学科", "subject")),
    Column("title", Text("职称", "title")),
    Column("tier", Text("骨干层级", "backbone tier")),
    Column("years", Text("在校年数", "years here"), "count"),
    Column("rotations", Text("已交流次数", "past moves"), "count"),
    Column("standing", Text("交流情况", "standing")),
    Column("back", Text("返回学年", "returns in")),
)
_SNAPSHOT = "s"
_LONGEST_NUMBER = 9
MUST_MOVE = "due"
_ALL = Text("全部", "all")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose by: its name in the address, what is offered, what was chosen, and how all of it is called.

    Where there is no word for all of it, one must be chosen.
    """

    name: str
    label: Text
    options: list[tuple[str, str]]
    chosen: str
    every: Text | None = None


def roster(request: HttpRequest) -> HttpResponse:
    newest = names.latest()
    if newest is None:
        return render(request, "people/roster.html", {"table": None})
    source = request.GET.get("from", str(newest))
    district = _district(source)
    opened = schools_open(person_of(request), "people:roster")
    people = [
        row
        for row in standing_of_all(district, years_of(district.year.start)).iter_rows(named=True)
        if opened is None or row["school"] in opened
    ]
    school = Names.of(district).schools
    choices = _choices(request, people, school)
    rows = [shown(row, school) for row in people if _is_wanted(row, choices)]
    school_codes = {row["school"] for row in people}
    table = Listing(
        request,
        name="roster",
        title=Text("教师名册", "roster"),
        columns=[one for one in _COLUMNS if one.key != "school" or len(school_codes) > 1],
        rows=rows,
        empty=Text("没有符合所选条件的教师", "no teacher is as chosen"),
    )
    if table.wants_export:
        return table.export()
    known = {
        "table": table,
        "choices": [_sources(source), *choices],
        "year_text": year_text(district.year.start + 1),
        "counts": _counts(people),
        "sees_all": opened is None,
    }
    return render(request, "people/roster.html", known)


def _counts(people: list[dict[str, Any]]) -> dict[str, int]:
    standing = [row["standing"] for row in people]
    return {
        "all": len(people),
        "backbone": sum(bool(row["is_backbone_now"]) for row in people),
        "must": sum(one in DUE for one in standing),
        "may": standing.count("eligible"),
    }


def _district(source: str) -> District:
    kind, number = (_SNAPSHOT, source[1:]) if source.startswith(_SNAPSHOT) else ("", source)
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise Http404
    if kind == _SNAPSHOT:
        if not Snapshot.objects.filter(pk=int(number)).exists():
            raise Http404
        return district_of(int(number))
    if int(number) not in names.years():
        raise Http404
    return store.give(int(number))


def _sources(chosen: str) -> Choice:
    years = [(str(year), said(year_text(year))) for year in names.years()]
    kept = [
        (f"{_SNAPSHOT}{one.pk}", f"{said(Text('快照', 'snapshot'))} {one.name} · {one.hash[:12]}")
        for one in Snapshot.objects.defer("content")
    ]
    return Choice("from", Text("依据", "from"), [*years, *kept], chosen)


def _choices(
    request: HttpRequest, people: list[dict[str, Any]], school: Mapping[str, str]
) -> tuple[Choice, ...]:
    def offered(key: str, label: Text, words: Callable[[str], str], first: Iterable[str] = ()) -> Choice:
        codes = dict.fromkeys([*first, *sorted({row[key] for row in people if row[key] is not None})])
        chosen = request.GET.get(key, "")
        return Choice(key, label, [(code, words(code)) for code in codes], chosen, _ALL)

    schools = offered("school", Text("学校", "school"), lambda code: school.get(code, code))
    return (
        *((schools,) if len(schools.options) > 1 else ()),
        offered("subject", Text("学科", "subject"), lambda code: said(label_of("subject", code))),
        offered(
            "standing",
            Text("交流情况", "standing"),
            lambda code: said(
                Text("应调动（全部）", "must move (all)") if code == MUST_MOVE else WORDS[code]
            ),
            (MUST_MOVE,),
        ),
    )


def _is_wanted(row: Mapping[str, Any], choices: Iterable[Choice]) -> bool:
    return all(
        one.chosen in ("", row[one.name]) or (one.chosen == MUST_MOVE and row["standing"] in DUE)
        for one in choices
    )
