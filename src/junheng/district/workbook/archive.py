"""Unpacking the zip archive of a workbook by our own counting."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from junheng.district.workbook import limits
from junheng.district.workbook.fresh import Packed
from junheng.district.workbook.refusal import SAVE_AGAIN, refusal
from junheng.errors import InputError
from junheng.text import Text

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_ENCRYPTED_FLAG = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    OverflowError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    IndexError,
)


class Archive:
    """The parts of a workbook by name in lower case, unpacked by our own counting.

    Parameters
    ----------
    content
        The bytes of the file.
    file
        Its name, for the refusal.

    Raises
    ------
    InputError
        Here or when a part is read, for an archive that is damaged, encrypted or beyond the limits.
    """

    def __init__(self, content: bytes, file: str) -> None:
        self._content, self._file, self._total = content, file, 0
        if content.count(_CENTRAL_SIGNATURE) > limits.MOST_PARTS:
            raise _too_many(file)
        try:
            entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
        except _BROKEN as error:
            raise damaged(file) from error
        _check_entries(entries, file)
        self._entries = {entry.filename.lower(): entry for entry in entries}
        self._unread = set(self._entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """Return the bytes of a part; one that is absent makes the file damaged."""
        if name not in self._entries:
            raise damaged(self._file)
        try:
            part = _unpacked(self._content, self._entries[name], self._file)
        except _BROKEN as error:
            raise damaged(self._file) from error
        self._unread.discard(name)
        self._total += len(part)
        if self._total > limits.MOST_TOTAL_BYTES:
            raise _too_large(self._file, limits.MOST_TOTAL_BYTES)
        return part

    def packed(self, name: str) -> Packed:
        """Return a part that was read, as it stands in the archive."""
        entry = self._entries[name]
        return Packed(entry.compress_type, _packed(self._content, entry), entry.file_size, entry.CRC)

    def count_unread(self) -> None:
        """Unpack the parts that were not read, only to count them: a bomb in a picture is still a bomb."""
        for name in sorted(self._unread):
            self.read(name)


def damaged(file: str) -> InputError:
    """Return the refusal of a file that is not what it says it is."""
    return refusal(
        file,
        "damaged-file",
        found=Text("文件损坏或不完整", "a damaged or incomplete file"),
        remedy=Text(
            "重新下载或复制；能打开的话，另存为新的 .xlsx 文件",
            "Download or copy it again; if it can be opened, save it as a new .xlsx file",
        ),
    )


def _check_entries(entries: Sequence[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > limits.MOST_PARTS:
        raise _too_many(file)
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise encrypted(file)
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names):
        raise damaged(file)
    for entry in entries:
        if _is_trick(entry):
            raise refusal(
                file,
                "unsafe-part-name",
                found=Text(
                    "压缩包内有可疑的路径“{name}”", "a suspicious path “{name}” inside the archive"
                ).format(name=ascii(entry.orig_filename)[1:80]),
            )


def _is_trick(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    parts = name.split("/")
    return (
        name.startswith("/")
        or "\\" in name
        or ":" in name
        or ".." in parts
        or any(ord(character) < 32 or ord(character) == 127 for character in name)
    )


def _packed(content: bytes, entry: zipfile.ZipInfo) -> memoryview:
    header = _LOCAL_HEADER.unpack_from(content, entry.header_offset)
    start = entry.header_offset + _LOCAL_HEADER.size + header[9] + header[10]
    packed = memoryview(content)[start : start + entry.compress_size]
    if header[0] != b"PK\x03\x04" or len(packed) != entry.compress_size:
        raise zipfile.BadZipFile
    return packed


def _unpacked(content: bytes, entry: zipfile.ZipInfo, file: str) -> bytes:
    packed = _packed(content, entry)
    if entry.file_size > limits.MOST_PART_BYTES:  # what it says of itself may be a lie, but not a smaller one
        raise _too_large(file, limits.MOST_PART_BYTES)
    if entry.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        part = _inflated(packed, file)
    else:
        raise zipfile.BadZipFile
    if len(part) > limits.MOST_PART_BYTES:
        raise _too_large(file, limits.MOST_PART_BYTES)
    if len(part) >= limits.RATIO_FROM_BYTES and len(part) > limits.MOST_RATIO * len(packed):
        raise _bomb(file, len(part) // max(1, len(packed)))
    if len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        raise zipfile.BadZipFile
    return part


def _inflated(packed: memoryview, file: str) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    part = inflater.decompress(packed, limits.MOST_PART_BYTES + 1)
    if len(part) > limits.MOST_PART_BYTES:
        raise _too_large(file, limits.MOST_PART_BYTES)
    if not inflater.eof or inflater.unused_data:
        raise zipfile.BadZipFile
    return part


def _too_many(file: str) -> InputError:
    return refusal(
        file,
        "too-many-parts",
        found=Text("压缩包内部件过多", "too many parts inside the archive"),
        expected=Text(f"不超过 {limits.MOST_PARTS} 个部件", f"at most {limits.MOST_PARTS} parts"),
        remedy=SAVE_AGAIN,
    )


def _too_large(file: str, limit: int) -> InputError:
    return refusal(
        file,
        "unpacked-too-large",
        found=Text("解压后内容过大", "too much content once unpacked"),
        expected=Text(f"解压后不超过 {limit >> 20} MB", f"at most {limit >> 20} MB once unpacked"),
        remedy=Text(
            "删除数据下方的空行、多余的格式和无关的表，或改用 CSV 文件夹",
            "Delete empty rows below the data, needless formats and unrelated sheets, or use a folder of CSV files",
        ),
    )


def _bomb(file: str, ratio: int) -> InputError:
    return refusal(
        file,
        "suspicious-compression",
        found=Text(
            f"压缩比高达 {ratio} 倍，疑似压缩炸弹",
            f"a part that grows {ratio} times: it looks like a zip bomb",
        ),
        expected=Text(f"不超过 {limits.MOST_RATIO} 倍", f"at most {limits.MOST_RATIO} times"),
        remedy=Text(
            "删除数据下方的空行后另存为新的 .xlsx 文件",
            "Delete empty rows below the data and save it as a new .xlsx file",
        ),
    )


def encrypted(file: str) -> InputError:
    """Return the refusal of a file that asks for a password."""
    return refusal(
        file,
        "encrypted-file",
        found=Text("加密的文件", "an encrypted file"),
        expected=Text("不加密的 .xlsx 工作簿", "an .xlsx workbook without a password"),
        remedy=Text(
            "在 Excel 或 WPS 中取消打开密码后保存", "Remove the password in Excel or WPS and save it"
        ),
    )
