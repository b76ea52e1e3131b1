"""Applications from a workbook: read with every problem by sheet, row and column; taken in whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from junheng.admission.intake.forbidden import TABLES, forbidden_columns
from junheng.admission.rules.national import standard_day
from junheng.district.columns import table
from junheng.district.files import TablesRead, read_tables, write
from junheng.district.intake.whole import checked_across
from junheng.district.model import District
from junheng.district.source import SourceTable, sources_of
from junheng.errors import InputError, Place, Problem
from junheng.text import Language, Text
from junheng.web.admissions.models import Origin, Round
from junheng.web.admissions.records import district_of_round, rules_of, standard_of
from junheng.web.admissions.taking import OWN, PLAN, Imported, take
from junheng.web.registry.reading import not_a_workbook, safe_name
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person


def workbook_of(found: Round, *, language: Language) -> bytes:
    """Return the workbook to fill in: the applications and the plan as they are."""
    district = district_of_round(found)
    tables = {name: district.table(name) for name in ("district", *OWN, *PLAN)}
    with tempfile.TemporaryDirectory(prefix="junheng-workbook-") as folder:
        path = Path(folder) / "applications.xlsx"
        write(District.of(tables), path, language=language)
        return path.read_bytes()


def import_workbook(*, by: Person, found: Round, name: str, content: BinaryIO) -> Imported:
    """Read a workbook and take its applications in, unless there is any error in it.

    A number that came by workbook before gets a new version where anything of it differs; one that a family used online
    is an error. Rows of ``places`` and ``place_reserves`` take the place of the plan.

    Raises
    ------
    UsageError
        If the round is frozen.
    """
    with tempfile.TemporaryDirectory(prefix="junheng-import-") as folder:
        path = Path(folder) / safe_name(name)
        with path.open("wb") as out:
            while part := content.read(2**20):
                out.write(part)
        problems, sources = _read(path, found)
    problems += _used_online(found, sources)
    if any(problem.severity == "error" for problem in problems):
        return Imported(problems=tuple(problems))
    tables = {name: source.frame.to_dicts() for name, source in sources.items()}
    return replace(take(by=by, found=found, tables=tables, file=safe_name(name)), problems=tuple(problems))


def _read(path: Path, found: Round) -> tuple[list[Problem], dict[str, SourceTable]]:
    if path.suffix.lower() != ".xlsx":
        return [not_a_workbook(path)], {}
    try:
        read = read_tables(path)
    except InputError as error:
        return list(error.problems), {}
    rules = rules_of(found.rules)
    on = standard_of(found).on(standard_day(rules))
    ours = {name: source for name, source in read.sources.items() if name in (*OWN, *PLAN)}
    problems = [
        *forbidden_columns(read.aside, read.problems, on, file=path.name),
        *read.problems,
        *_across(read, ours, found),
        *_without_applicants(ours, path.name),
        *_other_stages(ours, found),
    ]
    return problems, ours


def _across(read: TablesRead, ours: Mapping[str, SourceTable], found: Round) -> list[Problem]:
    """Check across the workbook's tables and the snapshot's; what is wrong with the snapshot is not the workbook's."""
    snapshot = district_of(found.snapshot_id)
    sources = {name: one for name, one in sources_of(snapshot).items() if name not in TABLES}
    sources |= ours
    file = next((source.file for source in ours.values()), None)
    checked = checked_across(sources, read.incomplete)
    return [problem for problem in checked if problem.place.file is not None and problem.place.file == file]


def _without_applicants(ours: Mapping[str, SourceTable], file: str) -> Iterator[Problem]:
    if ours and "applicants" not in ours and any(name in ours for name in OWN):
        label = table("applicants").label
        yield _problem(
            "missing-table",
            Place(file=file),
            found=Text("没有“{label}”表", "no sheet “{label}”").format(label=label),
            expected=Text("表“{label}”", "the sheet “{label}”").format(label=label),
            remedy=Text("从模板开始填写", "Start from the template"),
        )
    if not any(one.frame.height for one in ours.values()):
        yield _problem(
            "no-rows",
            Place(file=file),
            found=Text("没有报名数据", "no applications"),
            expected=Text(
                "表“报名”“志愿”“证明材料”“亲属关系”", "the sheets of applicants, choices, documents and kin"
            ),
            remedy=Text("从模板开始填写", "Start from the template"),
        )


def _other_stages(ours: Mapping[str, SourceTable], found: Round) -> Iterator[Problem]:
    for name in ("applicants", *PLAN):
        if name not in ours:
            continue
        for index, stage in enumerate(ours[name].frame["stage"].to_list()):
            if stage is not None and stage != found.stage:
                yield _problem(
                    "other-stage",
                    ours[name].place(index, "stage"),
                    found=Text.same(str(stage)),
                    expected=Text("{stage}", "{stage}").format(stage=found.stage),
                    remedy=Text(
                        "一轮只有一个学段：其他学段另建轮次导入",
                        "A round is one stage: import other stages into rounds of their own",
                    ),
                )


def _used_online(found: Round, sources: Mapping[str, SourceTable]) -> list[Problem]:
    if "applicants" not in sources:
        return []
    online = set(
        found.applications.exclude(origin=Origin.WORKBOOK).values_list("number", flat=True).iterator()
    )
    source = sources["applicants"]
    return [
        _problem(
            "number-in-use",
            source.place(index, "applicant", key=str(number)),
            found=Text.same(str(number)),
            expected=Text("没有用过的报名号", "a number that is not in use"),
            remedy=Text(
                "该号已由网上报名使用：换一个号码，或删去这一行",
                "A family uses it online: give another number, or delete the row",
            ),
        )
        for index, number in enumerate(source.frame["applicant"].to_list())
        if number in online
    ]


def _problem(code: str, place: Place, *, found: Text, expected: Text, remedy: Text) -> Problem:
    return Problem(code=code, severity="error", place=place, found=found, expected=expected, remedy=remedy)
