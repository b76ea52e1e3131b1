"""What went wrong, where, what was expected and how to mend it: in one shape for every room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from junheng.text import Text

Severity = Literal["error", "warning", "notice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a user's input something stands; every part that is unknown is `None`.

    Attributes
    ----------
    file
        Name of the file (no folder).
    sheet
        Sheet of the workbook, or the table's file in a folder.
    row
        Row as the user's program numbers it: 1 is the first line of the sheet.
    column
        Column header as it stands in the file.
    key
        The record's own key, such as a school code or ``R4/primary``.
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    key: str | None = None

    def describe(self) -> Text:
        """Return the place in words, outermost part first."""
        zh = [
            self.file or "",
            f"表“{self.sheet}”" if self.sheet else "",
            f"第 {self.row} 行" if self.row else "",
        ]
        en = [
            self.file or "",
            f"sheet “{self.sheet}”" if self.sheet else "",
            f"row {self.row}" if self.row else "",
        ]
        if self.column:
            zh.append(f"列“{self.column}”")
            en.append(f"column “{self.column}”")
        if self.key:
            zh.append(f"[{self.key}]")
            en.append(f"[{self.key}]")
        return Text(" ".join(part for part in zh if part), ", ".join(part for part in en if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend in a user's input.

    Attributes
    ----------
    code
        Stable name of the check, such as ``duplicate-key``; listed on the reference page.
    severity
        ``error`` stops the work, ``warning`` does not but should be looked at, ``notice`` only informs.
    place
        Where it is.
    found, expected, remedy
        What stands there, what should, and how to mend it.
    """

    code: str
    severity: Severity
    place: Place
    found: Text
    expected: Text
    remedy: Text

    def describe(self) -> Text:
        """Return the whole problem as one line."""
        line = Text("{found}；应为：{expected}。{remedy}", "{found}; expected {expected}. {remedy}")
        told = line.format(found=self.found, expected=self.expected, remedy=self.remedy)
        place = self.place.describe()
        if not place.en:  # a rule of the whole stands nowhere
            return told
        return Text("：", ": ").join([place, told])

    def as_dict(self) -> dict[str, Any]:
        """Return the problem for JSON, both languages kept."""
        place = self.place
        return {
            "code": self.code,
            "severity": self.severity,
            "file": place.file,
            "sheet": place.sheet,
            "row": place.row,
            "column": place.column,
            "key": place.key,
            "found": self.found._asdict(),
            "expected": self.expected._asdict(),
            "remedy": self.remedy._asdict(),
        }


class JunhengError(Exception):
    """Base of every error that a user can mend; its message exists in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class InputError(JunhengError):
    """A user's input has problems; all problems of one phase are carried together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(_summary(self.problems))


class InfeasibleError(InputError):
    """No plan can keep the hard rules; the problems say which rule, by how much, for whom, what to relax."""


class UsageError(JunhengError):
    """The call itself is wrong: an unknown option, stage or table name."""


def _summary(problems: tuple[Problem, ...]) -> Text:
    lines = [problem.describe() for problem in problems[:20]]
    more = len(problems) - len(lines)
    zh = "\n".join([f"共 {len(problems)} 个问题：", *(f"- {line.zh}" for line in lines)])
    en = "\n".join([f"{len(problems)} problem(s):", *(f"- {line.en}" for line in lines)])
    if more:
        zh, en = f"{zh}\n- 另有 {more} 个", f"{en}\n- and {more} more"
    return Text(zh, en)
