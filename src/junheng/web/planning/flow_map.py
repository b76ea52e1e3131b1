"""What a plan moves between schools, on the map: signed circles at the schools, and ways between them."""

from __future__ import annotations

from typing import Any

from junheng.district.model import District
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.language import said
from junheng.web.planning.flows import flows_of, moves_of, signed
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of

WORDS: dict[str, Text] = {
    "come": Text("来（人）", "come"),
    "go": Text("走（人）", "go"),
    "net": Text("净增减", "net"),
    "told": Text("明细", "in detail"),
    "people": Text("人数", "people"),
    "giftMark": Text("建", "B"),
}


def flows_told(plan: PlanRecord) -> dict[str, Any]:
    """Return who gives and who gets, for JSON; schools without a place on the map are only in the table."""
    district = district_of(plan.snapshot_id)
    names, at = Names.of(district), _places(district)
    return {
        "schools": [
            {
                "code": flow.school,
                "name": names.school(flow.school),
                "at": at[flow.school],
                "come": flow.come,
                "go": flow.go,
                "net": flow.net,
                "netText": signed(flow.net),
                "hasGifts": flow.n_gifts > 0,
                "told": [said(one) for one in flow.told],
            }
            for flow in flows_of(plan)
            if flow.school in at
        ],
        "ways": [
            {
                "name": f"{names.school(move.sender)} → {names.school(move.receiver)}",
                "from": at[move.sender],
                "to": at[move.receiver],
                "n": move.n,
            }
            for move in moves_of(plan)
            if move.sender in at and move.receiver in at
        ],
    }


def _places(district: District) -> dict[str | None, list[float]]:
    schools = district.table("schools").select("school", "lon", "lat").drop_nulls()
    return {school: [lon, lat] for school, lon, lat in schools.iter_rows()}
