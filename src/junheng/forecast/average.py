"""The average of forecasts by several settings that past years cannot tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from junheng.forecast.cohorts import Carried, Projection, carry, damp
from junheng.forecast.entrants import Entrants
from junheng.forecast.progression import Progression, progression
from junheng.forecast.records import Floats, Known
from junheng.forecast.settings import Settings, Weighted


class Carrier:
    """Carries the pupils of one origin forward by any settings; what several have in common is computed once."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._ratios: dict[float, Progression] = {}
        self._carried: dict[Settings, Carried] = {}

    def carried(self, settings: Settings) -> Carried:
        """Return the cohorts carried forward; settings that differ in their damping only share them."""
        key = replace(settings, damping=0.0, district_damping=0.0)
        if key not in self._carried:
            pooling = settings.pooling_pupils
            if pooling not in self._ratios:
                self._ratios[pooling] = progression(self._known, settings)
            self._carried[key] = carry(self._known, settings, ratios=self._ratios[pooling])
        return self._carried[key]

    def projection(self, chosen: Weighted) -> Projection:
        """Return the average of the projections by each of these settings, part by part.

        It adds up as they do; ratios and levels, which tell of its spread, are averaged too.
        """
        found = [damp(self.carried(own), own) for own in chosen]
        if len(found) == 1:
            return found[0]
        weights = np.array(list(chosen.values()))

        def mean(arrays: Iterable[Floats]) -> Floats:
            return np.asarray(sum(weight * array for weight, array in zip(weights, arrays, strict=True)))

        ratios, entering = [one.progression for one in found], [one.entrants for one in found]
        return Projection(
            parts=mean(one.parts for one in found),
            progression=Progression(
                pooled=mean(one.pooled for one in ratios),
                own=mean(one.own for one in ratios),
                own_variance=mean(one.own_variance for one in ratios),
            ),
            entrants=Entrants(
                from_births=mean(one.from_births for one in entering),
                retention=mean(one.retention for one in entering),
                level=mean(one.level for one in entering),
            ),
            is_suspect=np.any([one.is_suspect for one in found], axis=0),
        )
