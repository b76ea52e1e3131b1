"""What things cost: settings of the planner, not policy. A bureau puts its own in the table ``unit_costs``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import isfinite

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text

TEN_THOUSAND = 1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCosts:
    """Yuan for one unit of each thing that a plan may do.

    The defaults are round figures of the right size, for trying things out. Nobody has decided them, and a plan made
    with them says so in its settings.

    Attributes
    ----------
    move
        One teacher moved to another school for the year: allowance and handling.
    move_km
        Added for each kilometre between the two schools' gates.
    recruit
        One teacher recruited: posts, first pay, settling in.
    recruit_backbone
        Added for one who already is a backbone teacher.
    teaching_m2
        One square metre of teaching and auxiliary rooms.
    sports_m2
        One square metre of sports ground.
    equipment_yuan
        One yuan of teaching equipment.
    multimedia_room
        One multimedia classroom.
    """

    move: float = 12_000.0
    move_km: float = 600.0
    recruit: float = 150_000.0
    recruit_backbone: float = 200_000.0
    teaching_m2: float = 3_500.0
    sports_m2: float = 600.0
    equipment_yuan: float = 1.0
    multimedia_room: float = 60_000.0

    def __post_init__(self) -> None:
        for item, yuan in asdict(self).items():
            if not isfinite(yuan) or yuan < 0:
                raise UsageError(
                    Text(
                        f"单价 {item} 应为非负数，而不是 {yuan}",
                        f"the unit cost {item} is not below 0: {yuan}",
                    )
                )


def costs_of(district: District) -> UnitCosts:
    """Return the unit costs in the table ``unit_costs``, the defaults for whatever stands not in it."""
    recorded = district.table("unit_costs")
    return replace(UnitCosts(), **dict(zip(recorded["item"], recorded["yuan"], strict=True)))
