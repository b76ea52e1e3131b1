"""The layout of kindergartens: which are bought back for the public share, and what is opened for the children."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from junheng.district.examples import example
from junheng.errors import InfeasibleError, InputError
from junheng.measure.preschool import preschool
from junheng.planners.layout.planner import LayoutResult, plan_layout
from junheng.planners.layout.settings import LayoutSettings
from junheng.planners.layout.solve import LayoutOptions
from junheng.planners.layout.wishes import LayoutWishes
from junheng.plans.plan import Plan
from junheng.plans.preschool_effects import compare_preschool
from junheng.standards import load_standard

OPTIONS = LayoutOptions(seconds=15, steps=30)


@pytest.fixture(scope="module")
def town():
    return example("town")


@pytest.fixture(scope="module")
def standard():
    return load_standard("cn")


def planned(town, standard, **wishes) -> LayoutResult:
    return plan_layout(town, standard, wishes=LayoutWishes(stage="preschool", **wishes), options=OPTIONS)


@pytest.fixture(scope="module")
def seventy(town, standard):
    return planned(town, standard, public_share=70.0)


def test_the_public_share_is_reached_by_the_measure_that_never_saw_the_planner(seventy, town, standard):
    measured = compare_preschool(town, seventy.plan, standard.on(town.year.first_day))
    share = measured.row(by_predicate=pl.col("rule") == "preschool.public_share", named=True)
    assert share["before"] < 70 <= share["after"]
    after = seventy.plan.apply(town).table("kindergartens")
    assert after["children"].sum() == town.table("kindergartens")["children"].sum()


def test_no_cheaper_set_of_kindergartens_reaches_the_share(seventy, town):
    settings, rows = LayoutSettings(), town.table("kindergartens")
    private = rows.filter(pl.col("nature") != "public")
    missing = 0.7 * rows["children"].sum() - rows.filter(pl.col("nature") == "public")["children"].sum()
    price = [settings.buy_back_yuan + settings.buy_back_class_yuan * n for n in private["classes"]]
    children = private["children"].to_list()
    cheapest = min(
        sum(price[i] for i in chosen)
        for size in range(len(price) + 1)
        for chosen in combinations(range(len(price)), size)
        if sum(children[i] for i in chosen) >= missing
    )
    assert seventy.schedule["yuan"].sum() == pytest.approx(cheapest)
    assert set(seventy.schedule["kind"]) == {"buy_back"}


def test_nothing_is_bought_back_where_the_standards_shares_are_met(town, standard):
    assert planned(town, standard).schedule.is_empty()


def test_a_small_budget_spreads_buying_back_over_the_years(town, standard, seventy):
    dearest = seventy.schedule["yuan"].max()
    found = planned(town, standard, public_share=70.0, budget_yuan=dearest)
    spent = found.investment.group_by("year").agg(pl.col("yuan").sum())
    assert spent["yuan"].max() <= dearest
    assert spent.height > 1


def test_a_share_out_of_reach_is_said_with_the_most_that_can_be(town, standard):
    with pytest.raises(InfeasibleError, match=r"preschool\.public_share") as refused:
        planned(town, standard, public_share=99.0, budget_yuan=1e6)
    now = preschool(town, standard.on(town.year.first_day)).county
    share = now.row(by_predicate=pl.col("rule") == "preschool.public_share", named=True)["value"]
    assert f"{np.floor(10 * share) / 10:.1f}%" in str(refused.value)


def test_people_can_keep_one_private_and_have_another_bought_back(town, standard, seventy):
    first, *others = seventy.schedule["site"].to_list()
    private = town.table("kindergartens").filter(pl.col("nature") != "public")["kindergarten"].to_list()
    other = next(code for code in private if code not in (first, *others))
    found = planned(town, standard, public_share=60.0, locked={first: "keep", other: "buy_back"})
    assert first not in found.schedule["site"]
    assert other in found.schedule["site"]


def test_a_kindergarten_is_opened_where_more_children_come_than_there_are_places(town, standard):
    homes = town.table("homes")["home"].to_list()
    rows = [
        {"home": home, "stage": "preschool", "year": year, "scenario": "medium", "children": 45}
        for home in homes
        for year in (2027, 2028, 2029)
    ]
    later = town.replace(demand=pl.concat([town.table("demand"), pl.DataFrame(rows)]))
    found = planned(later, standard, budget_yuan=1e9)
    assert {"open", "buy_back"} & set(found.schedule["kind"])
    assert found.plan.settings["demand_from"] == "table"
    opened = found.plan.apply(later).table("kindergartens").tail(1).row(0, named=True)
    assert (opened["nature"], opened["children"]) == ("public", 0)
    assert opened["capacity_children"] > 0
    assert Plan.from_dict(found.plan.as_dict()).actions == found.plan.actions


def with_small(town, **facts):
    """Return the town with its first public kindergarten small, where there is room for its children nearby."""
    rows = town.table("kindergartens")
    small = rows.filter(nature="public")["kindergarten"][0]
    changed = {"children": 60, "classes": 3, "capacity_children": 90, **facts}
    is_small = pl.col("kindergarten") == small
    rows = rows.with_columns(
        pl.when(is_small).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in changed.items()
    ).with_columns(capacity_children=pl.when(is_small).then("capacity_children").otherwise(400))
    return small, town.replace(kindergartens=rows)


def test_a_small_public_kindergarten_is_merged_into_a_larger_public_one_unless_it_must_stay(town, standard):
    small, changed = with_small(town, keep_open="no")
    found = planned(changed, standard)
    merged = found.schedule.filter(pl.col("kind") == "merge")
    assert merged["site"].to_list() == [small]
    heir = changed.table("kindergartens").filter(kindergarten=merged["partner"][0])
    assert heir["nature"].to_list() == ["public"]
    assert heir["children"][0] > 90
    assert found.handover.select("school", "pupils").rows() == [(small, 60)]
    after = found.plan.apply(changed).table("kindergartens")
    assert small not in after["kindergarten"]
    assert after["children"].sum() == changed.table("kindergartens")["children"].sum()
    _, kept = with_small(town, keep_open="yes")
    assert "merge" not in planned(kept, standard).schedule["kind"]


def test_more_children_than_places_expand_public_kindergartens_and_never_private_ones(town, standard):
    homes = town.table("homes")["home"].to_list()
    rows = [
        {"home": home, "stage": "preschool", "year": year, "scenario": "medium", "children": 40}
        for home in homes
        for year in (2027, 2028, 2029)
    ]
    room = town.table("kindergartens").with_columns(most_classes=pl.col("classes") + 6)
    later = town.replace(
        demand=pl.concat([town.table("demand"), pl.DataFrame(rows)]),
        candidates=town.table("candidates").filter(pl.col("stage") != "preschool"),
        kindergartens=room,
    )
    found = planned(later, standard)
    expanded = set(found.schedule.filter(kind="expand")["site"])
    public = set(room.filter(nature="public")["kindergarten"])
    assert expanded
    assert expanded <= public
    grown = found.plan.apply(later).table("kindergartens")["capacity_children"].sum()
    assert grown > room["capacity_children"].sum()
    barred = {one.code for one in found.why_not if one.kind == "expand" and one.site not in public}
    assert barred == {"private"}


def test_what_the_records_of_kindergartens_lack_is_named_at_once(town, standard):
    rows = town.table("kindergartens").with_columns(
        licensed=pl.lit(None, pl.String), classes=pl.lit(None, pl.Int64)
    )
    bare = town.replace(kindergartens=rows, births=town.table("births").clear())
    with pytest.raises(InputError) as refused:
        planned(bare, standard)
    said = str(refused.value)
    assert all(word in said for word in ("licensed", "classes", "births"))


def test_a_plan_that_does_not_fit_the_kindergartens_is_refused(seventy, town):
    once = seventy.plan.apply(town)
    with pytest.raises(InputError, match="buy_back_kindergarten"):
        seventy.plan.apply(once, allow_changed=True)
