"""The map and the desk on which zones are edited, drawn by a real browser in software, without internet.

Software draws slowly: pages are small, one page serves several checks, and each waits for what it needs to see.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from live_desk import PICTURES, Desk, drawn
from matplotlib import image
from playwright.sync_api import expect
from scipy import ndimage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HUES = ((143, 183, 223), (242, 180, 138), (235, 224, 143), (140, 202, 176), (214, 179, 214))
"""Of the first five colours of zones, as the style sheet has them."""
PAPER = (251, 250, 246)
OPACITY = 0.9
GETS, GIVES = (29, 79, 124), (163, 39, 31)
"""Of the circles of schools that get people and that give them."""
SMALL = {"width": 760, "height": 480}


def pixels(page: Page) -> np.ndarray[Any, Any]:
    drawn(page)
    found = image.imread(io.BytesIO(page.locator("#canvas").screenshot()), format="png")
    return np.asarray(255 * found[:, :, :3])


def n_like(seen: np.ndarray[Any, Any], colour: tuple[int, int, int], *, opacity: float = OPACITY) -> int:
    """Return how many pixels have a colour as it is seen on the paper."""
    blended = opacity * np.array(colour) + (1 - opacity) * np.array(PAPER)
    return int((np.abs(seen - blended).max(axis=2) < 4).sum())


@pytest.fixture(scope="module")
def planner(desk: Desk) -> Iterator[Page]:
    """Return a page of a planner who is signed in; each test goes where it likes with it."""
    page = desk.signed_in("demo-planner", desk.demo_password)
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    yield page
    page.context.close()


def test_the_map_draws_zones_or_loads_tells_a_school_in_words_and_prints(desk: Desk, planner: Page) -> None:
    page = planner
    page.goto(f"{desk.address}/map/")
    seen = pixels(page)
    desk.shot(page, "map")
    assert all(n_like(seen, hue) > 300 for hue in HUES)
    page.get_by_role("button", name="按学位使用率").click()
    seen = pixels(page)
    assert all(n_like(seen, hue) < 300 for hue in HUES)
    assert n_like(seen, (185, 58, 28)) > 300
    page.get_by_role("button", name="按是否达标").click()
    expect(page.get_by_text("未通过").first).to_be_visible()

    page.get_by_role("button", name="按学区").click()
    _print(page)

    row = page.locator("#zones tbody tr").nth(3)
    name, _, places, children = [cell.strip() for cell in row.locator("th, td").all_inner_texts()[:4]]
    page.get_by_label("突出一所学校").select_option(label=name)
    told = page.locator(".told").inner_text()
    assert all(part in told for part in (name, places, children))
    popup = page.locator(".maplibregl-popup-content")
    popup.wait_for()
    drawn(page)  # the map glides to the school, and its popup with it: a click on the way there may miss
    expect(popup).to_contain_text(places)
    popup.get_by_role("link", name="查看学校").click()
    page.get_by_role("heading", level=1, name=re.compile(name)).wait_for()
    assert desk.complaints == []


def _print(page: Page) -> None:
    """Look at the page as it is printed: a copy of the map in its place, with the legend and the table."""
    drawn(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".print-copy")).to_be_visible()
    expect(page.locator(".layer-map").first).to_be_hidden()
    found = image.imread(io.BytesIO(page.locator("#canvas").screenshot()), format="png")
    assert sum(n_like(255 * found[:, :, :3], hue) > 300 for hue in HUES) >= 4
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.pdf(path=PICTURES / "map.pdf", prefer_css_page_size=True)
    assert (PICTURES / "map.pdf").stat().st_size > 20_000
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".print-copy")).to_have_count(0)


def test_without_webgl_the_map_says_so_and_the_table_stays(desk: Desk) -> None:
    page = desk.signed_in("demo-principal", desk.demo_password)
    page.add_init_script(
        """const real = HTMLCanvasElement.prototype.getContext;
           HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
             return kind.startsWith("webgl") ? null : real.call(this, kind, ...more); };"""
    )
    page.goto(f"{desk.address}/map/")
    page.wait_for_selector("#atlas[data-state=absent]")
    expect(page.get_by_text("此浏览器不能画地图")).to_be_visible()
    expect(page.locator("#canvas")).to_be_hidden()
    expect(page.locator("#zones tbody tr")).to_have_count(1)
    desk.shot(page, "map-absent")
    page.context.close()
    assert desk.complaints == []


@pytest.fixture(scope="module")
def plan(desk: Desk, planner: Page) -> str:
    """Return the address of a catchment plan that was computed."""
    given = {"方案名称": "至多动四千人", "最多改换学校的学生数": "4000", "最长计算时间（秒）": "3"}
    _compute(desk, planner, "catchments", given)
    return planner.url


def _compute(desk: Desk, page: Page, kind: str, given: dict[str, str]) -> None:
    """Ask for a plan and wait until the page shows it, or why there is none."""
    page.goto(f"{desk.address}/plans/new/?kind={kind}")
    for label, value in given.items():
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="开始计算").click()
    failed = page.get_by_role("alert")
    page.get_by_role("heading", name="目标与证明").or_(failed).first.wait_for(timeout=180_000)
    assert failed.count() == 0, failed.first.inner_text()


def test_the_slider_shows_the_plan_left_of_the_line_and_today_right_of_it(desk: Desk, plan: str) -> None:
    page = desk.signed_in("demo-inspector", desk.demo_password)
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    page.goto(plan)
    drawn(page)
    sides = {}
    for name, button in (("now", "现状"), ("plan", "方案后")):
        page.get_by_role("button", name=button, exact=True).click()
        sides[name] = pixels(page)
    page.get_by_role("button", name="左右对比").click()
    page.get_by_label(re.compile("拖动对比")).fill("40")
    both = pixels(page)
    desk.shot(page, "plan-map-both")
    width = both.shape[1]
    left, right = slice(10, int(0.38 * width)), slice(int(0.42 * width), width - 60)
    for half, own, other in ((left, "plan", "now"), (right, "now", "plan")):
        differs = np.abs(sides[own][:, half] - sides[other][:, half]).max(axis=2) > 30
        assert differs.sum() > 100, "nobody moves in this half: nothing to see"
        like_own = (np.abs(both[:, half] - sides[own][:, half]).max(axis=2) < 30)[differs].mean()
        assert like_own > 0.9
    expect(page.get_by_role("link", name="在地图上手工调整")).to_have_count(0)
    page.context.close()
    assert desk.complaints == []


def test_a_box_a_lasso_and_a_drawn_border_choose_the_homes_inside(
    desk: Desk, planner: Page, plan: str
) -> None:
    page = planner
    page.goto(f"{plan}edit/")
    drawn(page)
    canvas = page.locator("#canvas")

    def spots(*corners: tuple[float, float]) -> list[tuple[float, float]]:
        canvas.evaluate("(one) => one.scrollIntoView({block: 'center'})")
        frame = canvas.bounding_box()
        assert frame is not None
        return [(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in corners]

    def n_chosen() -> int:
        found = re.search(r"已选 (\d+) 个", page.locator("#chosen").inner_text())
        return int(found[1]) if found else 0

    def drag(*corners: tuple[float, float]) -> int:
        first, *others = spots(*corners)
        page.mouse.move(*first)
        page.mouse.down()
        for spot in others:
            page.mouse.move(*spot, steps=4)
        page.mouse.up()
        return n_chosen()

    page.get_by_role("button", name="框选").click()
    boxed = drag((0.3, 0.3), (0.6, 0.6))
    page.get_by_role("button", name="套索").click()
    lassoed = drag((0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.3))
    assert 0 < lassoed < boxed
    before = pixels(page)
    page.get_by_role("button", name="清除选择").click()
    assert (pixels(page) != before).any()
    page.get_by_role("button", name="画界线").click()
    expect(page.get_by_role("button", name="围合选中")).to_be_disabled()
    for spot in spots((0.3, 0.3), (0.6, 0.3), (0.6, 0.6)):
        page.mouse.click(*spot)
    desk.shot(page, "edit-border")
    page.keyboard.press("Enter")
    assert 0 < n_chosen() < boxed
    page.get_by_role("button", name="清除选择").click()
    for spot in spots((0.3, 0.3), (0.6, 0.6), (0.6, 0.6)):  # the last one twice, which closes
        page.mouse.click(*spot)
    page.get_by_text("已定 0 点").wait_for()
    assert desk.complaints == []


def test_homes_are_given_by_keyboard_measured_at_once_undone_and_kept(
    desk: Desk, planner: Page, plan: str
) -> None:
    page = planner
    page.goto(plan)
    page.get_by_role("link", name="在地图上手工调整").click()
    drawn(page)
    page.get_by_label("居住单元的名称或代码").fill("H00")
    boxes = page.locator("#finds input")
    for n in (20, 21):
        boxes.nth(n).focus()
        page.keyboard.press("Space")
    expect(page.locator("#chosen")).to_contain_text("已选 2 个居住单元")
    page.locator("#target").select_option(index=1)
    page.get_by_role("button", name="划给该校", exact=True).press("Enter")
    page.locator("#loads tbody tr").nth(1).wait_for()
    page.locator("#measures .change-worse, #measures .change-better").first.wait_for()
    expect(page.locator("#changes li")).to_have_count(2)
    desk.shot(page, "edit-given")
    _is_for_everyone(page)
    page.get_by_role("button", name="撤销").click()
    page.locator("#loads tbody tr").first.wait_for(state="detached")
    expect(page.locator("#changes li")).to_have_count(0)
    page.get_by_role("button", name="重做").click()
    page.locator("#loads tbody tr").nth(1).wait_for()
    page.reload()
    page.locator("#changes li").nth(1).wait_for()
    page.get_by_label("方案名称").fill("手工稿")
    page.get_by_role("button", name="另存为方案").click()
    failed = page.get_by_role("alert")
    page.get_by_role("heading", name="目标与证明").or_(failed).first.wait_for(timeout=180_000)
    assert failed.count() == 0, failed.first.inner_text()
    expect(page.get_by_text("没有求解，也没有证明")).to_be_visible()
    desk.shot(page, "edit-kept")
    assert desk.complaints == []


def _is_for_everyone(page: Page) -> None:
    """Axe finds nothing once the map is drawn and an edit is measured; pages at rest are looked at elsewhere."""
    axe = Path(__file__).parents[1] / "web" / "vendor" / "axe.min.js"
    if not axe.exists():
        pytest.skip("needs axe-core (make assets)")
    page.evaluate(axe.read_text(encoding="utf-8"))
    found = page.evaluate(
        """() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
             .then((found) => found.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""
    )
    assert found == []


