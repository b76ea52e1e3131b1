"""Who may open and do what, all of it: one row a page or action. Whatever is not here cannot be reached.

`junheng.web.gate` asks this table before any view runs, and templates ask it before they show a link, so that the two
cannot differ. tests/web/test_access.py tries every row as every member of a fixed cast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from junheng.text import Text
from junheng.web.roles import BUREAU, Department, Held, Person, Role
from junheng.web.rule import Answer, Rule, Scope

R = Role

EVERYBODY: None = None
SIGNED_IN: frozenset[Role] = frozenset()
_ADMINISTRATORS = frozenset({R.ADMINISTRATOR})
_PLANNERS = frozenset({R.PLANNER})
_KEEPERS = frozenset({R.ADMINISTRATOR, R.PLANNER})
_OFFICE = frozenset({R.PLANNER, R.OFFICER})
_FILERS = frozenset({R.PRINCIPAL, R.CLERK})
_OF_SCHOOLS = frozenset({R.PRINCIPAL, R.GROUP_LEAD, R.CLERK})
_PRINCIPALS = frozenset({R.PRINCIPAL})
_LEADING = frozenset({R.PRINCIPAL, R.GROUP_LEAD})
_TEACHERS = frozenset({R.TEACHER})
_POST = ("POST",)
_FORM = ("GET", "POST")


def _rule(roles: frozenset[Role] | None, zh: str, en: str, **more: Any) -> Rule:
    return Rule(roles=roles, what=Text(zh, en), **more)


def _of_applicants(zh: str, en: str, **more: Any) -> Rule:
    """Return a rule for whoever sees the children who apply: planners, administrators, the admissions department."""
    return _rule(_KEEPERS | {R.OFFICER}, zh, en, departments=frozenset({Department.ADMISSIONS}), **more)


def _by_admissions(zh: str, en: str, **more: Any) -> Rule:
    """Return a rule for whoever runs admission rounds: planners and the admissions department."""
    return _rule(_OFFICE, zh, en, departments=frozenset({Department.ADMISSIONS}), **more)


def _of_teachers(zh: str, en: str, roles: frozenset[Role] = frozenset(), **more: Any) -> Rule:
    """Return a rule for whoever sees the teachers: planners, administrators, the staff department, and other roles."""
    return _rule(_KEEPERS | {R.OFFICER} | roles, zh, en, departments=frozenset({Department.STAFF}), **more)


def _by_staff(zh: str, en: str, **more: Any) -> Rule:
    """Return a rule for whoever runs the exchange: planners and the staff department."""
    return _rule(_OFFICE, zh, en, departments=frozenset({Department.STAFF}), **more)


RULES: dict[str, Rule] = {
    # --- Before anyone is known
    "pages:language": _rule(
        EVERYBODY, "切换语言", "switch the language", methods=_POST, before_second_factor=True
    ),
    "pages:health": _rule(EVERYBODY, "运行状态", "whether the server runs", before_second_factor=True),
    "pages:first_run": _rule(
        EVERYBODY,
        "首次设置（仅在没有任何账号时）",
        "first run (only while there is no account)",
        methods=_FORM,
    ),
    "accounts:sign_in": _rule(EVERYBODY, "登录", "sign in", methods=_FORM, before_second_factor=True),
    "accounts:sign_in_passkey": _rule(
        EVERYBODY, "用通行密钥登录", "sign in with a passkey", methods=_FORM, before_second_factor=True
    ),
    # --- Families
    "families:start": _rule(EVERYBODY, "家长首页", "where families begin"),
    "families:find": _rule(EVERYBODY, "查找住址", "find one's home"),
    "families:home": _rule(EVERYBODY, "住址对应的学校", "the schools of a home"),
    "families:school_page": _rule(EVERYBODY, "学校公开信息", "what everybody may know of a school"),
    "families:privacy": _rule(EVERYBODY, "个人信息保护告知", "what becomes of personal data"),
    "families:apply": _rule(EVERYBODY, "网上报名", "apply online", methods=_FORM),
    "families:enter": _rule(
        EVERYBODY, "凭报名号和查询码进入", "come back with number and code", methods=_FORM
    ),
    "families:leave": _rule(EVERYBODY, "离开报名", "leave the application", methods=_POST),
    "families:application": _rule(
        EVERYBODY, "自己的报名（须有查询码）", "one's own application (by its code)"
    ),
    "families:change": _rule(
        EVERYBODY, "修改报名（须有查询码）", "change one's own application (by its code)", methods=_FORM
    ),
    "families:document": _rule(
        EVERYBODY, "上传材料（须有查询码）", "hand in a document (by its code)", methods=_POST
    ),
    "families:withdraw": _rule(
        EVERYBODY, "撤回报名（须有查询码）", "withdraw one's own application (by its code)", methods=_POST
    ),
    "families:verify": _rule(
        EVERYBODY, "核验自己的摇号结果（须有查询码）", "check one's own line in the draw (by its code)"
    ),
    # --- Everybody with an account
    "pages:home": _rule(SIGNED_IN, "首页", "home"),
    "accounts:sign_out": _rule(SIGNED_IN, "退出登录", "sign out", methods=_POST, before_second_factor=True),
    "accounts:second_factor": _rule(
        SIGNED_IN, "输入动态码", "enter the one-time code", methods=_FORM, before_second_factor=True
    ),
    "accounts:enrol_second_factor": _rule(
        SIGNED_IN, "绑定动态码", "set up the one-time code", methods=_FORM, before_second_factor=True
    ),
    "accounts:second_factor_passkey": _rule(
        SIGNED_IN,
        "以通行密钥代替动态码",
        "a passkey in the place of the code",
        methods=_POST,
        before_second_factor=True,
    ),
    "accounts:passkeys": _rule(
        SIGNED_IN, "本人的通行密钥", "own passkeys", methods=_FORM, before_second_factor=True
    ),
    "accounts:remove_passkey": _rule(SIGNED_IN, "删除本人的通行密钥", "remove an own passkey", methods=_POST),
    "accounts:own": _rule(SIGNED_IN, "我的账号", "own account"),
    "accounts:password": _rule(SIGNED_IN, "修改口令", "change the password", methods=_FORM),
    # --- Accounts
    "accounts:list": _rule(_ADMINISTRATORS, "账号列表", "accounts"),
    "accounts:new": _rule(_ADMINISTRATORS, "新建账号", "new account", methods=_FORM),
    "accounts:one": _rule(_ADMINISTRATORS, "查看账号", "one account"),
    "accounts:add_post": _rule(_ADMINISTRATORS, "授予岗位", "give a post", methods=_POST),
    "accounts:remove_post": _rule(_ADMINISTRATORS, "撤销岗位", "take a post away", methods=_POST),
    "accounts:set_active": _rule(
        _ADMINISTRATORS, "停用或启用账号", "close or open an account", methods=_POST
    ),
    "accounts:reset": _rule(
        _ADMINISTRATORS, "重置口令与第二重验证", "reset password and second factor", methods=_POST
    ),
    "accounts:permissions": _rule(BUREAU, "权限一览", "who may do what"),
    # --- Records
    "registry:records": _rule(BUREAU, "记录", "records"),
    "registry:load": _rule(_KEEPERS, "载入区县工作簿", "load a district's workbook", methods=_FORM),
    "registry:load_example": _rule(
        _ADMINISTRATORS,
        "载入示例区（仅在没有记录时）",
        "load the example (only while there are no records)",
        methods=_POST,
    ),
    "registry:open_year": _rule(_OFFICE, "开放新学年", "open the next school year", methods=_FORM),
    "registry:year": _rule(BUREAU, "一个学年的记录", "records of a school year"),
    "registry:download": _rule(_KEEPERS, "下载一个学年的记录", "download a school year"),
    "registry:history": _rule(_KEEPERS, "记录的修改历史", "history of the records"),
    "registry:make_snapshot": _rule(_PLANNERS, "制作快照", "make a snapshot", methods=_POST),
    "registry:download_snapshot": _rule(_KEEPERS, "下载快照", "download a snapshot"),
    "registry:table": _rule(
        BUREAU,
        "一张表的记录（名册限人事科、报名限招生科，另有规划员）",
        "one table of the records (rosters: staff department; applicants: admissions; and planners)",
        scope=Scope.TABLE,
    ),
    "registry:row": _rule(BUREAU, "一条记录及其历史", "one record and its history", scope=Scope.TABLE),
    "registry:edit": _rule(_KEEPERS, "修改一条记录", "change a record", methods=_POST),
    # --- Overview
    "overview:district": _rule(BUREAU, "全区概览", "the district at a glance"),
    "overview:report": _rule(BUREAU, "监测报告", "report of the assessment"),
    "overview:schools": _rule(
        BUREAU | _OF_SCHOOLS, "学校列表（学校只见本校、本集团）", "schools (a school or group sees its own)"
    ),
    "overview:school": _rule(
        BUREAU | _OF_SCHOOLS, "一所学校的指标", "a school's indicators", scope=Scope.SCHOOL
    ),
    # --- Map
    "maps:page": _rule(
        BUREAU | _OF_SCHOOLS, "地图（学校只见本校、本集团）", "map (a school or group sees its own)"
    ),
    "maps:facts": _rule(
        BUREAU | _OF_SCHOOLS,
        "地图上的学校与学区（学校只见本校、本集团）",
        "schools and zones of the map (a school or group sees its own)",
    ),
    "maps:homes": _rule(
        BUREAU | _OF_SCHOOLS,
        "地图上居住单元的边界（学校只见本学区）",
        "outlines of homes on the map (a school or group sees its own zone)",
    ),
    # --- Annual returns
    "registry:returns": _rule(
        BUREAU | _OF_SCHOOLS, "年报列表（学校只见本校）", "returns (a school sees its own)"
    ),
    "registry:open_returns": _rule(_OFFICE, "开放年报填报", "open the returns", methods=_POST),
    "registry:return": _rule(BUREAU | _OF_SCHOOLS, "一所学校的年报", "a school's return", scope=Scope.SCHOOL),
    "registry:return_workbook": _rule(
        _OFFICE | _FILERS, "下载学校工作簿", "download a school's workbook", scope=Scope.SCHOOL
    ),
    "registry:return_upload": _rule(
        _FILERS, "上传学校工作簿", "upload a school's workbook", scope=Scope.SCHOOL, methods=_POST
    ),
    "registry:return_submit": _rule(
        _FILERS, "上报年报", "submit a return", scope=Scope.SCHOOL, methods=_POST
    ),
    "registry:return_send_back": _rule(
        _OFFICE, "退回年报", "send a return back", scope=Scope.SCHOOL, methods=_POST
    ),
    "registry:return_accept": _rule(
        _OFFICE, "接收年报", "accept a return", scope=Scope.SCHOOL, methods=_POST
    ),
    # --- Plans
    "planning:plans": _rule(BUREAU, "方案列表", "plans"),
    "planning:compare": _rule(BUREAU, "比较学区方案", "compare catchment plans"),
    "planning:new": _rule(_PLANNERS, "新编方案", "new plan", methods=_FORM),
    "planning:plan": _rule(
        BUREAU,
        "一个方案（逐人名单限可看名册者）",
        "one plan (the list of persons: only those who see the rosters)",
    ),
    "planning:progress": _rule(BUREAU, "计算进度", "progress of a plan"),
    "planning:cancel": _rule(_PLANNERS, "停止计算", "stop computing", methods=_POST),
    "planning:report": _rule(BUREAU, "方案报告", "report of a plan"),
    "planning:download": _rule(
        BUREAU,
        "下载方案文件（教师交流方案涉及个人，限可看名册者）",
        "download a plan (an exchange names persons: only those who see the rosters)",
    ),
    "planning:expected": _rule(
        BUREAU, "已批准方案与之后快照的对照", "an approved plan beside a later snapshot"
    ),
    "planning:comment": _rule(_OFFICE, "对方案提意见", "comment a plan", methods=_POST),
    "planning:submit": _rule(_PLANNERS, "提交方案", "submit a plan", methods=_POST),
    "planning:send_back": _rule(_KEEPERS, "退回方案", "send a plan back", methods=_POST),
    "planning:approve": _rule(_KEEPERS, "批准方案", "approve a plan", methods=_POST),
    "planning:map_facts": _rule(BUREAU, "方案地图上的学校与学区", "schools and zones of a plan's map"),
    "planning:map_homes": _rule(BUREAU, "方案地图上居住单元的边界", "outlines of homes on a plan's map"),
    "planning:edit": _rule(_PLANNERS, "在地图上手工调整学区方案", "edit a catchment plan by hand on the map"),
    "planning:edit_effect": _rule(
        _PLANNERS, "手工调整的即时测算", "what an edit by hand does, measured at once", methods=_POST
    ),
    "planning:edit_keep": _rule(
        _PLANNERS,
        "保存手工调整，或据此修补、重新编制",
        "keep an edit by hand, mend the rest or plan again with it",
        methods=_POST,
    ),
    # --- People
    "people:roster": _of_teachers(
        "教师名册（学校只见本校、本集团）", "roster (a school or group sees its own)", _OF_SCHOOLS
    ),
    "people:wishes": _of_teachers("教师交流意愿", "wishes of teachers"),
    "people:teacher": _of_teachers("一位教师的意愿", "one teacher's wish"),
    "people:set_window": _by_staff("设定意愿征集时间", "set the days of stating wishes", methods=_POST),
    "people:take": _by_staff("把意愿写入记录", "write the wishes into the records", methods=_POST),
    "people:recognise": _by_staff("认可暂缓交流的原因", "recognise a reason", methods=_POST),
    "people:own": _rule(_TEACHERS, "本人的交流情况", "own standing and moves"),
    "people:state": _rule(_TEACHERS, "填报本人意愿", "state one's own wish", methods=_FORM),
    "people:withdraw": _rule(_TEACHERS, "撤回本人意愿", "withdraw one's own wish", methods=_POST),
    "people:consent": _rule(_TEACHERS, "对本人调动表态", "answer to one's own move", methods=_POST),
    "people:own_letter": _rule(_TEACHERS, "下载本人的交流通知", "own letter"),
    "people:exchanges": _of_teachers(
        "教师交流方案（学校只见征求其意见的）", "exchange plans (a school: those it is asked about)", _LEADING
    ),
    "people:exchange": _of_teachers("各方对交流方案的意见", "what people say of an exchange"),
    "people:open_review": _by_staff("就交流方案征求意见", "ask schools and teachers", methods=_POST),
    "people:rule": _by_staff("答复异议", "answer an objection", methods=_POST),
    "people:replan": _by_staff("按意见重编交流方案", "plan an exchange again", methods=_POST),
    "people:letters": _of_teachers("下载全部函和通知", "all letters of an exchange"),
    "people:letter": _of_teachers("下载一位教师的通知", "one teacher's letter"),
    "people:school": _of_teachers(
        "一所学校的调出调入", "who leaves and who joins a school", _LEADING, scope=Scope.SCHOOL
    ),
    "people:answer": _rule(
        _PRINCIPALS, "学校对一项调动表态", "a school's answer to a move", scope=Scope.SCHOOL, methods=_POST
    ),
    "people:agree": _rule(
        _PRINCIPALS, "学校同意其余调动", "a school agrees to the rest", scope=Scope.SCHOOL, methods=_POST
    ),
    # --- Tokens and the interface for programs
    "accounts:tokens": _rule(SIGNED_IN, "本人的接口令牌", "own tokens for programs", methods=_FORM),
    "accounts:revoke_token": _rule(SIGNED_IN, "作废本人的令牌", "end an own token", methods=_POST),
    "api:docs": _rule(EVERYBODY, "接口说明", "what programs may ask", before_second_factor=True),
    "api:openapi": _rule(
        EVERYBODY, "接口的 OpenAPI 文档", "the OpenAPI document of the interface", before_second_factor=True
    ),
    # --- Admissions
    "admissions:public_rounds": _rule(EVERYBODY, "招生公告", "admission rounds, for everybody"),
    "admissions:public_round": _rule(EVERYBODY, "一个轮次的公告", "one round, for everybody"),
    "admissions:public_files": _rule(EVERYBODY, "下载全部公布文件", "every published file"),
    "admissions:public_file": _rule(EVERYBODY, "下载一个公布文件", "one published file"),
    "admissions:rounds": _rule(BUREAU, "招生轮次", "admission rounds"),
    "admissions:new": _by_admissions("新建招生轮次", "new admission round", methods=_FORM),
    "admissions:round": _rule(BUREAU, "一个轮次的进程", "where a round stands"),
    "admissions:set_hours": _by_admissions("设定报名时间", "set the hours of applying", methods=_POST),
    "admissions:open": _by_admissions("开放报名", "open applications", methods=_POST),
    "admissions:close": _by_admissions("截止报名", "close applications", methods=_POST),
    "admissions:rules": _rule(BUREAU, "招生细则", "rules of a round"),
    "admissions:set_rules": _by_admissions("修改细则", "change the rules", methods=_POST),
    "admissions:set_rules_text": _by_admissions("修改细则文件", "change the rules file", methods=_POST),
    "admissions:plan": _rule(BUREAU, "招生计划", "places of a round"),
    "admissions:offer": _by_admissions("修改一所学校的计划", "change a school's places", methods=_FORM),
    "admissions:applications": _of_applicants("报名名单", "applications"),
    "admissions:search": _of_applicants("按身份证号查找", "find by identity number", methods=_POST),
    "admissions:template": _of_applicants("下载报名工作簿", "workbook of applications"),
    "admissions:import": _by_admissions("导入报名", "import applications", methods=_FORM),
    "admissions:application": _of_applicants("一份报名及其历史", "one application and its history"),
    "admissions:mend": _by_admissions("更正报名", "mend an application", methods=_POST),
    "admissions:paper": _of_applicants("一份证明材料", "one document of an application"),
    "admissions:scan": _of_applicants(
        "查看家长上传的扫描件（留痕）", "look at a family's scan (written down)"
    ),
    "admissions:check_document": _by_admissions("核验材料", "check a document", methods=_POST),
    "counter:enter": _by_admissions(
        "在窗口为家庭录入报名", "enter an application for a family at the counter", methods=_FORM
    ),
    "counter:receipt": _by_admissions(
        "向到场家长出示报名号和查询码（留痕）",
        "show a family at the counter its number and code (written down)",
    ),
    "admissions:roll": _by_admissions(
        "载入在校生名册，核对兄姐", "load the roll by which older siblings are checked", methods=_FORM
    ),
    "admissions:problems": _of_applicants("报名检查", "checks of a round"),
    "admissions:waive": _by_admissions("署名豁免", "sign for a problem", methods=_POST),
    "admissions:take_back": _by_admissions("撤销豁免", "take a signature back", methods=_POST),
    "admissions:freeze": _by_admissions("封存名单", "freeze the list", methods=_POST),
    "admissions:recall": _by_admissions("撤回封存", "call a freeze back", methods=_POST),
    "admissions:commit": _by_admissions("公布承诺", "commit in public", methods=_POST),
    "admissions:draw": _by_admissions("录入种子并摇号", "enter the seed and draw", methods=_POST),
    "admissions:verify": _by_admissions("核验摇号", "verify the draw", methods=_POST),
    "admissions:publish": _by_admissions("公布结果", "publish the results", methods=_POST),
    "admissions:progress": _rule(BUREAU, "招生任务进度", "progress of a round's job"),
    "admissions:cancel": _by_admissions("停止招生任务", "stop a round's job", methods=_POST),
    "admissions:results": _of_applicants("录取结果与候补名单", "results and waiting lists"),
    "admissions:letters": _of_applicants("下载全部通知", "every family's letter"),
    "admissions:letter": _of_applicants("一户的通知", "one family's letter"),
    "admissions:later": _of_applicants("摇号之后的登记", "what happens after the draw"),
    "admissions:note": _by_admissions("登记退出、改报、加学位", "enter what happens", methods=_POST),
    "admissions:admit_late": _by_admissions("登记补报", "enter a late child", methods=_POST),
    "admissions:refill": _by_admissions("递补", "refill", methods=_POST),
    "admissions:whatif": _rule(BUREAU, "招生假设分析", "what-ifs of a round"),
    "admissions:ask_whatif": _by_admissions("新的假设分析", "ask a what-if", methods=_POST),
    "admissions:scenario": _rule(BUREAU, "一次假设分析", "one what-if"),
    "admissions:scenario_progress": _rule(BUREAU, "假设分析进度", "progress of a what-if"),
    "admissions:files": _of_applicants("轮次的文件", "files of a round"),
    "admissions:file": _of_applicants("下载轮次的一个文件", "one file of a round"),
    "admissions:folders": _of_applicants("下载整个轮次", "a whole round"),
    # --- History
    "audit:events": _rule(frozenset({R.ADMINISTRATOR, R.INSPECTOR}), "操作记录", "what was done"),
}

_ROSTERS = _rule(
    _KEEPERS | {R.OFFICER},
    "教师、干部名册",
    "rosters of teachers and leaders",
    departments=frozenset({Department.STAFF}),
)
_APPLICANTS = _rule(
    _KEEPERS | {R.OFFICER},
    "报名儿童及其材料",
    "children who apply, and their documents",
    departments=frozenset({Department.ADMISSIONS}),
)
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
