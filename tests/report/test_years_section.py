"""Several years in the report, worked by hand: two schools, two homes that grow, one home that moves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

import polars as pl
from report_by_hand import hand_made, move_h2, read, report

from junheng.district.model import District
from junheng.plans.years import compare_layouts, compare_years
from junheng.report import LoopReport, render
from junheng.report.sections import header, planned, years
from junheng.standards import load_standard


def in_2027() -> District:
    """Return the district a year on: the home of school A has 40 children more."""
    tables = hand_made()
    children = tables["children"].with_columns(
        year=pl.lit(2027),
        children=pl.when(pl.col("home") == "h1").then(100).otherwise(pl.col("children")),
    )
    own = tables["district"].with_columns(year=pl.lit(2027))
    return District.of(tables | {"children": children, "district": own})


@cache
def over_years(since: int | None = None) -> LoopReport:
    now = District.of(hand_made())
    found = compare_years(
        move_h2(now),
        {2026: now, 2027: in_2027()},
        load_standard("cn").on(date(2026, 9, 1)),
        stage="primary",
        settings={} if since is None else {"since": since},
    )
    return replace(report(), years=found)


def test_every_year_shows_who_is_over_by_the_plan_and_by_the_zones_of_today() -> None:
    found = years.section(over_years())
    assert [(row.year, row.is_plan, row.over, row.over_today) for row in found.years] == [
        ("2026", True, "0", "40"),
        ("2027", True, "20", "80"),
    ]
    a = found.schools[0]
    assert a.places == ("80", "80")
    assert a.uses == (("150.0%", "75.0%", ""), ("200.0%", "125.0%", "c-below"))
    assert (a.worst_today, a.worst) == ("80", "20")


def test_a_zone_that_only_the_plan_has_shows_no_use_by_the_zones_of_today() -> None:
    found = over_years().years
    assert found is not None
    only_b = replace(found, zones_today=found.zones_today.filter(pl.col("school") == "B"))
    rows = {row.school: row for row in years.section(replace(over_years(), years=only_b)).schools}
    assert {before for row in rows.values() for before, _, _ in row.uses} == {"—", "52.0%"}


def test_the_maps_of_a_year_colour_each_zone_by_its_load_in_that_year() -> None:
    found = years.section(over_years())
    loads = [[shape.classes for shape in one.shapes] for row in found.maps for one in (row.today, row.plan)]
    assert loads == [["u5", "u0"], ["u1", "u1"], ["u5", "u0"], ["u5", "u1"]]
    marked = [[len(one.over_at) for one in (row.today, row.plan)] for row in found.maps]
    assert marked == [[1, 0], [1, 1]]


def test_before_the_change_both_maps_of_a_year_show_the_zones_of_today() -> None:
    first, second = years.section(over_years(2027)).maps
    assert (first.is_plan, second.is_plan) == (False, True)
    assert first.today == first.plan
    assert second.today.layer != second.plan.layer


def test_the_head_counts_no_move_where_the_zones_change_later_or_for_entrants_alone() -> None:
    told = over_years(2027)
    assert told.chosen is not None
    for settings in ({"since": 2027}, {"keep_present": True}):
        asked = replace(told, chosen=replace(told.chosen, settings=settings))
        head = header.section(asked)
        (card,) = (one for one in head.cards if one.after is not None)
        assert (card.label.en, card.before, card.after, card.better) == (
            "places to add, worst year of each school · primary",
            "80",
            "20",
            1,
        )
        assert "go from 80 to 20" in head.sentences[-1].en
        assert ("nobody who is at a school changes it" in head.sentences[-1].en) == ("since" not in settings)
        note = planned.section(asked).as_if
        assert note is not None
        assert (
            render(asked, language="en").count(note.en) == 3
        )  # beside the map, the comparison and the moves
    assert planned.section(told).as_if is None


def test_the_page_draws_every_zone_once_and_uses_it_on_every_map() -> None:
    page = read(render(over_years()))
    assert page.unbalanced == []
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    used = [href.removeprefix("#") for href in page.all("href") if re.match(r"#y\d-", href)]
    assert len(used) == 2 * 2 * 2
    assert set(used) == {one for one in ids if re.match(r"y\d-", one)}
    assert page.rows("schools-by-year")[0][-1] == "80→变为to20"


def test_a_report_for_one_year_has_no_such_section() -> None:
    assert 'id="years"' not in render(report())


def test_a_layout_has_the_schools_of_each_year_and_marks_what_opens_and_shuts() -> None:
    now = District.of(hand_made())
    new = [
        now.table(name).filter(pl.col("school") == "A").with_columns(school=pl.lit("Z"), **own)
        for name, own in (("schools", {"name": pl.lit("新校")}), ("stages", {}))
    ]
    zones = now.table("catchments").with_columns(
        school=pl.when(pl.col("school") == "A").then(pl.lit("Z")).otherwise(pl.col("school"))
    )
    without_a = in_2027().replace(
        schools=pl.concat([now.table("schools").filter(pl.col("school") != "A"), new[0]]),
        stages=pl.concat([now.table("stages").filter(pl.col("school") != "A"), new[1]]),
        catchments=zones,
    )
    standard = load_standard("cn").on(date(2026, 9, 1))
    sides = {2026: (now, now), 2027: (in_2027(), without_a)}
    found = compare_layouts(sides, standard, stage="primary")
    planned = {year: after for year, (_, after) in sides.items()}
    shown = years.section(replace(report(), years=found, planned=planned))
    marks = [(len(row.plan.opened_at), len(row.plan.shut_at)) for row in shown.maps]
    assert marks == [(0, 0), (1, 1)]
    uses = {row.school: [use[:2] for use in row.uses] for row in shown.schools}
    assert uses["新校"] == [("—", "—"), ("—", "200.0%")]
    assert [own for own in uses.values() if own[1] == ("200.0%", "—")] == [
        [("150.0%", "150.0%"), ("200.0%", "—")]
    ]
    page = read(render(replace(report(), years=found, planned=planned)))
    assert page.unbalanced == []
    assert sum(href in ("#y-opened", "#y-shut") for href in page.all("href")) == 2
