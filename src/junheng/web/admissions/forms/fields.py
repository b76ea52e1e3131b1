"""Fields that several forms of the desk have."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms

from junheng.admission.rules import Rules
from junheng.text import Text
from junheng.web.language import said, say


def moment(zh: str, en: str) -> forms.DateTimeField:
    """Return an optional field for a day and hour."""
    return forms.DateTimeField(
        required=False,
        label=say(zh, en),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


def lines(zh: str, en: str, *, rows: int = 2, is_required: bool = True) -> forms.CharField:
    """Return a field of several lines."""
    return forms.CharField(
        required=is_required,
        max_length=2000,
        label=say(zh, en),
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def choices_of(texts: Mapping[str, Text]) -> list[tuple[str, str]]:
    """Return codes with their wordings, chosen when they are shown."""
    return [(code, say(*text)) for code, text in texts.items()]


def whole(value: float) -> float | int:
    """Return a number without decimals where it has none."""
    return int(value) if value == int(value) else value


def reserve_fields(rules: Rules) -> dict[str, forms.Field]:
    """Return the floor and the ceiling of every reserve in percent, as ``<id>-floor`` and ``<id>-ceiling``."""
    return {
        f"{reserve.id}-{end}": forms.FloatField(
            required=False,
            min_value=0,
            max_value=100,
            initial=None if value is None else whole(value),
            label=said(text.format(name=reserve.name)),
            widget=forms.NumberInput(attrs={"step": "any"}),
        )
        for reserve in rules.reserves
        for end, text, value in (
            ("floor", Text("{name}：至少 %", "{name}: at least %"), reserve.floor_percent),
            ("ceiling", Text("{name}：至多 %", "{name}: at most %"), reserve.ceiling_percent),
        )
    }