def test_circles_show_who_gets_teachers_and_who_gives_them_and_tell_the_school_when_clicked(
    desk: Desk, planner: Page
) -> None:
    page = planner
    # It ends when it is proven; a busy machine may have no plan at all after a few seconds.
    given = {"方案名称": "轮岗", "在同一学校任教满几年应交流": "6", "最长计算时间（秒）": "60"}
    _compute(desk, page, "exchange", given)
    seen = pixels(page)
    assert all(n_like(seen, colour, opacity=1) > 300 for colour in (GETS, GIVES))
    spots, n = ndimage.label(np.abs(seen - np.array(GETS)).max(axis=2) < 4)
    largest = 1 + int(np.argmax(ndimage.sum_labels(spots > 0, spots, range(1, n + 1))))
    y, x = ndimage.center_of_mass(spots == largest)
    page.locator("#canvas").click(position={"x": x, "y": y})
    told = page.locator(".maplibregl-popup-content").inner_text()
    rows = page.locator("#flows tbody tr").all_inner_texts()
    (row,) = [row for row in rows if row.split("\t")[0].strip() == told.splitlines()[0].strip()]
    come, go, net = row.split("\t")[1:4]
    assert re.search(
        rf"来（人）\s*{come}\s.*走（人）\s*{go}\s.*净增减\s*{re.escape(net.strip())}", told, re.DOTALL
    )
    assert net.strip().startswith("+")
    desk.shot(page, "exchange-map")
    assert desk.complaints == []


