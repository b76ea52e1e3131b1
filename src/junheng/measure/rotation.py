"""The ratios of rotation that a roster shows: how many of the eligible moved, and how many of those are backbone."""

from __future__ import annotations

import polars as pl

from junheng.district.model import District
from junheng.district.roster import is_backbone
from junheng.measure.seven import COMPULSORY
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value

SCHEMA = {
    "rule": pl.String(),
    "value": pl.Float64(),
    "threshold": pl.Float64(),
    "verdict": pl.String(),
    "part": pl.Int64(),
    "whole": pl.Int64(),
    "needs": pl.String(),
}
YEARS = "rotation.teacher_years"


def rotation(district: District, standard: StandardOnDate) -> tuple[pl.DataFrame, tuple[Value, ...]]:
    """Return both ratios of guarantee item 11 for the year of the records, and the values used.

    Who joined the school in that year and was recruited earlier has moved; a return from a stint looks the same in a
    roster and counts too. Eligible were those who moved, and those who stayed with the local years in one school and no
    exemption in force. Only public schools and compulsory stages count.

    Returns
    -------
    tuple
        Two rows: ``rule, value`` (percent), ``threshold, verdict`` (``met``, ``below``, ``not_assessed``), ``part`` and
        ``whole`` (people), ``needs`` (what is absent).
    """
    share = standard.value("guarantee.G11.rotation_share")
    backbone = standard.value("guarantee.G11.backbone_share")
    years = {stage: standard.value_or_none(YEARS, stage=stage) for stage in COMPULSORY}
    used = (share, backbone, *(value for value in years.values() if value is not None))
    people = _people(district, {stage: value.number for stage, value in years.items() if value is not None})
    moved = people.filter(pl.col("moved"))
    needs = _needs(people, is_set=all(value is not None for value in years.values()))
    n_eligible = int((people["moved"] | people["stayed"]).sum())
    rows = [
        _row(share, moved.height, n_eligible, needs),
        _row(backbone, int(moved["is_backbone"].sum()), moved.height, _needs_of_backbone(moved, needs)),
    ]
    return pl.DataFrame(rows, schema=SCHEMA), used


def _people(district: District, years: dict[str, float]) -> pl.DataFrame:
    year = district.year.start
    public = district.table("schools").filter(pl.col("holder").ne_missing("private")).select("school")
    enough = pl.col("stage").replace_strict(years, default=None, return_dtype=pl.Float64)
    exempt = pl.col("exemption").is_not_null() & pl.col("exemption_until").fill_null(year).ge(year)
    moved = (pl.col("joined_year") == year) & (pl.col("recruit_year") < year)
    return (
        district.table("teachers")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .join(public, on="school", how="semi")
        .with_columns(
            moved=moved.fill_null(value=False),
            stayed=((year - pl.col("joined_year") >= enough) & ~exempt).fill_null(value=False),
            is_backbone=is_backbone(year),
        )
    )


def _needs(people: pl.DataFrame, *, is_set: bool) -> str | None:
    if people.height == 0:
        return "teachers"
    absent = [f"teachers.{name}" for name in ("joined_year", "recruit_year") if people[name].null_count()]
    return ", ".join([*absent, *([] if is_set else [YEARS])]) or None


def _needs_of_backbone(moved: pl.DataFrame, needs: str | None) -> str | None:
    """Return what the share of backbone teachers needs: not the local years, but every mover's tier."""
    others = [part for part in (needs or "").split(", ") if part and part != YEARS]
    return ", ".join([*others, *(["teachers.tier"] if moved["is_backbone"].null_count() else [])]) or None


def _row(limit: Value, part: int, whole: int, needs: str | None) -> dict[str, object]:
    if needs is not None or whole == 0:
        return {
            "rule": limit.rule,
            "threshold": limit.number,
            "verdict": "not_assessed",
            "needs": needs or "teachers who moved",
        }
    value = 100 * part / whole
    verdict = "met" if limit.meets(value) else "below"
    return {
        "rule": limit.rule,
        "value": value,
        "threshold": limit.number,
        "verdict": verdict,
        "part": part,
        "whole": whole,
    }
