"""The report in a real browser without internet: it works, on a desk and on a telephone, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.measure.assessment import assess
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.compare import compare, plan_of_zones
from junheng.report import LoopReport, write_html
from junheng.standards import load_standard
from junheng.text import Text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

STAGE = "primary"


@pytest.fixture(scope="module")
def report() -> LoopReport:
    """The town with its most populous home, and one without children, given to the next school."""
    district, standard = example("town", seed=1), load_standard("cn")
    before = assess(district, standard)
    homes = before.places.homes.filter(pl.col("stage") == STAGE).sort("children", descending=True)
    schools = homes["school"].unique().sort().to_list()
    moved = {homes["home"][i]: next(s for s in schools if s != homes["school"][i]) for i in (0, 1)}
    zones = homes.select("home", school=pl.col("home").replace_strict(moved, default=pl.col("school")))
    plan = plan_of_zones(district, zones, name=Text("试排", "a trial"), stage=STAGE)
    return LoopReport(
        before=before,
        after=assess(plan.apply(district), standard),
        plans=(plan,),
        chosen=plan,
        stage=STAGE,
        comparison=compare(district, [plan], standard.on(before.on), stage=STAGE),
        frontier=pl.DataFrame({"moved": [0, 100], "mean_km": [1.2, 1.1]}),
    )


@pytest.fixture(scope="module")
def address(report: LoopReport, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    write_html(report, path)
    return path.as_uri()


@pytest.fixture
def page(offline_page: Page, address: str) -> Page:
    offline_page.goto(address)
    return offline_page


def _overflows(page: Page) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def _column(page: Page, table: str, column: int) -> list[str]:
    cells = page.locator(f"#{table} tbody tr:not([hidden]) > :nth-child({column})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_the_switch_changes_every_wording_and_the_title(page: Page) -> None:
    assert page.locator("#shortfalls-h").inner_text() == "一、哪些学校差什么"
    page.get_by_role("button", name="English").click()
    assert page.locator("#shortfalls-h").inner_text() == "1 Which schools fall short in what"
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Report on quality" in page.title()
    assert page.locator("#pick option").first.inner_text() == "All schools"
    assert page.locator(".filter input").first.get_attribute("placeholder") == "School…"
    assert page.locator("#swipe").get_attribute("aria-label") == (
        "drag to compare: after the plan left of the line, today right of it"
    )
    page.get_by_role("button", name="中文").click()
    assert page.locator("#shortfalls-h").inner_text() == "一、哪些学校差什么"
    assert page.locator("[lang=en]:visible").all_inner_texts() == ["English"]


def _school_drawn_at(page: Page, home: int) -> str:
    """Return the name of the school whose zone is painted in the middle of a home."""
    number = page.evaluate(
        """(home) => {
          const box = document.querySelectorAll('#atlas .homes path')[home].getBoundingClientRect();
          const hit = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return hit.find((element) => element.classList.contains('zone')).dataset.s;
        }""",
        home,
    )
    return str(page.locator(f"#pick option[value='{number}']").inner_text())


def _names(report: LoopReport, home: str) -> list[str]:
    """Return the names of a home's schools today and after the plan, from the districts themselves."""
    names = []
    for found in (report.before, report.after):
        assert found is not None
        zones = found.district.table("catchments").filter(pl.col("stage") == STAGE, pl.col("home") == home)
        schools = found.district.table("schools").filter(pl.col("school") == zones["school"][0])
        names.append(schools["name"][0])
    return names


def test_the_toggle_paints_the_zones_before_and_after(page: Page, report: LoopReport) -> None:
    homes = report.before.district.table("homes")["home"].to_list()
    assert report.chosen is not None
    moved = [action.home for action in report.chosen.of(AssignHome) if action.changes]
    assert len(moved) == 2
    page.locator("#atlas").scroll_into_view_if_needed()
    for home in moved:
        today, planned = _names(report, home)
        assert today != planned
        page.locator("[data-show=before]").click()
        assert _school_drawn_at(page, homes.index(home)) == today
        page.locator("[data-show=after]").click()
        assert _school_drawn_at(page, homes.index(home)) == planned


