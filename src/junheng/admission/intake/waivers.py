"""Waivers: a person signs, with a reason, for one problem that a check found. Nothing is waived in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from junheng.admission.intake.kit import Check
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.standards.fields import Fields
from junheng.standards.safe_yaml import read
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One problem that somebody signed for.

    Attributes
    ----------
    check, key
        The check, and the key of the problem as the list of problems shows it.
    by, reason, on
        Who signed, why, and when.
    """

    check: str
    key: str
    by: str
    reason: str
    on: date

    def as_dict(self) -> dict[str, Any]:
        """Return the waiver for JSON."""
        return {**asdict(self), "on": self.on.isoformat()}


def load_waivers(path: str | Path) -> tuple[Waiver, ...]:
    """Read a YAML file with the key ``waivers``: a list of ``{check, key, by, reason, on}``.

    Raises
    ------
    InputError
        With every problem of the file.
    UsageError
        If there is no such file.
    """
    place = Path(path)
    if not place.is_file():
        raise UsageError(Text(f"没有豁免文件“{place}”", f"there is no file of waivers “{place}”"))
    node, problems = read(place)
    if node is None:
        raise InputError(problems)
    top = Fields(node, file=place.name, key="", problems=problems)
    waivers = [_waiver(fields) for fields in top.children("waivers")]
    top.finish()
    if problems:
        raise InputError(problems)
    return tuple(sorted((one for one in waivers if one is not None), key=lambda one: (one.check, one.key)))


def _waiver(fields: Fields) -> Waiver | None:
    check, key = fields.text("check"), _key(fields)
    by, reason, on = fields.text("by"), fields.text("reason"), fields.day("on")
    fields.finish()
    if check is None or key is None or by is None or reason is None or on is None:
        return None
    return Waiver(check=check, key=key, by=by, reason=reason, on=on)


def _key(fields: Fields) -> str | None:
    """Read a key; an applicant number of digits only is read by YAML as a number, and must be quoted."""
    value = fields.raw("key", required=True)
    if isinstance(value, float):
        fields.note(
            "waiver-key",
            "key",
            found=Text("一个数", "a number"),
            zh='加引号的文字，如 "0012"',
            en='text in quotation marks, such as "0012"',
        )
        return None
    return fields.text("key")


def waive(
    problems: Sequence[Problem], waivers: Sequence[Waiver], checks: Iterable[Check]
) -> tuple[tuple[Problem, ...], tuple[tuple[Waiver, Problem], ...]]:
    """Take out the problems that somebody signed for.

    Returns
    -------
    tuple
        The problems that are left, with an error for each waiver of a check that nobody may waive, and a warning for
        each that fits nothing; and each waiver that holds with its problem.
    """
    may = {one.code for one in checks if one.waived is not None}
    signed = {(one.check, one.key): one for one in waivers if one.check in may}
    left, waived = [], []
    for problem in problems:
        waiver = signed.get((problem.code, problem.place.key or ""))
        if waiver is None:
            left.append(problem)
        else:
            waived.append((waiver, problem))
    used = {(waiver.check, waiver.key) for waiver, _ in waived}
    left += [_not_to_be_waived(one, may) for one in waivers if one.check not in may]
    left += [_unused(one) for key, one in signed.items() if key not in used]
    return tuple(left), tuple(waived)


def _not_to_be_waived(waiver: Waiver, may: set[str]) -> Problem:
    return Problem(
        code="waiver-not-allowed",
        severity="error",
        place=Place(file="waivers", key=f"{waiver.check}/{waiver.key}"),
        found=Text(f"豁免“{waiver.check}”", f"a waiver of “{waiver.check}”"),
        expected=Text(
            f"可豁免的检查：{'、'.join(sorted(may))}", f"a check that may be waived: {', '.join(sorted(may))}"
        ),
        remedy=Text("改正数据或细则", "Mend the records or the rules"),
    )


def _unused(waiver: Waiver) -> Problem:
    return Problem(
        code="waiver-unused",
        severity="warning",
        place=Place(file="waivers", key=f"{waiver.check}/{waiver.key}"),
        found=Text("没有这个问题", "no such problem"),
        expected=Text("问题清单中的检查和键", "a check and key of the list of problems"),
        remedy=Text("核对后删去这一条", "Check it, then delete the waiver"),
    )
