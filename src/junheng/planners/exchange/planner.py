"""The exchange planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.planners.arrays import IntArray
from junheng.planners.exchange.build import Exchange, exchange_problem
from junheng.planners.exchange.explain import Facts, Reason, explain
from junheng.planners.exchange.solve import ExchangeOptions, ExchangeSolution, solve
from junheng.planners.exchange.wishes import ExchangeWishes, Target
from junheng.planners.schools import school_names
from junheng.plans.actions.move_teacher import ROTATION, MoveTeacher
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Plan
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class Exchanged:
    """A plan with what its reports need.

    Attributes
    ----------
    plan
        The plan.
    exchange
        Problem and roster.
    solution
        What the solver found.
    others_changed
        People who fare otherwise than in the earlier plan without having been locked or forbidden anything now;
        `None` without an earlier plan.
    """

    plan: Plan
    exchange: Exchange
    solution: ExchangeSolution
    others_changed: int | None


def plan_exchange(
    district: District,
    standard: Standard,
    *,
    wishes: ExchangeWishes,
    options: ExchangeOptions,
    previous: Plan | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> Exchanged:
    """Plan who moves where next school year.

    Parameters
    ----------
    district
        Needs ``schools``, ``stages`` and ``teachers``; ``homes`` and ``neighbours`` give commutes along the roads.
    standard
        With the local years in one school, unless the wishes give them.
    wishes
        What people fixed.
    previous
        An earlier plan from which the new one deviates as little as it can once the shortfall is as small as it can be.
    on
        Day of the standard's values; the first day of the school year if not given.

    Raises
    ------
    InputError
        Naming every record that is absent or contradicts another.
    InfeasibleError
        Naming every hard rule that no plan can keep, by how much, for whom, and what would relax it.
    """
    day = district.year.first_day if on is None else on
    earlier = None if previous is None else {move.teacher: move.school for move in previous.of(MoveTeacher)}
    exchange = exchange_problem(district, standard, wishes=wishes, on=day, previous=earlier)
    solution = solve(exchange.problem, options=options, progress=progress)
    plan = computed_plan(
        "exchange",
        Text("教师交流方案", "teacher exchange plan"),
        district=district,
        standard=standard,
        on=day,
        asked={
            **wishes.as_dict(),
            "options": asdict(options),
            "previous": None if previous is None else previous.inputs_hash,
        },
        objective=solution.levels,
        actions=_actions(district, exchange, solution.destination, wishes),
        stopped_by=solution.stopped_by,
        seconds=solution.seconds,
    )
    changed = None if earlier is None else _others_changed(plan, earlier, wishes)
    return Exchanged(plan=plan, exchange=exchange, solution=solution, others_changed=changed)


def targets_of(plan: Plan, district: District) -> dict[Target, int]:
    """Return what another plan's moves make of each school stage as targets: what it gains counts as needed.

    Only the plan's moves of teachers are looked at: recruits come from outside and premises do not move.
    """
    from junheng.planners.exchange.demand import indicator_counts  # noqa: PLC0415
    from junheng.plans.actions.move_teachers import MoveTeachers  # noqa: PLC0415 - only where there is such a plan

    before, after = (
        indicator_counts(d) for d in (district, MoveTeachers.apply(plan.of(MoveTeachers), district))
    )
    return {key: n for key, n in after.items() if n > before.get(key, n)}


def _others_changed(plan: Plan, earlier: Mapping[str, str], wishes: ExchangeWishes) -> int:
    now = {move.teacher: move.school for move in plan.of(MoveTeacher)}
    named = {*wishes.locked, *(teacher for teacher, _ in wishes.forbidden)}
    everybody = (now.keys() | earlier.keys()) - named
    return sum(now.get(teacher) != earlier.get(teacher) for teacher in everybody)


def _actions(
    district: District, exchange: Exchange, destination: IntArray, wishes: ExchangeWishes
) -> tuple[MoveTeacher, ...]:
    people, posts = exchange.people, exchange.problem.posts
    reasons = explain(exchange.problem, destination, facts_of(district, exchange))
    leads = set(district.table("groups").filter(pl.col("role") == "lead")["school"].to_list())
    rows = people.select("teacher", "stage", "school", "standing").rows()
    return tuple(
        _move(
            rows[person],
            posts.schools[destination[person]],
            reason,
            wishes=wishes,
            year=district.year.start + 1,
            leads=leads,
        )
        for person, reason in reasons.items()
    )


def _move(
    row: tuple[str, str, str | None, str],
    school: str,
    reason: Reason,
    *,
    wishes: ExchangeWishes,
    year: int,
    leads: set[str],
) -> MoveTeacher:
    teacher, stage, before, standing = row
    base, back = _return(standing, before, school, wishes=wishes, year=year, leads=leads)
    return MoveTeacher(
        teacher=teacher,
        stage=stage,
        school=school,
        year=year,
        before=before,
        move=ROTATION if standing == "eligible" else standing,
        base_school=base,
        return_year=back,
        reason=reason.code,
        text=reason.text,
        numbers=reason.numbers,
    )


def _return(
    standing: str, before: str | None, school: str, *, wishes: ExchangeWishes, year: int, leads: set[str]
) -> tuple[str | None, int | None]:
    """Return base school and year of return: a stint, a researcher's year, or a recruit's way on."""
    if standing in ("eligible", "locked_move") and wishes.stint_years:
        return before, year + wishes.stint_years
    if standing == "researcher":
        return before, year + 1
    if standing == "recruit" and school in leads:
        return None, year + wishes.first_stop_years
    return None, None


def facts_of(district: District, exchange: Exchange) -> Facts:
    """Return names, standings and wishes as the explanations need them."""
    name_of = school_names(district)
    problem = exchange.problem
    post_of: dict[str, list[int]] = {}
    for i, school in enumerate(problem.posts.schools):
        post_of.setdefault(school, []).append(i)
    person = {teacher: i for i, teacher in enumerate(problem.people)}
    ranks = np.zeros(problem.allowed.shape, np.int64)
    for teacher, school, rank in district.table("wishes").select("teacher", "school", "rank").iter_rows():
        if teacher in person:
            ranks[person[teacher], post_of.get(school, [])] = rank
    return Facts(
        names=[name_of[school] for school in problem.posts.schools],
        standing=exchange.people["standing"].to_list(),
        years=exchange.people["years"].to_list(),
        km=exchange.km,
        ranks=ranks,
    )


def everybody(exchange: Exchange, plan: Plan) -> pl.DataFrame:
    """Return one row a teacher of the roster: ``teacher, school, standing, to, zh, en``, the movers' reasons included.

    It is about persons: it is for those who are entitled to it and not for publication.
    """
    from junheng.planners.exchange.staying import why_stays  # noqa: PLC0415 - only reports need it

    moves = {move.teacher: move for move in plan.of(MoveTeacher)}
    stays = why_stays(exchange, set(moves))
    rows = []
    for teacher, school, standing in exchange.roster.select("teacher", "school", "standing").iter_rows():
        move = moves.get(teacher)
        text = stays[teacher] if move is None else move.text
        rows.append((teacher, school, standing, None if move is None else move.school, text.zh, text.en))
    return pl.DataFrame(
        rows,
        schema=dict.fromkeys(("teacher", "school", "standing", "to", "zh", "en"), pl.String),
        orient="row",
    )
