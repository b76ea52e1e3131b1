"""Why each site does what it does, and why not something else: a reason in a sentence, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from junheng.planners.clock import Clock
from junheng.planners.layout.constraints import ROUNDING_YUAN, chosen_courses, land
from junheng.planners.layout.course import (
    BARRED,
    BRANCH,
    BUY_BACK,
    CLOSE,
    EXPAND,
    KINDS,
    MERGE,
    OPEN,
    Course,
)
from junheng.planners.layout.menu import LIFTED
from junheng.planners.layout.objective import Score, spend
from junheng.planners.layout.otherwise import Key, Otherwise, Way
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.planners.layout.solve import LayoutSolution
from junheng.text import COMMA, Text

ASKED = (EXPAND, OPEN, BUY_BACK, BRANCH, MERGE, CLOSE)
"""Kinds about which people ask "why not"."""

COSTS: Mapping[str, Text] = MappingProxyType(
    {
        "over_budget": Text(
            "{year} 年度超预算 {yuan} 万元", "{year} would be {yuan} million yuan over its budget"
        ),
        "land_taken": Text(
            "校址余下的班级由一并规划的另一学段使用，还差 {n} 班",
            "the stage planned with it uses what the land can still take: {n} classes too few are left",
        ),
        "partner_gone": Text(
            "承接或牵头的学校届时不再独立办学", "the school to take over or lead would not teach on by itself"
        ),
        "unserved": Text(
            "将多出 {n} 人年无学位，成本变化 {yuan} 万元",
            "{n} more pupil-years would have no place, cost {yuan} million yuan",
        ),
        "dearer": Text(
            "多花 {yuan} 万元：建设 {building}，运行 {running}，交通 {transport}",
            "costs {yuan} million yuan more: building {building}, running {running}, transport {transport}",
        ),
        "cheaper": Text(
            "可省 {yuan} 万元：建设 {building}，运行 {running}，交通 {transport}",
            "saves {yuan} million yuan: building {building}, running {running}, transport {transport}",
        ),
        "bound": Text("经下界证明至少多花 {yuan} 万元", "proven to cost at least {yuan} million yuan more"),
        "open_question": Text(
            "下界不能排除；未逐一复算", "the bound does not rule it out; it was not worked through"
        ),
    }
)
"""Why a kind of course that is on the menu was not chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why one kind of course was not chosen for one site.

    Attributes
    ----------
    site, kind
        Of what it speaks.
    code
        A key of `BARRED` or `COSTS`. What a wish or a rule bars says in ``text``, ``yuan`` and ``unserved`` what it
        would cost all the same.
    text
        The reason in a sentence.
    least_yuan
        No plan that does it all the same costs less than this beyond the plan's cost; `None` where it is barred.
    yuan, unserved
        What doing it costs if all else stays as planned, or one other site adapts that ``text`` names, the cheapest
        way found; `None` where that was not worked through, breaks another rule, or cannot be done at all.
    """

    site: str
    kind: str
    code: str
    text: Text
    least_yuan: float | None = None
    yuan: float | None = None
    unserved: int | None = None


def why_not(
    problem: LayoutProblem, solution: LayoutSolution, *, names: Sequence[str], seconds: float = 20.0
) -> list[WhyNot]:
    """Return, for every site, why each kind of course that it does not take was not chosen.

    Each is worked through as long as the seconds last; then bounds alone speak.
    """
    clock = Clock(seconds)
    chosen = {site: course.kind for site, course in chosen_courses(problem, solution.layout.choice)}
    offered, barred = {}, []
    for site, kind in ((site, kind) for site in chosen for kind in ASKED if kind != chosen[site]):
        courses = [c for c, course in enumerate(problem.courses[site]) if course.kind == kind]
        if courses:
            offered[site, kind] = min(courses, key=lambda c: (_least(solution, site, c), c))
        elif kind in problem.closed_to[site]:
            barred.append((site, kind))
    # What is on the menus comes first: it may be over when the time is up.
    ways = Otherwise(problem, solution.layout, clock=clock).ways([*offered, *barred], first=offered)
    found = {
        key: _not_chosen(
            problem, solution, key, best, way=ways.get(key), is_over=clock.is_bitten, names=names
        )
        for key, best in offered.items()
    }
    found |= {key: _barred(problem, solution, key, way=ways.get(key), names=names) for key in barred}
    return [found[key] for key in sorted(found, key=lambda key: (key[0], ASKED.index(key[1])))]


_NOR = Text("；即使放宽也做不到", "; nor could it be done if that were lifted")
"""What a rule or wish bars and land, time or partners rule out as well."""


_LEANT_ON = Text(
    "；方案中还有学校由它承接或带领，须先另作安排",
    "; and other schools are led by it or merge into it in this plan, which would first have to change",
)
"""What nobody worked through for that reason."""


def _least(solution: LayoutSolution, site: int, course: int) -> float:
    """Return below what no plan with a course costs, missing places at their price."""
    return float(solution.least_yuan[solution.relaxation.first[site] + course])


def _barred(
    problem: LayoutProblem, solution: LayoutSolution, key: Key, *, way: Way | None, names: Sequence[str]
) -> WhyNot:
    site, kind = key
    code, score = problem.closed_to[site][kind], solution.layout.score
    if way is None:
        is_out = code in LIFTED and bool(problem.anyway) and kind not in problem.anyway[site]
        leans = any(course.partner == site for _, course in chosen_courses(problem, solution.layout.choice))
        rest = _NOR if is_out else _LEANT_ON if leans and code in LIFTED else Text("", "")
        text = _told(kind, Text("", ""), BARRED[code].joined("", rest))
        return WhyNot(site=problem.sites[site], kind=kind, code=code, text=text)
    cost, numbers = _difference(score, way.layout.score)
    why = Text("{why}；如仍这样做，{cost}", "{why}; if done anyway: {cost}").format(
        why=BARRED[code], cost=_filled(COSTS[cost], numbers).joined("", _adapted(problem, way, names))
    )
    return WhyNot(
        site=problem.sites[site],
        kind=kind,
        code=code,
        text=_told(kind, _details(problem, way.course, names), why),
        yuan=way.layout.score.cost_yuan - score.cost_yuan,
        unserved=way.layout.score.unserved_pupils - score.unserved_pupils,
    )


def _adapted(problem: LayoutProblem, way: Way, names: Sequence[str]) -> Text:
    """Return which other site would do something else then, and what; empty where all else is as planned."""
    if way.other is None or way.other_course is None:
        return Text("", "")
    text = Text("；{site}随之改为{kind}{details}", "; with {site} changed to: {kind}{details}")
    return text.format(
        site=names[way.other],
        kind=KINDS[way.other_course.kind],
        details=_details(problem, way.other_course, names),
    )


def _details(problem: LayoutProblem, course: Course, names: Sequence[str]) -> Text:
    """Return with whom, by how many classes and from which year, in brackets; empty where nothing changes."""
    parts = []
    if course.partner is not None:
        parts.append(Text.same(names[course.partner]))
    if course.classes:
        parts.append(Text("{n} 班", "{n} classes").format(n=course.classes))
    if course.year is not None:
        parts.append(Text("{year} 学年起", "from {year}").format(year=problem.years[course.year]))
    return Text("（{parts}）", " ({parts})").format(parts=COMMA.join(parts)) if parts else Text("", "")


def _told(kind: str, details: Text, why: Text) -> Text:
    text = Text("未{kind}{details}：{why}", "not to {kind}{details}: {why}")
    return text.format(kind=KINDS[kind], details=details, why=why)


def _not_chosen(
    problem: LayoutProblem,
    solution: LayoutSolution,
    key: Key,
    best: int,
    *,
    way: Way | None,
    is_over: bool,
    names: Sequence[str],
) -> WhyNot:
    """Tell of a thing that is on the menu; ``best`` is its course with the lowest bound."""
    site, kind = key
    score = solution.layout.score
    allowance = solution.relaxation.most_price * score.unserved_pupils
    least = max(0.0, _least(solution, site, best) - allowance - score.cost_yuan)
    course, adapted = problem.courses[site][best], Text("", "")
    if way is None:
        nearest, code, numbers = _unworked(problem, solution, key, best, least=least, is_over=is_over)
        course = problem.courses[site][nearest]
    else:
        code, numbers = _difference(score, way.layout.score)
        course, adapted = way.course, _adapted(problem, way, names)
    return WhyNot(
        site=problem.sites[site],
        kind=kind,
        code=code,
        text=_told(kind, _details(problem, course, names), _filled(COSTS[code], numbers).joined("", adapted)),
        least_yuan=least,
        yuan=None if way is None else way.layout.score.cost_yuan - score.cost_yuan,
        unserved=None if way is None else way.layout.score.unserved_pupils - score.unserved_pupils,
    )


def _unworked(
    problem: LayoutProblem, solution: LayoutSolution, key: Key, best: int, *, least: float, is_over: bool
) -> tuple[int, str, dict[str, float]]:
    """Return which course comes nearest, and why it was not worked through: a rule that it breaks, or the time."""
    site, kind = key
    broken = []
    for c in (c for c, course in enumerate(problem.courses[site]) if course.kind == kind):
        choice = solution.layout.choice.copy()
        choice[site] = c
        lacking = sum(one.amount for one in land(problem, choice, solution.layout.service))
        over = spend(problem, choice) - problem.budget_yuan
        beyond = over.max(initial=0.0) if over.max(initial=0.0) > ROUNDING_YUAN else 0.0
        broken.append((lacking, float(beyond), c != best, c, problem.years[int(over.argmax())] - 1))
    lacking, beyond, _, nearest, year = min(broken)
    if lacking:
        return nearest, "land_taken", {"n": lacking}
    if beyond:
        return nearest, "over_budget", {"year": year, "yuan": beyond}
    if not is_over:
        return nearest, "partner_gone", {}
    return (nearest, "bound", {"yuan": least}) if least > 0 else (nearest, "open_question", {})


def _difference(ours: Score, other: Score) -> tuple[str, dict[str, float]]:
    yuan = other.cost_yuan - ours.cost_yuan
    if other.unserved_pupils > ours.unserved_pupils:
        return "unserved", {"n": other.unserved_pupils - ours.unserved_pupils, "yuan": yuan}
    parts = ("building", "running", "transport")
    change = {part: getattr(other, f"{part}_yuan") - getattr(ours, f"{part}_yuan") for part in parts}
    return ("dearer", {"yuan": yuan, **change}) if yuan >= 0 else ("cheaper", {"yuan": -yuan, **change})


def _filled(text: Text, numbers: Mapping[str, float]) -> Text:
    """Fill yuan as ten thousands in Chinese and as millions in English; the rest as they are."""
    forms = {"n": ",.0f", "year": ".0f"}
    whole = {name: f"{value:{forms[name]}}" for name, value in numbers.items() if name in forms}
    money = {name: value for name, value in numbers.items() if name not in whole}
    zh = {
        name: f"{value / 1e4:+,.0f}" if name != "yuan" else f"{value / 1e4:,.0f}"
        for name, value in money.items()
    }
    en = {
        name: f"{value / 1e6:+,.2f}" if name != "yuan" else f"{value / 1e6:,.2f}"
        for name, value in money.items()
    }
    return Text(text.zh.format(**whole, **zh), text.en.format(**whole, **en))


def reason_of(
    problem: LayoutProblem, layout: Layout, site: int, course: Course, *, names: Sequence[str]
) -> Text:
    """Return why a site takes its course, in a sentence with its numbers."""
    load = layout.service.load(problem)[:, site]
    fullest = int(load.max(initial=0))
    partner = "" if course.partner is None else names[course.partner]
    if course.kind == EXPAND:
        before = problem.courses[site][problem.still(site)].places[0]
        text = Text(
            "最多将有 {n} 人就读，现有学位 {places} 个", "up to {n} pupils come, it has {places} places"
        )
        return text.format(n=fullest, places=before)
    if course.kind in (OPEN, BUY_BACK):
        return Text("最多将有 {n} 人就读", "up to {n} pupils come to it").format(n=fullest)
    if course.kind == MERGE:
        zone = problem.zone_of[site]
        pupils = int(problem.by_slot[:, zone].sum(axis=1).max(initial=0))
        text = Text(
            "片内至多 {n} 人，{partner}可整体接收", "at most {n} children in its zone, {partner} can take all"
        )
        return text.format(n=pupils, partner=partner)
    if course.kind == BRANCH:
        return Text("由{partner}带领，管理费用下降", "led by {partner}, at lower costs of management").format(
            partner=partner
        )
    return (
        Text("已无学生", "nobody attends it any more")
        if course.kind == CLOSE
        else Text("维持现状", "stays as it is")
    )


def forced_order(found: Sequence[WhyNot]) -> Iterator[WhyNot]:
    """Yield reasons in the order of the objective, what was not worked through last: what people will ask about."""
    return iter(sorted(found, key=_by_objective))


def _by_objective(one: WhyNot) -> tuple[bool, int, float]:
    return one.yuan is None, one.unserved or 0, one.yuan or 0.0
