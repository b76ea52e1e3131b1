"""Scans of documents as families send them: hostile until looked at, under a name of our own, sealed in the database.

They stand in no folder that a web server could hand out, and a transaction that fails leaves nothing of them behind.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from junheng.district.columns import choices
from junheng.text import Text
from junheng.web.admissions.models import Document
from junheng.web.vault import open_file, seal_file

MOST_BYTES = 8 * 2**20
"""Of one scan: a photo of a phone is half of it."""
_SEAL = "admission-scan"
_TYPES = (
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"%PDF-", "application/pdf", "pdf"),
)
"""First bytes of what is taken, with the type under which it is kept. Names and types that a browser tells count for
nothing."""
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif")


class Upload(Protocol):
    """A file as a form brings it."""

    @property
    def size(self) -> int | None:
        """Its length in bytes, where that is known."""
        ...

    def read(self) -> bytes:
        """Return its bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A scan that may be kept.

    Attributes
    ----------
    kind
        A value of the enumeration ``document``.
    content_type, file_name
        By its content; nothing of the name that it came with is kept.
    sha256
        Of its bytes.
    sealed
        The bytes, sealed.
    """

    kind: str
    content_type: str
    file_name: str
    sha256: str
    sealed: bytes = field(repr=False)


def look_at(kind: str, upload: Upload) -> Scan | Text:
    """Return a scan that may be kept, or why not and what to send instead."""
    if kind not in {one.code for one in choices("document")}:
        return Text("没有这种材料", "there is no such document")
    if (upload.size or 0) > MOST_BYTES:
        return Text(
            f"文件超过 {MOST_BYTES >> 20} MB。请拍照上传，或把图片压缩后再传",
            f"the file is over {MOST_BYTES >> 20} MB. Send a photo of it, or a smaller picture",
        )
    content = upload.read()
    found = type_of(content)
    if found is None:
        return _refused(content)
    content_type, suffix = found
    return Scan(
        kind=kind,
        content_type=content_type,
        file_name=f"{kind}.{suffix}",
        sha256=hashlib.sha256(content).hexdigest(),
        sealed=seal_file(content, purpose=_SEAL),
    )


def type_of(content: bytes) -> tuple[str, str] | None:
    """Return type and suffix of a file by its first bytes, or `None` for what is not taken."""
    return next(((named, suffix) for first, named, suffix in _TYPES if content.startswith(first)), None)


def scan_of(document: Document) -> bytes | None:
    """Return the bytes of a document's scan, or `None` where it was handed in on paper."""
    return None if document.content is None else open_file(bytes(document.content), purpose=_SEAL)


def _refused(content: bytes) -> Text:
    if not content:
        return Text("文件是空的。请重新选择", "the file is empty. Choose it again")
    if content[4:12] in _HEIC:
        return Text(
            "苹果手机的 HEIC 照片打不开。请在相机设置中选“兼容性最佳”后重拍，或截屏后上传截图",
            "HEIC photos cannot be opened here. Set the camera to “most compatible”, or send a screenshot of it",
        )
    return Text(
        "不是照片或 PDF。请上传 JPG、PNG 或 PDF 文件",
        "this is neither a photo nor a PDF. Send a JPG, PNG or PDF file",
    )
