"""Made-up layout problems of any size: homes in towns and villages, some towns growing, some villages emptying."""

from __future__ import annotations

import numpy as np

from junheng.planners.layout.menu import Rules, Site, menu_of
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.settings import LayoutSettings, Limits

CLASS_SIZE, GRADES = 45, 6
SCENARIOS = ("low", "medium", "high")


def instance(
    seed: int, *, sites: int = 100, homes: int = 600, years: int = 5, budget_yuan: float = 120e6
) -> LayoutProblem:
    """Return a problem of the primary stage: three quarters of the sites are schools, the rest candidates."""
    rng = np.random.default_rng([seed, 5])
    n_towns = max(2, homes // 60)
    towns = rng.uniform(0, 40, (n_towns, 2))
    town_of = rng.integers(0, n_towns, homes)
    is_village = rng.random(homes) < 0.3
    spread = np.where(is_village, 6.0, 1.5)[:, None]
    at = towns[town_of] + rng.normal(0, 1, (homes, 2)) * spread
    growth = np.where(is_village, 0.93, rng.choice([0.97, 1.0, 1.12], n_towns)[town_of])
    now = np.where(is_village, rng.integers(4, 40, homes), rng.integers(20, 160, homes))
    n_schools = int(0.75 * sites)
    school_home = rng.choice(homes, n_schools, replace=False)
    new_home = rng.choice(
        np.flatnonzero(growth > 1) if (growth > 1).any() else np.arange(homes), sites - n_schools
    )
    site_at = at[np.concatenate([school_home, new_home])] + rng.normal(0, 0.2, (sites, 2))
    km = 1.2 * np.sqrt(((at[:, None] - site_at[None]) ** 2).sum(axis=2))
    allowed = km <= 10.0
    allowed[np.arange(homes), km[:, :n_schools].argmin(axis=1)] = True
    present = km[:, :n_schools].argmin(axis=1)
    load = np.bincount(present, now, n_schools)
    classes = np.maximum(
        GRADES, GRADES * np.ceil(load * rng.uniform(0.9, 1.3, n_schools) / (CLASS_SIZE * GRADES))
    ).astype(int)
    settings = LayoutSettings()
    planned = tuple(range(2027, 2027 + years))
    limits = Limits(longest_minutes=60.0, merge_up_to_pupils=300, branch_up_to_pupils=600)
    rules = Rules(years=planned, grades=GRADES, class_size=CLASS_SIZE, settings=settings, limits=limits)
    records = [
        Site(
            code=f"S{i:03d}",
            classes=int(classes[i]),
            places=int(classes[i]) * CLASS_SIZE,
            pupils=int(load[i]),
            most_classes=int(classes[i]) + int(rng.choice([0, 6, 12])),
            is_protected=bool(load[i] < 100 and rng.random() < 0.5),
            receivers=_near(
                i,
                km[school_home, :n_schools],
                allowed[present == i, :n_schools].all(axis=0) & (load > limits.merge_up_to_pupils),
            )[:3],
            leads=_near(i, km[school_home, :n_schools], load > limits.branch_up_to_pupils)[:1],
            has_zone=bool(load[i]),
        )
        if i < n_schools
        else Site(code=f"N{i:03d}", classes=0, places=0, pupils=0, most_classes=36, is_candidate=True)
        for i in range(sites)
    ]
    menus = [menu_of(record, rules) for record in records]
    rate = np.array([-0.02, 0.0, 0.02])
    ahead = np.arange(1, years + 1)
    factor = (growth[None, None, :] + rate[None, :, None]) ** ahead[:, None, None]
    return LayoutProblem(
        stage="primary",
        sites=tuple(record.code for record in records),
        homes=tuple(f"H{h:04d}" for h in range(homes)),
        years=planned,
        scenarios=SCENARIOS,
        weight=np.array([0.25, 0.5, 0.25]),
        courses=tuple(menu for menu, _ in menus),
        demand=np.rint(now * factor).astype(np.int64),
        km=km,
        allowed=allowed,
        transport_yuan=settings.transport_yuan_per_km * np.maximum(km - 0.5, 0.0),
        present=present,
        budget_yuan=np.full(years, budget_yuan),
        closed_to=tuple(closed for _, closed in menus),
    )


def _near(i: int, from_school: np.ndarray, may: np.ndarray) -> tuple[int, ...]:
    return tuple(int(j) for j in np.argsort(from_school[i], kind="stable") if j != i and may[j])
