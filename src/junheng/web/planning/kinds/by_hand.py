"""A catchment plan that somebody edited by hand: the other plan with the homes that were given to other schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from junheng.district.model import District
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.plan import Plan
from junheng.provenance import hash_json
from junheng.report.words import REASONS
from junheng.text import Text

KEPT, REPAIRED, REPLANNED = "kept", "repaired", "replanned"
WAYS: dict[str, Text] = {
    KEPT: Text("照手工调整保存", "kept as edited by hand"),
    REPAIRED: Text("保留手工调整，其余改动最少地修补", "edits kept, the rest mended with the least change"),
    REPLANNED: Text("保留手工调整，其余重新编制", "edits kept, the rest planned again"),
}
"""What may become of an edit."""
_REASON = "by_hand"


def edited(base: Plan, district: District, settings: Mapping[str, Any]) -> Plan:
    """Return the plan with the homes of ``settings["moves"]`` given by hand; nothing is proven of it any more."""
    stage, moves = settings["stage"], dict(settings["moves"])
    rows = district.table("catchments").filter(stage=stage)
    today = dict(zip(rows["home"].to_list(), rows["school"].to_list(), strict=True))
    given = {
        home: AssignHome(
            stage=stage,
            home=home,
            school=school,
            before=today.get(home),
            reason=_REASON,
            text=REASONS[_REASON],
        )
        for home, school in moves.items()
    }
    kept = [given.pop(one.home, one) if isinstance(one, AssignHome) else one for one in base.actions]
    inputs = {"district": district.hash, "base": base.inputs_hash}
    asked = {name: settings[name] for name in ("stage", "moves", "locked", "forbidden")}
    return replace(
        base,
        name=Text("{name}（手工调整）", "{name}, edited by hand").format(name=base.name),
        objective={},
        seconds=0.0,
        seed=None,
        inputs=inputs,
        inputs_hash=hash_json({"inputs": inputs, "settings": asked}),
        settings=asked,
        stopped_by="edited",
        actions=(*kept, *given.values()),
    )
