"""What happens after the draw: nobody loses a place, nobody overtakes, and the same log gives the same state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_round import RULES, child, district_of, frozen_of, ranks_of, rules_of, schools_of

from junheng.admission.explain import Explainer
from junheng.admission.intake.later import problems_of_events
from junheng.admission.refill import refill
from junheng.admission.rounds.arrays import Ranks, round_arrays
from junheng.admission.rounds.events import Event, Kin, load_events, log_hash
from junheng.admission.rounds.replay import RoundState, replay
from junheng.admission.rounds.result import RoundResult, decide
from junheng.admission.rounds.review import audited
from junheng.admission.rules.national import standard_day
from junheng.errors import InputError, UsageError
from junheng.standards import load_standard

DAY = date(2026, 7, 10)
LATE = {"born": "2020-01-01", "home": "HA", "register": "district", "register_home": "HA", "tenure": "owned"}


def event(kind: Any, applicant: str | None = None, *choices: str, **more: Any) -> Event:
    child_ = LATE if kind == "late" else {}
    return Event(
        **{
            "kind": kind,
            "on": DAY,
            "by": "某某",
            "reason": "因故",
            "applicant": applicant,
            "choices": choices,
            "child": child_,
        }
        | more
    )


REFILL = event("refill")


def _start(
    folder: Path, children: list[dict[str, Any]], *order: str, **places: int
) -> tuple[RoundResult, Ranks]:
    frozen = frozen_of(district_of(children, places=places or None), rules_of(folder))
    ranks = ranks_of(frozen, *order)
    return decide(round_arrays(frozen), ranks), ranks


def _after(start: tuple[RoundResult, Ranks], *events: Event) -> RoundState:
    return replay(*start, events)


@pytest.fixture
def start(tmp_path: Path) -> tuple[RoundResult, Ranks]:
    """Two places at A, one at B; four children of zone A in the draw order 1, 2, 3, 4; 3 is at B, 4 nowhere."""
    children = [child(n, "A", "B", adjust="no") for n in "1234"]
    return _start(tmp_path, children, "1", "2", "3", "4", A=2, B=1)


def test_the_start_is_as_worked_by_hand(start: tuple[RoundResult, Ranks]) -> None:
    assert schools_of(start[0]) == {"1": "A", "2": "A", "3": "B", "4": None}


def test_a_withdrawal_moves_the_waiting_up_in_turn(start: tuple[RoundResult, Ranks]) -> None:
    state = _after(start, event("withdraw", "1"), REFILL)
    assert schools_of(state.result) == {"1": None, "2": "A", "3": "A", "4": "B"}
    assert state.withdrawn == ("1",)


def test_without_a_refill_nothing_moves_but_the_log_is_kept(start: tuple[RoundResult, Ranks]) -> None:
    state = _after(start, event("withdraw", "1"))
    assert schools_of(state.result) == schools_of(start[0])
    assert [one.kind for one in state.waiting_for_refill] == ["withdraw"]


def test_a_settled_family_is_not_moved(start: tuple[RoundResult, Ranks]) -> None:
    state = _after(start, event("settle", "3"), event("withdraw", "1"), REFILL)
    assert schools_of(state.result) == {"1": None, "2": "A", "3": "B", "4": "A"}


def test_added_places_go_to_the_waiting_list(start: tuple[RoundResult, Ranks]) -> None:
    state = _after(start, event("add_places", school="A", places=1), REFILL)
    assert schools_of(state.result) == {"1": "A", "2": "A", "3": "A", "4": "B"}


def test_a_late_child_comes_after_everybody_who_was_on_time(start: tuple[RoundResult, Ranks]) -> None:
    late = event("late", "9", "A", "B")
    state = _after(start, late, event("withdraw", "1"), REFILL)
    assert schools_of(state.result) == {"1": None, "2": "A", "3": "A", "4": "B", "9": None}
    more = _after(start, late, event("withdraw", "1"), event("add_places", school="B", places=1), REFILL)
    assert schools_of(more.result)["9"] == "B"


def test_late_children_follow_each_other_by_class_then_in_the_order_of_arrival(
    start: tuple[RoundResult, Ranks],
) -> None:
    outside = event("late", "7", "A", child={**LATE, "home": "HC", "register_home": "HC"})
    late = (outside, event("late", "8", "A"), event("late", "9", "A"))
    more = event("add_places", school="A", places=4)
    found = schools_of(_after(start, *late, more, REFILL).result)
    assert {n: found[n] for n in "34789"} == {"3": "A", "4": "A", "7": "B", "8": "A", "9": "A"}
    fewer = schools_of(_after(start, *late, event("add_places", school="A", places=3), REFILL).result)
    assert {n: fewer[n] for n in "789"} == {"7": "B", "8": "A", "9": None}


def test_a_changed_list_keeps_the_place_until_something_better_comes(tmp_path: Path) -> None:
    start = _start(
        tmp_path, [child("1", "A"), child("2", "B", home="HC", register_home="HC")], "1", "2", A=1, B=1
    )
    changed = event("change", "1", "B")
    assert schools_of(_after(start, changed, REFILL).result) == {"1": "A", "2": "B"}
    freed = _after(start, changed, event("withdraw", "2"), REFILL)
    assert schools_of(freed.result) == {"1": "B", "2": None}
    told = Explainer(freed.result).of("1")
    assert [(story.school, story.result) for story in told.choices] == [("B", "admitted")]


def test_a_family_without_a_place_that_changes_its_list_is_still_adjusted(tmp_path: Path) -> None:
    start = _start(tmp_path, [child("1", "A"), child("2", "A")], "1", "2", A=1, P=1)
    assert schools_of(start[0]) == {"1": "A", "2": None}
    log = [
        event("change", "2", "P"),
        event("late", "9", "P"),
        event("add_places", school="A", places=1),
        REFILL,
    ]
    assert schools_of(_after(start, *log).result) == {"1": "A", "2": "P", "9": "A"}
    other = [event("change", "2"), event("late", "9", "A"), event("add_places", school="A", places=1), REFILL]
    assert schools_of(_after(start, *other).result) == {"1": "A", "2": "A", "9": None}


def test_a_place_by_a_changed_list_is_held_in_the_next_refill(tmp_path: Path) -> None:
    start = _start(
        tmp_path, [child("1", "A"), child("2", "B", home="HC", register_home="HC")], "1", "2", A=1, B=1
    )
    log = [event("change", "1", "B"), event("withdraw", "2"), REFILL, event("late", "9", "B"), REFILL]
    assert schools_of(_after(start, *log).result) == {"1": "B", "2": None, "9": "A"}


def test_a_late_child_of_a_locked_home_counts_without_it(tmp_path: Path) -> None:
    seats = [{"dwelling": "d9", "stage": "primary", "year": 2024, "family": "other"}]
    frozen = frozen_of(district_of([child("1", "A")], home_seats=seats), rules_of(tmp_path))
    ranks = ranks_of(frozen, "1")
    late = event("late", "9", "A", child={**LATE, "dwelling": "d9"})
    state = replay(decide(round_arrays(frozen), ranks), ranks, [late, REFILL])
    rule = Explainer(state.result).of("9").rule
    assert rule is not None
    assert rule.en == "Other (三)"


def test_twins_withdraw_together(tmp_path: Path) -> None:
    children = [child("1", "A"), child("2", "A", family="f1", dwelling="d1"), child("3", "A", adjust="no")]
    kin = [{"applicant": "2", "relation": "twin", "other": "1"}]
    frozen = frozen_of(district_of(children, places={"A": 2}, kin=kin), rules_of(tmp_path))
    ranks = ranks_of(frozen, "1", "3")
    state = replay(decide(round_arrays(frozen), ranks), ranks, [event("withdraw", "2"), REFILL])
    assert state.withdrawn == ("1", "2")
    assert schools_of(state.result) == {"1": None, "2": None, "3": "A"}


TWIN_OF_8 = (Kin(relation="twin", other="8"),)


def test_late_twins_are_one_application_and_stay_together(start: tuple[RoundResult, Ranks]) -> None:
    twins = (event("late", "8", "B", "A"), event("late", "9", "B", "A", kin=TWIN_OF_8))
    one_place = _after(start, event("add_places", school="B", places=2), *twins, REFILL)
    assert schools_of(one_place.result) == {"1": "A", "2": "A", "3": "B", "4": "B", "8": "B", "9": "B"}
    assert one_place.result.applications.height == 5
    gone = _after(start, event("add_places", school="B", places=3), *twins, event("withdraw", "9"), REFILL)
    assert gone.withdrawn == ("8", "9")


def test_a_late_twin_of_a_child_with_a_place_comes_before_other_late_children_there(tmp_path: Path) -> None:
    classes = "\n".join(
        [
            "classes:",
            "  public:",
            "    - {id: sib, name: {zh: 长幼, en: Sibling}, when: {sibling_here: true}, clause: 零}",
        ]
    )
    (tmp_path / "rules").mkdir()
    text = RULES.replace("classes:\n  public:", classes)
    frozen = frozen_of(district_of([child("1", "A")], places={"A": 1}), rules_of(tmp_path / "rules", text))
    ranks = ranks_of(frozen, "1")
    start = decide(round_arrays(frozen), ranks), ranks
    with_kin = event("late", "9", "A", kin=(Kin(relation="twin", other="1"),))
    log = [event("late", "8", "A"), with_kin, event("add_places", school="A", places=1), REFILL]
    assert schools_of(_after(start, *log).result) == {"1": "A", "8": None, "9": "A"}
    without = [log[0], event("late", "9", "A"), *log[2:]]
    assert schools_of(_after(start, *without).result) == {"1": "A", "8": "A", "9": None}


def test_a_sibling_on_the_roll_counts_for_a_late_child(start: tuple[RoundResult, Ranks]) -> None:
    with_kin = event("late", "9", "A", kin=(Kin(relation="sibling_here", school="A"),))
    state = _after(start, with_kin, event("add_places", school="A", places=3), REFILL)
    kin = state.result.arrays.frozen.district.table("kin")
    assert kin.rows() == [("9", "sibling_here", None, "A")]


def test_a_twin_who_comes_after_a_refill_is_an_application_of_its_own(
    start: tuple[RoundResult, Ranks],
) -> None:
    more = event("add_places", school="B", places=2)
    log = [more, event("late", "8", "B"), REFILL, event("late", "9", "B", kin=TWIN_OF_8), REFILL]
    state = _after(start, *log)
    assert schools_of(state.result)["8"] == "B"
    assert state.result.arrays.members.members[-2:] == (("8",), ("9",))


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([event("withdraw", "99")], "no such applicant"),
        ([event("withdraw", "1"), event("change", "1", "B")], "has withdrawn"),
        ([event("change", "1", "X")], "offers no places"),
        ([event("late", "1", "A")], "in use"),
        ([event("late", "9", "A"), event("late", "9", "A")], "in use"),
        ([event("late", "9", "A", child={**LATE, "home": "HX"})], "no home HX"),
        ([event("add_places", school="X", places=1)], "offers no places"),
        ([event("late", "9", "A", kin=TWIN_OF_8)], "no 8 in this round yet"),
        ([event("late", "9", "A", kin=(Kin(relation="twin", other="9"),))], "no 9 in this round yet"),
        ([event("late", "9", "A", kin=(Kin(relation="sibling_here", school="X"),))], "no school X"),
        ([event("late", "8", "A"), event("late", "9", "B", kin=TWIN_OF_8)], "make the lists agree"),
        (
            [event("late", "8", "A"), event("change", "8", "B"), event("late", "9", "A", kin=TWIN_OF_8)],
            "make the lists agree",
        ),
    ],
)
def test_an_event_that_cannot_be_is_refused(
    events: list[Event], why: str, start: tuple[RoundResult, Ranks]
) -> None:
    with pytest.raises(UsageError, match=why):
        _after(start, *events)


def test_late_children_pass_the_checks_that_others_passed(start: tuple[RoundResult, Ranks]) -> None:
    on = load_standard().on(standard_day(start[0].rules))
    young = event("late", "9", "A", child={**LATE, "born": "2021-01-01"})
    again = event("late", "8", "A", child={**LATE, "person": "p1"})
    fine = event("late", "7", "A")
    found = {problem.code for problem in problems_of_events(start[0], [young, again, fine], on)}
    assert found == {"too-young", "child-twice"}
    assert problems_of_events(start[0], [fine], on) == []


def test_late_twins_pass_the_checks_that_other_twins_passed(start: tuple[RoundResult, Ranks]) -> None:
    on = load_standard().on(standard_day(start[0].rules))
    first = event("late", "8", "A", child={**LATE, "family": "f8", "dwelling": "d8"})
    apart = event("late", "9", "A", kin=TWIN_OF_8, child={**LATE, "born": "2019-12-01", "family": "f8"})
    found = problems_of_events(start[0], [first, apart], on)
    assert {problem.code for problem in found} == {"twins-apart", "twins-born-apart"}
    assert {problem.place.row for problem in found} == {None}  # a log has no rows of a sheet
    alike = event("late", "9", "A", kin=TWIN_OF_8, child=first.child)
    assert problems_of_events(start[0], [first, alike], on) == []


KINDS = st.sampled_from(["withdraw", "change", "late", "settle", "add_places", "refill"])


@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_loses_a_place_whatever_happens(data: st.DataObject, tmp_path: Path) -> None:
    n = data.draw(st.integers(1, 7))
    homes = st.sampled_from(["HA", "HB", "HC"])
    lists = st.lists(st.sampled_from("ABP"), unique=True, max_size=3)
    children = []
    for number in range(n):
        home = data.draw(homes)
        facts = {"home": home, "register_home": home, "adjust": data.draw(st.sampled_from(["yes", "no"]))}
        if data.draw(st.booleans()):
            facts |= {
                "register": "elsewhere",
                "register_home": None,
                "migrant": "yes",
                "residence_permit": "yes",
            }
        children.append(child(str(number), *data.draw(lists), **facts))
    reserves = [{"school": "A", "stage": "primary", "reserve": "migrant", "floor": 1, "ceiling": 2}]
    places = {school: data.draw(st.integers(1 if school == "A" else 0, 3)) for school in "ABP"}
    frozen = frozen_of(district_of(children, places=places, place_reserves=reserves), rules_of(tmp_path))
    ranks = ranks_of(frozen, *data.draw(st.permutations([str(number) for number in range(n)])))
    first = decide(round_arrays(frozen), ranks)
    log = _log(data, n)
    states = [replay(first, ranks, log[: end + 1]) for end, one in enumerate(log) if one.kind == "refill"]
    results = [first, *(state.result for state in states)]
    changes = [set(), *({one.applicant for one in log if one.kind == "change"} for _ in states)]
    for before, after, state, changed in zip(results, results[1:], states, changes[1:], strict=False):
        assert audited(after) == ()
        for applicant, school in schools_of(before).items():
            if school is not None and applicant not in state.withdrawn:
                assert schools_of(after)[applicant] is not None
                if applicant not in changed:
                    assert _standing(after, applicant) <= _standing(before, applicant)
    if states:
        again = replay(first, ranks, log)
        assert again.hash == replay(first, ranks, log).hash
        assert again.result.children.equals(states[-1].result.children) or again.waiting_for_refill


@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_withdrawals_alone_give_what_the_refill_of_the_lottery_gives(
    data: st.DataObject, tmp_path: Path
) -> None:
    """The other way to refill works on the arrays of the draw; both must move the same children."""
    n = data.draw(st.integers(2, 8))
    homes = data.draw(st.lists(st.sampled_from(["HA", "HB", "HC"]), min_size=n, max_size=n))
    lists = st.lists(st.sampled_from("ABP"), unique=True, min_size=1, max_size=3)
    children = [child(str(k), *data.draw(lists), home=homes[k], register_home=homes[k]) for k in range(n)]
    start = _start(tmp_path, children, *data.draw(st.permutations([str(k) for k in range(n)])), A=2, B=1, P=1)
    kinds = data.draw(st.lists(st.sampled_from(["withdraw", "settle", None]), min_size=n, max_size=n))
    state = _after(start, *(event(kind, str(k)) for k, kind in enumerate(kinds) if kind), REFILL)
    theirs = refill(
        start[0].market,
        start[0].outcome,
        withdrawn=np.array([kind == "withdraw" for kind in kinds]),
        settled=np.array([kind == "settle" for kind in kinds]),
    )
    schools = [plan.school for plan in start[0].arrays.plans]
    expected = {
        str(k): None if school < 0 else schools[school] for k, school in enumerate(theirs.school.tolist())
    }
    assert schools_of(state.result) == expected


def _log(data: st.DataObject, n: int) -> Sequence[Event]:
    """Make up a log that is not refused; late twins join those who came since the last refill."""
    log: list[Event] = []
    gone: set[str] = set()
    known = [str(number) for number in range(n)]
    groups: list[tuple[list[str], list[str]]] = []  # late children together, and their list
    for serial, kind in enumerate(data.draw(st.lists(KINDS, max_size=8))):
        here = [one for one in known if one not in gone]
        wishes = data.draw(st.lists(st.sampled_from("ABP"), unique=True, min_size=1, max_size=3))
        kin: tuple[Kin, ...] = ()
        if kind == "late":
            new = f"L{serial}"
            known.append(new)
            linked = data.draw(st.sampled_from([None, *here]))
            if linked is not None:
                kin = (Kin(relation=data.draw(st.sampled_from(["twin", "sibling_too"])), other=linked),)
            joined = [group for group in groups if linked in group[0] and kin[0].relation == "twin"]
            if joined:
                joined[0][0].append(new)
                wishes = joined[0][1]
            else:
                groups.append(([new], wishes))
            log.append(event("late", new, *wishes, kin=kin))
        elif kind == "add_places":
            log.append(event("add_places", school=wishes[0], places=1))
        elif kind == "refill":
            groups.clear()
            log.append(REFILL)
        elif here:
            applicant = data.draw(st.sampled_from(here))
            own = [group for group in groups if applicant in group[0]]
            log.append(event(kind, applicant, *(wishes if kind == "change" else ())))
            if kind == "withdraw":
                gone |= {applicant, *_together(log, applicant)}
            elif kind == "change" and own:
                own[0][1][:] = wishes
    return [*log, REFILL]


def _together(log: Sequence[Event], applicant: str) -> set[str]:
    """Return who is one application with a late child, read from the log: twins with no refill between them."""
    found, stretch = {applicant}, [[]]
    for one in log:
        stretch.append([]) if one.kind == "refill" else stretch[-1].append(one)
    for events in stretch:
        for one in [*events, *reversed(events)]:
            twins = {kin.other for kin in one.kin if kin.relation == "twin"} & {
                e.applicant for e in events if e.kind == "late"
            }
            if twins and (twins | {one.applicant}) & found:
                found |= twins | {one.applicant}
    return found


def _standing(result: RoundResult, applicant: str) -> tuple[int, int]:
    """How good a place is on the family's present list: own wishes by rank, then adjustment."""
    told = Explainer(result).of(applicant)
    order = {"placed": 0, "adjusted": 1, "unplaced": 2, "withdrawn": 3}[told.status]
    ranks = [story.rank for story in told.choices if story.result == "admitted"]
    return order, ranks[0] if ranks else 99


