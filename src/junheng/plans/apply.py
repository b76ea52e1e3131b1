"""Apply a plan: the District as it would be. The solver has no part in this."""

from __future__ import annotations

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.plans.actions import KINDS
from junheng.plans.plan import Plan
from junheng.text import Text


def apply_plan(plan: Plan, district: District, *, allow_changed: bool = False) -> District:
    """Return the District after the plan, kind of action by kind of action; see `Plan.apply`."""
    made_for = plan.inputs.get("district")
    if made_for is not None and made_for != district.hash and not allow_changed:
        raise UsageError(
            Text(
                "方案不是按这份数据算的（数据哈希不同）：请重新编制方案，或用 --allow-changed 强制套用",
                "the plan was computed from other records (their hash differs): plan again, "
                "or pass --allow-changed to apply it all the same",
            )
        )
    for kind in KINDS:
        own = plan.of(kind)
        if own:
            district = kind.apply(own, district)
    return district
