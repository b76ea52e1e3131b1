"""A round after its draw: the frozen round and a log of events give its present state, the same each time.

Nobody who has a place loses it, and nobody overtakes: a late child, or a family that changes its choices, comes after
everybody who was on time (adjustment of those on time included) and under no reserve; a changed list keeps the place
that the family holds as its last entry; those who withdraw make room, and a refill moves others up by the same rule and
the same draw numbers. How late twins go together: `junheng.admission.rounds.ledger`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from junheng.admission.assignment import assign
from junheng.admission.market import ADJUSTMENT, UNPLACED
from junheng.admission.rounds.arrays import Ranks, RoundArrays
from junheng.admission.rounds.events import Event, log_hash
from junheng.admission.rounds.groups import Applications
from junheng.admission.rounds.ledger import Ledger
from junheng.admission.rounds.result import RoundResult
from junheng.admission.rounds.rows import ADJUSTED, SCHEMA, adjustment_rows, judged, wish_rows
from junheng.district.columns import table
from junheng.district.model import District


@dataclass(frozen=True, eq=False, kw_only=True)
class RoundState:
    """Where a round stands after its events.

    Attributes
    ----------
    result
        The round decided again with everything that its log holds, in the shape of any result.
    withdrawn
        Children who have withdrawn.
    waiting_for_refill
        Events after the last refill: they are on record, and the next refill takes them in.
    hash
        Hash of the log, chained to the frozen round.
    """

    result: RoundResult
    withdrawn: tuple[str, ...]
    waiting_for_refill: tuple[Event, ...]
    hash: str


def replay(result: RoundResult, ranks: Ranks, events: Sequence[Event]) -> RoundState:
    """Return the state of a round after a log of events.

    Parameters
    ----------
    result
        The round as drawn.
    ranks
        Its draw numbers.
    events
        The log from the beginning; at each ``refill`` places are filled again.

    Raises
    ------
    UsageError
        For an event about a child, home or school that is not in the round, a number used twice, a child who has
        withdrawn before, or a late child whose list is not that of the twin who came late with it.
    """
    ledger, present = Ledger(result), result
    since: list[Event] = []
    for event in events:
        ledger.record(event)
        since.append(event)
        if event.kind == "refill":
            present = _refilled(result, present, ranks, ledger)
            since = []
    members = present.arrays.members.members
    return RoundState(
        result=present,
        withdrawn=tuple(child for n in sorted(ledger.withdrawn) if n < len(members) for child in members[n]),
        waiting_for_refill=tuple(since),
        hash=log_hash(events, round_hash=result.arrays.frozen.hash),
    )


def _refilled(first: RoundResult, present: RoundResult, ranks: Ranks, ledger: Ledger) -> RoundResult:
    """Fill the places again from what each family holds."""
    arrays = _extended(first.arrays, ledger, present)
    rows = _rows(first, present, arrays, ledger)
    plans = tuple(
        replace(plan, places=plan.places + ledger.added.get(plan.school, 0)) for plan in arrays.plans
    )
    arrays = replace(arrays, rows=rows, plans=plans)
    market = arrays.market(_numbers(first, arrays, ranks))
    outcome = assign(market)
    return RoundResult(arrays=arrays, market=market, outcome=outcome, withdrawn=frozenset(ledger.withdrawn))


def extended(
    district: District, stage: str, late: Sequence[Event], lists: Mapping[str, Sequence[str]] | None = None
) -> District:
    """Return the records with late children and their choices added, and changed lists in the place of the first."""
    late = [event for event in late if event.kind == "late"]
    children = [{"applicant": event.applicant, "stage": stage, **event.child} for event in late]
    asked = {str(event.applicant): event.choices for event in late} | dict(lists or {})
    kin = [
        {"applicant": event.applicant, "relation": one.relation, "other": one.other, "school": one.school}
        for event in late
        for one in event.kin
    ]
    wishes = [
        {"applicant": child, "rank": rank, "school": school}
        for child, schools in sorted(asked.items())
        for rank, school in enumerate(schools, start=1)
    ]
    kept = district.table("choices").filter(~pl.col("applicant").is_in(list(asked)))
    return district.replace(
        applicants=_longer(district.table("applicants"), children, "applicants"),
        choices=_longer(kept, wishes, "choices"),
        kin=_longer(district.table("kin"), kin, "kin"),
    )


def _longer(frame: pl.DataFrame, rows: Sequence[Mapping[str, Any]], name: str) -> pl.DataFrame:
    return pl.concat([frame, pl.DataFrame(rows, schema=dict(table(name).schema))])


def _extended(arrays: RoundArrays, ledger: Ledger, present: RoundResult) -> RoundArrays:
    """Add late children, and put changed lists in the place of the first ones, so that all are judged alike."""
    members = [*arrays.members.members, *ledger.together]
    lists = {child: choices for number, choices in ledger.changed.items() for child in members[number]}
    district = extended(arrays.frozen.district, arrays.frozen.rules.stage, ledger.late, lists)
    district = district.replace(kin=_longer(district.table("kin"), _siblings(ledger, present), "kin"))
    return replace(
        arrays, frozen=replace(arrays.frozen, district=district), members=Applications(tuple(members))
    )


def _siblings(ledger: Ledger, present: RoundResult) -> list[dict[str, str]]:
    """Return late children as siblings at the schools where the children whom they are linked to have their places."""
    schools = {
        row["application"]: row["school"]
        for row in present.applications.iter_rows(named=True)
        if row["school"] is not None
    }
    return [
        {"applicant": child, "relation": "sibling_here", "school": schools[other]}
        for child, other in ledger.links()
        if other in schools and other not in ledger.withdrawn
    ]


def _rows(first: RoundResult, present: RoundResult, arrays: RoundArrays, ledger: Ledger) -> pl.DataFrame:
    """Return the rows of a refill: of each family what it wants more than its place, then the place itself.

    Classes follow one another so: those of the rules; `held`, places that were given by adjustment or to a late list;
    adjustment of those on time; late lists, again by the classes of the rules; last the adjustment of late children.
    """
    level = max(len(classes) for classes in arrays.frozen.rules.classes.values())
    late = {ledger.n_drawn + n for n in range(len(ledger.together))}
    renewed = late | set(ledger.changed)
    held = _held(present).with_columns(priority=pl.min_horizontal("priority", _level(level)))
    on_time = first.arrays.rows.filter(~pl.col("application").is_in(list(renewed))).with_columns(
        priority=pl.when(pl.col("kind") == ADJUSTED).then(_level(level + 1)).otherwise(pl.col("priority"))
    )
    wishes = _late_wishes(arrays, renewed, level=level + 2)
    # A changed list leads to the place that the family holds, and to adjustment only where it holds none.
    adjusted = renewed - (set(ledger.changed) & set(held["application"]))
    tail = adjustment_rows(arrays.frozen, arrays.members, wishes).filter(
        pl.col("application").is_in(list(adjusted))
    )
    is_late = pl.col("application").is_in(list(late))
    tail = tail.with_columns(priority=pl.when(is_late).then(_level(ADJUSTMENT)).otherwise(_level(level + 1)))
    return _up_to_place(pl.concat([on_time, wishes, tail]), held, ledger)


def _level(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.Int64)


def _up_to_place(lists: pl.DataFrame, held: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Cut each list off at the place that the family holds; those who settled have nothing but their place."""
    own = lists.with_row_index("order").with_columns(pl.col("order").cast(pl.Int64))
    places = held.select("application", "school")
    ends = own.join(places, on=["application", "school"]).select("application", end="order")
    wanted = (
        own.join(ends, on="application", how="left")
        .filter(pl.col("order") < pl.col("end").fill_null(own.height))
        .filter(~pl.col("application").is_in(list(ledger.settled)))
        .drop("end")
    )
    last = held.with_columns(order=pl.lit(own.height, dtype=pl.Int64)).select(wanted.columns)
    rows = pl.concat([wanted, last]).filter(~pl.col("application").is_in(list(ledger.withdrawn)))
    return rows.sort("application", "order").drop("order")