LOG = """
events:
  - {kind: withdraw, applicant: "1", on: 2026-07-05, by: 某某, reason: 迁出}
  - {kind: change, applicant: "2", choices: ["B"], on: 2026-07-05, by: 某某, reason: 搬家}
  - kind: late
    applicant: "9"
    choices: ["A", "B"]
    child: {born: 2020-01-01, home: HA, register: district, register_home: HA, tenure: owned}
    on: 2026-07-06
    by: 某某
    reason: 新迁入
    kin: [{relation: sibling_here, school: "B"}]
  - {kind: settle, applicant: "3", on: 2026-07-07, by: 某某, reason: 已注册}
  - {kind: add_places, school: "A", places: 2, on: 2026-07-08, by: 某某, reason: 增加班额}
  - {kind: refill, on: 2026-07-09, by: 某某, reason: 第一次递补}
"""


def test_a_log_is_read_from_a_file(tmp_path: Path, start: tuple[RoundResult, Ranks]) -> None:
    (tmp_path / "events.yaml").write_text(LOG, encoding="utf-8")
    events = load_events(tmp_path / "events.yaml")
    assert [one.kind for one in events] == ["withdraw", "change", "late", "settle", "add_places", "refill"]
    assert events[2].child["born"] == "2020-01-01"
    assert events[2].kin == (Kin(relation="sibling_here", school="B"),)
    assert events[4].places == 2
    state = replay(*start, events)
    assert schools_of(state.result)["9"] == "A"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('applicant: "1"', "applicant: 1"),
        ("kind: withdraw", "kind: leave"),
        ("reason: 迁出", "why: 迁出"),
        ('choices: ["B"]', 'choices: ["B", "B"]'),
        ("places: 2", "places: 1.5"),
        ("born: 2020-01-01", "born: someday"),
        ("tenure: owned", "score: 95"),
        ("on: 2026-07-09", "on: 2026-07-01"),
        ("relation: sibling_here", "relation: cousin"),
        ('school: "B"}]', 'other: "B"}]'),
        ('school: "B"}]', "school: 2}]"),
    ],
)
def test_a_wrong_event_is_refused(right: str, wrong: str, tmp_path: Path) -> None:
    assert right in LOG
    (tmp_path / "events.yaml").write_text(LOG.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InputError):
        load_events(tmp_path / "events.yaml")


def test_a_link_that_names_nobody_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(LOG.replace(', school: "B"', ""), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_events(tmp_path / "events.yaml")
    assert [problem.place.key for problem in refused.value.problems] == ["events[2].kin[0].school"]


def test_the_hash_of_a_log_follows_every_event_in_its_order(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(LOG, encoding="utf-8")
    events = load_events(tmp_path / "events.yaml")
    swapped = (events[1], events[0], *events[2:])
    hashes = {log_hash(one, round_hash="r") for one in (events, swapped, events[:-1], ())}
    assert len(hashes) == 4
    assert log_hash(events, round_hash="other") != log_hash(events, round_hash="r")
