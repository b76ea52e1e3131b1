"""Keys and references: each record once, each code known."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
import polars as pl

from junheng.district.checks.kit import Check, Finding, check, either
from junheng.district.checks.records import AT, Records
from junheng.district.columns import Table, tables
from junheng.text import Text

MOST_SUGGESTIONS = 30
"""So many unknown codes get a suggestion; comparing spellings is slow."""


@check(
    "district-row",
    "error",
    "表“区县”必须恰有一行",
    "The table “district” must have exactly one row",
)
def district_row(records: Records) -> Iterator[Finding]:
    """Yield a district table that has not exactly one row."""
    n = records.frame("district").height
    if n != 1:
        yield Finding(
            table="district",
            at=None,
            found=Text("{n} 行", "{n} rows").format(n=n),
            expected=Text("恰有一行", "exactly one row"),
            remedy=Text(
                "在表“区县”中填写一行：代码、名称、学年", "Fill in one row: district code, name, school year"
            ),
        )


@check(
    "duplicate-key",
    "error",
    "同一记录出现两次（主键重复）",
    "The same record is given twice (its key repeats)",
)
def duplicate_key(records: Records) -> Iterator[Finding]:
    """Yield each later row of a repeated key; absent parts of a key count as equal."""
    for name, one in tables().items():
        if not records.has(name):
            continue
        key = list(one.key)
        required = [column.name for column in one if column.is_key and column.is_required]
        rows = records.frame(name).drop_nulls(required)
        if len(np.unique(rows.select(key).hash_rows().to_numpy())) == rows.height:
            continue  # as many hashes as rows: no key repeats, and nothing needs sorting out
        repeats = rows.with_columns(pl.col(AT).min().over(key).alias("first")).filter(
            pl.col(AT) != pl.col("first")
        )
        for row in repeats.iter_rows(named=True):
            yield Finding(
                table=name,
                at=row[AT],
                column=key[0],
                key=_shown(row, key),
                found=Text("与第 {first} 行是同一记录", "the same record as row {first}").format(
                    first=records.row_number(name, row["first"])
                ),
                expected=Text("每个{labels}只有一行", "one row for each {labels}").format(
                    labels=_labels(one)
                ),
                remedy=Text(
                    "核对两行，删去其中一行或改正代码", "Compare the two rows; delete one or mend its code"
                ),
            )


@check(
    "missing-table",
    "error",
    "引用的表没有填写",
    "A table that others refer to is not given",
)
def missing_table(records: Records) -> Iterator[Finding]:
    """Yield tables without rows that a required column refers to."""
    seen = set()
    for name, one in tables().items():
        for column in one:
            if column.refers_to is None or not column.is_required or not records.has(name):
                continue
            target = column.refers_to[0]
            if not records.has(target) and target not in seen:
                seen.add(target)
                yield Finding(
                    table=target,
                    at=None,
                    found=Text(
                        "没有数据行，但表“{other}”引用它", "no rows, but “{other}” refers to it"
                    ).format(other=one.label),
                    expected=Text(
                        "列出表“{other}”中用到的每个{label}", "every {label} that “{other}” uses"
                    ).format(other=one.label, label=column.label),
                    remedy=Text("补填表“{target}”", "Fill in the table “{target}”").format(
                        target=tables()[target].label
                    ),
                )


@check(
    "unknown-reference",
    "error",
    "引用了不存在的学校代码或居住单元代码",
    "A code of a school or home that is not in its table",
)
def unknown_reference(records: Records) -> Iterator[Finding]:
    """Yield codes that the table they refer to does not have, with the nearest spelling."""
    for name, one in tables().items():
        for column in one:
            if column.refers_to is None or not records.has(name) or not records.has(column.refers_to[0]):
                continue
            target, target_column = column.refers_to
            known = records.frame(target)[target_column].drop_nulls().to_list()
            rows = records.frame(name).filter(~pl.col(column.name).is_in(known))
            near = _suggestions(rows[column.name].unique(maintain_order=True).to_list(), known)
            for at, code in rows.select(AT, column.name).iter_rows():
                yield Finding(
                    table=name,
                    at=at,
                    column=column.name,
                    found=Text.same(f"“{code}”"),
                    expected=Text("表“{target}”中的代码", "a code of the table “{target}”").format(
                        target=tables()[target].label
                    ),
                    remedy=near.get(code, _add(target)),
                )


CHECKS: tuple[Check, ...] = (district_row, duplicate_key, missing_table, unknown_reference)


def _suggestions(codes: list[str], known: list[str]) -> dict[str, Text]:
    result = {}
    for code in codes[:MOST_SUGGESTIONS]:
        close = difflib.get_close_matches(code, known, n=3)
        if close:
            either = Text("、".join(close), " or ".join(close))
            result[code] = Text("是否指 {codes}？", "Did you mean {codes}?").format(codes=either)
    return result


def _add(target: str) -> Text:
    return Text(
        "改正代码，或在表“{target}”中补上", "Mend the code, or add it to the table “{target}”"
    ).format(target=tables()[target].label)


def _shown(row: dict[str, object], key: list[str]) -> str:
    return "/".join("-" if row[name] is None else str(row[name]) for name in key)


def _labels(one: Table) -> Text:
    return either([column.label for column in one if column.is_key])
