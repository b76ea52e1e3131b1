"""Between a frozen round and its public draw: what is handed to the lottery, and how its numbers come back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from junheng.admission.lottery.ballot import BallotRules, Choice, Entry, SchoolPlan
from junheng.admission.lottery.parse import APPLICATIONS_FILE, RULES_FILE
from junheng.admission.lottery.published import RANKS_FILE, RESULTS_FILE, as_json, entries_csv
from junheng.admission.rounds.arrays import Ranks, RoundArrays
from junheng.admission.rounds.result import RoundResult
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.text import Text


def ballot_rules(arrays: RoundArrays) -> BallotRules:
    """Return what decides the draw besides its list: plans, lines, and the rules' own wording for everybody to read."""
    rules = arrays.frozen.rules
    return BallotRules(
        round=rules.round,
        draw=rules.lottery,
        method="hmac-sha256",
        lines=("open", *rules.reserve_ids),
        schools=tuple(
            SchoolPlan(
                code=plan.school, seats=plan.places, floors=(0, *plan.floors), ceilings=(None, *plan.ceilings)
            )
            for plan in arrays.plans
        ),
        about={"rules": rules.as_dict(), "frozen_round": arrays.frozen.hash},
    )


def ballot_entries(arrays: RoundArrays) -> tuple[Entry, ...]:
    """Return the applications by the bureau's own numbers, each with its rows in order."""
    choices: list[list[Choice]] = [[] for _ in arrays.names]
    columns = arrays.rows.select("application", "school", "priority", "reserve")
    for application, school, priority, reserve in columns.iter_rows():
        choices[application].append(Choice(school, priority, reserve))
    return tuple(
        Entry(name=name, children=len(members), choices=tuple(own))
        for name, members, own in zip(arrays.names, arrays.members.members, choices, strict=True)
    )


def ballot_files(arrays: RoundArrays) -> dict[str, bytes]:
    """Return the two files that ``junheng lottery commit`` takes; the list holds applicant numbers."""
    return {
        RULES_FILE: as_json(ballot_rules(arrays).as_dict()),
        APPLICATIONS_FILE: entries_csv(ballot_entries(arrays), name="number"),
    }


def receipts_of(content: bytes) -> dict[str, str]:
    """Return the receipt of each application from the bureau's private file of receipts."""
    rows = _rows(content, ("number", "salt", "receipt"), "receipts.csv")
    return {row["number"]: row["receipt"] for row in rows}


def drawn_ranks(arrays: RoundArrays, published: Mapping[str, bytes], receipts: Mapping[str, str]) -> Ranks:
    """Return the draw numbers, 0 the first, of the published file of ranks by the bureau's own names.

    Raises
    ------
    UsageError
        If a file is missing or not what the lottery writes, or an application has no receipt or no number.
    """
    if RANKS_FILE not in published:
        raise UsageError(
            Text(f"缺少 {RANKS_FILE}：尚未摇号？", f"there is no {RANKS_FILE}: has the draw been held?")
        )
    rows = _rows(published[RANKS_FILE], ("receipt", "school", "draw"), RANKS_FILE)
    missing = [name for name in arrays.names if name not in receipts]
    if missing:
        raise UsageError(
            Text(
                f"{len(missing)} 份报名没有回执，如 {missing[0]}：名单与承诺时不同",
                f"{len(missing)} applications have no receipt, such as {missing[0]}: not the committed list",
            )
        )
    names = {receipts[name]: name for name in arrays.names}
    return {
        (names[row["receipt"]], row["school"]): int(row["draw"]) - 1
        for row in rows
        if row["receipt"] in names
    }


def same_as_published(
    result: RoundResult, published: Mapping[str, bytes], receipts: Mapping[str, str]
) -> list[Problem]:
    """Return every application whose place differs from the published result; none if both are the same.

    The published result was computed from the published list; this one from the frozen round. They must agree.
    """
    rows = _rows(published.get(RESULTS_FILE, b""), ("receipt", "school", "choice"), RESULTS_FILE)
    theirs = {row["receipt"]: row["school"] or None for row in rows}
    ours = {
        receipts[result.arrays.names[row["application"]]]: row["school"]
        for row in result.applications.iter_rows(named=True)
    }
    return [
        Problem(
            code="result-not-as-published",
            severity="error",
            place=Place(file=RESULTS_FILE, key=receipt),
            found=Text.same(theirs.get(receipt) or "—"),
            expected=Text.same(ours.get(receipt) or "—"),
            remedy=Text(
                "名单、细则或摇号文件与封存时不同：停止公布并查明",
                "List, rules or draw are not those that were frozen: stop and find out why",
            ),
        )
        for receipt in sorted(ours.keys() | theirs.keys())
        if ours.get(receipt) != theirs.get(receipt) or (receipt in ours) != (receipt in theirs)
    ]


def require_same(problems: Iterable[Problem]) -> None:
    """Raise `InputError` with every application whose place differs from the published result."""
    found = list(problems)
    if found:
        raise InputError(found)


def _rows(content: bytes, header: tuple[str, ...], file: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8", errors="replace")))
    if tuple(reader.fieldnames or ()) != header:
        raise UsageError(
            Text(f"{file} 的列应为 {','.join(header)}", f"the columns of {file} should be {','.join(header)}")
        )
    return list(reader)
