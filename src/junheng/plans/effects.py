"""What plans of any kind come to under one measure: verdicts, class sizes and places, today and after each plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.balance import balance
from junheng.measure.places import places
from junheng.plans.plan import Plan
from junheng.plans.rescored import passing_pupils
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

TODAY = Text("现状", "today")

EFFECTS: dict[str, tuple[Text, str]] = {
    "stages_passing": (Text("达标学段", "school stages that pass"), "count"),
    "stages": (Text("参评学段", "school stages judged"), "count"),
    "pupils_passing": (Text("就读于达标学段的学生", "pupils in stages that pass"), "pupil"),
    "over_limit": (Text("差异系数超限", "coefficients of variation over their limit"), "count"),
    "classes_over": (Text("超标准班额的班", "classes over the limit"), "count"),
    "largest_class": (Text("最大班额", "largest class"), "pupil"),
    "capacity": (Text("学位", "places"), "pupil"),
    "pupils_over": (Text("超出学位的在校生", "enrolled pupils over capacity"), "pupil"),
}
"""What every plan is compared by, with the unit."""


def compare_effects(
    district: District, plans: Sequence[Plan], standard: StandardOnDate, *, allow_changed: bool = False
) -> pl.DataFrame:
    """Measure the district as it is, and as it is after each plan; of plans of any kind.

    Returns
    -------
    polars.DataFrame
        One row a plan, the district as it is first: ``zh, en, kind`` (null for today), ``actions`` (how many),
        ``verdict`` of the balance assessment and the columns of `EFFECTS`, null where a figure is not known.

    Raises
    ------
    UsageError, InputError
        For a plan that cannot be applied to the district; see `Plan.apply`.
    """
    rows = [{**TODAY._asdict(), "kind": None, "actions": 0, **effects(district, standard)}]
    for plan in plans:
        after = plan.apply(district, allow_changed=allow_changed)
        own = {**plan.name._asdict(), "kind": plan.kind, "actions": len(plan.actions)}
        rows.append({**own, **effects(after, standard)})
    return pl.DataFrame(rows, infer_schema_length=None)


def effects(district: District, standard: StandardOnDate) -> dict[str, Any]:
    """Return ``verdict`` and the figures of `EFFECTS` for a district; `None` where a figure is not known.

    ``capacity`` and ``pupils_over`` are those of the school stages whose places are recorded.
    """
    found, room = balance(district, standard), places(district, standard)
    judged = found.stages.filter(pl.col("verdict") != "excluded")
    known = room.schools.drop_nulls(["capacity", "over"])
    return {
        "verdict": found.verdict,
        "stages_passing": int((judged["verdict"] == "pass").sum()),
        "stages": judged.height,
        "pupils_passing": passing_pupils(found)[0],
        "over_limit": int((found.variation["verdict"] == "fail").sum()),
        "classes_over": _sum(room.classes, "n_over"),
        "largest_class": None if room.classes.is_empty() else int(room.classes["largest"].max()),  # type: ignore[arg-type]
        "capacity": _sum(known, "capacity"),
        "pupils_over": _sum(known, "over"),
    }


def _sum(frame: pl.DataFrame, column: str) -> int | None:
    """Return a sum; of no rows nothing is known."""
    return None if frame.is_empty() else int(frame[column].sum())
