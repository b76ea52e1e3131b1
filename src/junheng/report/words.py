"""The report's own words: short names of indicators, shortages told in real things, marks beside colours."""

from __future__ import annotations

from junheng.text import Text

SHORT_NAMES = {
    "balance.R1": Text("高学历教师", "Degrees"),
    "balance.R2": Text("骨干教师", "Backbone"),
    "balance.R3": Text("体艺教师", "PE & arts"),
    "balance.R4": Text("教学用房", "Rooms"),
    "balance.R5": Text("体育场馆", "Sports"),
    "balance.R6": Text("仪器设备", "Equipment"),
    "balance.R7": Text("多媒体教室", "Multimedia"),
}
"""Names that fit over a narrow column."""

MISSING = {
    "balance.R1": Text("差 {n} 名高于规定学历教师", "{n} short: teachers above the required degree"),
    "balance.R2": Text("差 {n} 名骨干教师", "{n} short: backbone teachers"),
    "balance.R3": Text("差 {n} 名体育、艺术教师", "{n} short: PE and arts teachers"),
    "balance.R4": Text("差 {n} 平方米教学及辅助用房", "{n} m² short: teaching and auxiliary rooms"),
    "balance.R5": Text("差 {n} 平方米体育运动场馆", "{n} m² short: sports grounds and halls"),
    "balance.R6": Text("差 {n} 元教学仪器设备", "{n} yuan short: teaching equipment"),
    "balance.R7": Text("差 {n} 间网络多媒体教室", "{n} short: multimedia rooms"),
}
"""What a school lacks, told so that somebody can go and get it."""

MISSING_SHORT = {
    "person": Text("差 {n} 人", "−{n}"),
    "room": Text("差 {n} 间", "−{n} rooms"),
    "m2": Text("差 {n} ㎡", "−{n} m²"),
    "yuan": Text("差 {n} 元", "−¥{n}"),
}
"""The same inside a cell of the matrix."""

WHY_EXCLUDED = {
    "kind": Text("该类学校不纳入七项指标", "this kind of school is left out of the seven indicators"),
    "no_pupils": Text("没有在校生", "no pupils"),
    "few_pupils": Text("学生数少于规定的教学点", "a teaching point with fewer pupils than the rule asks for"),
}

MARKS = {
    "met": "✓",
    "pass": "✓",
    "near": "△",
    "below": "✕",
    "fail": "✕",
    "not_assessed": "?",
    "excluded": "–",
    "reported": "·",
}
"""A mark beside every colour: verdicts must survive black-and-white print and colour blindness."""

SHORT_VERDICTS = {
    "met": Text("达标", "met"),
    "pass": Text("通过", "pass"),
    "near": Text("接近", "near"),
    "below": Text("未达标", "below"),
    "fail": Text("未通过", "fail"),
    "not_assessed": Text("未评", "not assessed"),
    "excluded": Text("不纳入", "left out"),
    "reported": Text("仅报告", "reported"),
}

GROUPS = {
    "balance": Text("资源配置", "Resource allocation"),
    "guarantee": Text("政府保障程度", "Government guarantee"),
    "quality": Text("教育质量", "Quality of education"),
    "recognition": Text("社会认可度", "Social recognition"),
    "veto": Text("一票否决事项", "Vetoes"),
}

CONFIDENCE = {
    "A": Text("官方原文", "official text"),
    "A-": Text("官方网站转引", "official site that quotes it"),
    "B": Text("近乎逐字的转载", "near-verbatim copy"),
    "C": Text("二手报道或转述", "secondary report or paraphrase"),
    "M": Text("凭记忆，未核实", "from memory, not verified"),
}

LEVELS = {
    "overflow_pupils": Text("超出学位的学生", "pupils over capacity"),
    "pupil_km": Text("全体学生上学距离之和", "distance of all pupils together"),
    "moved_pupils": Text("改换学校的学生", "pupils moved"),
    "moved_beside_edit": Text("手工调整之外改换学校的学生", "pupils moved beside the edit"),
    "strong_to_strong": Text(
        "强校对口强校（以达标程度加权的学生）", "strong led to strong (pupils by how far standards are met)"
    ),
    "yuan": Text("费用", "cost"),
    "unserved": Text("无学位（人·年，各情景合计）", "pupil-years without a place, all scenarios"),
    "cost": Text("总成本（建设、运行、交通）", "cost of building, running and transport"),
    "distance": Text("上学距离之和", "distance of all pupils together"),
    "pupil_years_outside": Text("未在达标学段就读（人·年）", "pupil-years outside passing stages"),
    "shortfall": Text("缺额（达标与学科岗位）", "teachers still short (standard and subject posts)"),
    "changed": Text("与上一方案的差别", "people who fare otherwise than before"),
    "wishes_broken": Text("违背意愿", "wishes broken"),
    "later_choices": Text("志愿靠后（名次之和）", "later choices (ranks added up)"),
    "longest_km": Text("最远通勤", "longest commute"),
    "burden_km": Text("通勤负担（已交流者加权）", "burden of commutes (more for those sent before)"),
    "leaders_without_post": Text("落岗的干部", "leaders left without a post"),
    "age_mix": Text("乡村年轻干部偏离全区比例（人）", "young rural leaders off the district's share"),
    "commute_km": Text("变动者通勤之和", "commutes of those who change post"),
    "moves_above_quota": Text("超出下限的调动", "moves above the quota"),
    "changed_pupils": Text("改换或新定对口初中的学生", "pupils whose junior school is another or new"),
}
"""Levels of a plan's objective; one without a name here is shown by its code."""