def test_the_slider_shows_both_sides_at_once(page: Page) -> None:
    line, sides = page.locator("#swipe-line"), page.locator(".sides")
    assert not sides.is_visible()
    page.locator("#swipe").fill("40")
    assert sides.is_visible()
    assert line.get_attribute("hidden") is None
    widths = [
        float(page.locator(f"#clip-{name} rect").get_attribute("width") or 0) for name in ("after", "before")
    ]
    assert widths[0] / sum(widths) == pytest.approx(0.4)
    assert page.locator("[data-show][aria-pressed=true]").count() == 0


def test_pointing_at_a_home_tells_its_name_children_and_schools(page: Page, report: LoopReport) -> None:
    assert report.chosen is not None
    home = next(action.home for action in report.chosen.of(AssignHome) if action.changes)
    frame = report.before.district.table("homes")
    index = frame["home"].to_list().index(home)
    page.locator("#atlas .homes path").nth(index).scroll_into_view_if_needed()
    box = page.locator("#atlas .homes path").nth(index).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    told = page.locator("#tip").inner_text()
    children = report.before.places.homes.filter(pl.col("home") == home, pl.col("stage") == STAGE)[
        "children"
    ][0]
    for part in (frame["name"][index], f"{children} 人", *_names(report, home)):
        assert part in told
    page.mouse.move(5, 5)
    assert not page.locator("#tip").is_visible()


def test_zooming_in_shows_less_land_and_all_shows_it_again(page: Page) -> None:
    def width() -> float:
        return float(str(page.locator("#atlas").get_attribute("viewBox")).split(" ")[2])

    whole = width()
    page.locator("[data-zoom=in]").click()
    assert width() == pytest.approx(whole / 1.6)
    page.locator("[data-zoom=all]").click()
    assert width() == pytest.approx(whole)


def test_choosing_a_school_brings_out_its_zone_and_tells_its_places(page: Page, report: LoopReport) -> None:
    school = report.before.places.schools.filter(pl.col("stage") == STAGE).row(0, named=True)
    names = report.before.district.table("schools")
    name = names.filter(pl.col("school") == school["school"])["name"][0]
    page.locator("#pick").select_option(label=name)
    assert page.locator("#atlas .zone.on").count() == 2
    assert name in page.locator("#told").inner_text()
    assert f"{school['capacity']:,}" in page.locator("#told").inner_text()


def test_a_column_sorts_up_and_down_and_says_so(page: Page) -> None:
    button = page.locator("#matrix thead th:nth-child(3) button")
    button.click()
    pupils = [int(text.replace(",", "")) for text in _column(page, "matrix", 3)]
    assert pupils == sorted(pupils)
    assert page.locator("#matrix thead th:nth-child(3)").get_attribute("aria-sort") == "ascending"
    button.focus()
    page.keyboard.press("Enter")
    pupils = [int(text.replace(",", "")) for text in _column(page, "matrix", 3)]
    assert pupils == sorted(pupils, reverse=True)
    assert page.locator("#matrix [aria-sort]").count() == 1


def test_the_filter_leaves_the_schools_that_do_not_pass(page: Page, report: LoopReport) -> None:
    filters = page.locator(".filter[data-for=matrix]")
    filters.locator("select").first.select_option("fail")
    n_failing = int((report.before.balance.stages["verdict"] == "fail").sum())
    assert n_failing > 0
    assert len(_column(page, "matrix", 1)) == n_failing
    assert filters.locator("output").inner_text().startswith(f"{n_failing} / ")
    filters.locator("input").fill("没有这所学校")
    assert _column(page, "matrix", 1) == []


@pytest.mark.parametrize("language", ["中文", "English"])
def test_a_telephone_needs_no_sideways_scrolling(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("button", name=language).click()
    assert _overflows(page) <= 0


def test_the_keyboard_reaches_the_text_first_and_then_the_tables(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for table in page.locator(".scroll").all():
        assert table.get_attribute("tabindex") == "0"
        assert table.get_attribute("aria-labelledby")


def test_printing_opens_everything_and_puts_both_maps_on_paper(page: Page) -> None:
    page.locator("details").first.evaluate("(element) => { element.open = false; }")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("svg.still").count() == 2
    page.emulate_media(media="print")
    assert not page.locator("nav.bar").is_visible()
    assert [still.is_visible() for still in page.locator("svg.still").all()] == [True, True]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("svg.still").count() == 0
    assert page.locator("details:not([open])").count() == 1


def test_without_script_the_report_can_still_be_read(chromium: Browser, address: str) -> None:
    context = chromium.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("#matrix tbody tr").count() > 0
    assert page.locator("#atlas .zone").first.is_visible()
    context.close()
