"""The kinds of plan that the desk offers: one module each, and a row here."""

from __future__ import annotations

from junheng.web.planning.kinds import catchments, compliance, exchange, feeders, layout, leaders
from junheng.web.planning.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    "catchments": catchments.KIND,
    "feeders": feeders.KIND,
    "layout": layout.KIND,
    "compliance": compliance.KIND,
    "exchange": exchange.KIND,
    "leaders": leaders.KIND,
}
"""By the code that a plan's record has, in the order in which they are offered."""