def _late_wishes(arrays: RoundArrays, renewed: Iterable[int], *, level: int) -> pl.DataFrame:
    """Return the rows of late children and changed lists: after those on time, under no reserve."""
    ours = arrays.members.frame().filter(pl.col("application").is_in(list(renewed)))
    choices = (
        arrays.frozen.district.table("choices")
        .join(ours, on="applicant", how="semi")
        .sort("applicant", "rank")
    )
    rows = wish_rows(judged(arrays.frozen, choices.select("applicant", "rank", "school")), arrays.members)
    return rows.with_columns(priority=pl.col("class") + level, reserve=pl.lit(0, dtype=pl.Int64))


def _held(present: RoundResult) -> pl.DataFrame:
    """Return the row of every application's present place, in the columns of rows."""
    got = present.outcome.row
    rows = present.arrays.rows[np.sort(got[got != UNPLACED])]
    return rows.select(*SCHEMA)


def _numbers(first: RoundResult, arrays: RoundArrays, ranks: Ranks) -> Ranks:
    """Give a number after everybody's to late children, and to lists at schools that they were not drawn for."""
    n_drawn = len(first.arrays.names)
    if arrays.frozen.rules.lottery == "single":
        return {**ranks, **{(name, ""): n_drawn + n for n, name in enumerate(arrays.names[n_drawn:])}}
    pairs = arrays.rows.select("application", "school").iter_rows()
    asked = {(arrays.names[application], school): n_drawn + application for application, school in pairs}
    return {**asked, **ranks}
