"""Who may open and do what, all of it: one row a page or action. Whatever is not here cannot be reached.

`junheng.web.gate` asks this table before any view runs, and templates ask it before they show a link, so that the two
cannot differ. tests/web/test_access.py tries every row as every member of a fixed cast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from junheng.web.roles import BUREAU, Held, Person, Role
from junheng.web.rows import (
    ADMINISTRATORS,
    EVERYBODY,
    FILERS,
    FORM,
    KEEPERS,
    LEADING,
    OF_SCHOOLS,
    OFFICE,
    PLANNERS,
    POST,
    PRINCIPALS,
    SIGNED_IN,
    TEACHERS,
    act,
    by_admissions,
    by_staff,
    of_applicants,
    of_teachers,
    row,
)
from junheng.web.rule import Answer, Rule, Scope

R = Role

RULES: dict[str, Rule] = {
    # --- Before anyone is known
    "pages:language": act(EVERYBODY, "切换语言", "switch the language", before_second_factor=True),
    "pages:health": row(EVERYBODY, "运行状态", "whether the server runs", before_second_factor=True),
    "pages:first_run": row(
        EVERYBODY,
        "首次设置（仅在没有任何账号时）",
        "first run (only while there is no account)",
        methods=FORM,
    ),
    "accounts:sign_in": row(EVERYBODY, "登录", "sign in", methods=FORM, before_second_factor=True),
    "accounts:sign_in_passkey": row(
        EVERYBODY, "用通行密钥登录", "sign in with a passkey", methods=FORM, before_second_factor=True
    ),
    # --- Families
    "families:start": row(EVERYBODY, "家长首页", "where families begin"),
    "families:find": row(EVERYBODY, "查找住址", "find one's home"),
    "families:home": row(EVERYBODY, "住址对应的学校", "the schools of a home"),
    "families:map": row(EVERYBODY, "在地图上找住址", "find one's home on the map"),
    "families:map_homes": row(EVERYBODY, "地图上居住单元的边界（公开）", "outlines of homes, for everybody"),
    "families:map_facts": row(EVERYBODY, "地图上的学校与学区（公开）", "schools and zones, for everybody"),
    "families:school_page": row(EVERYBODY, "学校公开信息", "what everybody may know of a school"),
    "families:privacy": row(EVERYBODY, "个人信息保护告知", "what becomes of personal data"),
    "families:apply": row(EVERYBODY, "网上报名", "apply online", methods=FORM),
    "families:enter": row(EVERYBODY, "凭报名号和查询码进入", "come back with number and code", methods=FORM),
    "families:leave": act(EVERYBODY, "离开报名", "leave the application"),
    "families:application": row(EVERYBODY, "自己的报名（须有查询码）", "one's own application (by its code)"),
    "families:change": row(
        EVERYBODY, "修改报名（须有查询码）", "change one's own application (by its code)", methods=FORM
    ),
    "families:document": act(EVERYBODY, "上传材料（须有查询码）", "hand in a document (by its code)"),
    "families:withdraw": act(
        EVERYBODY, "撤回报名（须有查询码）", "withdraw one's own application (by its code)"
    ),
    "families:verify": row(
        EVERYBODY, "核验自己的摇号结果（须有查询码）", "check one's own line in the draw (by its code)"
    ),
    # --- Everybody with an account
    "pages:home": row(SIGNED_IN, "首页", "home"),
    "accounts:sign_out": act(SIGNED_IN, "退出登录", "sign out", before_second_factor=True),
    "accounts:second_factor": row(
        SIGNED_IN, "输入动态码", "enter the one-time code", methods=FORM, before_second_factor=True
    ),
    "accounts:enrol_second_factor": row(
        SIGNED_IN, "绑定动态码", "set up the one-time code", methods=FORM, before_second_factor=True
    ),
    "accounts:second_factor_passkey": act(
        SIGNED_IN,
        "以通行密钥代替动态码",
        "a passkey in the place of the code",
        before_second_factor=True,
    ),
    "accounts:passkeys": row(
        SIGNED_IN, "本人的通行密钥", "own passkeys", methods=FORM, before_second_factor=True
    ),
    "accounts:remove_passkey": act(SIGNED_IN, "删除本人的通行密钥", "remove an own passkey"),
    "accounts:own": row(SIGNED_IN, "我的账号", "own account"),
    "accounts:password": row(SIGNED_IN, "修改口令", "change the password", methods=FORM),
    # --- Accounts
    "accounts:list": row(ADMINISTRATORS, "账号列表", "accounts"),
    "accounts:new": row(ADMINISTRATORS, "新建账号", "new account", methods=FORM),
    "accounts:hand_out": row(ADMINISTRATORS, "成批开通账号", "accounts in bulk", methods=FORM),
    "accounts:one": row(ADMINISTRATORS, "查看账号", "one account"),
    "accounts:add_post": act(ADMINISTRATORS, "授予岗位", "give a post"),
    "accounts:remove_post": act(ADMINISTRATORS, "撤销岗位", "take a post away"),
    "accounts:set_active": act(ADMINISTRATORS, "停用或启用账号", "close or open an account"),
    "accounts:reset": act(ADMINISTRATORS, "重置口令与第二重验证", "reset password and second factor"),
    "accounts:permissions": row(BUREAU, "权限一览", "who may do what"),
    # --- Records
    "registry:records": row(BUREAU, "记录", "records"),
    "registry:load": row(KEEPERS, "载入区县工作簿", "load a district's workbook", methods=FORM),
    "registry:template": row(KEEPERS, "下载空白工作簿", "download the empty workbook"),
    "registry:load_example": act(
        ADMINISTRATORS,
        "载入示例区（仅在没有记录时）",
        "load the example (only while there are no records)",
    ),
    "registry:open_year": row(OFFICE, "开放新学年", "open the next school year", methods=FORM),
    "registry:year": row(BUREAU, "一个学年的记录", "records of a school year"),
    "registry:download": row(KEEPERS, "下载一个学年的记录", "download a school year"),
    "registry:check": row(
        OFFICE | ADMINISTRATORS, "检查一个学年的记录", "check the records of a school year"
    ),
    "registry:history": row(KEEPERS, "记录的修改历史", "history of the records"),
    "registry:make_snapshot": act(PLANNERS, "制作快照", "make a snapshot"),
    "registry:download_snapshot": row(KEEPERS, "下载快照", "download a snapshot"),
    "registry:table": row(
        BUREAU,
        "一张表的记录（名册限人事科、报名限招生科，另有规划员）",
        "one table of the records (rosters: staff department; applicants: admissions; and planners)",
        scope=Scope.TABLE,
    ),
    "registry:row": row(BUREAU, "一条记录及其历史", "one record and its history", scope=Scope.TABLE),
    "registry:edit": act(KEEPERS, "修改一条记录", "change a record", scope=Scope.TABLE),
    "registry:add": row(KEEPERS, "新增一条记录", "add a record", scope=Scope.TABLE, methods=FORM),
    "registry:remove": act(KEEPERS, "删除一条记录", "remove a record", scope=Scope.TABLE),
    # --- Overview
    "overview:district": row(BUREAU, "全区概览", "the district at a glance"),
    "overview:forecast": act(OFFICE, "预测学位", "forecast the places"),
    "overview:forecast_progress": row(BUREAU, "预测进度", "progress of the forecast"),
    "overview:report": row(BUREAU, "监测报告", "report of the assessment"),
    "overview:schools": row(
        BUREAU | OF_SCHOOLS, "学校列表（学校只见本校、本集团）", "schools (a school or group sees its own)"
    ),
    "overview:school": row(
        BUREAU | OF_SCHOOLS, "一所学校的指标", "a school's indicators", scope=Scope.SCHOOL
    ),
    # --- Map
    "maps:page": row(
        BUREAU | OF_SCHOOLS, "地图（学校只见本校、本集团）", "map (a school or group sees its own)"
    ),
    "maps:facts": row(
        BUREAU | OF_SCHOOLS,
        "地图上的学校与学区（学校只见本校、本集团）",
        "schools and zones of the map (a school or group sees its own)",
    ),
    "maps:homes": row(
        BUREAU | OF_SCHOOLS,
        "地图上居住单元的边界（学校只见本学区）",
        "outlines of homes on the map (a school or group sees its own zone)",
    ),
    "maps:outlines": row(KEEPERS, "在地图上修改居住单元的边界", "change outlines of homes on the map"),
    "maps:outlines_try": act(KEEPERS, "边界修改的即时检查", "what is wrong with changed outlines, at once"),
    "maps:outlines_keep": act(KEEPERS, "保存修改的边界", "keep changed outlines"),
    # --- Annual returns
    "registry:returns": row(
        BUREAU | OF_SCHOOLS, "年报列表（学校只见本校）", "returns (a school sees its own)"
    ),
    "registry:open_returns": act(OFFICE, "开放年报填报", "open the returns"),
    "registry:return": row(BUREAU | OF_SCHOOLS, "一所学校的年报", "a school's return", scope=Scope.SCHOOL),
    "registry:return_workbook": row(
        OFFICE | FILERS, "下载学校工作簿", "download a school's workbook", scope=Scope.SCHOOL
    ),
    "registry:return_upload": act(FILERS, "上传学校工作簿", "upload a school's workbook", scope=Scope.SCHOOL),
    "registry:return_submit": act(FILERS, "上报年报", "submit a return", scope=Scope.SCHOOL),
    "registry:return_send_back": act(OFFICE, "退回年报", "send a return back", scope=Scope.SCHOOL),
    "registry:return_accept": act(OFFICE, "接收年报", "accept a return", scope=Scope.SCHOOL),
    # --- Plans
    "planning:plans": row(BUREAU, "方案列表", "plans"),
    "planning:compare": row(BUREAU, "比较方案", "compare plans"),
    "planning:new": row(PLANNERS, "新编方案", "new plan", methods=FORM),
    "planning:propose": row(PLANNERS, "导入划片提案", "bring in a proposal of zones", methods=FORM),
    "planning:plan": row(
        BUREAU,
        "一个方案（逐人名单限可看名册者）",
        "one plan (the list of persons: only those who see the rosters)",
    ),
    "planning:progress": row(BUREAU, "计算进度", "progress of a plan"),
    "planning:cancel": act(PLANNERS, "停止计算", "stop computing"),
    "planning:report": row(BUREAU, "方案报告", "report of a plan"),
    "planning:download": row(
        BUREAU,
        "下载方案文件（教师交流方案涉及个人，限可看名册者）",
        "download a plan (an exchange names persons: only those who see the rosters)",
    ),
    "planning:expected": row(
        BUREAU, "已批准方案与之后快照的对照", "an approved plan beside a later snapshot"
    ),
    "planning:zones": row(BUREAU, "一个学年学区的依据", "where the zones of a year come from"),
    "planning:put_in_force": act(
        OFFICE, "把已批准方案的学区写入记录", "write a plan's zones into the records"
    ),
    "planning:take_back": act(OFFICE, "撤回写入的学区", "take a plan's zones back"),
    "planning:comment": act(OFFICE, "对方案提意见", "comment a plan"),
    "planning:submit": act(PLANNERS, "提交方案", "submit a plan"),
    "planning:send_back": act(KEEPERS, "退回方案", "send a plan back"),
    "planning:approve": act(KEEPERS, "批准方案", "approve a plan"),
    "planning:tradeoff": row(BUREAU, "一个方案的取舍", "the trade-off of a plan"),
    "planning:take": act(PLANNERS, "把取舍中的一个立为方案", "make one of a trade-off a plan of its own"),
    "planning:map_facts": row(BUREAU, "方案地图上的学校与学区", "schools and zones of a plan's map"),
    "planning:map_homes": row(BUREAU, "方案地图上居住单元的边界", "outlines of homes on a plan's map"),
    "planning:edit": row(PLANNERS, "在地图上手工调整学区方案", "edit a catchment plan by hand on the map"),
    "planning:edit_effect": act(
        PLANNERS, "手工调整的即时测算", "what an edit by hand does, measured at once"
    ),
    "planning:edit_keep": act(
        PLANNERS,
        "保存手工调整，或据此修补、重新编制",
        "keep an edit by hand, mend the rest or plan again with it",
    ),
    # --- People
    "people:roster": of_teachers(
        "教师名册（学校只见本校、本集团）", "roster (a school or group sees its own)", OF_SCHOOLS
    ),
    "people:wishes": of_teachers("教师交流意愿", "wishes of teachers"),
    "people:teacher": of_teachers("一位教师的意愿", "one teacher's wish"),
    "people:set_window": by_staff("设定意愿征集时间", "set the days of stating wishes", methods=POST),
    "people:take": by_staff("把意愿写入记录", "write the wishes into the records", methods=POST),
    "people:recognise": by_staff("认可暂缓交流的原因", "recognise a reason", methods=POST),
    "people:own": row(TEACHERS, "本人的交流情况", "own standing and moves"),
    "people:state": row(TEACHERS, "填报本人意愿", "state one's own wish", methods=FORM),
    "people:withdraw": act(TEACHERS, "撤回本人意愿", "withdraw one's own wish"),
    "people:consent": act(TEACHERS, "对本人调动表态", "answer to one's own move"),
    "people:own_letter": row(TEACHERS, "下载本人的交流通知", "own letter"),
    "people:exchanges": of_teachers(
        "教师交流方案（学校只见征求其意见的）", "exchange plans (a school: those it is asked about)", LEADING
    ),
    "people:exchange": of_teachers("各方对交流方案的意见", "what people say of an exchange"),
    "people:open_review": by_staff("就交流方案征求意见", "ask schools and teachers", methods=POST),
    "people:rule": by_staff("答复异议", "answer an objection", methods=POST),
    "people:replan": by_staff("按意见重编交流方案", "plan an exchange again", methods=POST),
    "people:letters": of_teachers("下载全部函和通知", "all letters of an exchange"),
    "people:letter": of_teachers("下载一位教师的通知", "one teacher's letter"),
    "people:school": of_teachers(
        "一所学校的调出调入", "who leaves and who joins a school", LEADING, scope=Scope.SCHOOL
    ),
    "people:answer": act(PRINCIPALS, "学校对一项调动表态", "a school's answer to a move", scope=Scope.SCHOOL),
    "people:agree": act(PRINCIPALS, "学校同意其余调动", "a school agrees to the rest", scope=Scope.SCHOOL),
    # --- Tokens and the interface for programs
    "accounts:tokens": row(SIGNED_IN, "本人的接口令牌", "own tokens for programs", methods=FORM),
    "accounts:revoke_token": act(SIGNED_IN, "作废本人的令牌", "end an own token"),
    "api:docs": row(EVERYBODY, "接口说明", "what programs may ask", before_second_factor=True),
    "api:openapi": row(
        EVERYBODY, "接口的 OpenAPI 文档", "the OpenAPI document of the interface", before_second_factor=True
    ),
    # --- Admissions
    "admissions:public_rounds": row(EVERYBODY, "招生公告", "admission rounds, for everybody"),
    "admissions:public_round": row(EVERYBODY, "一个轮次的公告", "one round, for everybody"),
    "admissions:public_files": row(EVERYBODY, "下载全部公布文件", "every published file"),
    "admissions:public_file": row(EVERYBODY, "下载一个公布文件", "one published file"),
    "admissions:rounds": row(BUREAU, "招生轮次", "admission rounds"),
    "admissions:new": by_admissions("新建招生轮次", "new admission round", methods=FORM),
    "admissions:round": row(BUREAU, "一个轮次的进程", "where a round stands"),
    "admissions:set_hours": by_admissions("设定报名时间", "set the hours of applying", methods=POST),
    "admissions:open": by_admissions("开放报名", "open applications", methods=POST),
    "admissions:close": by_admissions("截止报名", "close applications", methods=POST),
    "admissions:rules": row(BUREAU, "招生细则", "rules of a round"),
    "admissions:set_rules": by_admissions("修改细则", "change the rules", methods=POST),
    "admissions:set_rules_text": by_admissions("修改细则文件", "change the rules file", methods=POST),
    "admissions:plan": row(BUREAU, "招生计划", "places of a round"),
    "admissions:offer": by_admissions("修改一所学校的计划", "change a school's places", methods=FORM),
    "admissions:applications": of_applicants("报名名单", "applications"),
    "admissions:search": of_applicants("按身份证号查找", "find by identity number", methods=POST),
    "admissions:template": of_applicants("下载报名工作簿", "workbook of applications"),
    "admissions:import": by_admissions("导入报名", "import applications", methods=FORM),
    "admissions:application": of_applicants("一份报名及其历史", "one application and its history"),
    "admissions:mend": by_admissions("更正报名", "mend an application", methods=POST),
    "admissions:paper": of_applicants("一份证明材料", "one document of an application"),
    "admissions:scan": of_applicants(
        "查看家长上传的扫描件（留痕）", "look at a family's scan (written down)"
    ),
    "admissions:check_document": by_admissions("核验材料", "check a document", methods=POST),
    "counter:enter": by_admissions(
        "在窗口为家庭录入报名", "enter an application for a family at the counter", methods=FORM
    ),
    "counter:receipt": by_admissions(
        "向到场家长出示报名号和查询码（留痕）",
        "show a family at the counter its number and code (written down)",
    ),
    "admissions:roll": by_admissions(
        "载入在校生名册，核对兄姐", "load the roll by which older siblings are checked", methods=FORM
    ),
    "admissions:problems": of_applicants("报名检查", "checks of a round"),
    "admissions:waive": by_admissions("署名豁免", "sign for a problem", methods=POST),
    "admissions:take_back": by_admissions("撤销豁免", "take a signature back", methods=POST),
    "admissions:freeze": by_admissions("封存名单", "freeze the list", methods=POST),
    "admissions:recall": by_admissions("撤回封存", "call a freeze back", methods=POST),
    "admissions:commit": by_admissions("公布承诺", "commit in public", methods=POST),
    "admissions:draw": by_admissions("录入种子并摇号", "enter the seed and draw", methods=POST),
    "admissions:verify": by_admissions("核验摇号", "verify the draw", methods=POST),
    "admissions:publish": by_admissions("公布结果", "publish the results", methods=POST),
    "admissions:progress": row(BUREAU, "招生任务进度", "progress of a round's job"),
    "admissions:cancel": by_admissions("停止招生任务", "stop a round's job", methods=POST),
    "admissions:results": of_applicants("录取结果与候补名单", "results and waiting lists"),
    "admissions:letters": of_applicants("下载全部通知", "every family's letter"),
    "admissions:letter": of_applicants("一户的通知", "one family's letter"),
    "admissions:contacts": by_admissions(
        "下载通知名单（含姓名电话，留痕）",
        "list of families to tell (names and telephones; written down)",
        methods=POST,
    ),
    "admissions:handouts": by_admissions(
        "下载各校新生名册与通知书（含姓名电话，留痕）",
        "new pupils by school, and letters to print (names and telephones; written down)",
        methods=POST,
    ),
    "admissions:later": of_applicants("摇号之后的登记", "what happens after the draw"),
    "admissions:note": by_admissions("登记退出、改报、加学位", "enter what happens", methods=POST),
    "admissions:admit_late": by_admissions("登记补报", "enter a late child", methods=POST),
    "admissions:refill": by_admissions("递补", "refill", methods=POST),
    "admissions:whatif": row(BUREAU, "招生假设分析", "what-ifs of a round"),
    "admissions:ask_whatif": by_admissions("新的假设分析", "ask a what-if", methods=POST),
    "admissions:scenario": row(BUREAU, "一次假设分析", "one what-if"),
    "admissions:scenario_progress": row(BUREAU, "假设分析进度", "progress of a what-if"),
    "admissions:files": of_applicants("轮次的文件", "files of a round"),
    "admissions:file": of_applicants("下载轮次的一个文件", "one file of a round"),
    "admissions:folders": of_applicants("下载整个轮次", "a whole round"),
    # --- History
    "audit:events": row(frozenset({R.ADMINISTRATOR, R.INSPECTOR}), "操作记录", "what was done"),
}

_ROSTERS = of_teachers("教师、干部名册", "rosters of teachers and leaders")
_APPLICANTS = of_applicants("报名儿童及其材料", "children who apply, and their documents")
PERSONAL_TABLES: dict[str, Rule] = {
    **dict.fromkeys(("teachers", "wishes", "researchers", "leaders"), _ROSTERS),
    **dict.fromkeys(("applicants", "choices", "documents", "kin", "home_seats"), _APPLICANTS),
}
"""Tables about persons, and who sees them."""


def answer(person: Person, name: str, kwargs: Mapping[str, Any] | None = None) -> Answer:
    """Say whether a person may open the page of a URL name with these parts of its address.

    Raises
    ------
    KeyError
        For a URL that has no row: a mistake of ours, which a system check finds when the server starts.
    """
    rule = RULES[name]
    if rule.roles is not None:
        if not person.is_signed_in:
            return Answer.SIGN_IN
        if rule.roles and not _counting(person, rule):
            return Answer.NO_RIGHT
    return Answer.YES if _in_scope(person, rule, name, kwargs or {}) else Answer.NOT_THERE


def may(person: Person, name: str, **kwargs: Any) -> bool:
    """Say whether a person may open a page; see `answer`."""
    return answer(person, name, kwargs) is Answer.YES


def may_see_persons(person: Person) -> bool:
    """Say whether a person may see which teacher a plan names: whoever sees the rosters, and nobody else."""
    return bool(_counting(person, _ROSTERS))


def schools_open(person: Person, name: str) -> frozenset[str] | None:
    """Return the schools whose records a rule opens to a person: for lists. `None` stands for every school."""
    counting = _counting(person, RULES[name])
    if any(post.role in BUREAU for post in counting):
        return None
    return frozenset(school for post in counting for school in post.schools)


def _counting(person: Person, rule: Rule) -> list[Held]:
    """Return the posts by which a rule lets a person in."""
    return [
        post
        for post in person.posts
        if (not rule.roles or post.role in rule.roles)
        and (post.department is None or rule.departments is None or post.department in rule.departments)
    ]


def _in_scope(person: Person, rule: Rule, name: str, kwargs: Mapping[str, Any]) -> bool:
    if rule.scope is Scope.ALL:
        return True
    if rule.scope is Scope.TABLE:
        own = PERSONAL_TABLES.get(str(kwargs["table"]))
        return own is None or bool(_counting(person, own))
    opened = schools_open(person, name)
    return opened is None or str(kwargs["school"]) in opened
