"""From opening a round to a family verifying the draw, in a real browser, on a screen and on a phone."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from live_desk import Desk
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
CHILD, GUARDIAN = "110101202003070032", "110101198806150029"
"""Numbers of nobody."""


def test_from_opening_a_round_to_a_family_verifying_the_draw(desk: Desk, tmp_path: Path) -> None:
    officer = desk.signed_in("demo-officer-admissions", desk.demo_password)
    phone = desk.signed_in("demo-officer-admissions", desk.demo_password, width=360)

    def both(name: str) -> None:
        desk.shot(officer, name)
        phone.goto(officer.url)
        desk.shot(phone, f"phone-{name}")

    _set_up_a_round(desk, officer)
    officer.get_by_role("navigation", name="主菜单").get_by_role("link", name="招生").click()
    both("rounds")
    officer.get_by_role("link", name="示例区2026年小学一年级招生细则").click()
    home = officer.url
    family = _a_family_applies(desk, tmp_path)
    _the_desk_asks_for_a_document_again(desk, officer, family)
    for page in ("rules", "plan", "applications"):
        officer.goto(f"{home}{page}/")
        both(f"round-{page}")
    _import_a_bad_workbook(desk, officer, f"{home}applications/", tmp_path)
    officer.goto(home)
    officer.get_by_role("button", name="截止报名").click()
    expect(officer.get_by_role("button", name="封存名单")).to_be_disabled()
    both("round-closed")
    officer.get_by_role("link", name="逐条处理").click()
    both("round-checks")
    _waive_everything(officer)
    officer.goto(home)
    officer.get_by_role("button", name="封存名单").click()
    expect(officer.locator("#frozen-hash")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    both("round-frozen")
    source = "7月6日10时在区教育局由家长代表当众掷十枚骰子，按先后记录"
    officer.get_by_label("来源 1 的确切说明").fill(source)
    officer.get_by_role("button", name="公布承诺").click()
    commitment = officer.locator("#commitment").inner_text()
    both("round-committed")

    visitor = desk.page()
    public = f"{desk.address}/rounds/2026-primary/"
    visitor.goto(public)
    expect(visitor.locator("#commitment")).to_have_text(commitment, use_inner_text=True)
    expect(visitor.get_by_text("results.csv")).to_have_count(0)
    desk.shot(visitor, "public-before-the-draw")

    officer.get_by_label(source).fill("3 1 4 1 5 2 6 5 3 5")
    officer.get_by_label("见证人（姓名、身份）").fill("王某（家长代表）、李某（公证员）")
    officer.get_by_label(re.compile("逐字核对")).check()
    officer.get_by_role("button", name="摇号").click()
    officer.get_by_role("button", name="核验", exact=True).click()
    officer.get_by_role("button", name="公布结果").wait_for()
    expect(officer.get_by_text("独立审计：没有发现任何问题")).to_be_visible()
    expect(officer.get_by_text("独立核验程序：全部相符")).to_be_visible()
    both("round-verified")
    officer.get_by_role("button", name="公布结果").click()
    expect(officer.locator("#state")).to_have_text("已公布", use_inner_text=True)
    both("round-published")
    officer.get_by_role("link", name="录取", exact=True).click()
    both("round-results")
    with officer.expect_download() as told:
        officer.get_by_role("button", name=re.compile("^通知名单")).click()
    assert told.value.suggested_filename == "2026-primary-通知名单.xlsx"
    officer.locator("#children tbody a").first.click()
    number, salt = (officer.locator("main dd code").nth(n).inner_text() for n in range(2))
    both("round-letter")

    _the_family_verifies(desk, family)
    visitor.goto(public)
    desk.shot(visitor, "public-results")
    folder = _downloaded_round(visitor, tmp_path / "round")
    call = [sys.executable, "-I", "verify.py", ".", "--commitment", commitment]
    call += ["--number", number, "--salt", salt]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "<- 录取" in done.stdout

    officer.goto(f"{home}later/")
    officer.get_by_label("报名号").fill(number)
    officer.get_by_label("原因").fill("迁出本区")
    officer.get_by_role("button", name="登记").click()
    officer.get_by_label("依据").fill("第一次递补")
    officer.get_by_role("button", name="递补并公布").click()
    officer.get_by_text("上次递补以来没有新的登记").wait_for()
    both("round-refilled")
    folder = _downloaded_round(visitor, tmp_path / "refilled")
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    assert "5.1 补录结果相符" in done.stdout
    officer.goto(f"{home}what-if/")
    officer.get_by_label("名称").fill("第二小学少一个班")
    officer.get_by_label(re.compile("改学位")).fill("2199000002=-45")
    officer.get_by_label("模拟摇号次数").fill("5")
    officer.get_by_role("button", name="开始分析").click()
    officer.get_by_role("heading", name="各类儿童谁受益谁受损").wait_for()
    both("round-what-if")
    officer.goto(f"{home}files/")
    both("round-files")
    assert desk.complaints == []


def _waive_everything(officer: Page) -> None:
    waivers = officer.get_by_role("button", name="署名豁免")
    officer.wait_for_load_state()  # the last rows of a page that is still read are not counted
    while waivers.count():
        officer.get_by_label(re.compile("豁免的理由")).first.fill("原件已在窗口核验")
        waivers.first.click()
        officer.wait_for_load_state()


def _a_family_applies(desk: Desk, tmp_path: Path) -> Page:
    """On a phone, without an account: the school in two taps, then the application, its receipt, and a change of it."""
    family = desk.page(width=360)
    family.goto(f"{desk.address}/family/school/")
    desk.shot(family, "family-find")
    family.locator(".letters a").first.click()
    desk.shot(family, "family-letter")
    family.locator(".picks a").first.click()
    expect(family.locator(".answer-name").first).to_be_visible()
    desk.shot(family, "family-school")
    apply = family.get_by_role("link", name=re.compile("为住在这里的孩子报名")).get_attribute("href")
    _a_home_is_touched_on_the_map(desk, family)
    family.goto(f"{desk.address}{apply}")
    desk.shot(family, "family-form")
    family.get_by_role("button", name="提交报名").click()
    expect(family.get_by_role("alert")).to_be_visible()
    desk.shot(family, "family-form-wrong")
    paper = tmp_path / "IMG_0001.png"
    paper.write_bytes(family.screenshot())
    typed = {
        "门牌": "3号楼2单元501",
        "孩子姓名": "王小明",
        "孩子身份证号": CHILD,
        "监护人姓名": "王建国",
        "监护人身份证号": GUARDIAN,
        "联系电话": "13800138000",
    }
    for label, text in typed.items():
        family.get_by_label(label, exact=True).fill(text)
    family.get_by_label("住房性质").select_option("owned")
    family.get_by_label("就在上面的住址").check()
    family.get_by_label("户口簿").set_input_files(paper)
    family.get_by_label(re.compile("我是孩子的监护人")).check()
    family.get_by_role("button", name="提交报名").click()
    number, code = (family.locator(f"#{name}").inner_text() for name in ("number", "code"))
    desk.shot(family, "family-receipt")
    family.get_by_role("button", name=re.compile("^离开")).click()
    family.get_by_role("link", name="我的报名").first.click()
    family.get_by_label("报名号").fill(number)
    family.get_by_label("查询码").fill(code)
    family.get_by_role("button", name="进入").click()
    family.get_by_role("link", name="修改报名").click()
    family.get_by_label(re.compile("第 2 志愿")).select_option(index=2)
    family.get_by_role("button", name="提交修改").click()
    expect(family.locator("#state")).to_have_text("已修改", use_inner_text=True)
    return family


def _a_home_is_touched_on_the_map(desk: Desk, family: Page) -> None:
    """Touch a home, which is named with its school and can be chosen."""
    family.goto(f"{desk.address}/family/school/map/")
    family.locator("#atlas[data-state=drawn] .layer-map[aria-busy=false]").wait_for()
    box = family.locator("#canvas").bounding_box()
    assert box is not None
    family.mouse.click(box["x"] + 0.35 * box["width"], box["y"] + 0.35 * box["height"])
    family.get_by_role("link", name="选这里").wait_for()
    desk.shot(family, "family-map")
    family.get_by_role("link", name="选这里").click()
    expect(family.locator(".answer-name").first).to_be_visible()


def _the_desk_asks_for_a_document_again(desk: Desk, officer: Page, family: Page) -> None:
    """The officer looks at the scan and asks for another; the family reads why and sends it; the officer accepts it."""
    applications = f"{officer.url}applications/"
    for turn, (button, remark) in enumerate((("要求重交", "第二页看不清"), ("通过", ""))):
        officer.goto(applications)
        officer.get_by_role("link", name="逐份核验材料").click()
        scan = officer.locator("img.scan")
        assert scan.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 360
        desk.shot(officer, f"document-{turn}")
        officer.get_by_label(re.compile("说明")).fill(remark)
        officer.get_by_role("button", name=button, exact=True).click()
        family.goto(f"{desk.address}/family/application/")
        desk.shot(family, f"family-document-{turn}")
        if not turn:
            expect(family.get_by_text(remark)).to_be_visible()
            other = {"name": "again.png", "mimeType": "image/png", "buffer": family.screenshot()}
            family.locator("#document_household_register").set_input_files(other)
            family.locator("#document_household_register + button").click()
    officer.goto(applications.removesuffix("applications/"))


def _the_family_verifies(desk: Desk, family: Page) -> None:
    family.goto(f"{desk.address}/family/application/")
    desk.shot(family, "family-result")
    family.get_by_role("link", name="核验摇号").click()
    expect(family.locator("#checks .tone-ok")).to_have_count(3)
    expect(family.locator("#checks .tone-bad")).to_have_count(0)
    desk.shot(family, "family-verified")


def _set_up_a_round(desk: Desk, officer: Page) -> None:
    """Set up a round of the other stage, with rules that are refused once."""
    officer.goto(f"{desk.address}/admissions/new/")
    officer.get_by_label("学段").select_option("junior")
    officer.get_by_label("轮次代号").fill("2026-junior")
    desk.shot(officer, "round-new")
    officer.get_by_role("button", name="建立轮次").click()
    officer.get_by_text("直接修改细则文件").click()
    text = officer.get_by_label("细则文件（YAML）")
    text.fill(text.input_value().replace("lottery: single", "lottery: interview"))
    officer.get_by_role("button", name="保存细则文件").click()
    expect(officer.get_by_text("细则有误，没有保存")).to_be_visible()
    desk.shot(officer, "round-rules-wrong")


def _import_a_bad_workbook(desk: Desk, officer: Page, applications: str, tmp_path: Path) -> None:
    """Import a workbook with a choice of no school and a column of scores."""
    officer.goto(applications)
    with officer.expect_download() as download:
        officer.get_by_role("link", name="下载报名工作簿").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book["志愿"]
    code = next(cell.column for cell in sheet[1] if "学校代码" in str(cell.value))
    sheet.cell(3, code, "9999")
    children = book["报名"]
    children.cell(1, children.max_column + 1, "面试成绩")
    file = tmp_path / "报名.xlsx"
    book.save(file)
    officer.get_by_role("link", name="导入工作簿").click()
    officer.get_by_label(re.compile("工作簿")).set_input_files(file)
    officer.get_by_role("button", name="检查并导入").click()
    expect(officer.get_by_text("没有导入任何报名")).to_be_visible()
    expect(officer.get_by_role("table").get_by_text("免试入学").first).to_be_visible()
    desk.shot(officer, "round-import-refused")


def _downloaded_round(visitor: Page, folder: Path) -> Path:
    """Download everything that is public of a round and unpack it."""
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="全部下载").click()
    zipfile.ZipFile(download.value.path()).extractall(folder)
    return folder
