"""What a planner may ask of the trade-off that is drawn beside a plan of catchments."""

from __future__ import annotations

from typing import Any

from django import forms

from junheng.measure.composition import GROUPS
from junheng.planners.catchments.wording import OPTIONS
from junheng.text import Text
from junheng.web.language import said, say
from junheng.web.planning.forms import PlanForm

_MOST = 40
"""Plans of a trade-off that are asked for at most."""


class TradeoffForm(PlanForm):
    """About how many plans, and whose balance is traded."""

    tradeoff = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=_MOST,
        initial=0,
        label=say("取舍：约算多少个方案", "trade-off: about how many plans"),
        help_text=say(
            "如 12：另算约十二个互不占优的方案，权衡超出学位、改换学校与距离，供选择；每个至多用最长时间的四分之一。"
            "填 0 则不算",
            "such as 12: also draws about twelve plans that trade pupils over capacity, moves and distance, none "
            "beating another, to choose from; each takes a quarter of the longest time at most. With 0 none",
        ),
    )
    tradeoff_balance = forms.ChoiceField(
        required=False,
        label=say("取舍：也权衡哪一群体的均衡", "trade-off: whose balance is traded, too"),
        help_text=say(*OPTIONS["tradeoff_balance"]),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        none = ("", said(Text("不作要求", "none")))
        self._choose("tradeoff_balance", [none, *((code, said(text)) for code, text in GROUPS.items())])

    def clean_tradeoff(self) -> int:
        return int(self.cleaned_data["tradeoff"] or 0)

    def clean(self) -> dict[str, Any]:
        """Say of options that belong together which of them is missing, or which contradict each other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        group, balanced = cleaned.get("tradeoff_balance"), cleaned.get("balance_group")
        if group and "tradeoff" in cleaned and not cleaned["tradeoff"]:
            self._refuse("tradeoff", Text("请填写约算多少个方案", "say about how many plans to draw"))
        if group and balanced and group != balanced:
            self._refuse(
                "tradeoff_balance",
                Text("应与均衡的群体相同", "it must be the group whose share is kept alike"),
            )
        return cleaned
