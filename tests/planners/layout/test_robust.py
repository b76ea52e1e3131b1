"""The price of a scenario: never less than nothing beyond what was proven, and it adds up."""

from __future__ import annotations

import pytest

from junheng.planners.layout.robust import cost_under, scenario_prices
from junheng.planners.layout.solve import LayoutOptions, solve

OPTIONS = LayoutOptions(seconds=5, gap=0.0, steps=90)


def test_costs_by_scenario_add_up_to_the_expected_cost_and_a_plan_for_one_is_no_dearer_in_it(draw):
    problem = draw(2)
    layout = solve(problem, options=OPTIONS).layout
    costs = [cost_under(problem, layout, k) for k in range(len(problem.scenarios))]
    assert sum(problem.weight * costs) == pytest.approx(layout.score.cost_yuan)
    prices = scenario_prices(problem, layout, options=OPTIONS)
    assert prices["yuan"].to_list() == pytest.approx(costs)
    assert (prices["alone_bound"] <= prices["yuan"] + 1).all()
    assert (prices["price_yuan"] >= -0.002 * prices["yuan"]).all()
