"""Looking at one sheet's XML: how far it reaches, what it writes out, which formulas failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from junheng.district.workbook import limits, scan
from junheng.district.workbook.refusal import refusal
from junheng.text import Text

_DELETE_CELLS = Text(
    "删除数据右侧和下方的单元格后保存（按 Ctrl+End 可找到最远的单元格）",
    "Delete the cells to the right of and below the data and save it (Ctrl+End finds the farthest cell)",
)


def look_at_sheet(
    xml: bytes, shared: Sequence[int], *, file: str, sheet: str
) -> Mapping[tuple[int, int], str]:
    """Return the broken formulas of a sheet by (row, column) from 1, refusing it beyond the limits.

    Parameters
    ----------
    xml
        The part of the sheet.
    shared
        Bytes of each shared text of the workbook.

    Raises
    ------
    InputError
        For a sheet beyond the limits, or a formula that starts another program.
    MalformedError
        For XML that no spreadsheet program writes.
    """
    _check_text(xml, shared, file, sheet)
    if scan.is_plain(xml):
        return {}
    _check_extent(xml, file, sheet)
    if scan.has_dde(xml):
        raise refusal(
            file,
            "external-links",
            sheet=sheet,
            found=Text("有启动其他程序的公式（DDE）", "a formula that starts another program (DDE)"),
            expected=Text("只含数据的工作簿", "a workbook of data only"),
            remedy=Text("删除该公式，只留数值", "Delete the formula and keep its value"),
        )
    if b"<is" in xml or b":is" in xml:
        check_longest_text(xml, file, sheet)
    return scan.broken_cells(xml)


def _check_extent(xml: bytes, file: str, sheet: str) -> None:
    extent = scan.extent_of(xml)
    if extent.cells > limits.MOST_CELLS_PER_SHEET:
        limit = f"{limits.MOST_CELLS_PER_SHEET:,}"
        raise refusal(
            file,
            "sheet-too-large",
            sheet=sheet,
            found=Text(
                f"数据延伸到第 {extent.rows} 行、第 {extent.columns} 列",
                f"cells that reach to row {extent.rows} and column {extent.columns}",
            ),
            expected=Text(f"每张表不超过 {limit} 个单元格", f"at most {limit} cells a sheet"),
            remedy=_DELETE_CELLS,
        )


def check_longest_text(xml: bytes, file: str, sheet: str | None) -> None:
    """Refuse a part that has a text longer than Excel keeps in a cell."""
    longest = scan.longest_text(xml, at_least=limits.MOST_CELL_CHARACTERS)
    if longest > limits.MOST_CELL_CHARACTERS:
        limit = limits.MOST_CELL_CHARACTERS
        raise refusal(
            file,
            "huge-cell",
            sheet=sheet,
            found=Text(f"有 {longest} 个字符的单元格", f"a cell of {longest} characters"),
            expected=Text(f"每个单元格不超过 {limit} 个字符", f"at most {limit} characters a cell"),
            remedy=Text(
                "缩短文字；边界很细的多边形请放入文件夹中的 GeoJSON 或 CSV",
                "Shorten the text; keep polygons with very fine boundaries in a folder, as GeoJSON or CSV",
            ),
        )


def _check_text(xml: bytes, shared: Sequence[int], file: str, sheet: str) -> None:
    if scan.written_out_bytes(xml, shared) > limits.MOST_TEXT_BYTES_PER_SHEET:
        limit = f"{limits.MOST_TEXT_BYTES_PER_SHEET >> 20} MB"
        raise refusal(
            file,
            "too-much-text",
            sheet=sheet,
            found=Text("文字过多", "too much text"),
            expected=Text(f"每张表不超过 {limit} 文字", f"at most {limit} of text a sheet"),
            remedy=Text(
                "删除重复的长文字，或改用 CSV 文件夹",
                "Delete long repeated texts, or use a folder of CSV files",
            ),
        )
