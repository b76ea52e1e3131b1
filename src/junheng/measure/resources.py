"""The seven resources of every school stage, per pupil, with one-through schools split between their stages.

The national form counts teachers in the stage they teach, and shares buildings, sports grounds, equipment and
multimedia rooms of a one-through school between its stages by weighted pupils (policy: ``balance.split``).
For a school with resource ``T``, pupils ``P_s`` and weights ``w_s``, stage ``s`` has ``w_s T / sum(w P)`` a pupil.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from junheng.district.columns import table
from junheng.district.model import District
from junheng.measure.seven import COMPULSORY, PER, RESOURCES, Resource
from junheng.measure.waived import count_waived
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int_]

ONE_THROUGH = ("nine_year", "complete_secondary", "twelve_year")
"""Kinds of school whose stages share buildings; the standard has a rule ``balance.split`` for each."""

KINDS = tuple(choice.code for choice in table("schools").column("kind").choices)
_STAGES = tuple(choice.code for choice in table("stages").column("stage").choices)


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
    waiver
        The waiver under which ``total`` counts more than it would without, as a position among the waivers in force
        of the standard, shape (7, n); -1 where there is none.
    pupils_sharing
        By how many of this stage's pupils ``total`` is divided, shape (7, n): the stage's own pupils, or the
        school's weighted pupils over the stage's weight. NaN where there are none, or where the school's kind and
        stages disagree.
    """

    row: Ints
    kind: Ints
    stage: Ints
    pupils: Floats
    total: Floats
    waiver: Ints
    pupils_sharing: Floats

    def per_head(self) -> Floats:
        """Return the seven indicators in the units of the standard, shape (7, n); NaN where absent."""
        values: Floats = self.total * PER / self.pupils_sharing
        return values

    def only(self, kept: npt.NDArray[np.bool_]) -> Resources:
        """Return only the rows that are kept, shape (n,)."""
        at = np.flatnonzero(kept)
        return Resources(
            row=self.row[at],
            kind=self.kind[at],
            stage=self.stage[at],
            pupils=self.pupils[at],
            total=self.total.take(at, axis=1),
            waiver=self.waiver.take(at, axis=1),
            pupils_sharing=self.pupils_sharing.take(at, axis=1),
        )


_IS_SHARED = np.array([[resource.is_shared] for resource in RESOURCES])


@dataclass(frozen=True, eq=False)
class Split:
    """How the stages of a school share what they have in common, by kind of school.

    Attributes
    ----------
    weight
        Weight of one pupil, shape (kinds + 1, stages + 1): kinds and stages in the order of the column table, the
        last row and column for those that are not recorded. NaN for a stage that a one-through kind has not.
    n_stages
        How many rows of ``stages`` a school of the kind has, shape (kinds + 1,).
    values
        The values of the standard.
    """

    weight: Floats
    n_stages: Ints
    values: tuple[Value, ...]


@lru_cache(maxsize=8)
def split_of(standard: StandardOnDate) -> Split:
    """Return the weights by which the standard splits one-through schools; kept for the next time."""
    weight = np.ones((len(KINDS) + 1, len(_STAGES) + 1))
    weight[:, -1] = np.nan
    n_stages = np.ones(len(KINDS) + 1, dtype=int)
    values = []
    for kind in ONE_THROUGH:
        of_stage = [standard.value_or_none(f"balance.split.{kind}", stage=stage) for stage in _STAGES]
        at = KINDS.index(kind)
        weight[at, :-1] = [np.nan if value is None else value.number for value in of_stage]
        n_stages[at] = sum(value is not None for value in of_stage)
        values += [value for value in of_stage if value is not None]
    return Split(weight, n_stages, tuple(values))


def resources(district: District, standard: StandardOnDate) -> Resources:
    """Gather the resources of every school stage, in the order of the table ``stages``.

    Parameters
    ----------
    district
        Needs the tables ``schools`` and ``stages``; ``premises`` for the four shared resources.
    standard
        Gives the weights by which one-through schools are split, and the waivers that are switched on.
    """
    frame, index = district.table("stages"), district.index
    stage = index.codes("stages", "stage")
    pupils = frame["pupils"].to_numpy().astype(float)
    # One kind more than schools: for a stage whose school is not recorded.
    kinds = np.append(index.codes("schools", "kind"), -1)
    school = index.rows("stages", "school")
    school = np.where(school < 0, len(kinds) - 1, school)
    figures = {name: frame[name].to_numpy() for name in _COLUMNS["stages"]} | _premises(district, school)
    sharing = np.where(
        _IS_SHARED, _pupils_sharing(kinds, school, stage, pupils, split=split_of(standard)), pupils
    )
    sharing[sharing == 0] = np.nan
    total = np.array([_total(resource, figures, stage) for resource in RESOURCES], dtype=float)
    waiver = count_waived(total, district, standard)
    return Resources(
        row=np.arange(frame.height),
        kind=kinds[school],
        stage=stage,
        pupils=pupils,
        total=total,
        waiver=waiver,
        pupils_sharing=sharing,
    )


def _premises(district: District, school: Ints) -> dict[str, Floats]:
    """Return the premises of each row's school, every figure of shape (n,); NaN where absent."""
    frame = district.table("premises")
    row_of_school = np.full(district.table("schools").height + 1, frame.height)
    row_of_school[district.index.rows("premises", "school")] = np.arange(frame.height)
    row_of_school[-1] = frame.height  # a school that is not recorded has no premises
    figures = np.full((len(_COLUMNS["premises"]), frame.height + 1), np.nan)
    for i, name in enumerate(_COLUMNS["premises"]):
        figures[i, :-1] = frame[name].to_numpy()
    return dict(zip(_COLUMNS["premises"], figures.take(row_of_school[school], axis=1), strict=True))


def _total(resource: Resource, figures: Mapping[str, Floats], stage: Ints) -> Floats:
    primary, junior = (resource.plus[name] for name in COMPULSORY)
    total = _sum(primary, figures)
    if junior != primary:
        total = np.where(stage == 0, total, _sum(junior, figures))
    for _, column in resource.minus:
        total = total - figures[column]
    return total


def _sum(terms: tuple[tuple[str, str], ...], figures: Mapping[str, Floats]) -> Floats:
    total = figures[terms[0][1]]
    for _, column in terms[1:]:
        total = total + figures[column]
    return total


def _pupils_sharing(kinds: Ints, school: Ints, stage: Ints, pupils: Floats, *, split: Split) -> Floats:
    """Return, for each row of ``stages``, the school's weighted pupils over the row's own weight.

    A school that is not split has one stage, whose pupils share alone. NaN where kind and stages disagree: a
    one-through school without a row for each of its stages, or another kind of school with several.
    """
    weight = split.weight[kinds[school], stage]
    weighted = np.bincount(school, weights=weight * pupils, minlength=len(kinds)).astype(
        float
    )  # ints if empty
    weighted[np.bincount(school, minlength=len(kinds)) != split.n_stages[kinds]] = np.nan
    result: Floats = weighted[school] / weight
    return result
