"""The generated reference pages name everything, in well-formed tables, the same each time."""

from __future__ import annotations

import re

import pytest

from junheng.district.checks import registry
from junheng.district.columns import tables
from junheng.district.reference import checks_markdown, columns_markdown


@pytest.mark.parametrize("page", [columns_markdown, checks_markdown])
def test_a_page_is_the_same_each_time_and_its_tables_are_well_formed(page: object) -> None:
    text = page()  # type: ignore[operator]
    assert text == page()  # type: ignore[operator]
    assert text.startswith("# ")
    assert text.endswith("|\n")
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1
        assert block.splitlines()[1].startswith("| ---")


def test_every_table_and_column_is_on_the_page_with_its_unit() -> None:
    text = columns_markdown()
    for one in tables().values():
        section = text.split(f'<a id="{one.name}"></a>')[1].split("<a id=")[0]
        assert one.label.zh in section
        for column in one:
            (line,) = re.findall(rf"^\| .* \| `{column.name}` \| {column.type} \| .*$", section, re.MULTILINE)
            assert column.label.zh in line
            assert column.label.en in line
            assert column.unit.text.zh in line


def test_required_and_key_columns_are_marked() -> None:
    (line,) = [line for line in columns_markdown().splitlines() if "`pupils`" in line and "教基2106" in line]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[4:7] == ["0 … 200", "✓", ""]


def test_every_choice_is_on_the_page() -> None:
    text = columns_markdown()
    for one in tables().values():
        for column in one:
            for choice in column.choices:
                assert f"| `{choice.code}` | {choice.text.zh} | {choice.text.en} |" in text


def test_every_check_is_on_the_page_with_its_severity() -> None:
    lines = checks_markdown().splitlines()
    for one in registry():
        (line,) = [line for line in lines if line.startswith(f"| `{one.code}` |")]
        assert one.severity in line
        assert one.text.zh in line
        assert one.text.en in line
