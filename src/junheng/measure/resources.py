"""The seven resources of every school stage, per pupil, with one-through schools split between their stages.

The national form counts teachers in the stage they teach, and shares buildings, sports grounds, equipment and
multimedia rooms of a one-through school between its stages by weighted pupils (policy: ``balance.split``).
For a school with resource ``T``, pupils ``P_s`` and weights ``w_s``, stage ``s`` has ``w_s T / sum(w P)`` a pupil.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]

COMPULSORY = ("primary", "junior")
"""Stages that the national balance assessment looks at."""

ONE_THROUGH = ("nine_year", "complete_secondary", "twelve_year")
"""Kinds of school whose stages share buildings; the standard has a rule ``balance.split`` for each."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the seven indicators of resource allocation.

    Attributes
    ----------
    rule
        The rule in the standard.
    per
        1 for a figure per pupil, 100 for a figure per hundred pupils.
    unit
        Unit of the resource itself, in which a shortfall is told: person, m2, yuan or room.
    is_whole
        Whether the resource comes in whole units (people, rooms).
    plus
        ``(table, column)`` to add up, by stage.
    minus
        ``(table, column)`` to take off, by stage.
    """

    rule: str
    per: int
    unit: str
    is_whole: bool
    plus: dict[str, tuple[tuple[str, str], ...]]
    minus: tuple[tuple[str, str], ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether the stages of a one-through school share it."""
        return self.unit != "person"

    def columns(self, stage: str) -> tuple[tuple[str, str], ...]:
        """Return every ``(table, column)`` that the indicator needs at a stage."""
        return self.plus[stage] + self.minus


