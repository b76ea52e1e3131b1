"""A whole district's workbook into the records."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.db import transaction

from junheng.district.files import read
from junheng.errors import Place, Problem
from junheng.text import Text
from junheng.web.registry.demo import close_demo_accounts
from junheng.web.registry.models import Year
from junheng.web.registry.reading import safe_name
from junheng.web.registry.store import Changed, give, take
from junheng.web.roles import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What came of it: the year that was taken in, or the problems for which nothing was."""

    year: int | None
    changed: Changed
    problems: tuple[Problem, ...]


def load_district(*, by: Person, name: str, content: BinaryIO, why: str) -> Loaded:
    """Read a workbook of a whole district and make its year's records equal to it, unless there is any error."""
    with tempfile.TemporaryDirectory(prefix="junheng-load-") as folder:
        path = Path(folder) / safe_name(name)
        if path.suffix.lower() != ".xlsx":
            return Loaded(year=None, changed=Changed(0, 0, 0), problems=(_not_a_workbook(path.name),))
        with path.open("wb") as out:
            while part := content.read(2**20):
                out.write(part)
        found = read(path)
    if found.district is None:
        return Loaded(year=None, changed=Changed(0, 0, 0), problems=found.problems)
    district = found.district
    other = _other_district(district.code)
    if other is not None:
        return Loaded(year=None, changed=Changed(0, 0, 0), problems=(other,))
    with transaction.atomic():
        changed = take(district, by=by, why=why)
        if not district.is_synthetic:
            close_demo_accounts(by=by)
    return Loaded(year=int(district.facts["year"]), changed=changed, problems=found.problems)


def _other_district(code: str) -> Problem | None:
    """Return a problem if the records are another district's: one installation serves one."""
    newest = Year.objects.first()
    if newest is None:
        return None
    own = give(newest.year)
    if own.code == code:
        return None
    return Problem(
        code="other-district",
        severity="error",
        place=Place(),
        found=Text.same(code),
        expected=Text(f"本系统的区县代码 {own.code}", f"this installation's district {own.code}"),
        remedy=Text(
            "每个系统只管理一个区县；示例区请另建数据文件夹试用",
            "one installation keeps one district; try the example in a folder of its own",
        ),
    )


def _not_a_workbook(name: str) -> Problem:
    return Problem(
        code="not-a-workbook",
        severity="error",
        place=Place(file=name),
        found=Text.same(name),
        expected=Text("Excel 工作簿（.xlsx）", "an Excel workbook (.xlsx)"),
        remedy=Text("请另存为 .xlsx 后再上传", "Save it as .xlsx and upload that"),
    )
