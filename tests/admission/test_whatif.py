"""What-if: who gains and loses is as worked by hand, and small groups are not shown."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from small_round import RULES, child, district_of, frozen_of, rules_of

from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.whatif import Change, _shown, changed, what_if
from junheng.errors import UsageError


@pytest.fixture
def frozen(tmp_path: Path) -> FrozenRound:
    """Twelve children of zone A ask for its six places; twelve of zone B for its six; nobody is adjusted."""
    own = [child(f"A{n:02d}", "A", adjust="no") for n in range(12)]
    other = [child(f"B{n:02d}", "B", home="HC", register_home="HC", adjust="no") for n in range(12)]
    return frozen_of(district_of([*own, *other], places={"A": 6, "B": 6, "P": 1}), rules_of(tmp_path))


def _row(groups: pl.DataFrame, dimension: str, group: str) -> dict[str, object]:
    return groups.filter((pl.col("dimension") == dimension) & (pl.col("group") == group)).row(0, named=True)


def test_added_places_help_those_who_asked_for_them_and_nobody_loses(frozen: FrozenRound) -> None:
    found = what_if(frozen, Change(places={"A": 3}), draws=4)
    everybody, zone = _row(found.groups, "all", "all"), _row(found.groups, "zone", "A")
    assert (everybody["gains"], everybody["loses"], everybody["same"]) == (3.0, 0.0, 21.0)
    assert (zone["gains"], zone["children"]) == (3.0, 12)
    assert _row(found.groups, "zone", "B")["gains"] == 0.0
    assert (found.before["placed"], found.after["placed"]) == (12.0, 15.0)


def test_places_taken_away_are_lost_by_as_many(frozen: FrozenRound) -> None:
    everybody = _row(what_if(frozen, Change(places={"A": -2}), draws=3).groups, "all", "all")
    assert (everybody["gains"], everybody["loses"]) == (0.0, 2.0)


def test_a_zone_that_moves_takes_its_children_along(frozen: FrozenRound) -> None:
    zones = frozen.district.table("catchments").with_columns(
        school=pl.when(pl.col("home") == "HA").then(pl.lit("B")).otherwise(pl.col("school"))
    )
    found = what_if(frozen, Change(catchments=zones), draws=3)
    # Children of HA still ask for A only; no other child does, so the six places stay theirs.
    assert _row(found.groups, "all", "all")["loses"] == 0.0


def test_other_rules_can_be_tried(frozen: FrozenRound, tmp_path: Path) -> None:
    rules = rules_of(tmp_path, RULES.replace("when: {home: zone}", "when: {home: district}"))
    assert what_if(frozen, Change(rules=rules), draws=2).draws == 2
    junior = rules_of(tmp_path, RULES.replace("stage: primary", "stage: junior"))
    with pytest.raises(UsageError, match="another stage"):
        what_if(frozen, Change(rules=junior), draws=2)


def test_nothing_changed_changes_nothing(frozen: FrozenRound) -> None:
    everybody = _row(what_if(frozen, Change(), draws=3).groups, "all", "all")
    assert (everybody["gains"], everybody["loses"], everybody["same"]) == (0.0, 0.0, 24.0)


def test_without_a_draw_there_is_nothing_to_say(frozen: FrozenRound) -> None:
    with pytest.raises(UsageError, match="at least one draw"):
        what_if(frozen, Change(), draws=0)


def test_the_same_seed_gives_the_same_figures(frozen: FrozenRound) -> None:
    first, again = (what_if(frozen, Change(places={"A": 3}), draws=3, seed=5).groups for _ in range(2))
    assert first.equals(again)


@pytest.mark.parametrize(
    ("places", "why"), [({"X": 1}, "offers no places"), ({"A": -7}, "fewer than no places")]
)
def test_a_change_that_cannot_be_is_refused(places: dict[str, int], why: str, frozen: FrozenRound) -> None:
    with pytest.raises(UsageError, match=why):
        changed(frozen, Change(places=places))


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ([20, 30], [20, 30]),
        ([4, 30, 40], [None, None, 40]),
        ([4, 5, 40], [None, None, 40]),
        ([4], [None]),
        ([10, 9, 30], [None, None, 30]),
    ],
)
def test_a_small_group_is_hidden_together_with_what_would_give_it_away(
    sizes: list[int], shown: list[int | None]
) -> None:
    groups = pl.DataFrame({"children": sizes, "gains": [1.0] * len(sizes), "loses": [0.0] * len(sizes)})
    found = _shown(groups, small=10)
    assert found["children"].to_list() == shown
    assert (found["gains"].is_null() == found["children"].is_null()).all()


def test_a_whole_round_that_is_small_shows_nothing(tmp_path: Path) -> None:
    few = frozen_of(district_of([child("1", "A"), child("2", "A")]), rules_of(tmp_path))
    found = what_if(few, Change(places={"A": 1}), draws=1)
    assert found.groups["children"].drop_nulls().to_list() == []
    assert found.groups["same"].drop_nulls().to_list() == []
