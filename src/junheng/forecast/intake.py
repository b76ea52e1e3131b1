"""From the tables of a District to the arrays of a forecast: rolls, children to come, new dwellings."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.forecast.axes import Axes
from junheng.forecast.children import entry_children
from junheng.forecast.feeders import feeder_children
from junheng.forecast.housing import NewHousing, arrivals
from junheng.forecast.records import EntrantsBy, Floats, Records
from junheng.forecast.settings import HORIZON
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

FEWEST_YEARS = 3
"""School years of rolls that a forecast takes: with two there is one progression and nothing to test it on."""
LONGEST = 15
"""Years ahead at most."""
STAGES = ("primary", "junior", "senior")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is asked of a forecast.

    Attributes
    ----------
    horizon
        Years ahead.
    entry_age
        Age in completed years on 31 August at which children enter the first grade; `None` takes the standard's.
    housing
        How new dwellings fill with pupils.
    """

    horizon: int = HORIZON
    entry_age: int | None = None
    housing: NewHousing = field(default_factory=NewHousing)

    def __post_init__(self) -> None:
        if not 1 <= self.horizon <= LONGEST:
            raise UsageError(
                Text(
                    f"预测年数 {self.horizon} 不合理：应为 1 至 {LONGEST} 年",
                    f"{self.horizon} years ahead are not plausible: give 1 to {LONGEST}",
                )
            )
        if self.entry_age is not None and not 4 <= self.entry_age <= 9:
            raise UsageError(
                Text(
                    f"入学年龄 {self.entry_age} 不合理：应为 4 至 9 周岁",
                    f"an entry age of {self.entry_age} is not plausible: give 4 to 9 years",
                )
            )

    def age_of_entry(self, standard: StandardOnDate) -> int:
        """Return the age of entry that is asked for, or the standard's."""
        if self.entry_age is not None:
            return self.entry_age
        return int(standard.value("schooling.entry_age").number)


def stages_of(district: District) -> tuple[str, ...]:
    """Return the stages that have pupils in the school year of the records, in order."""
    now = district.table("rolls").filter((pl.col("year") == district.year.start) & (pl.col("pupils") > 0))
    has = set(now["stage"].unique().to_list())
    return tuple(stage for stage in STAGES if stage in has)


def has_history(district: District, stage: str) -> bool:
    """Return whether the rolls of a stage have as many school years as a forecast takes."""
    return _rolls(district, stage)["year"].n_unique() >= FEWEST_YEARS


def records_of(
    district: District,
    standard: StandardOnDate,
    *,
    stage: str,
    wanted: Wanted,
    before: Records | None = None,
) -> Records:
    """Return the arrays of one stage.

    Parameters
    ----------
    before
        The arrays of the stage before, where its leavers enter this stage.

    Raises
    ------
    UsageError
        Where the rolls have too few school years, or not the one of the records.
    """
    rolls = _rolls(district, stage)
    years = _years(rolls, district, stage)
    schools = tuple(rolls["school"].unique().sort().to_list())
    grades = tuple(range(int(rolls["grade"].min()), int(rolls["grade"].max()) + 1))  # type: ignore[arg-type]
    axes = Axes(stage=stage, schools=schools, grades=grades, years=years, beyond=wanted.horizon)
    pupils = _pupils(rolls, axes)
    entry_age = wanted.age_of_entry(standard)
    expected: Floats | None = None
    by: EntrantsBy = "recent"
    if stage == STAGES[0]:
        expected, by = entry_children(district, axes, entry_age=entry_age, entered=pupils[:, 0])
    elif before is not None:
        expected = feeder_children(district, axes, before)
        by = "recent" if expected is None else "leavers"
    return Records(
        stage=stage,
        schools=schools,
        grades=grades,
        years=years,
        pupils=pupils,
        expected=expected,
        arrivals=arrivals(district, axes, wanted.housing, entry_age=entry_age),
        beyond=wanted.horizon,
        entrants_by=by,
    )


def places_of(district: District, stage: str) -> dict[str, int]:
    """Return the places of the schools of a stage that have them on record."""
    rows = district.table("stages").filter(
        (pl.col("stage") == stage) & pl.col("capacity_pupils").is_not_null()
    )
    return dict(rows.select("school", "capacity_pupils").iter_rows())


def _rolls(district: District, stage: str) -> pl.DataFrame:
    """Return the rolls of a stage up to the school year of the records."""
    is_past = pl.col("year") <= district.year.start
    return district.table("rolls").filter((pl.col("stage") == stage) & is_past)


def _years(rolls: pl.DataFrame, district: District, stage: str) -> tuple[int, ...]:
    """Return consecutive school years up to the one of the records; a year without rolls is all absent."""
    found = set(rolls["year"].unique().to_list())
    now = district.year.start
    if now not in found or len(found) < FEWEST_YEARS:
        listed = ", ".join(str(year) for year in sorted(found)) or "-"
        raise UsageError(
            Text(
                "{stage}：在校生表只有学年 {listed}；预测需要至少 {n} 个学年，且包括 {now} 学年。请补填往年在校生",
                "{stage}: the rolls have the school years {listed}; a forecast takes at least {n}, {now} among them. "
                "Fill in the rolls of earlier years",
            ).format(stage=label_of("stage", stage), listed=listed, n=FEWEST_YEARS, now=now)
        )
    return tuple(range(min(found), now + 1))


def _pupils(rolls: pl.DataFrame, axes: Axes) -> Floats:
    """Return pupils, shape (schools, grades, years); what has no row is NaN."""
    pupils = np.full((len(axes.schools), len(axes.grades), len(axes.years)), np.nan)
    place = {school: i for i, school in enumerate(axes.schools)}
    for school, grade, year, count in rolls.select("school", "grade", "year", "pupils").iter_rows():
        pupils[place[school], grade - axes.grades[0], year - axes.years[0]] = count
    return pupils
