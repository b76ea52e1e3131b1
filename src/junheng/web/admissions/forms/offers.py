"""The form of what one school offers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.admission.rules import Rules
from junheng.text import Text
from junheng.web.admissions.rounds import Offer
from junheng.web.language import said, say


class OfferForm(forms.Form):
    """What one school offers."""

    classes = forms.IntegerField(
        required=False, min_value=0, max_value=200, label=say("计划班数", "classes planned")
    )
    places = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=10_000,
        label=say("计划人数", "places offered"),
        help_text=say("不填表示本轮不招生", "empty: the school offers none in this round"),
    )

    def __init__(self, data: Any = None, *, rules: Rules, offer: Offer, sector: str) -> None:
        super().__init__(data, initial={"classes": offer.classes, "places": offer.places})
        self.reserves = [one for one in rules.reserves if sector in one.sectors]
        for reserve in self.reserves:
            own = offer.reserves.get(reserve.id, (None, None))
            rule = (reserve.floor_percent, reserve.ceiling_percent)
            names = (
                ("floor", Text("{name}：至少（人）", "{name}: at least (children)")),
                ("ceiling", Text("{name}：至多（人）", "{name}: at most (children)")),
            )
            for (end, text), value, percent in zip(names, own, rule, strict=True):
                self.fields[f"{reserve.id}-{end}"] = forms.IntegerField(
                    required=False,
                    min_value=0,
                    max_value=10_000,
                    initial=value,
                    label=said(text.format(name=reserve.name)),
                    help_text=said(_by_rule(percent, offer.places)),
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for reserve in self.reserves:
            floor, ceiling = given.get(f"{reserve.id}-floor"), given.get(f"{reserve.id}-ceiling")
            if floor is not None and ceiling is not None and floor > ceiling:
                wrong = ValidationError(say("至少不能多于至多", "the floor is above the ceiling"))
                self.add_error(f"{reserve.id}-floor", wrong)
        floors = [given.get(f"{reserve.id}-floor") or 0 for reserve in self.reserves]
        places = given.get("places")
        if places is not None and sum(floors) > places:
            self.add_error(
                "places",
                ValidationError(
                    said(
                        Text(
                            "各类至少之和 {n} 超过计划人数", "the floors add up to {n}, above the places"
                        ).format(n=sum(floors))
                    )
                ),
            )
        return given

    def offer(self) -> Offer:
        """Return what was entered."""
        given = self.cleaned_data
        return Offer(
            classes=given["classes"],
            places=given["places"],
            reserves={
                one.id: (given[f"{one.id}-floor"], given[f"{one.id}-ceiling"]) for one in self.reserves
            },
        )


def _by_rule(percent: float | None, places: int | None) -> Text:
    if percent is None:
        return Text("细则没有规定；不填则不限", "the rules say nothing; empty: none")
    if places is None:
        return Text("不填按细则的 {p}%", "empty: {p} % by the rules").format(p=f"{percent:g}")
    return Text("不填按细则的 {p}%，即 {n} 人", "empty: {p} % by the rules, {n} children").format(
        p=f"{percent:g}", n=int(places * percent // 100)
    )
