"""The form of what happens after the publication."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.web.admissions.forms.fields import lines
from junheng.web.admissions.models import LaterKind
from junheng.web.language import say


class LaterForm(forms.Form):
    """Something that happened after the publication."""

    kind = forms.ChoiceField(
        label=say("登记", "entry"),
        choices=[
            (LaterKind.WITHDRAW, say("退出，让出学位", "withdraws and gives the place back")),
            (LaterKind.SETTLE, say("已入学，不再变动", "has enrolled and stays")),
            (LaterKind.CHANGE, say("改报志愿", "changes its choices")),
            (LaterKind.ADD_PLACES, say("增加学位", "places are added")),
        ],
    )
    applicant = forms.CharField(
        required=False,
        max_length=40,
        label=say("报名号", "applicant number"),
        help_text=say("增加学位时不填", "empty where places are added"),
    )
    choices = forms.CharField(
        required=False,
        max_length=2000,
        label=say(
            "新的志愿（学校代码，依次，用空格分开）", "new choices (school codes in order, apart by spaces)"
        ),
        help_text=say("只在改报时填写", "only for changed choices"),
    )
    school = forms.CharField(
        required=False, max_length=80, label=say("增加学位的学校代码", "school that adds places")
    )
    places = forms.IntegerField(
        required=False, min_value=1, max_value=1000, label=say("增加人数", "places added")
    )
    why = lines("原因", "why")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind")
        needed = {
            LaterKind.WITHDRAW: ("applicant",),
            LaterKind.SETTLE: ("applicant",),
            LaterKind.CHANGE: ("applicant", "choices"),
            LaterKind.ADD_PLACES: ("school", "places"),
        }
        for name in needed.get(LaterKind(kind), ()) if kind else ():
            if not given.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(say("请填写", "fill this in")))
        return given