def test_a_plan_and_its_desk_fit_a_phone(desk: Desk, planner: Page, plan: str) -> None:
    planner.set_viewport_size({"width": 360, "height": 560})
    for address, name in ((plan, "plan"), (f"{plan}edit/", "edit")):
        planner.goto(address)
        planner.wait_for_selector("#atlas[data-state=drawn]")
        desk.shot(planner, f"phone-{name}-map")


def test_a_corner_of_a_home_takes_its_neighbours_along_by_mouse_or_key_and_is_kept(
    desk: Desk, planner: Page
) -> None:
    page = planner
    page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    page.goto(f"{desk.address}/map/")
    page.get_by_role("link", name="在地图上修改居住单元的边界").click()
    drawn(page)
    page.get_by_label("居住单元的名称或代码").fill("H0044")
    page.locator("#finds button").first.click()
    expect(page.locator("#chosen")).to_contain_text("H0044")
    corners = page.locator(".corners .corner")
    drawn(page)
    n = corners.count()
    corners.nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("可以保存").wait_for()
    n_changed = page.locator("#changes li").count()
    assert n_changed > 1, "the neighbours that have the corner change with it"
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#changes li")).to_have_count(0)
    box = corners.nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 25, steps=3)
    page.mouse.up()
    page.get_by_text("可以保存").wait_for()
    expect(page.locator("#changes li")).to_have_count(n_changed)
    page.locator(".corners .between").first.press("Enter")
    expect(corners).to_have_count(n + 1)
    corners.nth(1).press("Delete")
    expect(corners).to_have_count(n)
    page.get_by_role("button", name="撤销").click()
    drawn(page)
    desk.shot(page, "outlines")
    page.get_by_label("修改原因").fill("道路改线")
    page.get_by_role("button", name="保存边界").click()
    page.get_by_text("已保存").wait_for()
    expect(page.locator("#changes li")).to_have_count(0)
    assert desk.complaints == []
