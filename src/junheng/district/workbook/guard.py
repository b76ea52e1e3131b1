"""The guard before the reader of workbooks: nothing reaches it that was not unpacked, counted and looked at here.

The archive is unpacked once, with limits, by our own counting; the sheets that will be read are then handed on in a
fresh archive with a list of sheets of our own writing. Whatever a crafted archive declares (sizes, overlapping
entries, a list of sheets that programs read differently), the reader can meet only what the guard has seen.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from junheng.district.workbook import limits, scan
from junheng.district.workbook.archive import Archive, damaged, encrypted
from junheng.district.workbook.catalogue import (
    FORMATS,
    ROOT_RELATIONS,
    SHARED_TEXTS,
    Catalogue,
    MalformedError,
    part_of,
    read_catalogue,
    relations_part,
    workbook_part,
    written_catalogue,
)
from junheng.district.workbook.fresh import Packed, fresh_archive
from junheng.district.workbook.look import check_longest_text, look_at_sheet
from junheng.district.workbook.refusal import SAVE_AGAIN, refusal
from junheng.errors import InputError
from junheng.text import Text

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF_8 = re.compile(rb"\s*<\?xml[^<>]{0,200}encoding\s*=\s*[\"'](?!(?i:utf-8|us-ascii)[\"'])")

_FORBIDDEN: tuple[tuple[re.Pattern[str], str, Text, Text], ...] = (
    (
        re.compile(r".*vbaproject\.bin|xl/macrosheets/.*"),
        "macros",
        Text("文件含有宏", "macros in the file"),
        Text("另存为不含宏的 .xlsx 工作簿", "Save it as an .xlsx workbook without macros"),
    ),
    (
        re.compile(r"xl/externallinks/.*"),
        "external-links",
        Text("文件引用了其他工作簿或程序", "links to other workbooks or programs"),
        Text(
            "在“数据—编辑链接”中断开链接，只留数值后保存",
            "Break the links (Data, Edit Links) and save the values",
        ),
    ),
    (
        re.compile(r"xl/(?:embeddings|activex)/.*"),
        "embedded-objects",
        Text("文件嵌入了其他对象", "embedded objects in the file"),
        Text("删除嵌入的对象和控件后保存", "Delete the embedded objects and controls and save it"),
    ),
    (
        re.compile(r"xl/(?:connections\.xml|querytables/.*)"),
        "data-connections",
        Text("文件含有外部数据连接", "connections to outside data"),
        Text(
            "在“数据—查询和连接”中删除连接，只留数值后保存",
            "Delete the connections (Data, Queries) and save the values",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A workbook that passed the guard.

    Attributes
    ----------
    content
        The bytes of a fresh archive with the wanted sheets, the shared texts and the formats, nothing else.
    sheets
        Names of all sheets of the workbook in its order.
    broken
        For each wanted sheet, error text by (row, column) from 1 of formulas that failed or have no stored result.
    """

    content: bytes
    sheets: tuple[str, ...]
    broken: Mapping[str, Mapping[tuple[int, int], str]]


def inspect(path: Path, *, is_wanted: Callable[[str], bool]) -> Inspected:
    """Look at a workbook before it is read; anything hostile or unreadable raises `InputError`.

    Parameters
    ----------
    is_wanted
        Says of a sheet's name whether the sheet will be read.
    """
    file = path.name
    archive = Archive(_content(path), file)
    for name in archive:
        _check_name(name, file)
    try:
        return _inspected(archive, file, is_wanted)
    except MalformedError as error:
        raise damaged(file) from error