def _both(*columns: tuple[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    return dict.fromkeys(COMPULSORY, columns)


_DEGREES = ("teachers_bachelor", "teachers_master", "teachers_doctor")
_PE_AND_ART = ("pe_teachers", "music_teachers", "art_teachers", "arts_teachers")

RESOURCES: tuple[Resource, ...] = (
    Resource(
        "balance.R1",
        100,
        "person",
        True,
        {
            "primary": tuple(("stages", name) for name in ("teachers_associate", *_DEGREES)),
            "junior": tuple(("stages", name) for name in _DEGREES),
        },
    ),
    Resource("balance.R2", 100, "person", True, _both(("stages", "backbone_teachers"))),
    Resource("balance.R3", 100, "person", True, _both(*(("stages", name) for name in _PE_AND_ART))),
    Resource(
        "balance.R4",
        1,
        "m2",
        False,
        _both(("premises", "teaching_m2")),
        minus=(("premises", "indoor_sports_m2"),),
    ),
    Resource(
        "balance.R5",
        1,
        "m2",
        False,
        _both(("premises", "sports_ground_m2"), ("premises", "indoor_sports_m2")),
    ),
    Resource("balance.R6", 1, "yuan", False, _both(("premises", "equipment_yuan"))),
    Resource("balance.R7", 100, "room", True, _both(("premises", "multimedia_rooms"))),
)

_COLUMNS = {
    table: tuple(
        sorted(
            {
                column
                for resource in RESOURCES
                for stage in COMPULSORY
                for owner, column in resource.columns(stage)
                if owner == table
            }
        )
    )
    for table in ("stages", "premises")
}


@dataclass(frozen=True, eq=False)
class Resources:
    """The resources of ``n`` school stages.

    Attributes
    ----------
    row
        Row of each school stage in the table ``stages``, shape (n,).
    kind
        Position of the school's kind among the kinds of the column table, -1 if not recorded, shape (n,).
    stage
        Position of the stage among the stages of the column table (primary 0, junior 1), shape (n,).
    pupils
        Pupils of the stage, shape (n,).
    total
        What the stage can draw on, shape (7, n): its own teachers, or the whole school's shared resource.
        Absent figures are NaN.
    pupils_sharing
        By how many of this stage's pupils ``total`` is divided, shape (7, n): the stage's own pupils, or the
        school's weighted pupils over the stage's weight. NaN where the school's kind and stages disagree.
    """

    row: Ints
    kind: Ints
    stage: Ints
    pupils: Floats
    total: Floats
    pupils_sharing: Floats

    def per_head(self) -> Floats:
        """Return the seven indicators in the units of the standard, shape (7, n); NaN where absent."""
        with np.errstate(divide="ignore", invalid="ignore"):
            values: Floats = self.total * PER / self.pupils_sharing
        values[~np.isfinite(values)] = np.nan
        return values

    def only(self, kept: npt.NDArray[np.bool_]) -> Resources:
        """Return only the rows that are kept, shape (n,)."""
        if kept.all():
            return self
        return Resources(
            row=self.row[kept],
            kind=self.kind[kept],
            stage=self.stage[kept],
            pupils=self.pupils[kept],
            total=self.total[:, kept],
            pupils_sharing=self.pupils_sharing[:, kept],
        )


def resources(district: District, standard: StandardOnDate) -> Resources:
    """Gather the resources of every school stage, in the order of the table ``stages``.

    Parameters
    ----------
    district
        Needs the tables ``schools`` and ``stages``; ``premises`` for the four shared resources.
    standard
        Gives the weights by which one-through schools are split.
    """
    frame, index = district.table("stages"), district.index
    stage = index.codes("stages", "stage")
    pupils = frame["pupils"].to_numpy().astype(float)
    # One kind more than schools: for a stage whose school is not recorded.
    kinds = np.append(index.codes("schools", "kind"), -1)
    school = index.rows("stages", "school")
    school = np.where(school < 0, len(kinds) - 1, school)
    figures = {name: frame[name].to_numpy().astype(float) for name in _COLUMNS["stages"]}
    figures |= _premises(district, school)
    return Resources(
        row=np.arange(frame.height),
        kind=kinds[school],
        stage=stage,
        pupils=pupils,
        total=np.array([_total(resource, figures, stage) for resource in RESOURCES]),
        pupils_sharing=np.where(
            _IS_SHARED, _pupils_sharing(kinds, school, stage, pupils, standard=standard), pupils
        ),
    )


def _premises(district: District, school: Ints) -> dict[str, Floats]:
    """Return the premises of each row's school, every figure of shape (n,); NaN where absent."""
    frame = district.table("premises")
    row_of_school = np.full(district.table("schools").height + 1, frame.height)
    row_of_school[district.index.rows("premises", "school")] = np.arange(frame.height)
    row_of_school[-1] = frame.height  # a school that is not recorded has no premises
    at = row_of_school[school]
    return {name: np.append(frame[name].to_numpy(), np.nan)[at] for name in _COLUMNS["premises"]}


PER = np.array([[resource.per] for resource in RESOURCES])
"""1 or 100 by indicator, shape (7, 1)."""

_IS_SHARED = np.array([[resource.is_shared] for resource in RESOURCES])
_STAGES = tuple(choice.code for choice in table("stages").column("stage").choices)
_SPLIT_KINDS = {
    position: choice.code
    for position, choice in enumerate(table("schools").column("kind").choices)
    if choice.code in ONE_THROUGH
}


def _total(resource: Resource, figures: dict[str, Floats], stage: Ints) -> Floats:
    primary, junior = (resource.plus[name] for name in COMPULSORY)
    total = _sum(primary, figures)
    if junior != primary:
        total = np.where(stage == 0, total, _sum(junior, figures))
    for _, column in resource.minus:
        total = total - figures[column]
    return total


def _sum(terms: tuple[tuple[str, str], ...], figures: dict[str, Floats]) -> Floats:
    total = figures[terms[0][1]]
    for _, column in terms[1:]:
        total = total + figures[column]
    return total


def _pupils_sharing(
    kinds: Ints, school: Ints, stage: Ints, pupils: Floats, *, standard: StandardOnDate
) -> Floats:
    """Return, for each row of ``stages``, the school's weighted pupils over the row's own weight.

    A school that is not split has one stage, whose pupils share alone. NaN where kind and stages disagree: a
    one-through school without a row for each of its stages, or another kind of school with several.
    """
    weight_of = np.full((max(_SPLIT_KINDS) + 1, len(_STAGES)), 1.0)
    n_wanted_of = np.ones(max(_SPLIT_KINDS) + 1, dtype=int)
    for position, kind in _SPLIT_KINDS.items():
        weight_of[position] = _weights(kind, standard)
        n_wanted_of[position] = np.isfinite(weight_of[position]).sum()
    # A kind beyond the last one that is split, or none, is looked up as the first kind, which is not split.
    split_kind = np.where(kinds < len(n_wanted_of), np.maximum(kinds, 0), 0)
    weight = weight_of[split_kind[school], stage]
    weighted = np.bincount(school, weights=weight * pupils, minlength=len(kinds))
    weighted[np.bincount(school, minlength=len(kinds)) != n_wanted_of[split_kind]] = np.nan
    result: Floats = weighted[school] / weight
    return result


def _weights(kind: str, standard: StandardOnDate) -> list[float]:
    """Return the weight of each stage of a one-through school, NaN for a stage that it has not."""
    values = [standard.value_or_none(f"balance.split.{kind}", stage=stage) for stage in _STAGES]
    return [float("nan") if value is None else value.number for value in values]


def absent(rows: Resources, row: int, resource: Resource, district: District) -> Text:
    """Return in words what must be recorded before an indicator of a row can be assessed."""
    recorded = district.table("stages").row(int(rows.row[row]), named=True)
    school, stage = recorded["school"], recorded["stage"]
    missing = []
    for owner, column in resource.columns(stage):
        frame = district.table(owner).filter(pl.col("school") == school)
        if owner == "stages":
            frame = frame.filter(pl.col("stage") == stage)
        if frame.is_empty() or frame[column][0] is None:
            missing.append(Text.same(f"{owner}.{column}").joined(" ", table(owner).column(column).label))
    if not missing:
        return Text(
            "办学类型与学段年报的各学段相符", "a kind of school that fits its rows in the table “stages”"
        )
    return Text("、".join(text.zh for text in missing), ", ".join(text.en for text in missing))
