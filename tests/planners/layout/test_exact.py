"""The exact finish: HiGHS on the whole model bounds every plan and, where no rule couples sites, finds the best."""

from __future__ import annotations

import numpy as np
import pytest

from junheng.planners.layout.exact import finish
from junheng.planners.layout.relaxation import Ascent, Relaxation
from junheng.planners.layout.search import still_choice
from junheng.planners.layout.solve import PLACE_YUAN, LayoutOptions, solve


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_model_never_costs_more_than_a_plan_and_never_less_than_the_relaxation(draw, seed):
    problem = draw(seed)
    relaxation = Relaxation(problem, most_price=PLACE_YUAN)
    every = np.ones(len(relaxation.yuan), bool)
    exact = finish(relaxation, every, still_choice(problem), gap=0.0, seconds=20)
    plan = solve(problem, options=LayoutOptions(seconds=10, gap=0.0, steps=90)).layout.score
    ascent = Ascent(relaxation)
    ascent.run(60, target=exact.bound_yuan)
    assert ascent.best.value <= exact.bound_yuan * (1 + 1e-6)
    assert exact.bound_yuan <= (plan.cost_yuan + PLACE_YUAN * plan.unserved_pupils) * (1 + 1e-6)
