"""Who enters after a change of zones and who stays where they are: children and pupils of one year, told apart.

Zones decide where children enter. Where the bureau lets pupils finish at the school that they attend, a change of
zones in a year moves only those who enter in that year or later; the pupils of before stay until they leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.children import children_by_home
from junheng.measure.resources import Floats, Ints
from junheng.standards.lookup import StandardOnDate


@dataclass(frozen=True, eq=False, kw_only=True)
class Intake:
    """The children of one stage and year, by whether zones decide for them.

    Attributes
    ----------
    year
        The school year.
    homes
        Codes of the n homes.
    entering
        Children of each home whom the zones of the change place, shape (n,).
    staying
        Pupils of each school, by code, who are there whatever the zones are: those who entered before the change, and
        siblings who follow them.
    """

    year: int
    homes: tuple[str, ...]
    entering: Ints
    staying: dict[str, int]


def all_enter(district: District, standard: StandardOnDate, *, stage: str) -> Intake:
    """Return the intake of a year in which the zones place every child, as if they had always been in force."""
    children = children_by_home(district, standard).filter(pl.col("stage") == stage)
    entering = _by_home(district, children)
    return Intake(
        year=district.year.start,
        homes=tuple(district.table("homes")["home"].to_list()),
        entering=entering,
        staying={},
    )


def intake(
    district: District,
    standard: StandardOnDate,
    *,
    stage: str,
    since: int,
    sibling_share: float = 0.0,
) -> Intake:
    """Tell the children of a District's year who enter after a change from the pupils who stay where they are.

    Parameters
    ----------
    district
        The District of the year, before the change: its ``catchments`` say where children went until then.
    since
        School year of the change: who enters in it or later enters by the new zones.
    sibling_share
        Share of the entrants whose elder brother or sister attends the home's school of before; they follow as long as
        such elders can still be there. An assumption of the caller: no table of the district knows it.

    Notes
    -----
    Children recorded by grade or age enter when their grade says so. Children recorded by stage are divided among the
    grades as the rolls of their school of before are in that year, or evenly where it has no rolls. Pupils who stay are
    counted from the rolls of that year; where a school has none, from the children of its zone of before.
    """
    everyone = all_enter(district, standard, stage=stage)
    first, last = (
        int(standard.value(f"schooling.{end}_grade", stage=stage).number) for end in ("first", "last")
    )
    n_new = min(max(everyone.year - since + 1, 0), last - first + 1)
    before = _schools_of_before(district, stage, everyone.homes)
    by_grade = _by_grade(district, standard, everyone, stage, before=before, grades=range(first, last + 1))
    new = by_grade[:, :n_new]
    entering = _whole(new.sum(axis=1), before)
    has_elders = sibling_share * _elders(n_new, last - first + 1)
    is_zoned = np.array([school is not None for school in before], dtype=bool)
    followers = np.minimum(np.where(is_zoned, _whole(new @ has_elders, before), 0), entering)
    on_rolls = _on_rolls(district, stage)
    staying = {
        school: sum(n for grade, n in grades.items() if grade >= first + n_new)
        for school, grades in on_rolls.items()
    }
    remaining = np.maximum(everyone.entering - entering, 0)
    for school, follow, old in zip(before, followers.tolist(), remaining.tolist(), strict=True):
        if school is not None:
            staying[school] = staying.get(school, 0) + follow + (0 if school in on_rolls else old)
    return Intake(
        year=everyone.year,
        homes=everyone.homes,
        entering=entering - followers,
        staying={school: n for school, n in staying.items() if n},
    )


def _by_home(district: District, children: pl.DataFrame) -> Ints:
    homes = district.table("homes").select("home")
    joined = homes.join(children.select("home", "children"), on="home", how="left", maintain_order="left")
    return joined["children"].fill_null(0).to_numpy().astype(np.int64)


def _schools_of_before(district: District, stage: str, homes: tuple[str, ...]) -> list[str | None]:
    rows = district.table("catchments").filter(pl.col("stage") == stage)
    school_of = dict(zip(rows["home"].to_list(), rows["school"].to_list(), strict=True))
    return [school_of.get(home) for home in homes]


def _on_rolls(district: District, stage: str) -> dict[str, dict[int, int]]:
    """Return the pupils of the District's year by school and grade."""
    rows = district.table("rolls").filter(
        (pl.col("stage") == stage) & (pl.col("year") == district.year.start)
    )
    found: dict[str, dict[int, int]] = {}
    for school, grade, pupils in rows.select("school", "grade", "pupils").iter_rows():
        found.setdefault(school, {})[grade] = pupils
    return found


def _by_grade(
    district: District,
    standard: StandardOnDate,
    everyone: Intake,
    stage: str,
    *,
    before: list[str | None],
    grades: range,
) -> Floats:
    """Return the children of each home by grade, shape (n, grades)."""
    entry_age = int(standard.value("schooling.entry_age").number)
    rows = district.table("children").filter(
        (pl.col("year") == district.year.start) & (pl.col("stage").is_null() | (pl.col("stage") == stage))
    )
    graded = rows.with_columns(grade=pl.coalesce("grade", pl.col("age") - entry_age + 1))
    graded = graded.filter(pl.col("stage").is_null() & pl.col("grade").is_in(list(grades)))
    known = np.stack(
        [_by_home(district, graded.filter(pl.col("grade") == grade)) for grade in grades], axis=1
    )
    on_rolls = _on_rolls(district, stage)
    share = np.array([_share_of_grades(on_rolls.get(school or "", {}), grades) for school in before])
    has_grades = np.asarray(known.any(axis=1))[:, None]
    return np.where(has_grades, known, everyone.entering[:, None] * share.reshape(len(before), len(grades)))


def _share_of_grades(pupils: dict[int, int], grades: range) -> list[float]:
    total = sum(pupils.get(grade, 0) for grade in grades)
    return [pupils.get(grade, 0) / total if total else 1 / len(grades) for grade in grades]


def _elders(n_new: int, n_grades: int) -> Floats:
    """Return, by grade from the lowest, how much of the elders' grades held pupils of before when that grade entered.

    The lowest of n_new grades entered last, n_new - 1 years after the change, when so many of the grades above it held
    new pupils already.
    """
    years_after = np.arange(n_new)[::-1]
    return np.maximum(n_grades - 1 - years_after, 0) / max(n_grades - 1, 1)


def _whole(values: Floats, groups: list[str | None]) -> Ints:
    """Round values so that the sum of every group is kept: the largest remainders of each take what is left."""
    whole = np.floor(values + 1e-9).astype(np.int64)
    for group in dict.fromkeys(groups):
        rows = np.flatnonzero([one == group for one in groups])
        left = int(np.floor(values[rows].sum() + 0.5)) - int(whole[rows].sum())
        whole[rows[np.argsort(whole[rows] - values[rows], kind="stable")[:left]]] += 1
    return whole
