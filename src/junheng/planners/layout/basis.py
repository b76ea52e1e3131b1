"""What a plan stands on besides today's records, for its file and its report: the money of each year."""

from __future__ import annotations

from typing import Any

import numpy as np

from junheng.planners.layout.problem import LayoutProblem


def stood_on(problem: LayoutProblem) -> dict[str, Any]:
    """Return for JSON the budgets that were used (null: no limit), and where they came from."""
    budgets = {
        str(year - 1): float(yuan) if np.isfinite(yuan) else None
        for year, yuan in zip(problem.years, problem.budget_yuan.tolist(), strict=True)
    }
    return {"budgets": budgets, "budget_from": problem.budget_from}
