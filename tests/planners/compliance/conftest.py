"""A small compliance problem in which everything passes, of which each test changes what it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from junheng.planners.compliance.costs import UnitCosts
from junheng.planners.compliance.kinds import KINDS
from junheng.planners.compliance.problem import ComplianceProblem

LEVELS = np.array([4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3])
PER = np.array([100.0, 100.0, 100.0, 1.0, 1.0, 1.0, 100.0])


def build(**changes: Any) -> ComplianceProblem:
    """Three primary schools of 200 pupils, each a little above every level, with nobody who may leave."""
    n = changes.pop("n", 3)
    pupils = np.array(changes.pop("pupils", [200.0] * n), float)
    per_head = np.array(changes.pop("per_head", np.outer(LEVELS, [1.2] * n)), float)
    total = per_head * pupils / PER[:, None]
    given: dict[str, Any] = {
        "schools": tuple("ABCDEFGH"[:n]),
        "school": np.arange(n),
        "stage": np.zeros(n, int),
        "pupils": pupils,
        "total": np.where(np.isin(np.arange(7), [0, 1, 2, 6])[:, None], np.round(total), total),
        "sharing": np.tile(pupils, (7, 1)),
        "threshold": np.tile(LEVELS[:, None], n),
        "floor": np.tile(LEVELS[:, None] * 0.85, n),
        "may_miss": np.ones(n, int),
        "cv_limit": np.tile([0.5, 0.45], (7, 1)),
        "available": np.zeros((len(KINDS), n), int),
        "most_leaving": np.full(n, 99),
        "may_receive": np.ones(n, bool),
        "distance_km": 10.0 * np.abs(np.subtract.outer(np.arange(n), np.arange(n))),
        "ceiling": np.full((4, n), np.inf),
        "least": np.zeros((4, n)),
        "max_recruits": None,
        "max_move_km": None,
        "costs": UnitCosts(),
    }
    return ComplianceProblem(**{**given, **changes})


@pytest.fixture
def problem_with() -> Callable[..., ComplianceProblem]:
    """Return the builder."""
    return build
