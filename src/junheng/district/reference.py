"""The reference pages of the docs, generated: every table and column, every check of the tables."""

from __future__ import annotations

from collections.abc import Sequence

from junheng.district.columns import Column, Table, tables


def columns_markdown() -> str:
    """Return the reference page of all tables and columns, in both languages, as Markdown."""
    parts = [
        "# 表与列 · Tables and columns",
        "“键”相同的两行是同一记录。空单元格表示没有数据，不是零。  \n"
        "Two rows with the same key are one record. An empty cell means no figure, never zero.",
        _table(
            ("表 Sheet", "Name", "每行 One row per", "说明", "Note"),
            [
                (f"[{one.label.zh}](#{one.name})", f"`{one.name}`", one.per, one.note.zh, one.note.en)
                for one in tables().values()
            ],
        ),
    ]
    for one in tables().values():
        parts += [f'<a id="{one.name}"></a>', f"## {one.label.zh} · {one.label.en}", _columns(one)]
        parts += [_choices(column) for column in one if column.type == "enum"]
    return "\n\n".join(parts) + "\n"


def checks_markdown() -> str:
    """Return the reference page of every check of the tables, in the order in which they run, as Markdown."""
    # The checks load the table and geometry libraries, which listing columns does not need.
    from junheng.district.checks import registry  # noqa: PLC0415

    severity = {"error": "错误 error", "warning": "警告 warning", "notice": "提示 notice"}
    rows = [(f"`{one.code}`", severity[one.severity], one.text.zh, one.text.en) for one in registry()]
    parts = [
        "# 数据检查 · Checks of the tables",
        "“错误”会使结果错误或不确定，必须改正；“警告”应当核对。  \n"
        "An error would make results wrong or ambiguous and must be mended; a warning should be looked at.",
        _table(("代码 Code", "级别 Severity", "检查内容", "What it looks for"), rows),
    ]
    return "\n\n".join(parts) + "\n"


def _columns(one: Table) -> str:
    header = ("列 Column", "Name", "类型 Type", "单位 Unit", "范围 Range", "必填 Required", "键 Key")
    rows = [
        (
            f"{column.label.zh} · {column.label.en}",
            f"`{column.name}`",
            column.type,
            _unit(column),
            _range(column),
            "✓" if column.is_required else "",
            "✓" if column.is_key else "",
            f"`{'.'.join(column.refers_to)}`" if column.refers_to else "",
            column.official_return,
            " ".join(part for part in column.note if part),
        )
        for column in one
    ]
    return _table((*header, "引用 Refers to", "国家统计报表 Official return", "说明 Note"), rows)


def _choices(column: Column) -> str:
    rows = [
        (f"`{choice.code}`", choice.text.zh, choice.text.en, choice.official or "")
        for choice in column.choices
    ]
    return f"`{column.name}`：\n\n" + _table(("代码 Code", "中文", "English", "统计代码 Official code"), rows)


def _unit(column: Column) -> str:
    text = column.unit.text
    return text.zh if text.zh == text.en else f"{text.zh} {text.en}"


def _range(column: Column) -> str:
    if column.minimum is None and column.maximum is None:
        return ""
    low = "" if column.minimum is None else f"{column.minimum:.12g}"
    high = "" if column.maximum is None else f"{column.maximum:.12g}"
    return f"{low} … {high}"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
