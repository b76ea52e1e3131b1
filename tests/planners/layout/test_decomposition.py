"""Cuts and master: below the true cost of every choice of courses, equal to it where they were made."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from junheng.planners.clock import Clock
from junheng.planners.layout.constraints import budget, moved_together, partner, places_of
from junheng.planners.layout.cuts import Cutter
from junheng.planners.layout.master import Master
from junheng.planners.layout.objective import Service
from junheng.planners.layout.relaxation import Relaxation
from junheng.planners.layout.search import Evaluator
from junheng.planners.layout.solve import PLACE_YUAN, LayoutOptions, solve

NOBODY = Service(*[np.zeros(0, np.int64)] * 4)


def choices(problem, seed: int, count: int = 12):
    """Draw some choices of courses, those with mergers among them."""
    everything = list(itertools.product(*(range(len(menu)) for menu in problem.courses)))
    picked = np.random.default_rng(seed).choice(len(everything), min(count, len(everything)), replace=False)
    return [np.array(everything[k]) for k in picked]


def true_cost(problem, choice, served) -> np.ndarray:
    """Return what each slot costs with a choice, missing places at their price, by another solver."""
    places, moved = places_of(problem, choice), moved_together(problem, choice)
    costs = []
    for slot, year in enumerate(problem.slot_year):
        missing, yuan = served(problem, slot, places[year], moved[year])
        costs.append(PLACE_YUAN * missing + problem.slot_weight[slot] * yuan)
    return np.array(costs)


def at(cut, relaxation, choice) -> np.ndarray:
    return cut.constant + cut.of_course[:, relaxation.first[:-1] + choice].sum(axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_no_cut_is_above_what_a_choice_costs_whatever_the_prices(draw, served, seed):
    problem = draw(seed)
    relaxation = Relaxation(problem, most_price=PLACE_YUAN)
    cutter, rng = Cutter(relaxation), np.random.default_rng(seed)
    shape = (problem.n_slots, len(problem.homes))
    prices = [rng.uniform(0, most, shape) for most in (300.0, 3000.0, PLACE_YUAN)]
    cuts = [cut for price in prices for cut in cutter.at(price)]
    for choice in choices(problem, seed):
        cost = true_cost(problem, choice, served)
        for cut in cuts:
            assert (at(cut, relaxation, choice) <= cost * (1 + 1e-9) + 1e-3).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_cut_is_what_the_choice_costs_for_which_it_was_made(draw, served, seed):
    problem = draw(seed)
    relaxation, evaluator = Relaxation(problem, most_price=PLACE_YUAN), Evaluator(problem)
    cutter = Cutter(relaxation)
    made = 0
    for choice in choices(problem, seed):
        layout = evaluator.layout(choice)
        if layout is None:
            continue
        made += 1
        cuts = cutter.of_room(problem.slot_weight[:, None] * layout.place_yuan)
        best = np.max([at(cut, relaxation, choice) for cut in cuts], axis=0)
        # The flows weigh the way by a trifle that is no cost.
        assert best == pytest.approx(true_cost(problem, choice, served), rel=1e-3, abs=20)
    assert made


def test_what_the_master_chooses_keeps_budgets_and_partners(draw):
    for seed in range(4):
        problem = draw(seed, budget_yuan=12e6)
        relaxation = Relaxation(problem, most_price=PLACE_YUAN)
        rng = np.random.default_rng(seed)
        for _ in range(5):
            master = Master(relaxation)
            prices = rng.uniform(0, 4000, (problem.n_slots, len(problem.homes)))
            master.add(Cutter(relaxation).at(prices))
            found = master.chosen(Clock(20), gap=0.0, share=1.0)
            assert found.choice is not None
            assert list(budget(problem, found.choice, NOBODY)) == []
            assert list(partner(problem, found.choice, NOBODY)) == []


def test_no_plan_with_a_course_costs_less_than_the_master_says_and_those_too_dear_are_left_out(draw, served):
    problem = draw(1)
    relaxation, evaluator = Relaxation(problem, most_price=PLACE_YUAN), Evaluator(problem)
    best = solve(problem, options=LayoutOptions(seconds=20, gap=0.0, steps=60)).layout
    assert best.score.unserved_pupils == 0
    cutter, master = Cutter(relaxation), Master(relaxation)
    master.add(cutter.of_room(problem.slot_weight[:, None] * best.place_yuan))
    assert master.shares(Clock(20)) is not None
    master.drop(np.zeros(len(problem.years)), target_yuan=best.score.cost_yuan, keep=best.choice)
    left_out = np.flatnonzero(~master.is_open)
    assert len(left_out)
    least = master.least_yuan(np.zeros(len(problem.years)))
    for choice in choices(problem, 1, count=40):
        if evaluator.layout(choice) is not None:
            cost = true_cost(problem, choice, served).sum()
            cost += sum(menu[c].yuan for menu, c in zip(problem.courses, choice, strict=True))
            assert (least[relaxation.first[:-1] + choice] <= cost * (1 + 1e-6)).all()
