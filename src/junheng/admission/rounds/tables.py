"""The files of a decided round: the bureau's own list, the schools' figures, and a page for every family."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from junheng.admission.explain import Explainer
from junheng.admission.notice import notice_page
from junheng.admission.rounds.frozen import as_json
from junheng.admission.rounds.published import LATE_RECEIPTS, PUBLISHED
from junheng.admission.rounds.result import RoundResult, class_of, reserve_of
from junheng.admission.rounds.review import unplaced
from junheng.admission.rounds.waiting import waiting_lists
from junheng.district.atomic import whole_folder
from junheng.errors import UsageError
from junheng.progress import Progress, silent
from junheng.text import Text

CHILDREN, SCHOOLS, SUMMARY = "children.csv", "schools.csv", "summary.json"
UNPLACED, WAITING = "unplaced.csv", "waiting.csv"
_PAGE_STEPS = 200


def result_files(result: RoundResult, told: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the result as files: the same bytes for the same round, draw and events.

    ``children.csv`` holds applicant numbers and stays with the bureau; what is published by receipt are the files of
    the lottery.
    """
    named = [named_row(row, result) for row in result.children.iter_rows(named=True)]
    schema = {name: pl.Int64 if name in ("rank", "draw") else pl.String for name in _COLUMNS}
    children = pl.DataFrame(named, schema=schema, orient="row")
    return {
        CHILDREN: children.write_csv().encode(),
        SCHOOLS: result.schools().write_csv().encode(),
        UNPLACED: unplaced(result).write_csv().encode(),
        WAITING: waiting_lists(result).write_csv().encode(),
        SUMMARY: as_json({**result.summary(), **told}),
    }


_COLUMNS = ("applicant", "status", "school", "rank", "class", "reserve", "draw")


def named_row(row: Mapping[str, Any], result: RoundResult) -> dict[str, Any]:
    """Return a child's row with names in place of numbers; the draw number is 1 for the first."""
    sectors = {plan.school: plan.sector for plan in result.arrays.plans}
    class_ = None if row["school"] is None else class_of(result.rules, sectors[row["school"]], row["class"])
    reserve = None if row["school"] is None else reserve_of(result.rules, row["reserve"])
    return {
        "applicant": row["applicant"],
        "status": row["status"],
        "school": row["school"],
        "rank": row["rank"],
        "class": None if class_ is None else class_.id,
        "reserve": None if reserve is None else reserve.id,
        "draw": None if row["school"] is None else row["draw"] + 1,
    }


def write_results(files: Mapping[str, bytes], folder: Path) -> None:
    """Write result files to a folder that is new, empty or holds the results of an earlier run."""
    _refuse_strange(folder, {CHILDREN, SCHOOLS, UNPLACED, WAITING, SUMMARY, PUBLISHED, LATE_RECEIPTS})
    with whole_folder(folder) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)


def write_pages(explainer: Explainer, folder: Path, *, progress: Progress = silent) -> int:
    """Write ``<applicant>.html`` for every family to a folder that is new or empty; return how many."""
    _refuse_strange(folder, set())
    total = explainer.result.children.height
    n = 0
    with whole_folder(folder) as partial:
        for n, explanation in enumerate(explainer.all(), start=1):
            if not explanation.applicant.replace("-", "").replace("_", "").isalnum():
                raise UsageError(
                    Text(
                        f"报名号“{explanation.applicant}”不能作文件名",
                        f"the applicant number “{explanation.applicant}” cannot name a file",
                    )
                )
            page = notice_page(explanation, explainer.result.rules)
            (partial / f"{explanation.applicant}.html").write_text(page, encoding="utf-8")
            if n % _PAGE_STEPS == 0:
                progress(Text("写出通知", "writing notices"), n / total)
    return n


def _refuse_strange(folder: Path, ours: set[str]) -> None:
    if folder.exists() and (not folder.is_dir() or {path.name for path in folder.iterdir()} - ours):
        raise UsageError(
            Text(
                f"“{folder}”中有其他文件：另选文件夹", f"“{folder}” holds other files: choose another folder"
            )
        )
