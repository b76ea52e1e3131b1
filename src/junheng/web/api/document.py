"""The OpenAPI document: what the library writes, with every failure, the token, and who may."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from junheng.text import Text
from junheng.web.api import interface, problems
from junheng.web.api.obeys import API
from junheng.web.permissions import RULES
from junheng.web.remember import made_once

_VERBS = ("get", "post")
_ALWAYS = (400, 401, 403, 429, 500, 503)
_WORDS = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}
_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. `title` and `detail` are in the language of Accept-Language; `..._in` in both.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "title_in", "detail_in", "problems", "errors"],
    "properties": {
        "type": {
            "type": "string",
            "enum": [f"urn:junheng:problem:{code}" for code in problems.TITLES],
        },
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "title_in": _WORDS,
        "detail_in": _WORDS,
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemOut"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "messages"],
                "properties": {
                    "field": {"type": "string"},
                    "messages": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation as people read it."""

    address: str
    verb: str
    what: Text
    obeys: Text
    takes: tuple[str, ...]


@made_once(maxsize=1)
def document() -> dict[str, Any]:
    """Return the document; it is the same for everybody."""
    found = interface.document()
    found["info"]["description"] = (
        "Send `Authorization: Bearer <token>`; make a token under your account. A program may do what its account may "
        "do on the pages at that moment, and no more. 令牌在“我的账号”中新建；程序的权限与账号当时的权限相同。"
    )
    parts = found["components"]
    parts["schemas"]["Problem"] = _PROBLEM
    parts["responses"] = _failures()
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    for address, verb, operation in _each(found):
        _add_failures(
            operation, has_body="requestBody" in operation, has_parts="{" in address, writes=verb != "GET"
        )
        operation["operationId"] = f"{verb.lower()}_{_name(address)}"
        operation["x-obeys"] = _obeyed(address, verb)
    return found


def operations() -> list[Operation]:
    """Return every operation in the order of the document."""
    return [
        Operation(
            address=address,
            verb=verb,
            what=_both(operation["summary"]),
            obeys=RULES[_obeyed(address, verb)].what,
            takes=tuple(_takes(operation, document())),
        )
        for address, verb, operation in _each(document())
    ]


def _both(summary: str) -> Text:
    """Return a summary, which the document has as ``English · Chinese``, in either language."""
    en, _, zh = summary.partition(" · ")
    return Text(zh, en)


def _each(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for address, verbs in found["paths"].items():
        for verb in _VERBS:
            if verb in verbs:
                yield address, verb.upper(), verbs[verb]


def _add_failures(operation: dict[str, Any], *, has_body: bool, has_parts: bool, writes: bool) -> None:
    codes = {*_ALWAYS, *((404,) if has_parts else ()), *((409,) if writes else ())}
    codes |= {413, 422} if has_body else {404, 422} if operation.get("parameters") else set()
    for code in sorted(codes):
        operation["responses"][code] = {"$ref": f"#/components/responses/{code}"}


def _failures() -> dict[str, Any]:
    """Return what each status means, once for all operations."""
    return {
        str(status): {
            "description": title.en,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, title in problems.TITLES.values()
    }


def _obeyed(address: str, verb: str) -> str:
    return API[f"api:{_name(address)}"][verb]


def _name(address: str) -> str:
    """Return the URL name of an address of the document."""
    return interface.url_names()[address.removeprefix(problems.PREFIX.rstrip("/"))]


def _takes(operation: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        if one["in"] == "query":
            yield f"?{one['name']}"
    for content in operation.get("requestBody", {}).get("content", {}).values():
        shape = content["schema"]
        if "$ref" in shape:
            shape = found["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
        yield from shape.get("properties", {})


def as_text() -> str:
    """Return the document as it is served and committed."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def as_markdown() -> str:
    """Return the page of the reference: every operation, which page's right it needs, and what it takes."""
    head = [
        "# Interface for programs",
        "",
        "Addresses begin with `/api/v1`. The shape of every question and answer: [openapi.json](openapi.json).",
        "",
        "| verb | address | what 用途 | who may: as on the page | takes |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {one.verb} | `{one.address.removeprefix('/api/v1')}` | {one.what.en} {one.what.zh} "
        f"| {one.obeys.en} {one.obeys.zh} | {' '.join(f'`{name}`' for name in one.takes)} |"
        for one in operations()
    ]
    failures = [
        "",
        "## Failures",
        "",
        "`application/problem+json`; `type` is `urn:junheng:problem:` and one of these.",
        "",
    ]
    failures += ["| type | status | means | 含义 |", "|---|---|---|---|"]
    failures += [
        f"| `{code}` | {status} | {text.en} | {text.zh} |" for code, (status, text) in problems.TITLES.items()
    ]
    return "\n".join([*head, *rows, *failures]) + "\n"
