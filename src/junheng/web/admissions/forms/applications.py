"""The form by which the desk mends an application, or enters a late one."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.district.columns import Column, table
from junheng.text import Text
from junheng.web.admissions.forms.fields import lines
from junheng.web.language import said, say
from junheng.web.registry.forms import field_of

FACTS = tuple(column for column in table("applicants") if column.name not in ("applicant", "stage"))
"""What is said of a child: the columns of the table ``applicants``. None of them is a score."""

_NAMED = {"sibling_here": "school", "twin": "other", "sibling_too": "other"}
"""Which column of the table ``kin`` a relation fills in."""


class ApplicationForm(forms.Form):
    """One application: the child's facts by the column table, the choices in order, and why it is changed."""

    choices = forms.CharField(
        max_length=2000,
        required=False,
        label=say("志愿（学校代码，一行一所，依次）", "choices (school codes, one a line, in order)"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    kin = forms.CharField(
        max_length=500,
        required=False,
        label=say("亲属（一行一条）", "kin (one a line)"),
        help_text=say(
            "sibling_here 学校代码（在读兄姐）、twin 报名号（多胞胎）、sibling_too 报名号（同时报名）；查无此事的删去",
            "sibling_here and a school code, twin or sibling_too and an applicant number; delete what is not so",
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    why = lines("原因", "why")

    def __init__(self, data: Any = None, *, values: dict[str, Any] | None = None, schools: set[str]) -> None:
        known = values or {"applicants": {}, "choices": [], "kin": []}
        kin = "\n".join(f"{one['relation']} {one.get(_NAMED[one['relation']], '')}" for one in known["kin"])
        texts = {"choices": "\n".join(known["choices"]), "kin": kin}
        super().__init__(data, initial={**known["applicants"], **texts})
        self.schools = schools
        for column in FACTS:
            self.fields[column.name] = _day(column) if column.type == "date" else field_of(column)
        self.order_fields([*(column.name for column in FACTS), "choices", "kin", "why"])

    def clean_choices(self) -> list[str]:
        asked: list[str] = self.cleaned_data["choices"].split()
        unknown = [code for code in asked if code not in self.schools]
        if unknown:
            text = Text("没有学校 {codes}", "there is no school {codes}").format(codes="、".join(unknown))
            raise ValidationError(said(text))
        return asked

    def clean_kin(self) -> list[dict[str, str]]:
        rows = [line.split() for line in self.cleaned_data["kin"].splitlines() if line.strip()]
        wrong = [row for row in rows if len(row) != 2 or row[0] not in _NAMED]
        wrong += [row for row in rows if row[0] == "sibling_here" and row[-1] not in self.schools]
        if wrong:
            text = Text("看不懂这一条：{row}", "this cannot be read: {row}").format(row=" ".join(wrong[0]))
            raise ValidationError(said(text))
        return [{"relation": relation, _NAMED[relation]: named} for relation, named in rows]

    def facts(self) -> dict[str, Any]:
        """Return the child's facts; what was left empty is absent."""
        given = {column.name: self.cleaned_data[column.name] for column in FACTS}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in given.items()
            if value not in (None, "")
        }


def _day(column: Column) -> forms.DateField:
    return forms.DateField(
        required=column.is_required,
        label=said(column.label),
        help_text=said(column.note),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
