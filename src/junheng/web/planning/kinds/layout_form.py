"""What a planner may ask of a layout; what the records lack for it is said before anything is computed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import InputError
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.measure.seven import COMPULSORY
from junheng.planners.layout.course import KINDS
from junheng.text import Text
from junheng.web.language import current, said, say
from junheng.web.planning.forms import (
    NOW,
    PlanForm,
    forbidden_field,
    lines_of,
    locked_field,
    pair_of,
    wrong_line,
)
from junheng.web.registry import names
from junheng.web.registry.snapshots import district_of
from junheng.web.registry.store import give

_CODES = {word: code for code, text in KINDS.items() for word in (code, text.zh)}
_WORDS = Text("、".join(text.zh for text in KINDS.values()), ", ".join(KINDS))


class LayoutForm(PlanForm):
    """Layout of one stage or several, with every option in plain words."""

    pair_text = Text("学校或候选点代码=安排（{words}）", "site code=what happens ({words})").format(
        words=_WORDS
    )
    asks = (
        "stage",
        "budget_yuan",
        "public_share",
        "longest_minutes",
        "merge_up_to_pupils",
        "branch_up_to_pupils",
        "locked",
        "forbidden",
        "seconds",
    )

    stage = forms.MultipleChoiceField(
        label=say("学段", "stages"),
        widget=forms.CheckboxSelectMultiple,
        initial=[COMPULSORY[0]],
        help_text=say(
            "可多选：选多个学段时一并规划，共用每年的投资上限",
            "several stages are planned together and share the money of each year",
        ),
    )
    budget_yuan = forms.FloatField(
        required=False,
        min_value=0,
        label=say("每年投资上限（元）", "most investment of a year (yuan)"),
        help_text=say(
            "每个年度都不超过；不填则按表“年度预算”的建设资金，表中也没有则不限",
            "no year spends more; if empty, the building money of the table “budgets”, and no limit without that",
        ),
    )
    public_share = forms.FloatField(
        required=False,
        min_value=0,
        max_value=100,
        label=say("公办园在园幼儿占比至少（%）", "children in public kindergartens, at least (%)"),
        help_text=say(
            "只用于学前：为此回收民办园中费用最少的几所；不填则按标准",
            "for preschool: the cheapest private ones are bought back until it is reached; the standard's if empty",
        ),
    )
    longest_minutes = forms.FloatField(
        required=False,
        min_value=1,
        max_value=240,
        label=say("上学单程最长（分钟）", "longest way to school (minutes)"),
        help_text=say("不填则按标准", "that of the standard if empty"),
    )
    merge_up_to_pupils = forms.IntegerField(
        required=False,
        min_value=0,
        label=say("可并入他校的学校至多多少学生", "schools up to so many pupils may be merged"),
        help_text=say(
            "更大的学校不考虑撤并；不填则按标准，填 0 则有学生的学校都不撤并",
            "larger ones are not considered; that of the standard if empty, with 0 no school that has pupils",
        ),
    )
    branch_up_to_pupils = forms.IntegerField(
        required=False,
        min_value=0,
        label=say("可办成分校的学校至多多少学生", "schools up to so many pupils may become branches"),
        help_text=say("更大的学校不考虑；不填则按标准", "larger ones are not; that of the standard if empty"),
    )
    locked = locked_field(
        f"每行一条“学校或候选点代码=安排”，只能如此；安排为：{_WORDS.zh}",
        f"one “site code=what happens” a line: nothing else may; one of {_WORDS.en}",
    )
    forbidden = forbidden_field(
        "每行一条“学校或候选点代码=安排”，不得如此", "one “site code=what happens” a line: that must not"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = current()
        stages = (PRESCHOOL, *COMPULSORY)
        self._choose("stage", [(stage, label_of("planned_stage", stage).in_(language)) for stage in stages])

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        """Return pairs of site and kind, the kinds by their codes; every wrong line is named."""
        pairs, wrong = [], []
        for number, line in lines_of(self.cleaned_data[name]):
            try:
                site, kind = pair_of(line, number, self.pair_text)
            except ValidationError as error:
                wrong.append(error)
                continue
            if kind in _CODES:
                pairs.append((site, _CODES[kind]))
            else:
                wrong.append(wrong_line(number, self.pair_text))
        if wrong:
            raise ValidationError(wrong)
        return pairs

    def clean_stage(self) -> str:
        return ",".join(self.cleaned_data["stage"])

    def clean(self) -> dict[str, Any]:
        """Say what the chosen records lack, in the planner's own words."""
        from junheng.planners.layout.kindergartens import require_kindergartens  # noqa: PLC0415 - other pages need none
        from junheng.planners.layout.needs import require_tables  # noqa: PLC0415

        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        district = None if "snapshot" not in cleaned else _records(cleaned["snapshot"])
        if district is not None and "stage" in cleaned:
            for stage in cleaned["stage"].split(","):
                try:
                    if stage == PRESCHOOL:
                        require_kindergartens(district)
                    else:
                        require_tables(district, stage)
                except InputError as error:
                    for problem in error.problems:
                        self.add_error("snapshot", said(problem.describe()))
        return cleaned


def _records(snapshot: str) -> District | None:
    """Return the records on which the plan will stand: those of a snapshot, or as they are now."""
    if snapshot != NOW:
        return district_of(int(snapshot))
    year = names.latest()
    return None if year is None else give(year)
