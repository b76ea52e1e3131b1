"""The database gives and takes a District exactly, and keeps what changed."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.web.audit.models import Event
from junheng.web.registry import store
from junheng.web.registry.models import FieldChange, Row, Year
from junheng.web.registry.snapshots import district_of, make_snapshot, packed, unpacked
from junheng.web.roles import Person

BY = Person(account_id=7, name="张三")
YEAR = 2030
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8)


def small(**tables: Any) -> District:
    facts = pl.DataFrame({"district": ["990000"], "name": ["试验区"], "year": [YEAR]})
    frames = {name: pl.DataFrame(rows) if isinstance(rows, dict) else rows for name, rows in tables.items()}
    return District.of({"district": facts, **frames})


def schools(*names: str) -> dict[str, list[str]]:
    return {
        "school": [f"S{i}" for i in range(len(names))],
        "name": list(names),
        "kind": ["primary"] * len(names),
    }


@pytest.mark.parametrize("size", ["town"])
def test_an_example_district_comes_back_equal_with_the_same_hash(size: Any) -> None:
    district = example(size, seed=5)
    store.take(district, by=BY, why="test")
    given_back = store.give(int(district.facts["year"]))
    assert given_back.equals(district)
    assert given_back.hash == district.hash


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    names=st.lists(TEXTS, max_size=4),
    numbers=st.lists(
        st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)), min_size=4, max_size=4
    ),
)
def test_any_text_and_number_comes_back_exactly(names: list[str], numbers: list[float | None]) -> None:
    rows = {**schools(*names), "lon": pl.Series(numbers[: len(names)], dtype=pl.Float64)}
    district = small(
        schools=pl.DataFrame(
            rows, schema_overrides={"school": pl.String, "name": pl.String, "kind": pl.String}
        )
    )
    store.take(district, by=BY, why="property")
    given_back = store.give(YEAR)
    assert given_back.equals(district)
    assert given_back.hash == district.hash


def test_rows_that_share_a_key_keep_their_order() -> None:
    district = small(schools={"school": ["A", "A", "B"], "name": ["一", "二", "三"], "kind": ["primary"] * 3})
    store.take(district, by=BY, why="test")
    assert store.give(YEAR).equals(district)


def test_an_empty_table_and_an_absent_one_stay_different() -> None:
    empty = small(schools=schools("一"), homes=pl.DataFrame(schema={"home": pl.String}))
    store.take(empty, by=BY, why="test")
    assert "homes" in store.give(YEAR).tables
    store.take(small(schools=schools("一")), by=BY, why="test")
    assert "homes" not in store.give(YEAR).tables


def test_a_changed_field_is_kept_with_who_when_before_after_and_why() -> None:
    store.take(small(schools=schools("一小", "二小")), by=BY, why="first")
    changed = store.take(small(schools=schools("一小", "第二小学")), by=BY, why="更名")
    assert (changed.added, changed.removed, changed.fields) == (0, 0, 1)
    change = FieldChange.objects.get(year=YEAR)
    assert (change.table, change.column, change.key, change.school) == ("schools", "name", '["S1"]', "S1")
    assert (change.before, change.after) == ('"二小"', '"第二小学"')
    assert (change.by_name, change.by_id, change.why) == ("张三", 7, "更名")
    assert Event.objects.get(pk=change.event).action == "records-taken"


def test_a_row_that_goes_keeps_its_values_in_the_history() -> None:
    store.take(small(schools=schools("一小", "二小")), by=BY, why="first")
    changed = store.take(small(schools=schools("一小")), by=BY, why="并校")
    assert changed.removed == 1
    gone = {one.column: (one.before, one.after) for one in FieldChange.objects.filter(year=YEAR)}
    assert gone == {"school": ('"S1"', None), "name": ('"二小"', None), "kind": ('"primary"', None)}


def test_taking_the_same_again_changes_nothing_and_keeps_who_wrote_each_row() -> None:
    district = small(schools=schools("一小", "二小"))
    store.take(district, by=BY, why="first")
    before = list(Row.objects.filter(year=YEAR).values_list("pk", "event"))
    assert store.take(district, by=Person(8, "李四"), why="again").is_nothing
    assert list(Row.objects.filter(year=YEAR).values_list("pk", "event")) == before
    assert not FieldChange.objects.filter(year=YEAR).exists()


def test_a_value_that_the_database_cannot_keep_leaves_everything_as_it_was() -> None:
    store.take(small(schools=schools("一小")), by=BY, why="first")
    bad = small(schools={**schools("一小"), "lon": [float("nan")]})
    with pytest.raises(UsageError, match=r"schools\.lon"):
        store.take(bad, by=BY, why="bad")
    assert store.give(YEAR).table("schools")["lon"].to_list() == [None]


def test_only_the_tables_that_are_named_are_replaced() -> None:
    store.take(small(schools=schools("一小"), homes={"home": ["H1"]}), by=BY, why="first")
    store.take(small(schools=schools("改名"), homes={"home": ["H2"]}), by=BY, why="part", only=["homes"])
    given_back = store.give(YEAR)
    assert given_back.table("homes")["home"].to_list() == ["H2"]
    assert given_back.table("schools")["name"].to_list() == ["一小"]


def test_a_snapshot_stays_as_it_was_when_the_records_change() -> None:
    first = small(schools=schools("一小"))
    store.take(first, by=BY, why="first")
    snapshot = make_snapshot(by=BY, year=YEAR, name="期初")
    store.take(small(schools=schools("改名")), by=BY, why="更名")
    assert district_of(snapshot.pk).equals(first)
    assert snapshot.hash == first.hash


def test_a_snapshot_refuses_to_change_and_a_tampered_one_refuses_to_open() -> None:
    store.take(small(schools=schools("一小")), by=BY, why="first")
    snapshot = make_snapshot(by=BY, year=YEAR, name="期初")
    with pytest.raises(UsageError):
        snapshot.save()
    with pytest.raises(UsageError):
        snapshot.delete()
    other = packed(small(schools=schools("假的")))
    type(snapshot).objects.filter(pk=snapshot.pk).update(content=other)
    with pytest.raises(UsageError, match="hash"):
        district_of(snapshot.pk)


def test_the_same_district_packs_to_the_same_bytes_and_back() -> None:
    district = example("town", seed=2)
    assert packed(district) == packed(district)
    assert unpacked(packed(district)).equals(district)


def test_a_year_without_records_says_so() -> None:
    with pytest.raises(UsageError, match="1999"):
        store.give(1999)
    assert not Year.objects.filter(pk=1999).exists()
