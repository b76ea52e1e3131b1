"""The curve of choices: how far children go on average against how many change school."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from junheng.plans.compare import APART
from junheng.report import numbers
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Point:
    """One choice: pupils moved, mean distance, and whatever else is known.

    ``label`` says in the table which it is, ``mark`` in the drawing; ``href`` is where a click on it leads.
    """

    moved: float
    mean_km: float
    bound: str
    pupil_km: str
    over: str
    label: Text
    apart: str = ""
    is_on_line: bool = True
    mark: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """The choices of the curve, and the plans that stand beside it."""

    points: tuple[Point, ...]
    plans: tuple[Point, ...]
    has_bound: bool
    has_over: bool
    has_apart: bool


def curve_of(
    rows: Sequence[Mapping[str, Any]],
    beside: Sequence[Mapping[str, Any]],
    *,
    href: Callable[[Mapping[str, Any]], str] | None = None,
) -> Curve | None:
    """Return the curve, or `None` where there is no choice.

    Parameters
    ----------
    rows
        A row a choice: ``moved`` and ``mean_km``, and of ``number``, ``label``, ``over``, ``pupil_km``, ``moved_bound``
        and ``apart`` what is known. One without a mean distance is left out.
    beside
        Plans that stand beside the curve, the present zones first, as `junheng.plans.compare.compare` has them. What
        stands under ``mark`` is written at a plan; its place in the row of plans where there is none.
    href
        Where a click on a choice leads; `None` for a drawing that leads nowhere.
    """
    known = sorted((row for row in rows if row["mean_km"] is not None), key=lambda row: float(row["moved"]))
    if not known:
        return None
    fewest_over = min((row["over"] for row in known if row.get("over") is not None), default=None)
    points = tuple(
        Point(
            moved=float(row["moved"]),
            mean_km=float(row["mean_km"]),
            bound=numbers.show(row.get("moved_bound"), "pupil"),
            pupil_km=numbers.show(row.get("pupil_km"), "pupil km"),
            over=numbers.show(row.get("over"), "pupil"),
            label=Text.same(str(row.get("label") or row.get("number") or "")),
            apart=numbers.share(row[APART]) if APART in row else "",
            # The line joins the choices that nothing beats in overflow, moves and distance alone.
            is_on_line=row.get("over") in (None, fewest_over) and not _is_beside(row, known),
            mark=str(row.get("number") or "") if href else "",
            href=href(row) if href else "",
        )
        for row in known
    )
    return Curve(
        points=points,
        plans=tuple(_plans(beside)),
        has_bound="moved_bound" in known[0],
        has_over="over" in known[0],
        has_apart=APART in known[0],
    )


def _is_beside(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether another choice with no more over is better in moves and distance, but for the balance."""
    return any(
        (other["moved"], other["mean_km"]) != (row["moved"], row["mean_km"])
        and other["moved"] <= row["moved"]
        and other["mean_km"] <= row["mean_km"]
        and (other.get("over") or 0) <= (row.get("over") or 0)
        for other in rows
    )


def _plans(beside: Sequence[Mapping[str, Any]]) -> list[Point]:
    return [
        Point(
            moved=float(row["moved"]),
            mean_km=float(row["mean_km"]),
            bound="",
            pupil_km="",
            over=numbers.show(row["over"], "pupil"),
            label=Text(row["zh"], row["en"]),
            mark=str(row.get("mark", number)),
        )
        for number, row in enumerate(beside)
        if row["moved"] is not None and row["mean_km"] is not None
    ]
