"""What a planner may ask of compliance; people write schools by name or code, and works and stages by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.district.columns import label_of, table
from junheng.measure.seven import COMPULSORY
from junheng.plans.actions.add_premises import WORKS
from junheng.text import COMMA, Text
from junheng.web.language import said, say
from junheng.web.planning.forms import PlanForm, lines_field, lines_of, pair_of, wrong_line

_BUDGET = Text("学年=元", "year=yuan")
_LABELS = {work: table("premises").column(work).label for work in WORKS}
_LISTED = COMMA.join(_LABELS.values())
_AMOUNT = Text("学校/项目=数量；项目为{works}", "school/work=amount; works are {works}").format(works=_LISTED)
_KEPT = Text("学校/学段=人数，或学校/学段", "school/stage=number, or school/stage")


def _codes(labels: Mapping[str, Text]) -> dict[str, str]:
    return {word: code for code, label in labels.items() for word in (code, *label)}


_WORK_OF = _codes(_LABELS)
_STAGE_OF = _codes({stage: label_of("stage", stage) for stage in COMPULSORY})


class ComplianceForm(PlanForm):
    """Compliance, with every option in plain words."""

    pair_tables = (("schools",), ())
    asks = (
        "by_budgets",
        "budgets",
        "max_recruits",
        "at_least",
        "at_most",
        "closed_to_moves",
        "may_cap_intake",
        "with_prices",
        "seconds",
        "keep",
        "leaving_percent",
        "max_move_km",
    )
    folded = asks[asks.index("keep") :]

    by_budgets = forms.BooleanField(
        required=False,
        label=say("按年度预算分年安排", "spread over years by the budgets"),
        help_text=say(
            "用表“年度预算”中用于达标的资金，或下面填写的；不勾选也不填写则不分年，一次算清总费用",
            "by the money for the standard in the table “budgets”, or as written below; with neither, everything at "
            "once and what it costs",
        ),
    )
    budgets = lines_field(
        "分年预算",
        "yearly budgets",
        "每行一条“学年=元”，如 2026=3000000；填写后不用表中的",
        "one “year=yuan” a line, such as 2026=3000000: in the place of the table's",
    )
    with_prices = forms.BooleanField(
        required=False,
        label=say("另算每条规则的代价", "also what each rule costs"),
        help_text=say(
            "逐条去掉一项要求重新计算，看可省多少；用时可达十余倍",
            "plans again without one rule after the other, to say what it saves; takes ten times as long and more",
        ),
    )
    max_recruits = forms.IntegerField(
        required=False,
        min_value=0,
        label=say("招聘名额上限", "most teachers recruited"),
        help_text=say("全区合计；不填则不限，填 0 则不招聘", "in all; no limit if empty, with 0 nobody"),
    )
    at_least = lines_field(
        "必须增加的校舍装备",
        "premises and equipment that must be added",
        f"每行一条“学校/项目=至少增加多少”；项目为{_LISTED.zh}",
        f"one “school/work=at least so much” a line; works are {_LISTED.en}",
    )
    at_most = lines_field(
        "校舍装备至多增加多少",
        "premises and equipment: at most",
        "每行一条“学校/项目=至多增加多少”；填 0 则该校不增加这一项",
        "one “school/work=at most so much” a line; with 0 nothing of it is added at the school",
    )
    keep = lines_field(
        "锁定岗位",
        "posts that are locked",
        "每行一条“学校/学段=至少留任几名教师”；只写“学校/学段”则全部留任",
        "one “school/stage=so many teachers stay” a line; “school/stage” alone: all of them",
    )
    leaving_percent = forms.FloatField(
        min_value=0,
        max_value=100,
        initial=10,
        label=say("每校每学段至多调出教师（%）", "most teachers that may leave a school stage (%)"),
        help_text=say("一校被调走的教师不超过这一比例", "no school stage gives away more than this share"),
    )
    max_move_km = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1000,
        label=say("教师调动最远公里数", "longest move of a teacher (km)"),
        help_text=say("不填则不限", "no limit if empty"),
    )
    closed_to_moves = lines_field(
        "不调入教师的学校",
        "schools to which nobody is moved",
        "每行一所学校，写名称或代码",
        "one school a line, by name or code",
    )
    may_cap_intake = forms.BooleanField(
        required=False,
        label=say("允许限制招生", "intake may be capped"),
        help_text=say(
            "校址建满仍不能达标的学校，可让部分学生改就读于附近有学位的学校",
            "where a site built to the full cannot pass, some pupils may go to near schools with places",
        ),
    )

    @classmethod
    def worded(cls, name: str, value: Any) -> Any:
        """Return a setting as its field has it."""
        if name == "budgets":
            return "\n".join(f"{year}={yuan:.0f}" for year, yuan in value)
        if name in ("at_least", "at_most", "keep"):
            return "\n".join(
                f"{school}/{what}" + ("" if amount is None else f"={amount:.12g}")
                for school, what, amount in value
            )
        return super().worded(name, value)

    def clean_budgets(self) -> list[tuple[int, float]]:
        found: dict[int, float] = {}
        for number, line in lines_of(self.cleaned_data["budgets"]):
            year, yuan = pair_of(line, number, _BUDGET)
            amount = yuan.replace(",", "").replace("，", "")
            if not (
                year.isascii() and year.isdigit() and len(year) == 4 and amount.isascii() and amount.isdigit()
            ):
                raise wrong_line(number, _BUDGET)
            if int(year) in found:
                raise wrong_line(number, Text("每学年只写一次", "each year once"))
            found[int(year)] = float(amount)
        return sorted(found.items())

    def clean_closed_to_moves(self) -> list[str]:
        lines = lines_of(self.cleaned_data["closed_to_moves"])
        return sorted({self._code(number, line, 0) for number, line in lines})

    def clean_at_least(self) -> list[tuple[str, str, float | None]]:
        return self._amounts("at_least", _WORK_OF, _AMOUNT, _decimal)

    def clean_at_most(self) -> list[tuple[str, str, float | None]]:
        return self._amounts("at_most", _WORK_OF, _AMOUNT, _decimal)

    def clean_keep(self) -> list[tuple[str, str, float | None]]:
        return self._amounts("keep", _STAGE_OF, _KEPT, _whole_or_all)

    def _amounts(
        self, name: str, codes: Mapping[str, str], expected: Text, read: Callable[[str], float | None]
    ) -> list[tuple[str, str, float | None]]:
        """Return school, what and how much of every line; the same twice is refused."""
        found: dict[tuple[str, str], float | None] = {}
        for number, line in lines_of(self.cleaned_data[name]):
            key, _, amount = line.replace("＝", "=").partition("=")
            school, _, what = (part.strip() for part in key.replace("／", "/").rpartition("/"))
            try:
                value = read(amount.strip().replace(",", ""))
            except ValueError:
                raise wrong_line(number, expected) from None
            if not school or what not in codes:
                raise wrong_line(number, expected)
            one = (self._code(number, school, 0), codes[what])
            if one in found:
                raise wrong_line(number, Text("每校每项只写一次", "each of a school once"))
            found[one] = value
        return [(*one, value) for one, value in sorted(found.items())]

    def clean(self) -> dict[str, Any]:
        """Refuse at once what contradicts itself."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        most = {(school, what): value for school, what, value in cleaned.get("at_most", ())}
        torn = [
            f"{school}/{said(_LABELS[what])}"
            for school, what, value in cleaned.get("at_least", ())
            if value > most.get((school, what), value)
        ]
        if torn:
            text = Text("至少多于至多：{list}", "at least is more than at most: {list}")
            self.add_error("at_most", ValidationError(said(text.format(list=", ".join(torn)))))
        return cleaned


def _decimal(wording: str) -> float:
    """Return a number that is not negative, and not infinite."""
    found = float(wording)
    if not 0 <= found < float("inf"):
        raise ValueError
    return found


def _whole_or_all(wording: str) -> float | None:
    """Return a whole number, or `None` for nothing: all of them."""
    if not wording:
        return None
    if not (wording.isascii() and wording.isdigit()):
        raise ValueError
    return float(wording)
