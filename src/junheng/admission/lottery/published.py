"""The published files of a round: bytes that are the same each time, and their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from junheng.admission.lottery.ballot import Entry
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.text import Text

COMMITMENT_FILE = "commitment.json"
SEED_FILE = "seed.json"
RANKS_FILE = "ranks.csv"
RESULTS_FILE = "results.csv"
VERIFIER_FILE = "verify.py"


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def as_json(value: Mapping[str, Any]) -> bytes:
    """Return JSON that people can read and that is the same each time."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return CSV in UTF-8 with LF; the cells of these files hold no comma, quote or line end."""
    return "".join(",".join(map(str, row)) + "\n" for row in (header, *rows)).encode()


def entries_csv(entries: Iterable[Entry], *, name: str) -> bytes:
    """Return a list of applications as `parse.read_entries` reads it."""
    rows = (
        (entry.name, entry.children, " ".join(f"{c.school}:{c.priority}:{c.line}" for c in entry.choices))
        for entry in entries
    )
    return as_csv((name, "children", "choices"), rows)


def read_json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """Return a JSON file of the published folder.

    Raises
    ------
    UsageError
        If it is not there or is no JSON object.
    """
    try:
        value = json.loads(files[name])
    except (KeyError, ValueError):
        value = None
    if not isinstance(value, dict):
        raise UsageError(Text(f"缺少或无法读取 {name}", f"{name} is missing or cannot be read"))
    return value


def check_hashes(files: Mapping[str, bytes]) -> None:
    """Check every file that the commitment names.

    Raises
    ------
    InputError
        With every file that is missing or not the bytes that were committed to.
    """
    expected = read_json(files, COMMITMENT_FILE).get("files", {})
    problems = [
        Problem(
            code="lottery-file-changed",
            severity="error",
            place=Place(file=name),
            found=Text("文件缺失", "no such file") if name not in files else Text("内容已变", "other bytes"),
            expected=Text("承诺文件登记的内容", "the bytes that the commitment names"),
            remedy=Text(
                "恢复原文件；名单有变须重新承诺并公布", "Restore it; a changed list needs a new commitment"
            ),
        )
        for name, digest in sorted(expected.items())
        if name not in files or sha256(files[name]) != digest
    ]
    if problems:
        raise InputError(problems)
