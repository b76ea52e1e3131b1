"""Forecast: the pupils to come of every school, stage, grade and year, immutable, with its parts and its spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from junheng import __version__
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import Problem
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.records import EntrantsBy
from junheng.forecast.settings import Weighted
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value
from junheng.text import Text

QUANTILE_COLUMNS = ("q025", "q10", "q50", "q90", "q975")
SCENARIOS: dict[str, Text] = {
    "low": Text(
        "低：全区共同因素处于十年一遇的低位，在建住房推迟一年交付",
        "low: what moves the whole district stands where it does one year in ten, and dwellings come a year late",
    ),
    "mean": Text("中：中心预测", "central: the central forecast"),
    "high": Text(
        "高：全区共同因素处于十年一遇的高位，在建住房按期交付",
        "high: what moves the whole district stands as high as one year in ten, and dwellings come on time",
    ),
}
"""The three scenarios, by column. Each adds up over schools, as quantiles do not."""

PARTS: dict[str, Text] = {
    "present": Text("现有学生仍在读", "pupils here now who are still in school"),
    "correction": Text("疑似漏报补正", "correction of a count that seems incomplete"),
    "births": Text("按全区水平入学", "entrants at the district's level"),
    "retention": Text("本校吸引或流出", "drawn or lost by the school at entry"),
    "progression": Text("年级间升留（全区）", "progression between grades (district)"),
    "migration": Text("家庭迁入迁出（本校）", "families moving in or away (school)"),
    "housing": Text("新建住房", "new dwellings"),
    "damping": Text("向现有份额收缩", "pull towards the present share"),
}
"""What people call the parts of a number; see `junheng.forecast.cohorts.COMPONENTS`."""
ENTRANTS: dict[EntrantsBy, Text] = {
    "births": Text("按出生人口入学", "entrants by births"),
    "children": Text("按适龄儿童入学", "entrants by children of the age"),
    "leavers": Text("按上一学段毕业生入学", "entrants by leavers of the stage before"),
    "recent": Text("按近年入学水平入学", "entrants as in recent years"),
}
"""What people call the part ``births`` of one stage, by `junheng.forecast.records.EntrantsBy`."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Forecast:
    """The pupils to come.

    Attributes
    ----------
    district
        The records it was made from.
    standard
        The standard on the day of the forecast.
    cells
        One row per school, stage, grade and year: ``school, stage, grade, year, mean``, the quantiles
        ``q025 ... q975`` (the middle 95% and 80%), the scenarios ``low, high``, and the parts
        (`junheng.forecast.cohorts.COMPONENTS`), which sum to ``mean``.
    schools
        One row per school, stage and year: the same for the school's total, and ``pupils_now, capacity``.
    grades, totals
        The same for the district's grades, and for the district.
    overflow
        Probability that a school's total exceeds its places, and that its entrants exceed those of one grade:
        ``school, stage, year, of`` (``stage`` or ``entrants``), ``places, mean, probability``.
    entrants_by
        By stage, what entrants stand on: a code of `ENTRANTS`.
    settings
        By stage, as chosen on the district's own past; the forecast is an average of those by each of them.
    notices
        What a reader should know, such as a count that seems incomplete.
    values
        Every value of the standard that was used.
    """

    district: District
    standard: StandardOnDate
    cells: pl.DataFrame
    schools: pl.DataFrame
    grades: pl.DataFrame
    totals: pl.DataFrame
    overflow: pl.DataFrame
    entrants_by: Mapping[str, EntrantsBy]
    settings: Mapping[str, Weighted]
    notices: tuple[Problem, ...]
    values: tuple[Value, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """School years that are forecast."""
        return tuple(self.totals["year"].unique().sort().to_list())

    def part(self, name: str, stage: str) -> Text:
        """Return what people call a part of a number of one stage."""
        return ENTRANTS[self.entrants_by[stage]] if name == "births" else PARTS[name]

    def stands_on(self) -> list[Text]:
        """Return for every stage what its entrants stand on, in words."""
        return [
            Text("{stage}：{by}", "{stage}: {by}").format(stage=label_of("stage", stage), by=ENTRANTS[by])
            for stage, by in self.entrants_by.items()
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the forecast for JSON, rows as records."""
        return {
            "format": "junheng-forecast-1",
            "version": __version__,
            "district": {
                "code": self.district.code,
                "name": self.district.name,
                "year": self.district.year.start,
            },
            "input": self.district.hash,
            "scenarios": {name: text._asdict() for name, text in SCENARIOS.items()},
            "parts": {name: PARTS[name]._asdict() for name in COMPONENTS},
            "entrants_by": dict(self.entrants_by),
            "settings": {
                stage: [asdict(own) | {"weight": weight} for own, weight in chosen.items()]
                for stage, chosen in self.settings.items()
            },
            "notices": [notice.as_dict() for notice in self.notices],
            "totals": self.totals.to_dicts(),
            "grades": self.grades.to_dicts(),
            "schools": self.schools.to_dicts(),
            "cells": self.cells.to_dicts(),
            "overflow": self.overflow.to_dicts(),
        }
