"""What it would cost to do what a wish or a rule bars, with everything else as planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from junheng.planners.clock import Clock
from junheng.planners.layout.objective import Score
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Evaluator, Layout


class Anyway:
    """Serves everybody as if one site did what it is barred from; nothing once the time is up."""

    def __init__(self, problem: LayoutProblem, layout: Layout, *, clock: Clock) -> None:
        self._problem, self._choice, self._clock = problem, layout.choice, clock
        lifted = tuple(
            (*menu, *(course for courses in own.values() for course in courses))
            for menu, own in zip(problem.courses, problem.anyway, strict=bool(problem.anyway))
        )
        self._evaluator = Evaluator(replace(problem, courses=lifted)) if lifted else None

    def cheapest(self, site: int, kind: str) -> tuple[int | None, Score | None]:
        """Return the partner and the score of the best course of a barred kind.

        `None` for a score where there is none, where it breaks another rule, or once the time is up.
        """
        best = min(self._tried(site, kind), key=lambda found: found[0], default=None)
        return (None, None) if best is None else (best[2], best[1])

    def _tried(self, site: int, kind: str) -> Iterator[tuple[tuple[int, float], Score, int | None]]:
        if self._evaluator is None:
            return
        menu = self._evaluator.problem.courses[site]
        for c in range(len(self._problem.courses[site]), len(menu)):
            if menu[c].kind != kind or self._clock.is_over():
                continue
            choice = self._choice.copy()
            choice[site] = c
            found = self._evaluator.layout(choice)
            if found is not None:
                score = found.score
                yield (score.unserved_pupils, score.cost_yuan), score, menu[c].partner
