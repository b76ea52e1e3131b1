"""Tiny districts and every contiguous plan of them, by a search written for the tests alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, Composition, YearLoad


def connected(homes, edges, start):
    """Return whether a set of homes hangs together with the start: a search written for this test alone."""
    seen, frontier = {start}, [start]
    while frontier:
        here = frontier.pop()
        for a, b in edges:
            for other in (b,) if a == here else (a,) if b == here else ():
                if other in homes and other not in seen:
                    seen.add(other)
                    frontier.append(other)
    return seen == homes


def contiguous_plans(problem):
    edges = problem.edges.tolist()
    for plan in product(range(problem.n_schools), repeat=problem.n_homes):
        if not all(problem.allowed[i, j] for i, j in enumerate(plan)):
            continue
        if any(len({plan[i] for i in unit}) > 1 for unit in problem.units):
            continue
        if not has_composition(problem, plan):
            continue
        zones = [{i for i, j in enumerate(plan) if j == school} for school in range(problem.n_schools)]
        if all(
            all(plan[home] == school for home, school in problem.more_anchors)
            and a in zone
            and connected(zone, edges, a)
            for a, zone in zip(problem.anchor.tolist(), zones, strict=True)
        ):
            yield plan


def has_composition(problem, plan):
    """Return whether every zone has its share of the group: added up here in fractions."""
    rule = problem.composition
    if rule is None:
        return True
    for school in set(plan):
        homes = [i for i, j in enumerate(plan) if j == school]
        pupils = sum(int(rule.pupils[i]) for i in homes)
        share = Fraction(sum(int(rule.members[i]) for i in homes), pupils) if pupils else None
        least, most = (Fraction(int(one[school]), 10_000) for one in (rule.least, rule.most))
        if share is not None and not least <= share <= most:
            return False
    return True


def worth(problem, plan):
    """Return overflow, pupil-km and pupils moved, added up in plain Python."""
    walking = problem.pupils if problem.walking is None else problem.walking
    km = moved = 0
    for home, school in enumerate(plan):
        km += int(walking[home]) * float(problem.distance_km[home, school])
        now = problem.present[home]
        moved += int(problem.pupils[home]) if now not in (NO_SCHOOL, school) else 0
    years = [(problem.pupils, problem.capacity), *((y.pupils, y.capacity) for y in problem.other_years)]
    over = [max(over_in(plan, *year)[j] for year in years) for j in range(problem.n_schools)]
    return sum(over), round(km, 6), moved


def over_in(plan, pupils, capacity):
    """Return the pupils of each zone over its school's places in one year."""
    load = [0] * len(capacity)
    for home, school in enumerate(plan):
        load[school] += int(pupils[home])
    return [max(0, have - int(room)) for have, room in zip(load, capacity, strict=True)]


def best_of(problem):
    """Return the best worth of any contiguous plan within the limit on moves, in the stated order of the levels."""
    worths = [worth(problem, plan) for plan in contiguous_plans(problem)]
    cap = problem.moved_pupils_cap
    return min((one for one in worths if cap is None or one[2] <= cap), default=None)


@st.composite
def districts(
    draw,
    *,
    has_wishes=False,
    has_years=False,
    has_units=False,
    has_sharing=False,
    has_group=False,
    most_homes=7,
):
    """Draw a district of 2 to 7 homes; with wishes, some pairs are closed by locks and bans; with years, up to 3.

    With sharing, a further school of the first zone stands somewhere, and may hold a piece of it alone.
    With a group, every zone must have a share of it between limits.
    With units, two or three homes that touch each other move together, at most one of them with a school.
    """
    n = draw(st.integers(2, most_homes))
    m = draw(st.integers(1, min(3, n)))
    tree = [(draw(st.integers(0, i - 1)), i) for i in range(1, n)]
    extra = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=5))
    edges = sorted({(min(a, b), max(a, b)) for a, b in [*tree, *extra] if a != b})
    whole = st.integers(0, 12)
    pupils = draw(st.lists(whole, min_size=n, max_size=n))
    room = draw(st.lists(st.integers(0, 40), min_size=m, max_size=m))
    km = draw(st.lists(st.lists(st.integers(0, 30), min_size=m, max_size=m), min_size=n, max_size=n))
    anchor = draw(st.permutations(range(n)))[:m]
    present = draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n))
    allowed = np.ones((n, m), bool)
    if has_wishes:
        for home, school in draw(
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=4)
        ):
            allowed[home, school] = False
        for home, school in draw(
            st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=1)
        ):
            allowed[home] &= np.arange(m) == school
    years = [
        YearLoad(
            year=str(k),
            pupils=np.array(draw(st.lists(whole, min_size=n, max_size=n))),
            capacity=np.array(draw(st.lists(st.integers(0, 40), min_size=m, max_size=m))),
        )
        for k in range(draw(st.integers(1, 2)) if has_years else 0)
    ]
    more_anchors = []
    free = [i for i in range(n) if i not in anchor]
    if has_sharing and free:
        more_anchors = [(draw(st.sampled_from(free)), 0)]
        if draw(st.booleans()):  # a piece each: between its schools a shared zone may jump
            edges = [*edges, (anchor[0], more_anchors[0][0])]
    units = []
    if has_units:
        centre = draw(st.integers(0, n - 1))
        around = sorted({a + b - centre for a, b in edges if centre in (a, b)})
        homes = [centre, *draw(st.lists(st.sampled_from(around), min_size=1, max_size=2, unique=True))]
        with_school = {j for i, j in [*zip(anchor, range(m), strict=True), *more_anchors] if i in homes}
        if len(with_school) < 2:
            units = [tuple(homes)]
    group = None
    if has_group:
        group = Composition(
            members=np.array([draw(st.integers(0, count)) for count in pupils]),
            pupils=np.array(pupils),
            least=np.array(draw(st.lists(st.integers(0, 4000), min_size=m, max_size=m))),
            most=np.array(draw(st.lists(st.integers(5000, 10_000), min_size=m, max_size=m))),
        )
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=tuple(f"S{j}" for j in range(m)),
        pupils=np.array(pupils),
        distance_km=np.array(km, float) / 10,
        capacity=np.array(room),
        edges=np.array(edges),
        anchor=np.array(anchor),
        allowed=allowed,
        present=np.array(present),
        moved_pupils_cap=draw(st.none() | st.integers(0, 40)) if has_wishes else None,
        other_years=tuple(years),
        more_anchors=tuple(more_anchors),
        units=tuple(units),
        composition=group,
        walking=sum((year.pupils for year in years), np.array(pupils)) if years else None,
    )


def town(n, m, *, seed):
    """Homes at random points, neighbours by triangles, 4% more places than pupils."""
    rng = np.random.default_rng(seed)
    points = rng.random((n, 2))
    edges = sorted(
        {(min(a, b), max(a, b)) for t in Delaunay(points).simplices.tolist() for a in t for b in t if a != b}
    )
    pupils = rng.integers(1, 30, n)
    return CatchmentProblem(
        homes=tuple(f"H{i}" for i in range(n)),
        schools=tuple(f"S{j}" for j in range(m)),
        pupils=pupils,
        distance_km=np.linalg.norm(points[:, None] - points[None, :m], axis=2),
        capacity=np.full(m, int(pupils.sum() * 1.04 / m) + 1),
        edges=np.array(edges),
        anchor=np.arange(m),
        allowed=np.ones((n, m), bool),
        present=np.full(n, NO_SCHOOL),
    )
