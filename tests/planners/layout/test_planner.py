"""The layout planner on an example district: from records to a plan that is measured again."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InfeasibleError, InputError
from junheng.forecast.demand import demand_of
from junheng.forecast.intake import Wanted
from junheng.forecast.make import forecast
from junheng.measure.places import places
from junheng.planners.layout.basis import basis_text
from junheng.planners.layout.build import layout_problem
from junheng.planners.layout.checks import check
from junheng.planners.layout.constraints import violations
from junheng.planners.layout.explain import BARRED, COSTS
from junheng.planners.layout.planner import LayoutResult, plan_layout
from junheng.planners.layout.settings import LayoutSettings
from junheng.planners.layout.solve import LayoutOptions
from junheng.planners.layout.wishes import LayoutWishes
from junheng.plans.actions.make_branch import MakeBranch
from junheng.plans.plan import Plan
from junheng.standards import load_standard
from junheng.standards.standard import Standard

OPTIONS = LayoutOptions(seconds=20, steps=120)
WISHES = LayoutWishes(stage="primary")


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


@pytest.fixture(scope="module")
def standard() -> Standard:
    return load_standard("cn")


@pytest.fixture(scope="module")
def result(town: District, standard: Standard) -> LayoutResult:
    return plan_layout(town, standard, wishes=WISHES, options=OPTIONS)


def test_the_plan_keeps_every_rule_and_carries_its_bound(result):
    layout = result.solution.layout
    assert violations(result.problem, layout.choice, layout.service) == []
    cost = result.plan.objective["cost"]
    assert cost.bound is not None
    assert 0 <= cost.gap < 0.05
    assert Plan.from_dict(result.plan.as_dict()).actions == result.plan.actions


def test_every_later_year_is_measured_again_and_nobody_is_without_a_place(result, town, standard):
    on = town.year.first_day
    for year in result.problem.years:
        later = result.district_in(town, year)
        found = (
            places(later, standard.on(on)).district.filter(pl.col("stage") == "primary").row(0, named=True)
        )
        planned = result.years.filter((pl.col("year") == year) & (pl.col("scenario") == "medium"))
        assert found["children"] == planned["children"].item()
        assert found["unzoned"] == 0
        # A zone takes whole homes, the plan may share one out: what is over is at most what was shared.
        assert found["over"] <= 0.03 * found["children"]


def test_tables_add_up_to_the_score(result):
    score = result.solution.layout.score
    assert result.schedule["yuan"].sum() == pytest.approx(score.building_yuan)
    assert result.investment["yuan"].sum() == pytest.approx(score.building_yuan)
    assert result.years["unserved"].sum() == score.unserved_pupils
    by_year = result.sites.group_by("year", "scenario", maintain_order=True).agg(pl.col("pupils").sum())
    served = result.years["children"] - result.years["unserved"]
    assert sorted(by_year["pupils"].to_list()) == sorted(served.to_list())


def test_every_site_says_why_it_does_nothing_else(result):
    asked = {(one.site, one.kind) for one in result.why_not}
    assert len(asked) == len(result.why_not)
    for site, code in enumerate(result.problem.sites):
        chosen = result.problem.courses[site][int(result.solution.layout.choice[site])].kind
        offered = {course.kind for course in result.problem.courses[site]} - {chosen, "keep", "absent"}
        assert offered <= {kind for own, kind in asked if own == code}
    for one in result.why_not:
        assert one.code in {**BARRED, **COSTS}
        if one.code in COSTS and one.yuan is not None and one.unserved == 0:
            assert one.yuan >= -1
            assert one.least_yuan <= one.yuan + 1
    leads = {one.lead for one in result.plan.actions if isinstance(one, MakeBranch)}
    leant_on = {one.site for one in result.why_not if "would first have to change" in one.text.en}
    assert leant_on
    assert leant_on <= leads


def test_sites_do_what_they_are_locked_to_in_their_batches(town, standard):
    """A school without a zone or pupils closes, and a candidate that is brought in opens."""
    emptied, other, brought = "2199000003", "2199000006", "NP001"
    locked = {emptied: "close", brought: "open"}
    district = town.replace(
        catchments=town.table("catchments").with_columns(pl.col("school").replace({emptied: other})),
        stages=town.table("stages").with_columns(
            pupils=pl.when(pl.col("school") == emptied).then(0).otherwise("pupils")
        ),
        candidates=town.table("candidates").with_columns(brought_in=pl.lit("yes")),
    )
    found = plan_layout(
        district, standard, wishes=replace(WISHES, locked=locked), options=replace(OPTIONS, steps=30)
    )
    batch = {
        (site, kind): batch for site, kind, batch in found.schedule.select("site", "kind", "batch").rows()
    }
    assert batch[emptied, "close"] == "upgrade"
    assert batch[brought, "open"] == "bring_in"
    after = found.plan.apply(district).table("schools")["school"]
    assert (emptied in after, brought in after) == (False, True)


def test_a_lock_above_the_budget_is_said_before_solving_with_what_it_lacks(town, standard):
    site = town.table("candidates").filter(pl.col("stage") == "primary")["candidate"][0]
    wishes = LayoutWishes(stage="primary", locked={site: "open"}, budget_yuan=1000.0)
    with pytest.raises(InfeasibleError, match=site) as caught:
        plan_layout(town, standard, wishes=wishes, options=OPTIONS)
    (told,) = caught.value.problems
    assert "39,000,000" in told.found.en
    assert "19,499,000" in told.remedy.en, "half of it in each of two years, less what there is"


def test_a_wish_for_what_is_not_there_names_it(town, standard):
    with pytest.raises(InputError, match="nowhere=keep"):
        plan_layout(
            town, standard, wishes=LayoutWishes(stage="primary", locked={"nowhere": "keep"}), options=OPTIONS
        )


def test_a_protected_school_cannot_be_merged_by_lock(town, standard):
    site = town.table("schools").filter(pl.col("kind") == "teaching_point")["school"][0]
    with pytest.raises(InfeasibleError, match=site):
        plan_layout(
            town, standard, wishes=LayoutWishes(stage="primary", locked={site: "merge"}), options=OPTIONS
        )


def test_without_children_to_come_and_rolls_to_forecast_them_from_the_planner_says_what_it_needs(
    town, standard
):
    bare = town.replace(demand=town.table("demand").clear(), rolls=town.table("rolls").filter(year=2026))
    with pytest.raises(InputError, match="demand"):
        plan_layout(bare, standard, wishes=WISHES, options=OPTIONS)


def test_without_given_children_those_of_the_forecast_are_planned_for_and_the_plan_says_so(town, standard):
    bare, years = town.replace(demand=town.table("demand").clear()), (2027, 2028, 2029)
    options = replace(OPTIONS, steps=30, seconds=10)
    found = plan_layout(bare, standard, wishes=replace(WISHES, years=years), options=options)
    made = forecast(town, standard, stages=["primary"], wanted=Wanted(horizon=3))
    expected = demand_of(made, "primary", years).group_by("year", "scenario").agg(pl.col("children").sum())
    told = found.years.select("year", "scenario", "children")
    assert told.sort("year", "scenario").rows() == expected.sort("year", "scenario").rows()
    assert found.plan.settings["demand_from"] == "forecast"
    assert "forecast" in basis_text(found.plan.settings).en
    assert found.plan.apply(bare).table("demand").is_empty()


def test_years_that_the_table_does_not_have_are_named(town, standard):
    wishes = replace(WISHES, years=tuple(range(2027, 2035)))
    with pytest.raises(InputError, match="2034"):
        plan_layout(town, standard, wishes=wishes, options=OPTIONS)


def test_a_year_that_is_missing_is_named(town, standard):
    gap = town.table("demand").filter(pl.col("year") != 2029)
    with pytest.raises(InputError, match="2030"):
        plan_layout(town.replace(demand=gap), standard, wishes=WISHES, options=OPTIONS)


def test_too_few_places_are_foretold_with_how_many(town, standard):
    many = town.table("demand").with_columns(children=pl.col("children") * 5)
    problem = layout_problem(
        town.replace(demand=many), standard, wishes=WISHES, settings=LayoutSettings(), on=town.year.first_day
    )
    assert {"too-few-places"} == {found.code for found in check(problem)}


def test_grades_that_do_not_board_set_the_limit_of_village_homes(town, standard):
    slow = LayoutSettings(speed_km_per_hour=4.0)
    problem = layout_problem(town, standard, wishes=WISHES, settings=slow, on=town.year.first_day)
    rural = town.table("homes")["urban_rural"].is_in(["village", "township_centre"]).to_numpy()
    others = problem.allowed.copy()
    for home, site in enumerate(problem.present):
        others[home, site] = False
    assert problem.km[rural][others[rural]].max() <= 2.0 + 1e-9
    assert problem.km[~rural][others[~rural]].max() <= 4.0 + 1e-9
    assert problem.km[~rural][others[~rural]].max() > 2.0


def test_the_lead_of_a_group_is_neither_led_nor_merged_but_told_what_that_would_cost(town, standard):
    school = "2199000003"
    groups = town.table("groups").filter(pl.col("school") != school)
    lead = {"group": "G009", "school": school, "role": "lead", "name": None}
    led = town.replace(groups=pl.concat([groups, pl.DataFrame([lead], schema=groups.schema)]))
    problem = layout_problem(led, standard, wishes=WISHES, settings=LayoutSettings(), on=town.year.first_day)
    site = problem.sites.index(school)
    assert {course.kind for course in problem.courses[site]} == {"keep"}
    assert problem.closed_to[site] == {
        "expand": "no_land", "branch": "leads_group", "merge": "leads_group", "close": "has_pupils",
    }  # fmt: skip
    assert "branch" in problem.anyway[site]
    wishes = replace(WISHES, locked={school: "branch"})
    with pytest.raises(InfeasibleError, match="another lead school in the table groups"):
        layout_problem(led, standard, wishes=wishes, settings=LayoutSettings(), on=town.year.first_day)


def test_a_home_to_which_no_road_leads_is_named_with_what_to_record(town, standard):
    roads = town.table("homes").select(home=pl.col("home").head(1), neighbour=pl.col("home").get(1))
    apart = town.replace(neighbours=roads.with_columns(road_km=pl.lit(1.0)))
    problem = layout_problem(
        apart, standard, wishes=WISHES, settings=LayoutSettings(), on=town.year.first_day
    )
    assert not problem.allowed[problem.km > 1e5].any()
    found = next(one for one in check(problem) if one.code == "beyond-travel-limit")
    assert found.severity == "warning"
    assert "record the roads in the table neighbours" in found.describe().en
