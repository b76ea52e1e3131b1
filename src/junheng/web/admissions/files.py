"""The bytes of a round: kept as rows, given as the folders that the command line reads and writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from junheng.admission.lottery.published import sha256
from junheng.admission.rounds.arrays import RoundArrays, round_arrays
from junheng.admission.rounds.folder import read_frozen
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.models import Folder, Round, RoundFile
from junheng.web.remember import made_once

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every file in a zip: the same files give the same bytes."""
LISTED_IN_PUBLIC = {
    "commitment.json": Text(
        "承诺：名单、细则、程序的校验值", "commitment: hashes of list, rules and program"
    ),
    "applications.csv": Text(
        "名单：回执与志愿，没有姓名和报名号", "list: receipts and choices, no names or numbers"
    ),
    "rules.json": Text("细则与计划", "rules and places"),
    "verify.py": Text("核验程序", "the verifier"),
    "seed.json": Text("种子与公开的随机数", "seed and public values"),
    "ranks.csv": Text("摇号序号", "draw numbers"),
    "results.csv": Text("录取结果", "results"),
}
"""What each published file is."""


def keep(found: Round, folder: Folder, files: Mapping[str, bytes], *, turn: int = 0) -> None:
    """Keep files of a round, each once."""
    RoundFile.objects.bulk_create(
        [
            RoundFile(
                round=found,
                edition=found.edition,
                turn=turn,
                folder=folder,
                name=name,
                sha256=sha256(content),
                content=content,
            )
            for name, content in files.items()
        ]
    )


def files_of(found: Round, folder: Folder, *, turn: int | None = None) -> dict[str, bytes]:
    """Return the files of a folder in the present edition, of all turns or of one.

    Raises
    ------
    UsageError
        If one is no longer the bytes that were kept.
    """
    query = RoundFile.objects.filter(round=found, edition=found.edition, folder=folder)
    if turn is not None:
        query = query.filter(turn=turn)
    files: dict[str, bytes] = {}
    for one in query.order_by("turn", "name"):
        files[one.name] = bytes(one.content)
        if sha256(files[one.name]) != one.sha256:
            raise UsageError(
                Text(
                    f"文件 {one.name} 与保存时不同，内容已被改动",
                    f"the file {one.name} is not what was kept: it was tampered with",
                )
            )
    return files


@contextmanager
def in_folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Write files to a folder that goes away."""
    with TemporaryDirectory(prefix="junheng-round-") as folder:
        place = Path(folder)
        for name, content in files.items():
            (place / name).write_bytes(content)
        yield place


def arrays_of(found: Round) -> RoundArrays:
    """Return the frozen round of the present edition, read back only if not one byte has changed."""
    return _arrays(found.pk, found.edition, found.frozen_hash)


@made_once(maxsize=3)
def _arrays(pk: int, edition: int, frozen_hash: str) -> RoundArrays:
    found = Round.objects.get(pk=pk)
    with in_folder(files_of(found, Folder.FROZEN)) as place:
        frozen = read_frozen(place)
    if frozen.hash != frozen_hash:
        raise UsageError(
            Text("封存的轮次与其哈希不符", "the frozen round differs from its hash: it was tampered with")
        )
    return round_arrays(frozen)


def folders_of(found: Round) -> dict[str, bytes]:
    """Return the whole round of the present edition in the folders that the command line reads, by path."""
    return {
        f"{one.folder}{f'-{one.turn}' if one.folder == Folder.RESULT and one.turn else ''}/{one.name}": bytes(
            one.content
        )
        for one in found.files.filter(edition=found.edition)
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, date_time=_MOMENT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def clear_cache() -> None:
    """Forget the rounds that were read."""
    _arrays.cache_clear()
