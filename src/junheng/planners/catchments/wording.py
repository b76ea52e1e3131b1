"""What may be asked of catchments, in words: one wording for the command and for the planning desk."""

from __future__ import annotations

from junheng.text import Text

OPTIONS: dict[str, Text] = {
    "seconds": Text("最长用时，秒", "longest time in seconds"),
    "seed": Text("随机种子", "seed of the random numbers"),
    "lock": Text("固定：该居住单元必须划给该校", "lock a home to a school"),
    "forbid": Text("禁止：该居住单元不得划给该校", "forbid a home a school"),
    "max_moved": Text("改换学校的学生上限", "most pupils that may change school"),
    "split_units": Text(
        "允许把同一小区（村）划给不同学校",
        "allow homes of one unit (compound or village) to go to different schools",
    ),
    "balance": Text(
        "均衡：各学区该群体（migrant 随迁子女、township 乡村）占比与周边相差至多若干百分点",
        "keep the share of a group (migrant, township) in every zone within so many points of that around it",
    ),
    "overflow_allowed": Text(
        "为缩短距离而容许的超出学位人数", "pupils over capacity that shorter ways may cost"
    ),
    "tradeoff": Text(
        "另算约若干个互不占优的方案，权衡超出学位、改换学校与距离",
        "also draw about so many plans that trade pupils over capacity, moves and distance, none beating another",
    ),
    "tradeoff_balance": Text(
        "取舍中也权衡该群体占比的均衡", "let them trade the balance of this group's share, too"
    ),
    "nearest": Text(
        "就近优先：任何居住单元不得划到比其应得学校（住得近者优先，依次占用学位）再远若干公里以上的学校",
        "priority of the nearest: send no home more than so many km farther than the school it would get if every "
        "school took those who live nearest until it is full",
    ),
    "share": Text("这些学校共用一个学区", "let schools share one zone"),
    "share_distance": Text(
        "共用学区计到最近一所的距离，或派位期望距离",
        "distance to the nearest of them, or to the one that the lot gives",
    ),
    "share_pieces": Text(
        "共用学区连成一片，或每片各含一所学校",
        "a shared zone in one piece, or in pieces that each hold a school",
    ),
    "years": Text("方案须容纳这些学年预测的学生", "school years whose forecast the zones must hold"),
    "scenario": Text("预测情景", "scenario of the forecast"),
    "since": Text("新学区自该学年起实行", "school year in which the zones change"),
    "keep_present": Text(
        "在校生在原校读完，新学区只安排此后入学的学生",
        "present pupils finish at their school: the zones place only those who enter from then on",
    ),
    "siblings": Text(
        "随兄姐入原校的新生占比，%", "per cent of entrants who follow an elder to the school of before"
    ),
}
"""What each option does; how it is written there, and what holds without it, is said by the command and the form."""
