"""Menus worked by hand: which courses land, time, protection and wishes leave, and what they hold and cost."""

from __future__ import annotations

from dataclasses import replace

from junheng.planners.layout.menu import Rules, Site, menu_of
from junheng.planners.layout.settings import LayoutSettings, Limits

RULES = Rules(
    years=(2027, 2028, 2029),
    grades=6,
    class_size=45,
    settings=LayoutSettings(open_tracks=(2,)),
    limits=Limits(longest_minutes=60.0, merge_up_to_pupils=300, branch_up_to_pupils=600),
)
SCHOOL = Site(code="A", classes=6, places=270, pupils=80, most_classes=12, receivers=(1,), leads=(2,))
NEW = Site(code="N", classes=0, places=0, pupils=0, most_classes=12, is_candidate=True, has_zone=False)


def kinds(site: Site, **wishes) -> set[str]:
    return {course.kind for course in menu_of(site, RULES, **wishes)[0]}


def test_a_small_school_with_land_and_neighbours_can_do_everything_but_close():
    assert kinds(SCHOOL) == {"keep", "expand", "branch", "merge"}


def test_a_new_school_takes_two_years_and_is_paid_while_it_is_built():
    courses = [course for course in menu_of(NEW, RULES)[0] if course.kind == "open"]
    assert [course.year for course in courses] == [1, 2]
    first = courses[0]
    total = 15e6 + 12 * 2e6
    assert first.spend_yuan == (total / 2, total / 2, 0.0)
    assert first.places == (0, 540, 540)
    assert first.running_yuan == (0.0, 1e6 + 12 * 2.2e5, 1e6 + 12 * 2.2e5)


def test_a_merged_school_holds_and_costs_nothing_from_its_year_on():
    course = next(c for c in menu_of(SCHOOL, RULES)[0] if c.kind == "merge" and c.year == 1)
    assert course.places == (270, 0, 0)
    assert course.running_yuan == (1e6 + 6 * 2.2e5, 0.0, 0.0)
    assert course.spend_yuan == (0.0, 80 * 1500.0, 0.0)
    assert [course.operates(year) for year in range(3)] == [True, False, False]


def test_why_a_kind_is_left_out_is_said_by_its_code():
    protected = Site(code="A", classes=6, places=270, pupils=80, is_protected=True)
    assert menu_of(protected, RULES)[1] == {
        "expand": "no_land", "branch": "no_lead", "merge": "protected", "close": "protected",
    }  # fmt: skip
    reasons = menu_of(replace(SCHOOL, has_zone=False, receivers=(), leads=()), RULES)[1]
    assert (reasons["merge"], reasons["branch"]) == ("no_zone", "no_zone")
    assert menu_of(replace(SCHOOL, receivers=()), RULES)[1]["merge"] == "no_partner"
    large = Site(code="A", classes=18, places=810, pupils=700, receivers=(1,), leads=(1,))
    assert menu_of(large, RULES)[1]["merge"] == "too_large"
    narrow = replace(RULES, settings=LayoutSettings(expand_tracks=(2,)))
    assert menu_of(replace(SCHOOL, most_classes=SCHOOL.classes + 6), narrow)[1]["expand"] == "no_land"
    late = Site(code="N", classes=0, places=0, pupils=0, most_classes=12, first_year=2031, is_candidate=True)
    assert menu_of(late, RULES)[1] == {"open": "no_time"}


def test_wishes_leave_only_what_they_allow():
    assert kinds(SCHOOL, locked="merge") == {"merge"}
    assert kinds(SCHOOL, forbidden=frozenset({"merge", "branch"})) == {"keep", "expand"}
    assert menu_of(NEW, RULES, locked="merge")[0] == ()


def test_premises_that_are_bought_back_are_not_built():
    bought = Site(
        code="N", classes=0, places=0, pupils=0, most_classes=12, is_candidate=True, is_purchase=True
    )
    assert kinds(bought) == {"absent", "buy_back"}
