"""Phones of families as the opening-day benchmark plays them: plain HTTP over connections of their own."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

Headers = dict[str, str]


class BrokenError(Exception):
    """The server closed the connection before its answer was whole."""


@dataclass
class Reply:
    """One answer."""

    status: int
    headers: Headers
    cookies: dict[str, str]
    body: bytes
    seconds: float

    def find(self, pattern: str) -> str:
        """Return the first group of a pattern in the page."""
        found = re.search(pattern, self.body.decode())
        if found is None:
            raise BrokenError(f"no {pattern} in an answer {self.status}")
        return found.group(1)


@dataclass
class Phone:
    """A browser: one connection, its cookies, and the address that the proxy in front saw.

    ``seconds`` counts from sending the first byte of a request to the last of its answer.
    """

    port: int
    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Reply:
        """Open a page."""
        return await self._ask("GET", path, b"", {})

    async def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        files: Mapping[str, bytes] | None = None,
        reads: bool = True,
    ) -> Reply | None:
        """Send a form as a browser does; with ``reads`` false the connection is cut once it is sent."""
        body, kind = form(fields, files or {})
        return await self._ask("POST", path, body, {"Content-Type": kind}, reads=reads)

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, verb: str, path: str, body: bytes, more: Headers, *, reads: bool = True) -> Reply:
        started = time.perf_counter()
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "X-Forwarded-For": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Length": str(len(body)),
            **more,
        }
        head = f"{verb} {path} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in headers.items()
        )
        writer.write(head.encode() + b"\r\n" + body)
        await writer.drain()
        if not reads:
            await self.close()
            return Reply(0, {}, {}, b"", 0.0)
        try:
            reply = await _read(reader, started)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            raise BrokenError(path) from error
        self.cookies |= reply.cookies
        if reply.headers.get("connection", "").lower() == "close":
            await self.close()
        return reply


def form(fields: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Return the body of a form with files, and its type."""
    border = uuid.uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts += [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="IMG.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, content in files.items()
    ]
    return b"".join(parts) + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"


async def _read(reader: asyncio.StreamReader, started: float) -> Reply:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers: Headers = {}
    cookies: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            cookies[key] = rest.partition(";")[0]
        elif name:
            headers[name.lower()] = value
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join([part async for part in _chunks(reader)])
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Reply(int(lines[0].split()[1]), headers, cookies, body, time.perf_counter() - started)


async def _chunks(reader: asyncio.StreamReader):
    while size := int(await reader.readline(), 16):
        yield await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
