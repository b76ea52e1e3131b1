"""From a frozen round to the arrays of the assignment, and back to children and schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.admission.market import NO_CEILING, Market
from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.rounds.groups import Applications, applications
from junheng.admission.rounds.plan import SchoolPlan, school_plans
from junheng.admission.rounds.rows import ADJUSTED, adjustment_rows, judged_choices, wish_rows
from junheng.errors import UsageError
from junheng.text import Text

Ranks = Mapping[tuple[str, str], int]
"""Draw number, 0 the first, by the name of an application and a school; with one draw for all, the school is empty."""


@dataclass(frozen=True, eq=False, kw_only=True)
class RoundArrays:
    """A frozen round before its draw.

    Attributes
    ----------
    frozen
        The round.
    members
        Its applications.
    plans
        The schools in the order of the market, with their plans.
    rows
        Rows in the order of the market: `junheng.admission.rounds.rows.SCHEMA` without ``position``.
    """

    frozen: FrozenRound
    members: Applications
    plans: tuple[SchoolPlan, ...]
    rows: pl.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each application: the first of its applicant numbers. The draw is among these."""
        return tuple(members[0] for members in self.members.members)

    def market(self, ranks: Ranks) -> Market:
        """Return the arrays of the assignment.

        Raises
        ------
        UsageError
            If an application has no draw number, or two have the same.
        """
        is_single = self.frozen.rules.lottery == "single"
        schools = {plan.school: n for n, plan in enumerate(self.plans)}
        school = self.rows["school"].replace_strict(schools, return_dtype=pl.Int64).to_numpy()
        lengths = np.bincount(self.rows["application"].to_numpy(), minlength=len(self.names))
        floors, ceilings = plan_arrays(self.plans)
        return Market(
            offsets=np.concatenate([[0], np.cumsum(lengths)]),
            school=school,
            priority=self.rows["priority"].to_numpy(),
            line=self.rows["reserve"].to_numpy(),
            draw=self._draw(ranks) if is_single else self._draw_by_school(ranks),
            size=np.array([len(members) for members in self.members.members], dtype=np.int64),
            seats=np.array([plan.places for plan in self.plans], dtype=np.int64),
            floors=floors,
            ceilings=ceilings,
            is_single_draw=is_single,
        )

    def _draw(self, ranks: Ranks) -> npt.NDArray[np.int64]:
        return _numbers([(name, "") for name in self.names], ranks)

    def _draw_by_school(self, ranks: Ranks) -> npt.NDArray[np.int64]:
        pairs = self.rows.select("application", "school").iter_rows()
        return _numbers([(self.names[application], school) for application, school in pairs], ranks)


def _numbers(keys: list[tuple[str, str]], ranks: Ranks) -> npt.NDArray[np.int64]:
    missing = [key for key in keys if key not in ranks]
    if missing:
        raise UsageError(
            Text(
                f"有 {len(missing)} 份报名没有摇号序号，如 {missing[0][0]}",
                f"{len(missing)} applications have no draw number, such as {missing[0][0]}",
            )
        )
    drawn = [ranks[key] for key in keys]
    if len({(school, number) for (_, school), number in zip(keys, drawn, strict=True)}) < len(keys):
        raise UsageError(Text("两份报名的摇号序号相同", "two applications have the same draw number"))
    return np.array(drawn, dtype=np.int64)


def round_arrays(frozen: FrozenRound) -> RoundArrays:
    """Return the applications and rows of a frozen round."""
    members = applications(frozen.district, frozen.rules)
    wishes = wish_rows(judged_choices(frozen), members)
    tail = adjustment_rows(frozen, members, wishes)
    rows = (
        pl.concat([wishes, tail])
        .with_columns(is_tail=pl.col("kind") == ADJUSTED)
        .sort("application", "is_tail", "position")
        .drop("is_tail")
    )
    return RoundArrays(
        frozen=frozen, members=members, plans=school_plans(frozen.district, frozen.rules), rows=rows
    )


def plan_arrays(plans: tuple[SchoolPlan, ...]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return floors and ceilings, shape (schools, lines), the open line first."""
    floors = np.array([(0, *plan.floors) for plan in plans], dtype=np.int64)
    ceilings = np.array(
        [(NO_CEILING, *(NO_CEILING if most is None else most for most in plan.ceilings)) for plan in plans],
        dtype=np.int64,
    )
    return floors, ceilings
