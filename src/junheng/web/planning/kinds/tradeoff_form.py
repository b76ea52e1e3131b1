"""What a planner may ask of the trade-off that is drawn beside a plan of catchments."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from junheng.measure.composition import GROUPS
from junheng.planners.catchments.wording import OPTIONS
from junheng.text import Text
from junheng.web.language import said, say
from junheng.web.planning.forms import PlanForm
from junheng.web.planning.models import PlanRecord

_MOST = 40
"""Plans of a trade-off that are asked for at most."""
_HOW_MANY = Text("请填写约算多少个方案", "say about how many plans to draw")


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
    tradeoff_proposals = forms.MultipleChoiceField(
        required=False,
        label=say("取舍：不逊于哪些提案", "trade-off: nowhere worse than these proposals"),
        help_text=say(
            "为每个导入的提案另算一个方案：超出学位、改换学校（和占比）都不多于它，距离最短。提案须与所选快照、学段相同",
            "for each proposal that was brought in, one more plan with no more over capacity, no more moved (and no "
            "share farther off), and the shortest ways. It must be of the snapshot and stage chosen",
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        none = ("", said(Text("不作要求", "none")))
        self._choose("tradeoff_balance", [none, *((code, said(text)) for code, text in GROUPS.items())])
        self._proposals = _proposals()
        self._choose("tradeoff_proposals", [(str(one.pk), one.name) for one in self._proposals])
        if not self._proposals:
            self.fields["tradeoff_proposals"].widget = forms.MultipleHiddenInput()

    def clean_tradeoff(self) -> int:
        return int(self.cleaned_data["tradeoff"] or 0)

    def clean_tradeoff_proposals(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["tradeoff_proposals"]]

    def clean(self) -> dict[str, Any]:
        """Say of options that belong together which of them is missing, or which contradict each other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        group, balanced = cleaned.get("tradeoff_balance"), cleaned.get("balance_group")
        if group and "tradeoff" in cleaned and not cleaned["tradeoff"]:
            self._refuse("tradeoff", _HOW_MANY)
        if group and balanced and group != balanced:
            self._refuse(
                "tradeoff_balance",
                Text("应与均衡的群体相同", "it must be the group whose share is kept alike"),
            )
        self._check_proposals(cleaned)
        return cleaned

    def _check_proposals(self, cleaned: dict[str, Any]) -> None:
        asked = set(cleaned.get("tradeoff_proposals", ()))
        strange = [one.name for one in self._proposals if one.pk in asked and not _is_of(one, cleaned)]
        if strange:
            text = Text("不是所选快照、学段的提案：{names}", "not of the snapshot and stage chosen: {names}")
            self._refuse("tradeoff_proposals", text.format(names=", ".join(strange)))
        if asked and "tradeoff" in cleaned and not cleaned["tradeoff"] and "tradeoff" not in self.errors:
            self._refuse("tradeoff", _HOW_MANY)


def _proposals() -> list[PlanRecord]:
    """Return the proposals that were brought in and measured, newest first."""
    found = PlanRecord.objects.filter(
        kind="catchments", result__isnull=False, settings__contains='"proposal"'
    )
    return list(found.only("name", "settings", "snapshot_id"))


def _is_of(proposal: PlanRecord, cleaned: dict[str, Any]) -> bool:
    is_stage = json.loads(proposal.settings)["stage"] == cleaned.get("stage")
    return is_stage and str(proposal.snapshot_id) == cleaned.get("snapshot")
