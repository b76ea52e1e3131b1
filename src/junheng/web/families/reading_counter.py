"""The form of families, filled in at the counter, where a child may have another document than an identity number."""

from __future__ import annotations

import re
from datetime import date

from junheng.text import Text
from junheng.web.admissions.identity import Identity
from junheng.web.families.asked import Wrong
from junheng.web.families.reading import FILL_IN, Form

_OTHER = re.compile(r"[A-Z0-9()-]{5,40}")


class CounterForm(Form):
    """One form as an officer sent it. A child without an identity number has another document and a day of birth."""

    without_consent = Text(
        "请监护人在纸质告知书上签字后勾选", "tick it once the guardian has signed the notice on paper"
    )

    def child_identity(self) -> Identity | None:
        """Return the child's number, or that of another document with the day of birth that the officer read."""
        other = re.sub(r"\s", "", self.text("other_id")).upper()
        if self.text("child_id") or not other:
            return super().child_identity()
        if not _OTHER.fullmatch(other):
            self.wrong(
                "other_id",
                "证件号码应为 5 至 40 位字母或数字。请对照证件",
                "the number has 5 to 40 letters or digits. Compare it with the document",
            )
        born = self._born()
        return None if born is None else Identity(other, born)

    def _born(self) -> date | None:
        typed = self.text("born")
        if not typed:
            self.wrongs.append(Wrong("born", FILL_IN))
            return None
        try:
            born = date.fromisoformat(typed)
        except ValueError:
            born = None
        if born is None or born > self.today:
            self.wrong("born", "应为出生日期，如 2020-03-07", "give a day of birth, such as 2020-03-07")
            return None
        return born
