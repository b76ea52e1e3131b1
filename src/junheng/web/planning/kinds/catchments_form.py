"""What a planner may ask of catchments; the options are those of ``junheng plan catchments``, in the same words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.district.columns import label_of
from junheng.measure.composition import GROUPS
from junheng.measure.seven import COMPULSORY
from junheng.planners.catchments.wording import OPTIONS
from junheng.text import Text
from junheng.web.language import current, said, say
from junheng.web.planning.forms import (
    forbidden_field,
    lines_field,
    lines_of,
    locked_field,
    wrong_line,
)
from junheng.web.planning.kinds.tradeoff_form import TradeoffForm
from junheng.web.planning.naming import NOW
from junheng.web.registry import names
from junheng.web.registry.models import Snapshot

DISTANCES = {
    "nearest": Text("到最近一所的距离", "to the nearest school of the zone"),
    "expected": Text("派位期望距离", "to the school that the lot gives, on average"),
}
PIECES = {
    "one": Text("连成一片", "in one piece"),
    "each": Text("可以分片，每片各含一所学校", "in pieces that each hold a school"),
}
SCENARIOS = {
    "mean": Text("中：中心预测", "central"),
    "low": Text("低", "low"),
    "high": Text("高", "high"),
}
_FIRST_IF_EMPTY = {"share_distance": DISTANCES, "share_pieces": PIECES, "scenario": SCENARIOS}
"""Choices of which the first counts where nobody chose."""
_SHARE = Text("学校,学校", "school,school")
_YEARS = Text("起始年-终止年，如 2026-2030", "first-last, such as 2026-2030")
_MOST_AHEAD = 10
"""School years that are forecast at most."""


def _label(option: str) -> Any:
    return say(*OPTIONS[option])


class CatchmentsForm(TradeoffForm):
    """Catchments of one stage, with every option in plain words."""

    pair_text = Text("居住单元=学校（名称或代码）", "home=school, by name or code")
    pair_tables = (("homes",), ("schools",))
    asks = (
        "stage",
        "max_moved",
        "locked",
        "forbidden",
        "tradeoff",
        "seconds",
        "overflow_allowed",
        "split_units",
        "balance_group",
        "balance_points",
        "nearest_km",
        "shares",
        "share_distance",
        "share_pieces",
        "years",
        "scenario",
        "since",
        "keep_present",
        "siblings",
        "tradeoff_balance",
        "tradeoff_proposals",
        "seed",
    )
    folded = asks[asks.index("overflow_allowed") :]

    stage = forms.ChoiceField(label=say("学段", "stage"))
    max_moved = forms.IntegerField(
        required=False,
        min_value=0,
        label=say("最多改换学校的学生数", "most pupils that may change school"),
        help_text=say("不填则不限；填 0 则一人不换", "no limit if empty; with 0 nobody moves"),
    )
    overflow_allowed = forms.IntegerField(
        required=False,
        min_value=0,
        initial=0,
        label=_label("overflow_allowed"),
        help_text=say(
            "填 0 则超出学位的学生尽量少，再谈距离",
            "with 0 as few pupils as can be are over, whatever the distance",
        ),
    )
    split_units = forms.BooleanField(required=False, label=_label("split_units"))
    balance_group = forms.ChoiceField(
        required=False,
        label=say("均衡：各学区占比相近的群体", "balance: group whose share is kept alike"),
        help_text=say(
            "须有该群体的记录；各学区占比与周边相差不超过下一项",
            "the records must tell who belongs to it; its share in every zone stays near that around it",
        ),
    )
    balance_points = forms.FloatField(
        required=False,
        min_value=0,
        max_value=100,
        label=say("均衡：至多相差百分点", "balance: so many points apart at most"),
    )
    nearest_km = forms.FloatField(
        required=False,
        min_value=0,
        max_value=1000,
        label=say("就近优先：至多远出公里数", "priority of the nearest: so many km farther at most"),
        help_text=_label("nearest"),
    )
    shares = lines_field(
        "多校划片：共用学区的学校",
        "shared zones: schools that share one",
        "每行一个共用学区，学校的名称或代码用逗号隔开；第一所为牵头校",
        "one zone a line, names or codes of schools with commas between; the first leads",
    )
    share_distance = forms.ChoiceField(
        required=False,
        label=say("多校划片：计哪个距离", "shared zones: which distance counts"),
        help_text=_label("share_distance"),
    )
    share_pieces = forms.ChoiceField(
        required=False,
        label=say("多校划片：是否连片", "shared zones: in how many pieces"),
        help_text=_label("share_pieces"),
    )
    years = forms.CharField(
        required=False,
        max_length=9,
        label=_label("years"),
        help_text=say(
            "如 2026-2030；不填则只按本学年", "such as 2026-2030; only the year of the records if empty"
        ),
    )
    scenario = forms.ChoiceField(required=False, label=_label("scenario"))
    since = forms.IntegerField(
        required=False,
        min_value=1990,
        max_value=2100,
        label=_label("since"),
        help_text=say("不填则为第一个学年", "the first of the years if empty"),
    )
    keep_present = forms.BooleanField(required=False, label=_label("keep_present"))
    siblings = forms.FloatField(
        required=False,
        min_value=0,
        max_value=100,
        initial=0,
        label=_label("siblings"),
        help_text=say("与上一项同用", "together with the option above"),
    )
    locked = locked_field(
        "每行一条“居住单元=学校”，写名称或代码；该单元必须划给该校",
        "one “home=school” a line, by name or code: the home must go to that school",
    )
    forbidden = forbidden_field(
        "每行一条“居住单元=学校”，写名称或代码；该单元不得划给该校",
        "one “home=school” a line, by name or code: the home must not go to that school",
    )
    seed = forms.IntegerField(
        min_value=0,
        initial=0,
        label=_label("seed"),
        help_text=say(
            "同样的记录、选项和种子得到同样的方案", "same records, options and seed give the same plan"
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = current()
        self._choose("stage", [(stage, label_of("stage", stage).in_(language)) for stage in COMPULSORY])
        none = ("", said(Text("不作要求", "none")))
        self._choose("balance_group", [none, *((code, said(text)) for code, text in GROUPS.items())])
        for name, choices in _FIRST_IF_EMPTY.items():
            self._choose(name, [(code, said(text)) for code, text in choices.items()])
            self.fields[name].initial = next(iter(choices))

    def clean_shares(self) -> list[list[str]]:
        """Return the schools of every shared zone; a school that shares with nobody, or twice, is refused."""
        zones, seen = [], set[str]()
        for number, line in lines_of(self.cleaned_data["shares"]):
            words = [word.strip() for word in line.replace("，", ",").split(",")]
            schools = [self._code(number, word, 1) for word in words]
            if len(schools) < 2 or "" in schools:
                raise wrong_line(number, _SHARE)
            if len(set(schools)) < len(schools) or seen & set(schools):
                raise wrong_line(number, Text("每所学校只写一次", "each school once"))
            seen |= set(schools)
            zones.append(schools)
        return zones

    @classmethod
    def worded(cls, name: str, value: Any) -> Any:
        """Return a setting as its field has it."""
        if value is None or name not in ("shares", "years", "tradeoff_proposals"):
            return super().worded(name, value)
        if name == "shares":
            return "\n".join(",".join(schools) for schools in value)
        return "-".join(map(str, value)) if name == "years" else list(map(str, value))

    def clean_years(self) -> list[int] | None:
        """Return the first and the last year."""
        wording = self.cleaned_data["years"].replace("–", "-").replace("—", "-").strip()
        if not wording:
            return None
        first, _, last = wording.partition("-")
        years = [first.strip(), (last or first).strip()]
        if not all(one.isascii() and one.isdigit() and len(one) == 4 for one in years) or years[0] > years[1]:
            raise ValidationError(said(Text("应为{expected}", "write {expected}").format(expected=_YEARS)))
        return [int(one) for one in years]

    def clean_overflow_allowed(self) -> int:
        return int(self.cleaned_data["overflow_allowed"] or 0)

    def clean_siblings(self) -> float:
        given = self.cleaned_data["siblings"]
        return 0.0 if given is None else float(given)

    def clean(self) -> dict[str, Any]:
        """Say of options that belong together which of them is missing, and of years which are too far."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, choices in _FIRST_IF_EMPTY.items():
            cleaned[name] = cleaned.get(name) or next(iter(choices))
        has_both = {"balance_group", "balance_points"} <= cleaned.keys()
        if has_both and bool(cleaned["balance_group"]) == (cleaned["balance_points"] is None):
            self._refuse("balance_points", Text("群体和百分点须一并填写", "group and points go together"))
        if cleaned.get("siblings") and not cleaned.get("keep_present"):
            self._refuse(
                "siblings",
                Text(
                    "只有在校生在原校读完时，才有随兄姐入原校的新生",
                    "only where present pupils finish at their school can entrants follow an elder there",
                ),
            )
        self._check_years(cleaned)
        return cleaned

    def _check_years(self, cleaned: dict[str, Any]) -> None:
        years, now = cleaned.get("years"), _year(cleaned.get("snapshot", ""))
        if years is None or now is None:
            return
        if not now <= years[0] <= years[1] <= now + _MOST_AHEAD:
            text = Text("应在 {first} 至 {last} 之间", "the years lie from {first} to {last}")
            self._refuse("years", text.format(first=now, last=now + _MOST_AHEAD))
        elif cleaned.get("since") is not None and not years[0] <= cleaned["since"] <= years[1]:
            text = Text("应在 {first} 至 {last} 之间", "it lies from {first} to {last}")
            self._refuse("since", text.format(first=years[0], last=years[1]))


def _year(snapshot: str) -> int | None:
    """Return the school year of the records on which the plan will stand."""
    if snapshot == NOW:
        return names.latest()
    return (
        Snapshot.objects.filter(pk=int(snapshot)).values_list("year", flat=True).first() if snapshot else None
    )
