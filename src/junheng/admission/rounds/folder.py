"""A frozen round on disk: written once, read back only if not one byte has changed."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from junheng.admission.rounds.frozen import FORMAT, HEADER, RULES, FrozenRound
from junheng.admission.rules.load import load_rules
from junheng.district.atomic import whole_folder
from junheng.district.columns import table, tables
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.text import Text

BALLOT = "ballot"
"""Folder inside a frozen round with the files for the lottery."""


def write_frozen(frozen: FrozenRound, folder: Path) -> bool:
    """Write a frozen round to a folder; return whether anything was written.

    Writing the same round again changes nothing.

    Raises
    ------
    UsageError
        If the folder holds another round, or anything that is not a round: a frozen round is never written over.
    """
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / HEADER).is_file():
            raise UsageError(Text(f"文件夹“{folder}”不是空的", f"the folder “{folder}” is not empty"))
        if (folder / HEADER).read_bytes() != frozen.files[HEADER]:
            raise UsageError(
                Text(
                    f"“{folder}”中已有另一份封存的招生轮次，不能覆盖：另选文件夹",
                    f"“{folder}” holds another frozen round, which is never written over: choose another folder",
                )
            )
        return False
    with whole_folder(folder) as partial:
        for name, content in frozen.files.items():
            (partial / name).write_bytes(content)
    return True


def write_ballot(files: Mapping[str, bytes], folder: Path) -> None:
    """Write what the lottery takes beside a frozen round; it follows from the round and may be written again."""
    with whole_folder(folder / BALLOT) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)


def read_frozen(folder: str | Path) -> FrozenRound:
    """Read a frozen round back.

    Raises
    ------
    InputError
        If a file is missing or has changed; every such file is named.
    UsageError
        If the folder holds no frozen round.
    """
    place = Path(folder)
    if not (place / HEADER).is_file():
        raise UsageError(Text(f"“{place}”中没有封存的招生轮次", f"there is no frozen round in “{place}”"))
    content = (place / HEADER).read_bytes()
    header = _header(content, place)
    files = {HEADER: content}
    problems = []
    for name, expected in sorted(header["files"].items()):
        path = place / name
        found = path.read_bytes() if path.is_file() else None
        if found is None or hashlib.sha256(found).hexdigest() != expected:
            problems.append(_changed(name, is_missing=found is None))
        else:
            files[name] = found
    if problems:
        raise InputError(problems)
    frames = {name: _frame(name, files[f"{name}.csv"]) for name in tables() if f"{name}.csv" in files}
    return FrozenRound(
        files=MappingProxyType(files),
        rules=load_rules(place / RULES),
        district=District.of(frames),
        lock_years=header["settled"]["lock_years"],
    )


def _header(content: bytes, place: Path) -> dict[str, Any]:
    try:
        header: dict[str, Any] = json.loads(content)
    except ValueError:
        header = {}
    names = header.get("files") if isinstance(header, dict) else None
    is_ours = isinstance(names, dict) and header.get("format") == FORMAT and RULES in names
    if not is_ours or any(Path(name).name != name for name in header["files"]):
        raise UsageError(
            Text(
                f"“{place / HEADER}”不是封存的招生轮次（{FORMAT}）",
                f"“{place / HEADER}” is not a frozen round ({FORMAT})",
            )
        )
    return header


def _frame(name: str, content: bytes) -> pl.DataFrame:
    schema = table(name).schema
    frame = pl.read_csv(io.BytesIO(content), infer_schema=False)
    return frame.select(pl.col(column).cast(schema[column]) for column in frame.columns)


def _changed(name: str, *, is_missing: bool) -> Problem:
    return Problem(
        code="frozen-round-changed",
        severity="error",
        place=Place(file=name),
        found=Text("文件缺失", "no such file")
        if is_missing
        else Text("内容与封存时不同", "not the bytes that were frozen"),
        expected=Text("round.json 中登记的内容", "the bytes whose hash round.json gives"),
        remedy=Text(
            "从备份恢复；名单有变须重新封存并公布",
            "Restore it; a changed list is a new round, to be frozen and published anew",
        ),
    )
