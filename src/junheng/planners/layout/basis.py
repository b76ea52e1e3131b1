"""What a plan stands on besides today's records, for its file and its report: children to come and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from junheng.planners.layout.budgets import FROM as MONEY
from junheng.planners.layout.future import FROM as CHILDREN
from junheng.planners.layout.problem import LayoutProblem
from junheng.text import SEMICOLON, Text


def stood_on(problem: LayoutProblem) -> dict[str, Any]:
    """Return for JSON whence the children came, the budgets that were used (null: no limit), and whence those."""
    budgets = {
        str(year - 1): float(yuan) if np.isfinite(yuan) else None
        for year, yuan in zip(problem.years, problem.budget_yuan.tolist(), strict=True)
    }
    return {"demand_from": problem.demand_from, "budgets": budgets, "budget_from": problem.budget_from}


def basis_text(settings: Mapping[str, Any]) -> Text:
    """Return in words what `stood_on` put into the settings of a plan."""
    text = Text(
        "儿童人数：{children}；投资上限：{money}", "children to come: {children}; limit of spending: {money}"
    )
    children = SEMICOLON.join(CHILDREN[code] for code in settings["demand_from"].split(","))
    return text.format(children=children, money=MONEY[settings["budget_from"]])
