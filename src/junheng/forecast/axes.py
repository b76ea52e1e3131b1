"""The axes that the arrays of one stage share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Labels of the arrays of one stage.

    Attributes
    ----------
    stage
        Of the schools.
    schools, grades, years
        In order; years are consecutive and end with the school year of the records.
    beyond
        Years after the last one that are forecast.
    """

    stage: str
    schools: tuple[str, ...]
    grades: tuple[int, ...]
    years: tuple[int, ...]
    beyond: int

    @property
    def all_years(self) -> tuple[int, ...]:
        """The years and those beyond."""
        return (*self.years, *range(self.years[-1] + 1, self.years[-1] + 1 + self.beyond))
