"""A District in one piece of bytes: a zip of Parquet files, one a table, as snapshots are kept and sent."""

from __future__ import annotations

import io
import zipfile

import polars as pl

from junheng.district.columns import tables
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text

MEDIA_TYPE = "application/zip"
MOST_BYTES = 2 * 2**30
"""Bytes of all tables together, unpacked: beyond it a zip is taken for damaged, or meant to do damage."""
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every file in the zip: the same District gives the same bytes."""
_ENDING = ".parquet"


def packed(district: District) -> bytes:
    """Return a District as a zip of Parquet files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, frame in district.tables.items():
            part = io.BytesIO()
            frame.write_parquet(part, compression="zstd", statistics=False)
            archive.writestr(zipfile.ZipInfo(f"{name}{_ENDING}", date_time=_MOMENT), part.getvalue())
    return out.getvalue()


def unpacked(content: bytes) -> District:
    """Return the District that `packed` was given.

    Raises
    ------
    UsageError
        If the bytes are no zip of tables that this version knows. The hash is the caller's to compare.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_others(archive)
            frames = {
                name.removesuffix(_ENDING): pl.read_parquet(io.BytesIO(archive.read(name)))
                for name in archive.namelist()
            }
    except (zipfile.BadZipFile, EOFError, OSError, pl.exceptions.PolarsError) as error:
        raise UsageError(
            Text("数据包已损坏，或不是均衡的快照", "the package is damaged, or is no snapshot of Junheng")
        ) from error
    return District.of(frames)


def _refuse_others(archive: zipfile.ZipFile) -> None:
    known = {f"{name}{_ENDING}" for name in tables()}
    unknown = sorted(set(archive.namelist()) - known)
    if unknown:
        raise UsageError(
            Text(
                "数据包里有本版本不认识的表：{names}；请升级程序",
                "the package holds tables that this version does not know: {names}; upgrade the program",
            ).format(names=", ".join(unknown[:5]))
        )
    if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
        raise UsageError(Text("数据包过大，不予展开", "the package is too large and is not unpacked"))
