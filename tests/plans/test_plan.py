"""A plan as a value and as a file: exact round trips, and no damaged file gets through."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.errors import UsageError
from junheng.plans.actions import BY_CODE
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.plan import Level, Plan, read_plan, write_plan
from junheng.text import Text
from junheng.units import UNITS

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.builds(Text, WORDS, WORDS)
ACTIONS = st.builds(
    AssignHome,
    stage=WORDS,
    home=WORDS,
    school=WORDS,
    before=st.none() | WORDS,
    reason=WORDS,
    text=TEXTS,
    numbers=st.dictionaries(WORDS, NUMBERS | WORDS, max_size=3).map(MappingProxyType),
)
LEVELS = st.builds(Level, value=NUMBERS, bound=st.none() | NUMBERS, unit=st.sampled_from(sorted(UNITS)))
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
PLANS = st.builds(
    Plan,
    kind=WORDS,
    name=TEXTS,
    objective=st.dictionaries(WORDS, LEVELS, max_size=3).map(MappingProxyType),
    seconds=st.floats(0, 1e6),
    seed=st.none() | st.integers(0, 2**31),
    inputs=st.dictionaries(WORDS, WORDS, max_size=2).map(MappingProxyType),
    inputs_hash=WORDS,
    standard_date=WORDS,
    version=WORDS,
    settings=st.dictionaries(WORDS, JSON, max_size=3).map(MappingProxyType),
    stopped_by=WORDS,
    actions=st.lists(ACTIONS, max_size=4).map(tuple),
)

PLAN = Plan(
    kind="catchments",
    name=Text("方案", "plan"),
    objective=MappingProxyType({"pupil_km": Level(value=10.0, bound=9.0, unit="pupil km")}),
    seconds=1.5,
    seed=3,
    inputs=MappingProxyType({"district": "d", "standard": "s"}),
    inputs_hash="h",
    standard_date="2026-09-01",
    version="0.1",
    settings=MappingProxyType({"stage": "primary", "locked": {"H1": "A"}}),
    stopped_by="time",
    actions=(
        AssignHome(
            stage="primary",
            home="H1",
            school="A",
            before="B",
            reason="nearest_full",
            text=Text("最近学校已满", "the nearest is full"),
            numbers=MappingProxyType({"extra_km": 0.4, "nearest": "B"}),
        ),
    ),
)


@settings(max_examples=100)
@given(PLANS)
def test_a_plan_read_back_from_json_is_the_same_plan(plan: Plan) -> None:
    text = json.dumps(plan.as_dict(), ensure_ascii=False, allow_nan=False)
    back = Plan.from_dict(json.loads(text))
    assert back == plan
    assert list(back.objective) == list(plan.objective), "the order of the levels is part of the plan"
    assert json.dumps(back.as_dict(), ensure_ascii=False) == text


def test_a_plan_file_read_back_is_the_same_plan(tmp_path: Path) -> None:
    file = tmp_path / "方案.json"
    write_plan(PLAN, file)
    assert read_plan(file) == PLAN
    assert [path.name for path in tmp_path.iterdir()] == ["方案.json"], "nothing is left beside it"


def test_writing_a_plan_again_replaces_it_whole(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text("x" * 100_000, encoding="utf-8")
    write_plan(PLAN, file)
    assert read_plan(file) == PLAN


def test_a_plan_has_every_key_that_later_planners_keep_to() -> None:
    keys = "kind objective bound gap seconds seed inputs_hash standard_date version actions"
    assert set(keys.split()) <= set(PLAN.as_dict())


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(10, 9, 0.1), (10, 10, 0), (0, 0, 0), (10, 11, 0), (10, None, None), (0, -1, None), (-9, -10, 1 / 9)],
)
def test_the_gap_is_what_may_still_be_won_as_a_share_of_the_value(
    value: float, bound: float | None, gap: float | None
) -> None:
    assert Level(value=value, bound=bound, unit="pupil").gap == (None if gap is None else pytest.approx(gap))


def test_an_action_knows_whether_it_changes_anything() -> None:
    assert AssignHome(stage="primary", home="H", school="A", before="B").changes
    assert not AssignHome(stage="primary", home="H", school="A", before="A").changes
    assert AssignHome(stage="primary", home="H", school="A").changes, "a home that had no school gets one"


def test_a_plan_file_holds_every_field_of_every_kind_of_action() -> None:
    for kind in BY_CODE.values():
        assert set(kind.readers) == {one.name for one in fields(kind)}, kind.kind  # type: ignore[arg-type]


def test_an_action_written_by_hand_needs_only_home_stage_and_school() -> None:
    given_by_hand = PLAN.as_dict()
    given_by_hand["actions"] = [{"action": "assign_home", "stage": "primary", "home": "H2", "school": "B"}]
    (action,) = Plan.from_dict(given_by_hand).actions
    assert action == AssignHome(stage="primary", home="H2", school="B")


DAMAGE: list[tuple[tuple[str | int, ...], Any, str]] = [
    (("format",), "junheng-plan-2", "format"),
    (("kind",), None, "kind"),
    (("name",), {"zh": "方案"}, "name.en"),
    (("name",), "plan", "name"),
    (("objective", "pupil_km"), "ten", "objective.pupil_km"),
    (("objective", "pupil_km"), True, "objective.pupil_km"),
    (("objective", "pupil_km"), float("nan"), "objective.pupil_km"),
    (("objective", "pupil_km"), float("inf"), "objective.pupil_km"),
    (("objective", "pupil_km"), 10**400, "objective.pupil_km"),
    (("bound",), {}, "bound"),
    (("units", "pupil_km"), "furlong", "units.pupil_km"),
    (("seconds",), "1.5 s", "seconds"),
    (("seed",), 1.5, "seed"),
    (("inputs",), [], "inputs"),
    (("inputs", "district"), 5, "inputs.district"),
    (("settings",), "stage", "settings"),
    (("actions",), {"H1": "A"}, "actions"),
    (("actions", 0), "H1", "actions[0]"),
    (("actions", 0, "action"), "move_a_mountain", "actions[0].action"),
    (("actions", 0, "home"), 17, "actions[0].home"),
    (("actions", 0, "home"), "half a pair \ud83d", "actions[0].home"),
    (("actions", 0, "before"), 0, "actions[0].before"),
    (("actions", 0, "numbers"), {"km": [1]}, "actions[0].numbers.km"),
]


@pytest.mark.parametrize(("path", "value", "where"), DAMAGE, ids=lambda part: str(part)[:30])
def test_a_damaged_part_is_refused_and_named(path: tuple[str | int, ...], value: Any, where: str) -> None:
    damaged = PLAN.as_dict()
    part: Any = damaged
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    with pytest.raises(UsageError) as refused:
        Plan.from_dict(damaged)
    assert f"{where}:" in refused.value.text.en
    assert f"{where}：" in refused.value.text.zh


@pytest.mark.parametrize("key", sorted(set(PLAN.as_dict()) - {"gap"}))
def test_a_part_that_is_absent_is_refused_and_named(key: str) -> None:
    short = {name: part for name, part in PLAN.as_dict().items() if name != key}
    with pytest.raises(UsageError, match=key):
        Plan.from_dict(short)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[]",
        b'"plan"',
        b"{}",
        b'{"format": "junheng-plan-1"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"1" * 5_000,
        b'{"format": "junheng-plan-1", "kind": "cat',
    ],
    ids=range(10),
)
def test_a_file_that_is_no_plan_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=r"broken\.json"):
        read_plan(file)


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"absent\.json"):
        read_plan(tmp_path / "absent.json")


def test_a_byte_order_mark_that_an_editor_left_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_plan(PLAN, file)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert read_plan(file) == PLAN


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_put_in_the_place_of_a_part_is_read_or_refused_and_never_a_crash(
    data: st.DataObject,
) -> None:
    given_to_read = json.loads(json.dumps(PLAN.as_dict()))
    part: Any = given_to_read
    while isinstance(part, dict | list) and part:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(part[key], dict | list):
            part[key] = data.draw(JSON)
            break
        part = part[key]
    with suppress(UsageError):
        Plan.from_dict(given_to_read).as_dict()
