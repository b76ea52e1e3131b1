"""A file or folder that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from junheng.errors import UsageError
from junheng.text import Text


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path beside the wanted one to write to; move it into place at the end, remove it on any failure."""
    _refuse_place(path)
    if path.is_dir():
        raise UsageError(
            Text("“{path}”是文件夹，不是文件", "“{path}” is a folder, not a file").format(path=path)
        )
    partial = _beside(path)
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give a new folder beside the wanted one to fill; at the end it takes the place of the old one.

    The caller has made sure that the old folder may be replaced. Between two renamings the folder is absent for
    an instant, but never half-written.
    """
    _refuse_place(path)
    partial, old = _beside(path), _beside(path, "old")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        if path.exists():
            path.replace(old)
        partial.replace(path)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _refuse_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(Text("没有文件夹“{path}”", "there is no folder “{path}”").format(path=path.parent))


def _beside(path: Path, ending: str = "partial") -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.{ending}")
