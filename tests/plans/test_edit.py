"""An edit by hand against the comparison of whole plans, which knows nothing of it."""

from __future__ import annotations

import time
from datetime import date

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.plans.compare import MEASURES, compare, plan_of_zones
from junheng.plans.edit import edit_desk
from junheng.standards import load_standard
from junheng.text import Text

TODAY = load_standard().on(date(2026, 9, 1))


@pytest.fixture(scope="module")
def town() -> District:
    return example("town", seed=1)


@pytest.fixture(scope="module")
def zones(town: District) -> dict[str, str]:
    rows = town.table("catchments").filter(pl.col("stage") == "primary")
    return dict(rows.select("home", "school").iter_rows())


def as_compared(district: District, zones: dict[str, str]) -> dict[str, object]:
    frame = pl.DataFrame({"home": list(zones), "school": list(zones.values())})
    plan = plan_of_zones(district, frame, name=Text("编辑", "edit"), stage="primary")
    row = compare(district, [plan], TODAY, stage="primary").row(1, named=True)
    return {key: row[key] for key in MEASURES}


def test_an_edit_gives_the_figures_that_the_comparison_of_plans_gives(
    town: District, zones: dict[str, str]
) -> None:
    desk = edit_desk(town, TODAY, stage="primary")
    schools = sorted(set(zones.values()))
    for step in (1, 3, 7):
        moves = {home: schools[(k * step) % len(schools)] for k, home in enumerate(list(zones)[::step])}
        effect = desk.effect(zones, moves)
        assert dict(effect.before) == pytest.approx(as_compared(town, zones))
        assert dict(effect.after) == pytest.approx(as_compared(town, zones | moves))
        assert effect.zones == zones | moves
        assert len(effect.cut_off) == effect.after["cut_off_homes"]


def test_an_edit_names_the_schools_that_gain_and_lose(town: District, zones: dict[str, str]) -> None:
    desk = edit_desk(town, TODAY, stage="primary")
    living = dict(zip(desk.homes, desk.figures.children.tolist(), strict=True))
    home = max(zones, key=lambda one: living[one])
    other = next(school for school in sorted(set(zones.values())) if school != zones[home])
    effect = desk.effect(zones, {home: other})
    change = {one.school: one.children_after - one.children_before for one in effect.schools}
    assert change == {zones[home]: -living[home], other: living[home]}


def test_an_edit_that_moves_nothing_changes_nothing(town: District, zones: dict[str, str]) -> None:
    effect = edit_desk(town, TODAY, stage="primary").effect(zones, {})
    assert effect.before == effect.after
    assert effect.schools == ()


def test_unknown_homes_and_schools_are_all_named(town: District, zones: dict[str, str]) -> None:
    desk = edit_desk(town, TODAY, stage="primary")
    home = next(iter(zones))
    with pytest.raises(UsageError, match=rf"H9=S9, {home}=S9"):
        desk.effect(zones, {"H9": "S9", home: "S9"})


def test_a_district_without_children_of_the_stage_is_told_so(town: District) -> None:
    with pytest.raises(InputError, match="children of the stage"):
        edit_desk(town.replace(children=town.table("children").clear()), TODAY, stage="primary")


def test_an_edit_on_the_district_answers_within_a_fifth_of_a_second() -> None:
    district = example("district", seed=1)
    rows = district.table("catchments").filter(pl.col("stage") == "primary")
    zones = dict(rows.select("home", "school").iter_rows())
    desk = edit_desk(district, TODAY, stage="primary")
    moves = dict(zip(list(zones)[:40], list(zones.values())[40:80], strict=True))
    desk.effect(zones, moves)
    start = time.process_time()
    desk.effect(zones, moves)
    assert time.process_time() - start < 0.2