def _inspected(archive: Archive, file: str, is_wanted: Callable[[str], bool]) -> Inspected:
    catalogue = _catalogue(archive, file)
    wanted = {sheet: part for sheet, part in catalogue.part_by_sheet.items() if is_wanted(sheet)}
    catalogue_parts = written_catalogue(list(wanted), is_from_1904=catalogue.is_from_1904)
    parts = {name: Packed.stored(text.encode()) for name, text in catalogue_parts.items()}
    if catalogue.formats in archive:
        _part(archive, catalogue.formats, file)
        parts[FORMATS] = archive.packed(catalogue.formats)
    shared: Sequence[int] = ()
    if catalogue.shared_texts in archive:
        texts = _part(archive, catalogue.shared_texts, file)
        check_longest_text(texts, file, None)
        shared = scan.text_bytes(texts)
        parts[SHARED_TEXTS] = archive.packed(catalogue.shared_texts)
    broken: dict[str, Mapping[tuple[int, int], str]] = {}
    for number, (sheet, name) in enumerate(wanted.items(), start=1):
        broken[sheet] = look_at_sheet(_part(archive, name, file), shared, file=file, sheet=sheet)
        parts[part_of(number)] = archive.packed(name)
    archive.count_unread()
    return Inspected(fresh_archive(parts), tuple(catalogue.part_by_sheet), broken)


def _catalogue(archive: Archive, file: str) -> Catalogue:
    book = workbook_part(_small_part(archive, ROOT_RELATIONS, file))
    parts = [_small_part(archive, name, file) for name in (book, relations_part(book))]
    catalogue = read_catalogue(*parts, folder=posixpath.dirname(book))
    if len(catalogue.part_by_sheet) > limits.MOST_SHEETS:
        raise _too_many_sheets(file)
    return catalogue


def _small_part(archive: Archive, name: str, file: str) -> bytes:
    part = _part(archive, name, file)
    if len(part) > limits.MOST_CATALOGUE_BYTES:
        raise _too_many_sheets(file)
    return part


def _too_many_sheets(file: str) -> InputError:
    return refusal(
        file,
        "too-many-sheets",
        found=Text("工作表过多", "too many sheets"),
        expected=Text(f"不超过 {limits.MOST_SHEETS} 个工作表", f"at most {limits.MOST_SHEETS} sheets"),
        remedy=Text("删除无关的工作表", "Delete unrelated sheets"),
    )


def _part(archive: Archive, name: str, file: str) -> bytes:
    part = archive.read(name)
    _check_part(part, file)
    return part


def _content(path: Path) -> bytes:
    file = path.name
    if path.stat().st_size > limits.MOST_FILE_BYTES:
        size = limits.MOST_FILE_BYTES >> 20
        raise refusal(
            file,
            "file-too-large",
            found=Text("文件过大", "too large a file"),
            expected=Text(f"不超过 {size} MB", f"at most {size} MB"),
            remedy=Text(
                "删除图片和无关的表，或改用 CSV 文件夹",
                "Delete pictures and unrelated sheets, or use a folder of CSV",
            ),
        )
    content = path.read_bytes()
    if content.startswith(_OLE):
        raise (
            encrypted(file)
            if _ENCRYPTED in content
            else _not_a_workbook(file, Text("旧版 .xls 文件", "an old .xls file"))
        )
    if not content.startswith(_ZIP):
        found = (
            Text("空文件", "an empty file")
            if not content
            else Text("不是 .xlsx 工作簿", "not an .xlsx workbook")
        )
        raise _not_a_workbook(file, found)
    return content


def _not_a_workbook(file: str, found: Text) -> InputError:
    return refusal(file, "not-a-workbook", found=found)


def _check_name(name: str, file: str) -> None:
    if name == "xl/workbook.bin":
        raise _not_a_workbook(file, Text("二进制工作簿 .xlsb", "a binary .xlsb workbook"))
    if name == "content.xml":
        raise _not_a_workbook(file, Text("OpenDocument 表格 .ods", "an OpenDocument .ods file"))
    for pattern, code, found, remedy in _FORBIDDEN:
        if pattern.fullmatch(name):
            raise refusal(
                file,
                code,
                found=found,
                expected=Text("只含数据的工作簿", "a workbook of data only"),
                remedy=remedy,
            )


def _check_part(part: bytes, file: str) -> None:
    if b"\x00" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")) or _UTF_8.match(part):
        raise damaged(file)
    if scan.has_declaration(part):
        raise refusal(
            file,
            "xml-declaration",
            found=Text(
                "文件内部声明了 XML 实体或文档类型",
                "a declaration of XML entities or of a document type inside",
            ),
            expected=Text("普通的 .xlsx 工作簿", "an ordinary .xlsx workbook"),
            remedy=SAVE_AGAIN,
        )
