"""Small stages that tests carry forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from junheng.forecast.records import Records

Make = Callable[..., Records]


@pytest.fixture(scope="session")
def stage() -> Make:
    """Return a function that makes records from pupils, shape (schools, grades, years)."""

    def make(pupils: Any, *, expected: Any = None, arrivals: Any = None, beyond: int = 5) -> Records:
        counts = np.array(pupils, dtype=np.float64)
        n_schools, n_grades, n_years = counts.shape
        return Records(
            stage="primary",
            schools=tuple(f"S{i}" for i in range(n_schools)),
            grades=tuple(range(1, n_grades + 1)),
            years=tuple(range(2020, 2020 + n_years)),
            pupils=counts,
            expected=None
            if expected is None
            else np.repeat(np.array(expected, float)[None], n_years, axis=0),
            arrivals=np.zeros((n_schools, n_grades, n_years + beyond))
            if arrivals is None
            else np.array(arrivals, float),
            beyond=beyond,
        )

    return make


@pytest.fixture(scope="session")
def simulated() -> Callable[..., np.ndarray]:
    """Return a function that draws pupils of schools of steady size, each with a pull of its own."""

    def draw(*, seed: int, schools: int = 30, grades: int = 6, years: int = 14) -> np.ndarray:
        rng = np.random.default_rng(seed)
        size = rng.uniform(20, 90, schools)
        pull = np.exp(rng.normal(0, 0.02, schools))
        pupils = np.zeros((schools, grades, years))
        pupils[:, :, 0] = rng.poisson(size[:, None], (schools, grades))
        for year in range(1, years):
            shock = pull * np.exp(rng.normal(0, 0.01) + rng.normal(0, 0.02, schools))
            pupils[:, 0, year] = rng.poisson(size)
            pupils[:, 1:, year] = rng.poisson(pupils[:, :-1, year - 1] * shock[:, None])
        return pupils

    return draw
