"""Reads a snapshot from a server of Junheng as if it were a file; what arrives must have the announced hash."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from junheng.district.model import District
from junheng.district.packed import unpacked
from junheng.errors import UsageError
from junheng.text import Text

TOKEN = "JUNHENG_TOKEN"  # noqa: S105 - the name of a setting, and no token
"""Environment variable that holds the token."""
LATEST = "latest"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_BYTES = 2**30
"""Bytes of one answer."""
TIMEOUT_SECONDS = 120.0
_SHORTEST_HASH = 6


def read(
    address: str,
    *,
    token: str | None = None,
    snapshot: str | int | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> District:
    """Read a snapshot.

    Parameters
    ----------
    address
        Of the server, such as ``https://junheng.example.cn/``; ``#...`` at its end names the snapshot.
    token
        From *Your account > Tokens for programs*; the environment variable ``JUNHENG_TOKEN`` if not given.
    snapshot
        Its number, its name, the first six or more characters of its hash, or ``latest``, which is also taken if
        nothing is said: the newest one of the newest year that has any.
    timeout_seconds
        How long to wait for an answer.

    Returns
    -------
    District
        With the hash that the server announced, computed again from what arrived.

    Raises
    ------
    UsageError
        Without a token or with one that opens nothing; for an address that is no server of Junheng, cannot be reached,
        or would send the token in the clear; for a snapshot that is not there or is named ambiguously; and if what
        arrived has another hash.
    """
    server = _server(address, token=token, timeout_seconds=timeout_seconds)
    wanted = unquote(server.parts.fragment) if snapshot is None else str(snapshot)
    found = _chosen(server, wanted.strip() or LATEST)
    district = unpacked(server.asked(f"snapshots/{int(found['id'])}/content"))
    if district.hash != found["hash"]:
        raise UsageError(
            Text(
                "快照 {id} 的内容与其校验值不符，不予采用：传输中被改动，或程序版本不同",
                "snapshot {id} differs from its hash and is not used: it was changed on the way, or the versions of "
                "the programs differ",
            ).format(id=found["id"])
        )
    return district


@dataclass(frozen=True, slots=True)
class _Server:
    """Where to ask, and with which token."""

    parts: SplitResult
    token: str
    timeout_seconds: float

    @property
    def base(self) -> str:
        """The address of the interface."""
        return f"{self.parts.scheme}://{self.parts.netloc}{self.parts.path.rstrip('/')}/api/v1/"

    def json(self, path: str) -> Any:
        """Return an answer in JSON."""
        try:
            return json.loads(self.asked(path))
        except ValueError as error:
            raise _not_ours(self.base) from error

    def asked(self, path: str) -> bytes:
        """Return an answer's bytes."""
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            self.base + path,
            headers={"Authorization": f"Bearer {self.token}", "User-Agent": "junheng"},
        )
        try:
            with self._opener().open(request, timeout=self.timeout_seconds) as answer:
                content: bytes = answer.read(MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(self.base, error) from error
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(self.base, error) from error
        if len(content) > MOST_BYTES:
            raise UsageError(Text("服务器的回答过大", "the answer of the server is too large"))
        return content

    def _opener(self) -> urllib.request.OpenerDirector:
        handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
        if self.parts.hostname in LOOPBACK:
            handlers.append(urllib.request.ProxyHandler({}))
        return urllib.request.build_opener(*handlers)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a redirect would carry the token to wherever it leads."""

    def redirect_request(  # noqa: PLR0917 - the library calls it so
        self,
        req: urllib.request.Request,  # noqa: ARG002 - the library names the arguments
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: Any,  # noqa: ARG002
        newurl: str,
    ) -> NoReturn:
        """Refuse, naming where it leads."""
        raise UsageError(
            Text(
                "服务器转到了 {address}；请直接使用该网址", "the server leads to {address}: use that address"
            ).format(address=newurl)
        )


def _server(address: str, *, token: str | None, timeout_seconds: float) -> _Server:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise UsageError(
            Text(
                "“{address}”应为服务器网址，如 https://junheng.example.cn/#latest",
                "“{address}” should be the address of a server, such as https://junheng.example.cn/#latest",
            ).format(address=address)
        )
    if parts.username or parts.password:
        raise UsageError(
            Text(
                "网址中不得含账号或口令；请用环境变量 {name} 给出令牌",
                "an address holds no name or password: give a token in the environment variable {name}",
            ).format(name=TOKEN)
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise UsageError(
            Text(
                "http:// 会把令牌明文发出，只可用于本机；请改用 https://",
                "http:// would send the token in the clear and is taken for this machine only: use https://",
            )
        )
    given = (token if token is not None else os.environ.get(TOKEN, "")).strip()
    if not given or not given.isascii() or not given.isprintable():
        raise UsageError(
            Text(
                "缺少令牌：请在网页“我的账号”中新建，并设环境变量 {name}",
                "there is no token: make one under your account on the pages, and set the environment variable {name}",
            ).format(name=TOKEN)
        )
    return _Server(parts, given, timeout_seconds)


def _chosen(server: _Server, wanted: str) -> dict[str, Any]:
    """Return the one snapshot that is wanted."""
    if wanted == LATEST:
        newest = next(_snapshots(server), None)
        if newest is None:
            raise UsageError(Text("服务器上还没有快照", "the server has no snapshot yet"))
        return newest
    found = [one for one in _snapshots(server) if _is_named(one, wanted)]
    if not found:
        raise UsageError(
            Text(
                "服务器上没有快照“{name}”：可写编号、名称、校验值开头或 latest",
                "the server has no snapshot “{name}”: give its number, its name, how its hash begins, or latest",
            ).format(name=wanted)
        )
    if len({one["hash"] for one in found}) > 1:
        listed = ", ".join(f"{one['id']} {one['name']} {one['hash'][:12]}" for one in found[:5])
        raise UsageError(
            Text(
                "“{name}”可指多个快照：{listed}；请写校验值",
                "“{name}” may be several snapshots: {listed}; give the hash",
            ).format(name=wanted, listed=listed)
        )
    return found[0]


def _snapshots(server: _Server) -> Iterator[dict[str, Any]]:
    """Yield every snapshot, those of the newest year first."""
    try:
        for year in server.json("years"):
            for one in server.json(f"years/{int(year['year'])}/snapshots"):
                yield {"id": int(one["id"]), "name": str(one["name"]), "hash": str(one["hash"])}
    except (TypeError, KeyError, ValueError) as error:
        raise _not_ours(server.base) from error


def _is_named(one: dict[str, Any], wanted: str) -> bool:
    begins = len(wanted) >= _SHORTEST_HASH and one["hash"].startswith(wanted.lower())
    return wanted in (str(one["id"]), one["name"]) or begins


def _refused(base: str, error: urllib.error.HTTPError) -> UsageError:
    """Return what the server said of why, in its own words."""
    try:
        said = json.loads(error.read(2**20))
        reason = Text(zh=str(said["detail_in"]["zh"]), en=str(said["detail_in"]["en"]))
    except (ValueError, KeyError, TypeError, OSError):
        return _not_ours(base)
    return UsageError(
        Text("服务器拒绝（{code}）：{reason}", "the server refuses ({code}): {reason}").format(
            code=error.code, reason=reason
        )
    )


def _unreachable(base: str, error: Exception) -> UsageError:
    reason = str(getattr(error, "reason", "") or error or type(error).__name__)
    return UsageError(
        Text("无法连接 {base}：{reason}", "{base} cannot be reached: {reason}").format(
            base=base, reason=reason
        )
    )


def _not_ours(base: str) -> UsageError:
    return UsageError(
        Text(
            "{base} 的回答不是均衡的接口：请核对网址",
            "what answers at {base} is no server of Junheng: look at the address",
        ).format(base=base)
    )
