"""Forms of the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms

from junheng.district.columns import Column, Table, label_of
from junheng.text import Text
from junheng.web.language import current, said, say


class FileForm(forms.Form):
    """One workbook."""

    file = forms.FileField(
        label=say("工作簿（.xlsx，不超过 40 MB）", "workbook (.xlsx, 40 MB at most)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


class LoadForm(FileForm):
    """A whole district's workbook, and why."""

    why = forms.CharField(
        max_length=300, label=say("说明", "why"), help_text=say("记入操作记录", "kept in the audit")
    )


class DueForm(forms.Form):
    """The day by which returns are due."""

    due = forms.DateField(
        label=say("截止日期", "due on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


class OpenForm(DueForm):
    """The day by which returns are due, and for each stage the plan whose zones the year begins with.

    Parameters
    ----------
    offered
        Plans by stage, as key and name; the first one is proposed.
    """

    def __init__(self, *args: Any, offered: Mapping[str, Sequence[tuple[str, str]]], **options: Any) -> None:
        super().__init__(*args, **options)
        self._stages = tuple(offered)
        carried = ("", said(Text("沿用本学年学区", "the zones of this year")))
        for stage, plans in offered.items():
            label = Text("{stage}学区", "zones of {stage}").format(stage=label_of("stage", stage))
            self.fields[f"zones_{stage}"] = forms.ChoiceField(
                required=False, label=said(label), choices=[*plans, carried], initial=plans[0][0]
            )

    def plans(self) -> list[int]:
        """Return the keys of the plans that were chosen."""
        asked = [self.cleaned_data[f"zones_{stage}"] for stage in self._stages]
        return [int(one) for one in asked if one]


class RemarksForm(forms.Form):
    """What must be mended."""

    remarks = forms.CharField(
        max_length=2000,
        label=say("退回原因", "what must be mended"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SnapshotForm(forms.Form):
    """A name."""

    name = forms.CharField(max_length=120, label=say("快照名称", "name of the snapshot"))


class WhyForm(forms.Form):
    """Why a record is changed or taken away."""

    why = forms.CharField(max_length=300, label=say("原因", "why"))


class RowForm(forms.Form):
    """One row of any table, by the column table; and why it is changed.

    Parameters
    ----------
    school_names
        What schools are called, by code: a column that names a school is chosen by name.
    is_new
        Whether the key is asked for too.
    """

    why = forms.CharField(max_length=300, label=say("修改原因", "why"))

    def __init__(
        self,
        *args: Any,
        table: Table,
        school_names: Mapping[str, str],
        is_new: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for column in table:
            if is_new or not column.is_key:
                self.fields[column.name] = field_of(column, school_names)
        self.order_fields([column.name for column in table])

    def values(self) -> dict[str, Any]:
        """Return the row without its key; what was left empty is absent."""
        return {
            name: None if value in (None, "") else value
            for name, value in self.cleaned_data.items()
            if name != "why"
        }


def field_of(column: Column, school_names: Mapping[str, str] = MappingProxyType({})) -> forms.Field:
    """Return the field of a column, by its type, range and choices; a school is chosen where names are given."""
    language = current()
    options: dict[str, Any] = {
        "required": column.is_required,
        "label": column.label.in_(language),
        "help_text": column.note.in_(language),
    }
    limits: dict[str, Any] = {"min_value": column.minimum, "max_value": column.maximum}
    if column.type == "integer":
        whole: dict[str, Any] = {
            name: None if value is None else int(value) for name, value in limits.items()
        }
        return forms.IntegerField(**whole, **options)
    if column.type == "number":
        return forms.FloatField(**limits, **options, widget=forms.NumberInput(attrs={"step": "any"}))
    if column.type == "enum":
        choices = [("", "—"), *((choice.code, choice.text.in_(language)) for choice in column.choices)]
        return forms.ChoiceField(choices=choices, **options)
    if school_names and column.refers_to == ("schools", "school"):
        named = [(code, f"{name}（{code}）") for code, name in school_names.items()]
        return forms.ChoiceField(choices=[("", "—"), *named], **options)
    if column.type == "geometry":
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **options)
    return forms.CharField(max_length=2000, **options)
