"""The menu: what people choose from, in their order. Entries whose page a person may not open are left out."""

from __future__ import annotations

from junheng.text import Text

MENU: tuple[tuple[Text, str, tuple[str, ...]], ...] = (
    (Text("首页", "Home"), "pages:home", ()),
    (Text("概览", "Overview"), "overview:district", ()),
    (Text("学校", "Schools"), "overview:schools", ("overview:school",)),
    (Text("地图", "Map"), "maps:page", ()),
    (Text("年报", "Returns"), "registry:returns", ("registry:return",)),
    (
        Text("规划", "Planning"),
        "planning:plans",
        (
            "planning:plan",
            "planning:new",
            "planning:propose",
            "planning:compare",
            "planning:expected",
            "planning:edit",
            "planning:tradeoff",
        ),
    ),
    (Text("教师", "Teachers"), "people:roster", ("people:wishes", "people:teacher")),
    (Text("交流", "Exchange"), "people:exchanges", ("people:exchange", "people:school")),
    (Text("我的交流", "My exchange"), "people:own", ("people:state",)),
    (
        Text("招生", "Admissions"),
        "admissions:rounds",
        (
            "admissions:round",
            "admissions:new",
            "admissions:rules",
            "admissions:plan",
            "admissions:offer",
            "admissions:applications",
            "admissions:application",
            "admissions:paper",
            "admissions:roll",
            "counter:enter",
            "counter:receipt",
            "admissions:import",
            "admissions:problems",
            "admissions:results",
            "admissions:letter",
            "admissions:later",
            "admissions:whatif",
            "admissions:scenario",
            "admissions:files",
        ),
    ),
    (
        Text("记录", "Records"),
        "registry:records",
        (
            "registry:year",
            "registry:table",
            "registry:row",
            "registry:add",
            "registry:check",
            "registry:history",
            "registry:load",
            "registry:open_year",
            "planning:zones",
        ),
    ),
    (Text("账号", "Accounts"), "accounts:list", ("accounts:one", "accounts:new", "accounts:permissions")),
    (Text("操作记录", "Audit"), "audit:events", ()),
)
"""Wording, URL name, and the other URL names on which the entry counts as "here"."""

FAMILY_MENU: tuple[tuple[Text, str, tuple[str, ...]], ...] = (
    (
        Text("查学校", "Find your school"),
        "families:find",
        ("families:home", "families:map", "families:school_page"),
    ),
    (
        Text("招生公告", "Notices"),
        "admissions:public_rounds",
        ("admissions:public_round", "families:apply"),
    ),
    (
        Text("我的报名", "My application"),
        "families:application",
        ("families:enter", "families:change", "families:verify"),
    ),
)
"""The same, on the pages that families open."""

FAMILY_PAGES = frozenset(name for _, first, more in FAMILY_MENU for name in (first, *more)) | {
    "families:start",
    "families:privacy",
}
"""Where that menu stands, whoever looks."""

LINKS: tuple[tuple[Text, Text, str], ...] = (
    (
        Text("全区概览", "Overview"),
        Text("达标、差异系数、学位、逾期", "passing, variation, places, overdue"),
        "overview:district",
    ),
    (
        Text("学校", "Schools"),
        Text("各校指标、缺口、历年变化", "indicators, what is missing, trend"),
        "overview:schools",
    ),
    (Text("地图", "Map"), Text("学校、居住单元与学区", "schools, homes and zones"), "maps:page"),
    (
        Text("年报", "Returns"),
        Text("下载、填写、上报、审核", "download, fill in, submit, look at"),
        "registry:returns",
    ),
    (
        Text("规划", "Planning"),
        Text("编制、复测、比较、审批方案", "compute, measure, compare, approve plans"),
        "planning:plans",
    ),
    (
        Text("教师", "Teachers"),
        Text("名册、交流条件、意愿", "roster, standing, wishes"),
        "people:roster",
    ),
    (
        Text("教师交流", "Teacher exchange"),
        Text("征求意见、异议、重编、通知", "answers, objections, the next plan, letters"),
        "people:exchanges",
    ),
    (
        Text("我的交流", "My exchange"),
        Text("本人情况、意愿、答复、通知", "standing, wish, answer, letter"),
        "people:own",
    ),
    (
        Text("招生", "Admissions"),
        Text("报名、审核、封存、摇号、公布", "applications, checks, freeze, draw, publish"),
        "admissions:rounds",
    ),
    (Text("记录", "Records"), Text("各表、修改历史、快照", "tables, history, snapshots"), "registry:records"),
)
"""Cards of the home page."""
