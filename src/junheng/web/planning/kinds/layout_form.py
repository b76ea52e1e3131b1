"""What a planner may ask of a layout; what the records lack for it is said before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.district.columns import label_of
from junheng.errors import InputError
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.measure.seven import COMPULSORY
from junheng.planners.layout.course import KINDS
from junheng.planners.layout.future import FORECAST, LEAST_YEARS, MOST_YEARS, TABLE
from junheng.text import Text
from junheng.web.language import current, said, say
from junheng.web.planning.forms import (
    PlanForm,
    forbidden_field,
    lines_of,
    locked_field,
    pair_of,
    wrong_line,
)
from junheng.web.planning.kinds.layout_costs import COSTS, cost_fields
from junheng.web.planning.naming import records_of

if TYPE_CHECKING:
    from junheng.district.model import District

_CODES = {word: code for code, text in KINDS.items() for word in (code, text.zh)}
SOURCES = {
    "": Text("有表“分年需求”用表，没有则预测", "the table “demand” if there is one, else the forecast"),
    TABLE: Text("表“分年需求”", "the table “demand”"),
    FORECAST: Text("预测", "the forecast"),
}
_WORDS = Text("、".join(text.zh for text in KINDS.values()), ", ".join(KINDS))


class LayoutForm(PlanForm):
    """Layout of one stage or several, with every option in plain words."""

    pair_text = Text("学校或候选点的名称或代码=安排（{words}）", "site=what happens ({words})").format(
        words=_WORDS
    )
    pair_tables = (("schools", "candidates", "kindergartens"), ())
    asks = (
        "stage",
        "budget_yuan",
        "locked",
        "forbidden",
        "with_prices",
        "seconds",
        "n_years",
        "demand",
        "public_share",
        "longest_minutes",
        "merge_up_to_pupils",
        "branch_up_to_pupils",
        *COSTS,
    )
    folded = asks[asks.index("n_years") :]

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
        f"每行一条“学校或候选点的名称或代码=安排”，只能如此；安排为：{_WORDS.zh}",
        f"one “name or code of the site=what happens” a line: nothing else may; one of {_WORDS.en}",
    )
    forbidden = forbidden_field(
        "每行一条“学校或候选点的名称或代码=安排”，不得如此",
        "one “name or code of the site=what happens” a line: that must not",
    )

    with_prices = forms.BooleanField(
        required=False,
        label=say("另算各情景的代价", "also the price of each scenario"),
        help_text=say(
            "单独为低、中、高每个情景各规划一次，看为各种情景都做好准备比只为一种多花多少；用时约为四倍",
            "plans for each scenario alone, to say what it costs to be ready for all of them; takes about four times "
            "as long",
        ),
    )
    n_years = forms.IntegerField(
        required=False,
        min_value=LEAST_YEARS,
        max_value=MOST_YEARS,
        label=say("规划几个学年", "how many school years"),
        help_text=say(
            "从下一学年起，3 至 10 年；不填则按表“分年需求”的各年，没有该表则预测 5 年",
            "from the next one on, 3 to 10; if empty those of the table “demand”, else five that are forecast",
        ),
    )
    demand = forms.ChoiceField(required=False, label=say("儿童人数来自", "children to come from"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(cost_fields())
        self.order_fields(("name", "snapshot", *self.asks))
        self._choose("demand", [(code, said(text)) for code, text in SOURCES.items()])
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
            if kind not in _CODES:
                wrong.append(wrong_line(number, self.pair_text))
                continue
            pairs.append((self._code(number, site, 0), _CODES[kind]))
        if wrong:
            raise ValidationError(wrong)
        return pairs

    def clean_stage(self) -> str:
        return ",".join(self.cleaned_data["stage"])

    @classmethod
    def worded(cls, name: str, value: Any) -> Any:
        """Return a setting as its field has it: stages as the boxes that are ticked."""
        return value.split(",") if name == "stage" else super().worded(name, value)

    def clean(self) -> dict[str, Any]:
        """Say what the chosen records lack and which wishes they do not know, in the planner's own words."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        stages = cleaned["stage"].split(",") if "stage" in cleaned else []
        district = records_of(cleaned.get("snapshot", ""))
        if district is not None:
            self._say_lacking(district, stages)
            self._say_unknown(district, stages)
        if stages and PRESCHOOL not in stages and cleaned.get("public_share") is not None:
            self._refuse(
                "public_share",
                Text("只用于学前：请勾选学前，或不填", "of kindergartens: tick preschool, or leave it"),
            )
        return cleaned

    def _say_lacking(self, district: District, stages: list[str]) -> None:
        from junheng.planners.layout.kindergartens import require_kindergartens  # noqa: PLC0415 - other pages need none
        from junheng.planners.layout.needs import require_tables  # noqa: PLC0415

        for stage in stages:
            with self._said_at("snapshot"):
                if stage == PRESCHOOL:
                    require_kindergartens(district)
                else:
                    require_tables(district, stage)

    def _say_unknown(self, district: District, stages: list[str]) -> None:
        from junheng.planners.layout.needs import sites_of  # noqa: PLC0415
        from junheng.planners.layout.wishes import LayoutWishes, refuse_unknown  # noqa: PLC0415

        if self.errors or not stages:
            return
        sites = {code for stage in stages for code in sites_of(district, stage)}
        for name in ("locked", "forbidden"):
            with self._said_at(name):
                pairs = frozenset(map(tuple, self.cleaned_data[name]))
                refuse_unknown(LayoutWishes(stage="", forbidden=pairs), sites)

    @contextmanager
    def _said_at(self, name: str) -> Iterator[None]:
        """Say at a field what the planner refuses."""
        try:
            yield
        except InputError as error:
            for problem in error.problems:
                self.add_error(name, said(problem.describe()))
