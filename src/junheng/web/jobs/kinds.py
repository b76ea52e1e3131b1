"""Which work there is: a name, and where the function that does it is."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from junheng.progress import Progress

KINDS: dict[str, str] = {
    "plan": "junheng.web.planning.work.compute",
    "forecast": "junheng.web.overview.forecasting.compute",
    "admission-draw": "junheng.web.admissions.drawing.draw",
    "admission-verify": "junheng.web.admissions.drawing.verify",
    "admission-refill": "junheng.web.admissions.later.refill",
    "admission-whatif": "junheng.web.admissions.scenarios.compute",
}
"""Functions of ``(subject, finish, progress)``: they compute, and then call ``finish`` with a function that writes the
result; it runs in one transaction with the end of the job, or not at all."""

Finish = Callable[[Callable[[], None]], None]
Work = Callable[[int, Finish, Progress], None]


def work_of(kind: str) -> Work:
    """Return the function of a kind; solvers are loaded only in the process that computes."""
    module, _, name = KINDS[kind].rpartition(".")
    work: Work = getattr(import_module(module), name)
    return work
