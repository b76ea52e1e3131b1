"""The web application as people use it, in a real browser on a real server with its worker, in Chinese."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from live_desk import PICTURES, Desk, drawn
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PASSWORD = "均衡-journey-2026"


def test_from_first_start_to_an_approved_catchment_plan(empty_desk: Desk) -> None:
    desk = empty_desk
    page = desk.page()
    page.goto(desk.address)
    desk.shot(page, "first-run")
    page.get_by_label("账号名").fill("wang")
    page.get_by_label("姓名").fill("王建国")
    page.get_by_label("口令", exact=True).fill("short")
    page.get_by_label("再输一次口令").fill("short")
    page.get_by_role("button", name="建立管理员账号").click()
    desk.shot(page, "first-run-weak-password")
    expect(page.get_by_text("至少").first).to_be_visible()
    page.get_by_label("口令", exact=True).fill(PASSWORD)
    page.get_by_label("再输一次口令").fill(PASSWORD)
    page.get_by_role("button", name="建立管理员账号").click()
    desk.shot(page, "home-empty")

    page.get_by_role("link", name="载入记录或示例区").click()
    desk.shot(page, "records-none")
    page.get_by_role("button", name="载入示例区").click()
    page.get_by_role("heading", name="示例区已载入").wait_for(timeout=60_000)
    desk.demo_password = page.locator("#demo-password").inner_text()
    desk.shot(page, "example-loaded")
    page.get_by_role("link", name="开始使用").click()
    desk.shot(page, "home")

    planner = desk.signed_in("demo-planner", desk.demo_password)
    planner.get_by_role("navigation").get_by_role("link", name="概览").click()
    desk.shot(planner, "overview", has_map=True)
    planner.get_by_role("navigation").get_by_role("link", name="学校").click()
    desk.shot(planner, "schools")
    planner.get_by_role("table").get_by_role("link").nth(9).click()
    desk.shot(planner, "school")
    planner.get_by_role("navigation").get_by_role("link", name="规划").click()
    desk.shot(planner, "plans-empty")
    planner.get_by_role("link", name="新编学区划分方案").click()
    planner.get_by_label("方案名称").fill("2026 年小学学区调整")
    planner.get_by_label("最长计算时间（秒）").fill("12")
    planner.get_by_label("固定").fill("H0001")
    planner.get_by_role("button", name="开始计算").click()
    desk.shot(planner, "plan-new-wrong")
    expect(planner.get_by_text("第 1 行应为").first).to_be_visible()
    planner.get_by_label("固定").fill("")
    planner.get_by_role("button", name="开始计算").click()
    planner.locator("#progress").wait_for()
    desk.shot(planner, "plan-computing")
    planner.get_by_role("heading", name="目标与证明").wait_for(timeout=120_000)
    desk.shot(planner, "plan-computed", has_map=True)
    with planner.context.expect_page() as opened:
        planner.get_by_role("link", name="打开报告（含地图）").click()
    opened.value.get_by_role("heading", level=1).first.wait_for()
    opened.value.wait_for_timeout(500)
    opened.value.screenshot(path=PICTURES / "plan-report.png")
    opened.value.close()
    _edit_by_hand(desk, planner)
    planner.get_by_label("写意见").fill("滨河片区家长意见较大，请会上说明。")
    planner.get_by_role("button", name="发表").click()
    planner.get_by_role("button", name="提交审批").click()
    desk.shot(planner, "plan-submitted")

    page.goto(desk.address)
    page.get_by_role("link", name=re.compile("待批准")).click()
    page.get_by_label("批准意见").fill("经局长办公会研究同意。")
    page.get_by_role("button", name="批准并冻结").click()
    expect(page.locator("#state")).to_have_text("已批准", use_inner_text=True)
    expect(page.locator("main")).to_contain_text("王建国")
    desk.shot(page, "plan-approved", has_map=True)
    expect(page.get_by_role("button", name="批准并冻结")).to_have_count(0)
    assert desk.complaints == []


def _edit_by_hand(desk: Desk, planner: Page) -> None:
    """Give a home back to the school that it has today, see what it does, and have the rest mended."""
    planner.wait_for_load_state()
    code, before = planner.locator("#actions tbody tr").first.locator("td").all_inner_texts()[:2]
    planner.get_by_role("link", name="在地图上手工调整").click()
    drawn(planner)
    planner.get_by_label("居住单元的名称或代码").fill(code)
    planner.locator("#finds input").first.check()
    planner.locator("#target").select_option(label=before)
    planner.get_by_role("button", name="划给该校", exact=True).click()
    planner.locator("#measures .change-worse, #measures .change-better").first.wait_for()
    desk.shot(planner, "plan-edit")
    planner.get_by_label("改动最少地修补").check()
    planner.get_by_label("最长计算时间（秒）").fill("12")
    planner.get_by_role("button", name="另存为方案").click()
    planner.get_by_role("heading", name="目标与证明").wait_for(timeout=120_000)
    desk.shot(planner, "plan-mended")


def test_from_a_clerks_bad_workbook_to_an_accepted_return(desk: Desk, tmp_path: Path) -> None:
    clerk = desk.signed_in("demo-clerk", desk.demo_password)
    desk.shot(clerk, "clerk-home")
    clerk.get_by_role("link", name=re.compile("填报.*年报")).click()
    desk.shot(clerk, "return-draft")
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载工作簿").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    rooms = _spoil(book)
    _upload(clerk, _saved(book, tmp_path / "年报.xlsx"))
    expect(clerk.get_by_text("未被采用").first).to_be_visible()
    for words in ("学段年报", "在校生数", "班级"):
        expect(clerk.get_by_role("table").get_by_text(words).first).to_be_visible()
    expect(clerk.get_by_role("button", name="上报")).to_be_disabled()
    desk.shot(clerk, "return-problems")

    mended = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = mended["校舍装备"]
    sheet.cell(2, _column(sheet, "多媒体"), rooms + 2)
    _upload(clerk, _saved(mended, tmp_path / "年报-改.xlsx"))
    expect(clerk.get_by_text("没有错误").first).to_be_visible()
    clerk.get_by_role("button", name="上报").click()
    expect(clerk.locator("#state")).to_have_text("已上报", use_inner_text=True)
    desk.shot(clerk, "return-submitted")
    own = clerk.url

    officer = desk.signed_in("demo-officer-quality", desk.demo_password)
    officer.get_by_role("navigation").get_by_role("link", name="年报").click()
    desk.shot(officer, "returns")
    officer.goto(own)
    officer.get_by_label("退回原因").fill("请补充说明新增多媒体教室的验收时间。")
    officer.get_by_role("button", name="退回修改").click()
    expect(officer.locator("#state")).to_have_text("退回修改", use_inner_text=True)
    clerk.reload()
    desk.shot(clerk, "return-sent-back")
    clerk.get_by_role("button", name="上报").click()
    officer.reload()
    officer.get_by_role("button", name="接收并写入记录").click()
    expect(officer.locator("#state")).to_have_text("已接收", use_inner_text=True)
    desk.shot(officer, "return-accepted")

    planner = desk.signed_in("demo-planner", desk.demo_password)
    planner.goto(f"{desk.address}/records/")
    desk.shot(planner, "records")
    planner.get_by_role("link", name="修改历史").click()
    expect(planner.get_by_role("cell", name=str(rooms + 2), exact=True)).to_be_visible()
    desk.shot(planner, "history")
    planner.goto(f"{desk.address}/audit/")
    expect(planner.get_by_role("heading", name="没有权限")).to_be_visible()
    desk.shot(planner, "no-right")
    assert desk.complaints == []


def test_every_kind_of_plan_from_its_options_to_its_result(desk: Desk) -> None:
    planner = desk.signed_in("demo-planner", desk.demo_password)
    made = {}
    for kind, title, given in (
        ("feeders", "小升初对口", {"最长计算时间（秒）": "5"}),
        ("compliance", "资源达标", {"最长计算时间（秒）": "20"}),
        ("exchange", "教师交流", {"最长计算时间（秒）": "60", "在同一学校任教满几年应交流": "6"}),
    ):
        planner.goto(f"{desk.address}/plans/")
        planner.get_by_role("link", name=f"新编{title}方案").click()
        planner.get_by_label("方案名称").fill(f"2026 年{title}")
        for label, value in given.items():
            planner.get_by_label(label).fill(value)
        desk.shot(planner, f"plan-new-{kind}")
        planner.get_by_role("button", name="开始计算").click()
        planner.get_by_role("heading", name="目标与证明").wait_for(timeout=180_000)
        made[kind] = planner.url
        desk.shot(planner, f"plan-{kind}")
    planner.get_by_role("button", name="提交审批").click()
    for name, most in (("一个不动", "0"), ("至多动三百人", "300")):
        planner.goto(f"{desk.address}/plans/new/?kind=catchments")
        planner.get_by_label("方案名称").fill(name)
        planner.get_by_label("最多改换学校的学生数").fill(most)
        planner.get_by_label("最长计算时间（秒）").fill("3")
        planner.get_by_role("button", name="开始计算").click()
        planner.get_by_role("heading", name="目标与证明").wait_for(timeout=180_000)
    planner.get_by_role("navigation", name="主菜单").get_by_role("link", name="规划").click()
    desk.shot(planner, "plans")
    planner.get_by_role("link", name="比较方案").click()
    planner.get_by_label("一个不动").check()
    planner.get_by_role("button", name="比较").click()
    expect(planner.get_by_text("请选 2 至 6 个方案")).to_be_visible()
    planner.get_by_label("至多动三百人").check()
    planner.get_by_role("button", name="比较").click()
    planner.get_by_role("heading", name="学区方案比较").wait_for()
    desk.shot(planner, "plans-compare")
    compared = planner.url
    officer = desk.signed_in("demo-officer-quality", desk.demo_password)
    officer.goto(made["exchange"])
    expect(officer.get_by_text("逐人名单和方案文件涉及个人")).to_be_visible()
    expect(officer.get_by_role("heading", name="逐人调动")).to_have_count(0)
    desk.shot(officer, "plan-exchange-officer")
    phone = desk.signed_in("demo-planner", desk.demo_password, width=360)
    phone.goto(compared)
    desk.shot(phone, "phone-plans-compare")
    for kind, address in made.items():
        phone.goto(address)
        desk.shot(phone, f"phone-plan-{kind}")
        phone.goto(f"{desk.address}/plans/new/?kind={kind}")
        desk.shot(phone, f"phone-plan-new-{kind}")
    assert desk.complaints == []


@pytest.mark.parametrize("member", ["demo-planner", "demo-principal", "demo-parent"])
def test_every_page_fits_a_narrow_phone(desk: Desk, member: str) -> None:
    phone = desk.signed_in(member, desk.demo_password, width=360)
    addresses = (
        phone.get_by_role("navigation", name="主菜单")
        .get_by_role("link")
        .evaluate_all("links => links.map((link) => link.href)")
    )
    for address in [*addresses, f"{desk.address}/accounts/own/"]:
        phone.goto(address)
        desk.shot(
            phone,
            f"phone-{member}-{address.removeprefix(desk.address).strip('/').replace('/', '-') or 'home'}",
        )


def test_pages_can_be_worked_by_keyboard_and_every_field_has_a_label(desk: Desk) -> None:
    planner = desk.signed_in("demo-planner", desk.demo_password)
    for path in (
        "/plans/new/",
        "/records/load/",
        "/returns/",
        "/plans/",
        "/accounts/own/password/",
        "/schools/",
    ):
        planner.goto(desk.address + path)
        nameless = planner.evaluate(
            """() => [...document.querySelectorAll("input:not([type=hidden]),select,textarea,button,a")].filter((e) =>
                 !(e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label"))).map((e) => e.outerHTML)"""
        )
        assert nameless == [], path
        planner.keyboard.press("Tab")
        assert planner.evaluate("document.activeElement.textContent.trim()") == "跳到正文"
        planner.keyboard.press("Enter")
        assert planner.evaluate("location.hash") == "#main"


def test_another_language_is_one_click_away_and_stays(desk: Desk) -> None:
    inspector = desk.signed_in("demo-inspector", desk.demo_password)
    inspector.get_by_role("button", name="English").click()
    inspector.get_by_role("heading", name=re.compile("Good day")).wait_for()
    inspector.goto(f"{desk.address}/overview/")
    expect(inspector.get_by_role("heading", name=re.compile("at a glance"))).to_be_visible()
    desk.shot(inspector, "overview-en", has_map=True)


def test_a_passkey_is_added_and_opens_the_account_as_code_and_as_password(desk: Desk) -> None:
    at_number, desk.address = desk.address, desk.address.replace("127.0.0.1", "localhost")
    try:
        page = desk.signed_in("demo-group-lead", desk.demo_password)
        _give_device(page)
        page.get_by_role("link", name="示例总校长").click()
        page.get_by_role("link", name="通行密钥").click()
        desk.shot(page, "passkeys-none")
        page.get_by_label("名称").fill("办公室电脑")
        page.get_by_label("现口令").fill(desk.demo_password)
        page.get_by_role("button", name="添加通行密钥").click()
        page.get_by_role("cell", name="办公室电脑").wait_for()
        desk.shot(page, "passkeys")

        page.get_by_role("button", name="退出").click()
        page.get_by_role("link", name="用通行密钥登录").click()
        desk.shot(page, "passkey-sign-in")
        page.get_by_role("button", name="使用通行密钥").click()
        page.get_by_role("heading", name="您好").wait_for()

        page.get_by_role("button", name="退出").click()
        page.get_by_label("账号名").fill("demo-group-lead")
        page.get_by_label("口令", exact=True).fill(desk.demo_password)
        page.get_by_role("button", name="登录", exact=True).click()
        page.get_by_role("heading", name="第二重验证").wait_for()
        desk.shot(page, "passkey-second-factor")
        page.get_by_role("button", name="使用通行密钥").click()
        page.get_by_role("heading", name="您好").wait_for()

        stranger = desk.signed_in("demo-group-lead", desk.demo_password, width=360)
        _give_device(stranger)
        stranger.get_by_role("button", name="使用通行密钥").click()
        stranger.get_by_text("没有得到通行密钥").wait_for()
        desk.shot(stranger, "phone-passkey-not-here")
        stranger.goto(f"{at_number}/accounts/sign-in/passkey/")
        expect(stranger.get_by_text("在此网址不能使用通行密钥")).to_be_visible()
        expect(stranger.get_by_role("button", name="使用通行密钥")).to_have_count(0)
        assert [one for one in desk.complaints if not one.startswith("asked for " + at_number)] == []
    finally:
        desk.address = at_number
        desk.complaints.clear()


def _give_device(page: Page) -> None:
    """Give the window a device that recognises its owner at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _spoil(book: openpyxl.Workbook) -> int:
    """Make three mistakes in a school's workbook; return how many multimedia rooms it had."""
    stages, classes, premises = book["学段年报"], book["班级"], book["校舍装备"]
    stages.cell(2, _column(stages, "在校生"), "很多")
    classes.cell(3, _column(classes, "人数"), 999)
    classes.cell(4, _column(classes, "学校代码"), "9999999999")
    return int(premises.cell(2, _column(premises, "多媒体")).value)


def _column(sheet: openpyxl.worksheet.worksheet.Worksheet, header: str) -> int:
    return next(cell.column for cell in sheet[1] if header in str(cell.value))


def _saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path)
    return path


def _upload(page: Page, path: Path) -> None:
    page.get_by_label(re.compile("工作簿（.xlsx")).set_input_files(path)
    page.get_by_role("button", name="上传", exact=True).click()
    page.get_by_role("heading", name=re.compile("最近上传")).wait_for()
