"""Tiny layout problems, drawn from a seed, with menus as the planner makes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import linprog

from junheng.planners.layout.menu import Rules, Site, anyway_of, menu_of
from junheng.planners.layout.problem import Land, LayoutProblem
from junheng.planners.layout.settings import LayoutSettings, Limits

SETTINGS = LayoutSettings(open_tracks=(1, 2), expand_tracks=(1,), partners=2)
LIMITS = Limits(longest_minutes=60.0, merge_up_to_pupils=60, branch_up_to_pupils=90)
YEARS = (2027, 2028, 2029)
Draw = Callable[..., LayoutProblem]
MISSING_YUAN = 1e6


@pytest.fixture
def draw() -> Draw:
    """Return a function that draws a problem: 3 schools, 1 candidate, 6 homes, 3 years, 2 scenarios."""
    return draw_problem


@pytest.fixture
def served() -> Callable[..., tuple[float, float]]:
    """Return a function that serves one slot with another solver than the planner's."""
    return serve


def serve(problem: LayoutProblem, slot: int, places, together) -> tuple[float, float]:
    """Serve one slot with scipy's linear solver: pupils without a place, and what transport costs."""
    n, m = problem.allowed.shape
    demand = problem.by_slot[slot]
    cost = np.where(problem.allowed, problem.transport_yuan, 0.0).ravel()
    upper = np.where(problem.allowed, demand[:, None], 0).astype(float)
    for home, site in together.items():
        only = np.zeros(m)
        only[site] = demand[home]
        upper[home] = only
    rows_home = np.hstack([np.kron(np.eye(n), np.ones(m)), np.eye(n)])
    rows_site = np.hstack([np.kron(np.ones(n), np.eye(m)), np.zeros((m, n))])
    bounds = [(0, u) for u in upper.ravel()] + [(0, d) for d in demand]
    found = linprog(
        np.append(cost, np.full(n, MISSING_YUAN)),
        A_ub=rows_site, b_ub=places, A_eq=rows_home, b_eq=demand, bounds=bounds,
    )  # fmt: skip
    missing = found.x[n * m :].sum()
    return round(missing), float(cost @ found.x[: n * m])


def draw_problem(
    seed: int, *, budget_yuan: float = np.inf, homes: int = 6, schools: int = 3, candidates: int = 1
) -> LayoutProblem:
    rng = np.random.default_rng([seed, 77])
    rules = Rules(years=YEARS, grades=3, class_size=20, settings=SETTINGS, limits=LIMITS)
    home_at = rng.uniform(0, 8, (homes, 2))
    site_at = np.concatenate([home_at[:schools], rng.uniform(0, 8, (candidates, 2))])
    km = np.round(np.sqrt(((home_at[:, None] - site_at[None]) ** 2).sum(axis=2)), 2)
    present = km[:, :schools].argmin(axis=1)
    allowed = km <= 7.0
    allowed[np.arange(homes), present] = True
    now = rng.integers(5, 40, homes)
    load = np.bincount(present, now, schools).astype(int)
    order = np.argsort(-load)
    strong = int(order[0])
    sites = [
        Site(
            code=f"S{j}",
            classes=3,
            places=60,
            pupils=int(load[j]),
            most_classes=6 if rng.random() < 0.6 else 3,
            is_protected=bool(rng.random() < 0.2),
            receivers=(strong,) if j != strong and allowed[present == j, strong].all() else (),
            leads=(strong,) if j != strong and load[strong] > LIMITS.branch_up_to_pupils else (),
            has_zone=bool(load[j]),
        )
        for j in range(schools)
    ]
    sites += [
        Site(code=f"N{j}", classes=0, places=0, pupils=0, most_classes=6, is_candidate=True)
        for j in range(candidates)
    ]
    menus = [menu_of(site, rules) for site in sites]
    growth = rng.uniform(0.85, 1.25, homes)
    ahead = np.arange(1, len(YEARS) + 1)[:, None, None]
    factor = (growth[None, None, :] + np.array([-0.05, 0.05])[None, :, None]) ** ahead
    return LayoutProblem(
        stage="primary",
        sites=tuple(site.code for site in sites),
        homes=tuple(f"H{h}" for h in range(homes)),
        years=YEARS,
        scenarios=("low", "high"),
        weight=np.array([0.5, 0.5]),
        courses=tuple(menu for menu, _ in menus),
        demand=np.rint(now * factor).astype(np.int64),
        km=km,
        allowed=allowed,
        transport_yuan=500.0 * np.maximum(km - 0.5, 0.0),
        present=present,
        budget_yuan=np.full(len(YEARS), budget_yuan),
        land=tuple(
            Land(school=site.code, sites=(j,), classes=site.most_classes - site.classes)
            for j, site in enumerate(sites[:schools])
        ),
        closed_to=tuple(closed for _, closed in menus),
        anyway=tuple(anyway_of(site, rules, closed) for site, (_, closed) in zip(sites, menus, strict=True)),
    )
