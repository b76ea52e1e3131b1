"""Writing the fresh archive that the reader of workbooks gets, from parts that stay packed as they are."""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _TIME, _DATE = 20, 0, 33  # 1980-01-01, the first day that the format knows: no clock is read


@dataclass(frozen=True, slots=True)
class Packed:
    """A part as it stands in an archive, unpacked once and found whole.

    Attributes
    ----------
    method
        Stored or deflated, as in `zipfile`.
    content
        The packed bytes.
    size, checksum
        Length and CRC-32 of the unpacked bytes.
    """

    method: int
    content: bytes | memoryview
    size: int
    checksum: int

    @classmethod
    def stored(cls, content: bytes) -> Packed:
        """Return bytes as a part that is not compressed."""
        return cls(zipfile.ZIP_STORED, content, len(content), zlib.crc32(content))


def fresh_archive(parts: dict[str, Packed]) -> bytes:
    """Return a zip archive with these parts; names are ASCII, sizes below 4 GB."""
    body, directory = bytearray(), bytearray()
    for name, part in parts.items():
        numbers = (0, part.method, _TIME, _DATE, part.checksum, len(part.content), part.size, len(name))
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *numbers, 0, 0, 0, 0, 0, len(body))
        directory += name.encode("ascii")
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *numbers, 0)
        body += name.encode("ascii")
        body += part.content
    end = _END.pack(b"PK\x05\x06", 0, 0, len(parts), len(parts), len(directory), len(body), 0)
    return bytes(body + directory + end)
