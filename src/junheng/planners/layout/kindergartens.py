"""The layout of kindergartens: from the records of the preschool stage to the same problem that schools have.

Kindergartens have no zones: families go where the way is cheapest. Public ones are kept, expanded, or merged into other
public ones; private ones kept or bought back; candidate sites built or bought back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.forecast.preschool_homes import preschool_by_home
from junheng.measure.positions import home_positions
from junheng.measure.preschool import INCLUSIVE, STAGE
from junheng.planners.layout.budgets import budgets_of
from junheng.planners.layout.coming import YEARS
from junheng.planners.layout.course import BUY_BACK
from junheng.planners.layout.future import BIRTHS, TABLE, Future, future_from, wanted_problem
from junheng.planners.layout.menu import Rules, Site
from junheng.planners.layout.menus import menus_of
from junheng.planners.layout.needs import needs
from junheng.planners.layout.problem import NO_SCHOOL, LayoutProblem
from junheng.planners.layout.purchases import Share, bought_back
from junheng.planners.layout.records import candidate_sites
from junheng.planners.layout.settings import LayoutSettings, Limits
from junheng.planners.layout.travel import RURAL, Travel, travel_of
from junheng.planners.layout.wishes import LayoutWishes, refuse_unknown
from junheng.planners.problems import listed
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

CLASS_SIZE = "preschool.class_size.middle"
"""Class size by which places are counted: that of the middle classes."""
PUBLIC = "public"
PUBLIC_SHARE, INCLUSIVE_COVERAGE = "preschool.public_share", "preschool.inclusive_coverage"


def preschool_rules(standard: StandardOnDate, *, years: tuple[int, ...], settings: LayoutSettings) -> Rules:
    """Return what every menu depends on: one class an age group is the smallest kindergarten."""
    return Rules(
        years=years,
        grades=int(standard.value("preschool.years", stage=STAGE).number),
        class_size=int(standard.value(CLASS_SIZE, stage=STAGE).number),
        settings=settings,
        limits=Limits.of(settings, standard, STAGE),
    )


def preschool_problem(
    district: District, standard: StandardOnDate, *, wishes: LayoutWishes, settings: LayoutSettings
) -> LayoutProblem:
    """Return the layout problem of the kindergartens, those to buy back already chosen.

    Raises
    ------
    InputError
        Naming every record that is absent.
    InfeasibleError
        If the wishes leave nothing for a site, or a share cannot be reached.
    """
    require_kindergartens(district, demand=wishes.demand)
    rows = district.table("kindergartens")
    codes = tuple(rows["kindergarten"].to_list())
    placed = _placed(district)
    future = _future(district, standard, wishes)
    travel = travel_of(
        district.replace(schools=placed), standard, stage=STAGE, schools=codes, settings=settings
    )
    sites = (
        *_sites(district, travel, Limits.of(settings, standard, STAGE), most=settings.partners),
        *candidate_sites(district, STAGE, travel.sites[len(codes) :]),
    )
    refuse_unknown(wishes, {site.code for site in sites})
    rules = preschool_rules(standard, years=future.years, settings=settings)
    offered = menus_of(sites, rules, wishes)
    menus = list(offered.courses)
    budget_yuan, budget_from = budgets_of(district, future.years, wish_yuan=wishes.budget_yuan)
    wanted = shares_of(district, standard, wishes, n_sites=len(sites))
    locked = [
        j for j, site in enumerate(sites) if wishes.locked.get(site.code) == BUY_BACK and site.is_private
    ]
    for site, c in bought_back(menus, wanted, budget_yuan, locked=locked).items():
        menus[site] = (menus[site][c],)
    position = {code: i for i, code in enumerate(future.homes)}
    return LayoutProblem(
        stage=STAGE,
        sites=travel.sites,
        homes=travel.homes,
        years=future.years,
        scenarios=future.scenarios,
        weight=future.weight,
        courses=tuple(menus),
        demand=future.children[:, :, [position[code] for code in travel.homes]],
        km=travel.km,
        allowed=travel.allowed,
        transport_yuan=settings.transport_yuan_per_km * np.maximum(travel.km - travel.radius_km, 0.0),
        present=np.full(len(travel.homes), NO_SCHOOL),
        budget_yuan=budget_yuan,
        closed_to=offered.closed_to,
        anyway=offered.anyway,
        budget_from=budget_from,
        demand_from=future.source,
    )


def shares_of(
    district: District, standard: StandardOnDate, wishes: LayoutWishes, *, n_sites: int
) -> tuple[Share, ...]:
    """Return the shares that must be reached, counted as `junheng.measure.preschool` counts them today."""
    rows = district.table("kindergartens")
    licensed = (rows["licensed"] == "yes").to_list()
    children, nature = rows["children"].to_list(), rows["nature"].to_list()
    counting: Mapping[str, tuple[str, ...]] = {PUBLIC_SHARE: (PUBLIC,), INCLUSIVE_COVERAGE: INCLUSIVE}
    found = []
    for rule, natures in counting.items():
        own = wishes.public_share if rule == PUBLIC_SHARE else None
        gain = [
            n if ok and kind not in natures else 0
            for n, ok, kind in zip(children, licensed, nature, strict=True)
        ]
        whole = sum(n for n, ok in zip(children, licensed, strict=True) if ok)
        found.append(
            Share(
                rule=rule,
                percent=standard.value(rule, stage=STAGE).number if own is None else own,
                whole=whole,
                now=whole - sum(gain),
                gain=(*gain, *([0] * (n_sites - len(gain)))),
            )
        )
    return tuple(found)


def _future(district: District, standard: StandardOnDate, wishes: LayoutWishes) -> Future:
    rows = district.table("demand").filter(pl.col("stage") == STAGE)
    first = district.year.start + 1
    if wishes.demand == TABLE or (wishes.demand is None and rows.height):
        chosen = rows if wishes.years is None else rows.filter(pl.col("year").is_in(wishes.years))
        return future_from(district, chosen, source=TABLE, wanted=wishes.years)
    years = wishes.years or tuple(range(first, first + YEARS))
    wrong = wanted_problem(years, first)
    if wrong is not None:
        raise InputError([wrong])
    return future_from(district, preschool_by_home(district, standard, years), source=BIRTHS, wanted=years)


def _sites(district: District, travel: Travel, limits: Limits, *, most: int) -> Iterator[Site]:
    rows = district.table("kindergartens")
    children = rows["children"].to_list()
    takes_over = [
        nature == PUBLIC and n > limits.merge_up_to_pupils
        for nature, n in zip(rows["nature"].to_list(), children, strict=True)
    ]
    home_at = {home: h for h, home in enumerate(travel.homes)}
    homes = district.table("homes")
    is_rural = dict(zip(homes["home"].to_list(), homes["urban_rural"].is_in(RURAL).to_list(), strict=True))
    for j, row in enumerate(rows.iter_rows(named=True)):
        home = home_at[row["home"]]
        may = [k for k, can in enumerate(takes_over) if can and k != j and travel.allowed[home, k]]
        yield Site(
            code=row["kindergarten"],
            classes=row["classes"],
            places=row["capacity_children"],
            pupils=row["children"],
            most_classes=row["most_classes"],
            is_kindergarten=True,
            is_private=row["nature"] != PUBLIC,
            is_protected=row["keep_open"] == "yes"
            or (is_rural[row["home"]] is True and row["keep_open"] is None),
            receivers=tuple(sorted(may, key=lambda k: (float(travel.km[home, k]), k))[:most]),
            has_zone=False,
        )


def _placed(district: District) -> pl.DataFrame:
    """Return the kindergartens as schools that stand in their homes, to measure the ways to them."""
    homes = pl.DataFrame(
        home_positions(district), schema={"lon": pl.Float64, "lat": pl.Float64}
    ).with_columns(district.table("homes")["home"])
    rows = district.table("kindergartens").select(school="kindergarten", name="name", home="home")
    return rows.with_columns(kind=pl.lit("kindergarten")).join(
        homes, on="home", how="left", maintain_order="left"
    )


def require_kindergartens(district: District, *, demand: str | None = None) -> None:
    """Raise `InputError` naming every record that the kindergartens lack.

    Parameters
    ----------
    demand
        Whence the children to come; see `junheng.planners.layout.wishes.LayoutWishes`.
    """
    problems = [needs(name, what) for name, what in _NEEDED.items() if not district.has(name)]
    has_demand = (district.table("demand")["stage"] == STAGE).any()
    if demand == TABLE and not has_demand:
        problems.append(needs("demand", Text("学前儿童的分年需求", "preschool children to come by home")))
    elif not has_demand and not district.has("births"):
        problems.append(needs("births", Text("出生人口，或学前分年需求", "births, or demand of the stage")))
    rows = district.table("kindergartens")
    for column in ("licensed", "home", "capacity_children", "classes"):
        absent = rows.filter(pl.col(column).is_null())["kindergarten"].to_list()
        if absent:
            problems.append(_column_needed(column, absent))
    if problems:
        raise InputError(problems)


_NEEDED = {
    "homes": Text("居住单元", "homes"),
    "kindergartens": Text("幼儿园", "kindergartens"),
}


def _column_needed(column: str, absent: list[str]) -> Problem:
    return Problem(
        code="needed-for-layout",
        severity="error",
        place=Place(sheet="kindergartens", column=column, key=listed(absent, most=8)),
        found=Text("没有数据", "no data"),
        expected=table("kindergartens").column(column).label,
        remedy=Text("请补填", "Fill it in"),
    )
