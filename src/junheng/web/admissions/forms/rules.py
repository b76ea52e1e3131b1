"""Forms of the rules: their yearly points, and the file as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.admission.rules import Rules
from junheng.web.admissions.forms.fields import choices_of, reserve_fields, whole
from junheng.web.admissions.wording import ADJUSTED, LOTTERIES, TOGETHER
from junheng.web.language import say


class RulesForm(forms.Form):
    """The points of the rules that differ from year to year; the rest is changed in the file itself."""

    title_zh = forms.CharField(max_length=200, label=say("名称（中文）", "title in Chinese"))
    title_en = forms.CharField(max_length=200, label=say("名称（英文）", "title in English"))
    notice_zh = forms.CharField(max_length=200, label=say("依据文件（中文）", "notice in Chinese"))
    notice_en = forms.CharField(max_length=200, label=say("依据文件（英文）", "notice in English"))
    notice_number = forms.CharField(required=False, max_length=80, label=say("文号", "number of the notice"))
    published = forms.DateField(
        label=say("文件公布日期", "notice published on"),
        help_text=say("国家和地方标准以这一天为准", "the standard is read on this day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    lottery = forms.ChoiceField(label=say("摇号方式", "draw"), choices=choices_of(LOTTERIES))
    together = forms.MultipleChoiceField(
        required=False,
        label=say("多孩同校", "kept together"),
        choices=choices_of(TOGETHER),
        widget=forms.CheckboxSelectMultiple,
    )
    lock_years = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=30,
        label=say("学位锁定年限", "years of the home-seat lock"),
        help_text=say(
            "一套住房几年内只提供一个学位；不填按地方标准",
            "for how many years a home gives one place; if empty the local standard's",
        ),
    )
    lock_clause = forms.CharField(
        required=False, max_length=80, label=say("学位锁定的条款", "clause of the lock")
    )
    adjust_who = forms.ChoiceField(label=say("调剂", "adjustment"), choices=choices_of(ADJUSTED))
    adjust_schools = forms.IntegerField(
        min_value=1, max_value=1000, label=say("调剂时最多尝试几所学校", "schools tried in adjustment")
    )
    adjust_clause = forms.CharField(max_length=80, label=say("调剂的条款", "clause of the adjustment"))
    is_ours = forms.BooleanField(
        required=False,
        label=say("以上为本地正式规定（不再标注“示例”）", "these are the locality's own rules, no example"),
    )

    def __init__(self, data: Any = None, *, rules: Rules) -> None:
        self.rules = rules
        super().__init__(data, initial=_initial(rules))
        self.fields |= reserve_fields(rules)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("lock_years") is not None and not given.get("lock_clause"):
            self.add_error("lock_clause", ValidationError(say("请写明条款", "say by which clause")))
        return given

    def changes(self) -> dict[str, Any]:
        """Return what the rules file is to say, by path."""
        given = self.cleaned_data
        lock = None
        if given["lock_years"] is not None:
            lock = {"years": given["lock_years"], "clause": given["lock_clause"]}
        shares = {
            f"reserves.{at}.{end}_percent": given[f"{reserve.id}-{end}"]
            for at, reserve in enumerate(self.rules.reserves)
            for end in ("floor", "ceiling")
        }
        return {
            "title": {"zh": given["title_zh"], "en": given["title_en"]},
            "notice.title": {"zh": given["notice_zh"], "en": given["notice_en"]},
            "notice.number": given["notice_number"] or None,
            "notice.published": given["published"],
            "lottery": given["lottery"],
            "together": given["together"] or None,
            "home_lock": lock,
            "adjustment": {
                "who": given["adjust_who"],
                "schools": given["adjust_schools"],
                "clause": given["adjust_clause"],
            },
            "example": None if given["is_ours"] else True,
            **{path: value if value is None else whole(value) for path, value in shares.items()},
        }


def _initial(rules: Rules) -> dict[str, Any]:
    lock = rules.lock_years
    return {
        "title_zh": rules.title.zh,
        "title_en": rules.title.en,
        "notice_zh": rules.notice.title.zh,
        "notice_en": rules.notice.title.en,
        "notice_number": rules.notice.number or "",
        "published": rules.notice.published,
        "lottery": rules.lottery,
        "together": list(rules.together),
        "lock_years": None if lock is None else int(lock.number),
        "lock_clause": "" if lock is None else lock.clause,
        "adjust_who": rules.adjustment.who,
        "adjust_schools": max(rules.adjustment.schools, 1),
        "adjust_clause": rules.adjustment.clause,
        "is_ours": not rules.is_example,
    }


class RulesTextForm(forms.Form):
    """The rules file as it is frozen and published."""

    text = forms.CharField(
        label=say("细则文件（YAML）", "rules file (YAML)"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code"}),
    )

    def clean_text(self) -> str:
        # A browser sends lines ended by CR LF; the file that is frozen has LF, whoever sent it.
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")
