"""The linear solver HiGHS, set so that the same programme gives the same answer, and the right one."""

from __future__ import annotations

import highspy

_FREE_COLUMN_SUBSTITUTION = 1 << 8

_OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("parallel", "off"),
    ("random_seed", 0),
    # HiGHS 1.14 loses the best whole-numbered plans by this rule of its presolve: it called plans optimal that cost up
    # to twice the best one. Held against SCIP's optima in the tests of the compliance planner.
    ("presolve_rule_off", _FREE_COLUMN_SUBSTITUTION),
)


def quiet_highs() -> highspy.Highs:
    """Return a solver on one thread that says nothing, with a fixed seed and without an unsound presolve rule."""
    highs = highspy.Highs()
    for name, value in _OPTIONS:
        highs.setOptionValue(name, value)
    return highs
