"""How the sheet of a table looks: header, comments, widths, formats, lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from junheng.district.columns import Column, Table
from junheng.district.intake.wording import expectation
from junheng.district.workbook.paper import set_up_paper
from junheng.district.workbook.widths import ARROW, column_width, width_of
from junheng.text import Language, Text

LAST_ROW = 1_048_575
"""The last row of a sheet, from 0."""
_NAME_WIDTH, _DEGREE_WIDTH = 26, 11
"""Characters for which columns of names and shapes, and of coordinates, have room at the least."""
TITLE_POINTS = 24
"""Height of the row of a title."""
NUMBERS = {"align": "right", "indent": 1}
"""A number keeps away from the text on its right."""
_MOST_LIST_CHARACTERS = 255
"""Characters that Excel keeps of a list to choose from."""

REQUIRED_COLOUR, OPTIONAL_COLOUR, SYNTHETIC_COLOUR = "#1F4E78", "#7F7F7F", "#FFC000"
_FONT = {"zh": "宋体", "en": "Calibri"}


@dataclass(frozen=True, slots=True)
class Styles:
    """The formats of one workbook, and the font that they share."""

    font: Mapping[str, Any]
    required: Any
    optional: Any
    text: Any
    quoted: Any
    integer: Any
    number: Any
    degree: Any
    title: Any
    wrapped: Any

    @classmethod
    def of(cls, book: Any, language: Language) -> Styles:
        """Add the formats to a workbook."""
        font = {"font_name": _FONT[language], "font_size": 11}
        header = {
            **font,
            "bold": True,
            "font_color": "white",
            "text_wrap": True,
            "valign": "vcenter",
            "border": 1,
        }
        return cls(
            font=font,
            required=book.add_format({**header, "bg_color": REQUIRED_COLOUR}),
            optional=book.add_format({**header, "bg_color": OPTIONAL_COLOUR}),
            text=book.add_format({**font, "num_format": "@"}),
            quoted=book.add_format({**font, "num_format": "@", "quote_prefix": True}),
            integer=book.add_format({**font, **NUMBERS, "num_format": "0"}),
            number=book.add_format({**font, **NUMBERS, "num_format": "General"}),
            degree=book.add_format({**font, **NUMBERS, "num_format": "0.000000"}),
            title=book.add_format({**font, "bold": True, "font_size": 14}),
            wrapped=book.add_format({**font, "text_wrap": True, "valign": "top"}),
        )

    def body(self, column: Column) -> Any:
        """Return the format of a column's cells."""
        if column.type == "integer":
            return self.integer
        if column.type == "number":
            return self.degree if column.unit.code == "degree" else self.number
        return self.text


def lay_out(
    sheet: Any, one: Table, *, styles: Styles, language: Language, values: Mapping[str, float]
) -> None:
    """Write the header of a table's sheet with its comments, widths, formats, lists to choose from and paper.

    Parameters
    ----------
    values
        How wide the values are that will stand in each column, in characters; nothing where there are none.
    """
    keys = _frozen(one)
    sheet.freeze_panes(1, keys)
    sheet.set_row(0, 32)
    widths = [_width(column, column.label.in_(language), values.get(column.name, 0)) for column in one]
    set_up_paper(sheet, widths, keys=keys)
    for position, column in enumerate(one):
        label = column.label.in_(language)
        sheet.set_column(position, position, widths[position], styles.body(column))
        sheet.write_string(0, position, label, styles.required if column.is_required else styles.optional)
        sheet.write_comment(0, position, explain(column).in_(language), {"x_scale": 2, "y_scale": 1.5})
        rule = _validation(column, language)
        if rule is not None:
            sheet.data_validation(1, position, LAST_ROW, position, rule)
    sheet.autofilter(0, 0, 0, len(one.columns) - 1)


def explain(column: Column) -> Text:
    """Return what a person must know to fill in a column: kind, range, unit, duty, note, official return."""
    duty = Text("必填", "required") if column.is_required else Text("选填", "optional")
    lines = [
        Text("{label}：{duty}", "{label}: {duty}").format(label=column.label, duty=duty),
        Text("填写：{what}", "Write {what}").format(what=expectation(column)),
    ]
    if column.note.zh:
        lines.append(column.note)
    if column.official_return:
        lines.append(Text("报表：{place}", "Official return: {place}").format(place=column.official_return))
    text = lines[0]
    for line in lines[1:]:
        text = text.joined("\n", line)
    return text


def _frozen(one: Table) -> int:
    leading = 0
    while leading < 2 and one.columns[leading].is_key:
        leading += 1
    return leading


def _width(column: Column, label: str, values: float) -> float:
    if column.name == "name" or column.type == "geometry":
        least = _NAME_WIDTH
    else:
        least = _DEGREE_WIDTH if column.unit.code == "degree" else 0
    return column_width((width_of(label) + ARROW, values, least))


def _validation(column: Column, language: Language) -> dict[str, Any] | None:
    message = {
        "error_title": column.label.in_(language)[:32],
        "error_message": expectation(column).in_(language)[:255],
    }
    if column.type == "enum":
        labels = [choice.text.in_(language) for choice in column.choices]
        if len(",".join(labels)) > _MOST_LIST_CHARACTERS:
            return None
        return {"validate": "list", "source": labels, **message}
    if column.type in ("integer", "number") and column.minimum is not None and column.maximum is not None:
        if column.unit.code == "degree":
            return None  # projected coordinates are metres
        kind = "integer" if column.type == "integer" else "decimal"
        bounds = {"minimum": column.minimum, "maximum": column.maximum}
        return {"validate": kind, "criteria": "between", **bounds, **message}
    return None
