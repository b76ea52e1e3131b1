"""A round after its draw: the frozen round and a log of events give its present state, the same each time.

Nobody who has a place loses it, and nobody overtakes: a late child, or a family that changes its choices, comes after
everybody who was on time (adjustment of those on time included) and under no reserve; a changed list keeps the place
that the family holds as its last entry; those who withdraw make room, and a refill moves others up by the same rule and
the same draw numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from junheng.admission.assignment import assign
from junheng.admission.market import ADJUSTMENT, UNPLACED
from junheng.admission.rounds.arrays import Ranks, RoundArrays
from junheng.admission.rounds.events import Event, log_hash
from junheng.admission.rounds.groups import Applications
from junheng.admission.rounds.result import RoundResult
from junheng.admission.rounds.rows import ADJUSTED, SCHEMA, adjustment_rows, judged, wish_rows
from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text


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


@dataclass
class _Ledger:
    """What the log has said so far, by number of the application."""

    withdrawn: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)
    changed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    late: list[Event] = field(default_factory=list)


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
        For an event about a child or school that is not in the round, a number used twice, or a child who has
        withdrawn before.
    """
    ledger, present = _Ledger(), result
    since: list[Event] = []
    for event in events:
        _record(ledger, event, result)
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


def _record(ledger: _Ledger, event: Event, result: RoundResult) -> None:
    """Write one event into the ledger, or refuse it."""
    offering = {plan.school for plan in result.arrays.plans}
    for school in (*event.choices, *((event.school,) if event.school is not None else ())):
        if school not in offering:
            raise _refused(event, f"学校 {school} 没有招生计划", f"the school {school} offers no places")
    if event.kind == "add_places" and event.school is not None and event.places is not None:
        ledger.added[event.school] = ledger.added.get(event.school, 0) + event.places
    elif event.kind == "late":
        _record_late(ledger, event, result)
    elif event.applicant is not None:
        number = _number(ledger, event, result)
        if number in ledger.withdrawn:
            raise _refused(event, "该儿童已退出", "the child has withdrawn before")
        if event.kind == "withdraw":
            ledger.withdrawn.add(number)
        elif event.kind == "settle":
            ledger.settled.add(number)
        else:
            ledger.changed[number] = event.choices


def _record_late(ledger: _Ledger, event: Event, result: RoundResult) -> None:
    known = {late.applicant for late in ledger.late} | set(result.arrays.members.number)
    if event.applicant in known:
        raise _refused(event, "报名号已被使用", "the number is in use")
    homes = set(result.arrays.frozen.district.table("homes")["home"])
    for column in ("home", "register_home"):
        if column in event.child and event.child[column] not in homes:
            raise _refused(
                event, f"没有居住单元 {event.child[column]}", f"there is no home {event.child[column]}"
            )
    ledger.late.append(event)


def _number(ledger: _Ledger, event: Event, result: RoundResult) -> int:
    number = result.arrays.members.number.get(str(event.applicant))
    if number is not None:
        return number
    late = [one.applicant for one in ledger.late]
    if event.applicant not in late:
        raise _refused(event, "本轮没有该报名号", "there is no such applicant in this round")
    return len(result.arrays.names) + late.index(event.applicant)


def _refused(event: Event, zh: str, en: str) -> UsageError:
    which = event.applicant or event.school or ""
    return UsageError(
        Text(
            f"事件 {event.kind} {which}（{event.on}）：{zh}", f"event {event.kind} {which} ({event.on}): {en}"
        )
    )


def _refilled(first: RoundResult, present: RoundResult, ranks: Ranks, ledger: _Ledger) -> RoundResult:
    """Fill the places again from what each family holds."""
    arrays = _extended(first.arrays, ledger)
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
    wishes = [
        {"applicant": child, "rank": rank, "school": school}
        for child, schools in sorted(asked.items())
        for rank, school in enumerate(schools, start=1)
    ]
    applicants = pl.DataFrame(children, schema=dict(table("applicants").schema))
    choices = pl.DataFrame(wishes, schema=dict(table("choices").schema))
    kept = district.table("choices").filter(~pl.col("applicant").is_in(list(asked)))
    return district.replace(
        applicants=pl.concat([district.table("applicants"), applicants]), choices=pl.concat([kept, choices])
    )


def _extended(arrays: RoundArrays, ledger: _Ledger) -> RoundArrays:
    """Add late children, and put changed lists in the place of the first ones, so that all are judged alike."""
    members = [*arrays.members.members, *((str(event.applicant),) for event in ledger.late)]
    lists = {child: choices for number, choices in ledger.changed.items() for child in members[number]}
    district = extended(arrays.frozen.district, arrays.frozen.rules.stage, ledger.late, lists)
    return replace(
        arrays, frozen=replace(arrays.frozen, district=district), members=Applications(tuple(members))
    )


def _rows(first: RoundResult, present: RoundResult, arrays: RoundArrays, ledger: _Ledger) -> pl.DataFrame:
    """Return the rows of a refill: of each family what it wants more than its place, then the place itself.

    Classes follow one another so: those of the rules; `held`, places that were given by adjustment or to a late list;
    adjustment of those on time; late lists, again by the classes of the rules; last the adjustment of late children.
    """
    level = max(len(classes) for classes in arrays.frozen.rules.classes.values())
    late = {len(first.arrays.names) + n for n in range(len(ledger.late))}
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


def _up_to_place(lists: pl.DataFrame, held: pl.DataFrame, ledger: _Ledger) -> pl.DataFrame:
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
