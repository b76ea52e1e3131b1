"""The form of a what-if."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.admission.rules import Rules
from junheng.text import Text
from junheng.web.admissions.forms.fields import reserve_fields
from junheng.web.language import said, say
from junheng.web.planning.models import PlanRecord

_DRAWS = 20


class ScenarioForm(forms.Form):
    """What would be otherwise; what is left as it is changes nothing."""

    name = forms.CharField(max_length=120, label=say("名称", "name"))
    places = forms.CharField(
        required=False,
        max_length=4000,
        label=say("改学位（每行“学校代码=增减人数”）", "places (one “school code=more or fewer” a line)"),
        help_text=say("如 2199000001=45 表示多一个班", "such as 2199000001=45 for one more class"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    plan_of_zones = forms.ChoiceField(
        required=False,
        label=say("改学区（已算出的学区方案）", "zones (a catchment plan that was computed)"),
    )
    draws = forms.IntegerField(
        min_value=1, max_value=200, initial=_DRAWS, label=say("模拟摇号次数", "made-up draws")
    )

    def __init__(
        self, data: Any = None, *, rules: Rules, plans: Iterable[PlanRecord], schools: set[str]
    ) -> None:
        super().__init__(data)
        self.rules, self.schools = rules, schools
        zones = self.fields["plan_of_zones"]
        assert isinstance(zones, forms.ChoiceField)  # noqa: S101 - declared above
        present = said(Text("现行学区", "the present zones"))
        zones.choices = [("", present), *((str(one.pk), one.name) for one in plans)]
        self.fields |= reserve_fields(rules)

    def clean_places(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for line in self.cleaned_data["places"].splitlines():
            if not line.strip():
                continue
            school, _, number = (part.strip() for part in line.partition("="))
            digits = number.removeprefix("-").removeprefix("+")
            if school not in self.schools or school in found or not (digits.isascii() and digits.isdigit()):
                text = Text(
                    "“{line}”应写作 学校代码=人数，学校须有招生计划，每校一次",
                    "write “{line}” as school code=number; a school of the plan, each once",
                )
                raise ValidationError(said(text.format(line=line.strip())))
            found[school] = int(number)
        return found

    def reserves(self) -> dict[str, tuple[float | None, float | None]]:
        """Return the shares of the reserves that would differ from the rules."""
        given = self.cleaned_data
        asked = {
            one.id: (given[f"{one.id}-floor"], given[f"{one.id}-ceiling"]) for one in self.rules.reserves
        }
        present = {one.id: (one.floor_percent, one.ceiling_percent) for one in self.rules.reserves}
        return {name: shares for name, shares in asked.items() if shares != present[name]}

    def plan(self) -> int | None:
        """Return the catchment plan that was chosen."""
        chosen = self.cleaned_data["plan_of_zones"]
        return int(chosen) if chosen else None
