"""The kinds of action, in the order in which a plan is applied."""

from __future__ import annotations

from junheng.plans.action import Action
from junheng.plans.actions.add_premises import AddPremises
from junheng.plans.actions.appoint_leader import AppointLeader
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.actions.buy_back_kindergarten import BuyBackKindergarten
from junheng.plans.actions.cap_intake import CapIntake
from junheng.plans.actions.close_kindergarten import CloseKindergarten
from junheng.plans.actions.close_school import CloseSchool
from junheng.plans.actions.expand_kindergarten import ExpandKindergarten
from junheng.plans.actions.expand_school import ExpandSchool
from junheng.plans.actions.make_branch import MakeBranch
from junheng.plans.actions.merge_kindergartens import MergeKindergartens
from junheng.plans.actions.merge_schools import MergeSchools
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.open_kindergarten import OpenKindergarten
from junheng.plans.actions.open_school import OpenSchool
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.actions.set_feeder import SetFeeder
from junheng.plans.actions.share_zone import ShareZone

KINDS: tuple[type[Action], ...] = (
    CapIntake,
    RecruitTeachers,
    MoveTeachers,
    MoveTeacher,
    AppointLeader,
    AddPremises,
    OpenSchool,
    ExpandSchool,
    MakeBranch,
    ShareZone,
    AssignHome,
    MergeSchools,
    CloseSchool,
    OpenKindergarten,
    BuyBackKindergarten,
    ExpandKindergarten,
    MergeKindergartens,
    CloseKindergarten,
    SetFeeder,
)
"""Every kind. A kind that others build on stands before them: a school is opened before homes are given to it."""

BY_CODE: dict[str, type[Action]] = {kind.kind: kind for kind in KINDS}