REASONS = {
    "given": Text("方案直接给定", "given by the proposal"),
    "by_hand": Text("手工调整", "given by hand"),
    "own_school": Text("学校所在单元", "the school stands there"),
    "locked": Text("人工锁定", "locked by a person"),
    "nearest": Text("就近入学", "nearest school"),
    "forbidden": Text("最近的学校被人工禁止", "nearest school forbidden by a person"),
    "claim": Text("就近优先", "priority of the nearest"),
    "unit_whole": Text("小区（村）整体划片", "its unit is kept whole"),
    "nearest_full": Text("最近的学校已满", "nearest school is full"),
    "cut_off": Text("与最近学校的学区不相连", "cut off from the nearest school's zone"),
    "holds_zone": Text("离开后本学区会断开", "its zone would fall apart without it"),
    "kept": Text("维持现状", "kept as it is"),
    "on_balance": Text("划给最近的学校须另作调整", "the nearest school would need other moves"),
}
"""Reasons of actions; one without a name here is shown by its code."""

STOPPED_BY = {
    "proven": Text("已证明最优", "proven optimal"),
    "effort": Text("搜索已尽，余下差距未证明", "search ended, the remaining gap is unproven"),
    "imported": Text("外部提案，未作证明", "somebody's proposal, nothing proven"),
    "edited": Text("手工调整，未作证明", "edited by hand, nothing proven"),
    "time limit": Text("到达时限", "time limit"),
    "time": Text("到达时限", "time limit"),
    "work": Text("搜索已尽，余下差距未证明", "search ended, the remaining gap is unproven"),
}


def known(words: dict[str, Text], code: str) -> Text:
    """Return the wording of a code, or the code itself where there is none."""
    return words.get(code, Text.same(code))


SETTINGS = {
    "district": Text("数据哈希", "hash of the records"),
    "standard": Text("标准哈希", "hash of the standard"),
    "stage": Text("学段", "stage"),
    "on": Text("标准日期", "values of"),
    "imported": Text("外部提案", "somebody's proposal"),
    "locked": Text("锁定的", "locked"),
    "forbidden": Text("禁止的配对", "forbidden pairs"),
    "schools": Text("参与划片的学校", "schools to draw zones for"),
    "nearest_km": Text("就近优先的容差，公里", "tolerance of the priority of the nearest, km"),
    "max_moved_pupils": Text("改换学校人数上限", "most pupils that may move"),
    "overflow_allowed": Text("允许超出学位的人数", "pupils that may be over capacity"),
    "balance": Text("相邻学校的均衡要求", "balance of neighbouring schools"),
    "keep_units": Text("小区（村）不拆分", "compounds and villages kept whole"),
    "shared": Text("多校划片", "zones of several schools"),
    "shared_pieces": Text("多校划片的连片要求", "pieces that a shared zone may have"),
    "years": Text("学年", "school years"),
    "since": Text("自哪一学年起调整", "zones change from the school year"),
    "keep_present": Text("在读学生不动", "pupils who are there stay"),
    "sibling_share": Text("随兄姐入学的比例", "share who follow an elder brother or sister"),
    "scenario": Text("预测情景", "scenario of the forecast"),
    "tradeoff": Text("取自取舍", "part of a trade-off"),
    "edits": Text("手工改动", "moved by hand"),
    "edited_plan": Text("所改方案的哈希", "hash of the plan that was edited"),
    "previous": Text("上一方案的哈希", "hash of the plan before"),
    "options": Text("求解选项", "options of the solver"),
    "seed": Text("随机种子", "seed"),
    "budget_yuan": Text("投资上限，元", "limit of spending, yuan"),
    "budget_from": Text("投资上限的来源", "where the limit of spending comes from"),
    "demand": Text("儿童人数的要求", "children to plan for"),
    "demand_from": Text("儿童人数的来源", "where the children to come are from"),
    "public_share": Text("公办园占比要求", "share in public kindergartens"),
    "settings": Text("布局参数", "settings of the layout"),
    "costs": Text("单价，元", "unit costs, yuan"),
    "budgets": Text("年度预算，元", "yearly budgets, yuan"),
    "taken_for_granted": Text("记录未说明、方案所假定的", "what the records do not say and the plan assumes"),
    "keep": Text("锁定的岗位", "locked posts"),
    "closed_to_moves": Text("不调入教师的学校", "schools to which nobody is moved"),
    "at_least": Text("至少增加", "added at least"),
    "at_most": Text("至多增加", "added at most"),
    "most_leaving_share": Text("每校可调出教师的比例", "share of teachers that may leave a school"),
    "max_move_km": Text("教师交流最远公里数", "longest move of a teacher, km"),
    "max_recruits": Text("招聘名额", "posts for recruits"),
    "may_cap_intake": Text("可限制招生", "intake may be capped"),
}
"""What a plan was asked for and computed from; one without a name here is shown by its code."""
