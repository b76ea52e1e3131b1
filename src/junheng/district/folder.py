"""A District as a folder: one CSV, Parquet or GeoJSON file a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from junheng.district.atomic import whole_folder
from junheng.district.columns import table
from junheng.district.intake.names import table_named
from junheng.district.intake.raw import Found
from junheng.district.model import District
from junheng.district.tabular import read_csv, read_parquet, write_csv
from junheng.errors import Place, Problem, UsageError
from junheng.text import Language, Text

MARKER = "junheng.json"
"""The file by which a folder is known as ours; it names the other files."""
FORMAT = "junheng-district-1"
MOST_FILE_BYTES = 512 * 2**20
"""Bytes of one file of a folder: it is read into memory once."""


def read_folder(path: Path) -> Iterator[Found]:
    """Give every file of a folder that stands for a table, one after another, by file name.

    Files are recognised by name (Chinese or English label, or the library's name) and by their ending: ``.csv``,
    ``.parquet``; homes and catchments also ``.geojson``. Any other file is not read and gives a notice.
    """
    seen: dict[str, str] = {}
    for file in sorted(path.iterdir()):
        if file.name.startswith((".", "~")) or file.name == MARKER:
            continue
        for found in _found(file):
            if found.raw is None:
                yield found
            elif found.raw.name in seen:
                yield Found(None, (_second_file(file.name, seen[found.raw.name]),))
            else:
                seen[found.raw.name] = file.name
                yield found


def _found(file: Path) -> Iterator[Found]:
    name = table_named(file.stem)
    reader = _reader(name, file.suffix.lower())
    if name is None or reader is None or not file.is_file():
        yield Found(None, (_unknown_file(file.name),))
    elif file.stat().st_size > MOST_FILE_BYTES:
        yield Found(None, (_too_large(file.name),))
    else:
        yield from reader(file, name)


def _reader(name: str | None, ending: str) -> Callable[[Path, str], Iterator[Found]] | None:
    if ending == ".geojson" and name in ("homes", "catchments"):
        from junheng.district.geojson import read_features  # noqa: PLC0415 - shapely only where it is needed

        return read_features
    return {".csv": read_csv, ".parquet": read_parquet}.get(ending)


def write_folder(
    district: District,
    path: Path,
    *,
    language: Language,
    format: Literal["csv", "parquet"],  # noqa: A002 - as in files.write
) -> None:
    """Write every table of a District as one file of a folder, so that reading it gives an equal District.

    CSV has names, headers and listed values in the chosen language and text that no spreadsheet program takes for
    a formula; Parquet has the library's names and codes.

    Raises
    ------
    UsageError
        If the path is a file, or a folder with anything in it that this function has not written.
    """
    _refuse_foreign(path)
    with whole_folder(path) as partial:
        files = []
        for name, frame in district.tables.items():
            one = table(name)
            file = f"{one.label.in_(language)}.csv" if format == "csv" else f"{name}.parquet"
            if format == "csv":
                write_csv(partial / file, one, frame, language=language)
            else:
                frame.write_parquet(partial / file)
            files.append(file)
        marker = {"format": FORMAT, "synthetic": district.is_synthetic, "files": files}
        text = json.dumps(marker, ensure_ascii=False, indent=1) + "\n"
        (partial / MARKER).write_text(text, encoding="utf-8")


def _refuse_foreign(path: Path) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise UsageError(
            Text("“{path}”是文件，不是文件夹", "“{path}” is a file, not a folder").format(path=path)
        )
    names = {file.name for file in path.iterdir()}
    foreign = sorted(names - _own_files(path))
    if foreign:
        raise UsageError(
            Text(
                "文件夹“{path}”里有不是均衡写入的文件（{names}），不予覆盖：换一个新文件夹",
                "the folder “{path}” has files that Junheng has not written ({names}) and is not overwritten: "
                "choose a new folder",
            ).format(path=path, names=", ".join(foreign[:5]))
        )


def _own_files(path: Path) -> set[str]:
    try:
        marker = json.loads((path / MARKER).read_text(encoding="utf-8"))
        return {MARKER, *marker["files"]} if marker["format"] == FORMAT else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _unknown_file(name: str) -> Problem:
    return Problem(
        code="unknown-file",
        severity="notice",
        place=Place(file=name),
        found=Text("不认识的文件", "a file that is not known"),
        expected=Text(
            "以表名命名的 .csv、.parquet 或 .geojson 文件",
            "a .csv, .parquet or .geojson file named as a table",
        ),
        remedy=Text(
            "没有读取；若是一张表，请按表名改名",
            "It was not read; if it is a table, give it the table's name",
        ),
    )


def _too_large(name: str) -> Problem:
    size = MOST_FILE_BYTES >> 20
    return Problem(
        code="file-too-large",
        severity="error",
        place=Place(file=name),
        found=Text("文件过大", "too large a file"),
        expected=Text(f"不超过 {size} MB", f"at most {size} MB"),
        remedy=Text("检查是否混入了无关的行或列", "See whether unrelated rows or columns came into it"),
    )


def _second_file(name: str, first: str) -> Problem:
    return Problem(
        code="duplicate-sheet",
        severity="error",
        place=Place(file=name),
        found=Text("与“{first}”是同一张表", "the same table as “{first}”").format(first=first),
        expected=Text("每张表只有一个文件", "one file a table"),
        remedy=Text("合并到一个文件，或删除其中一个", "Put the rows into one file, or delete one of them"),
    )
