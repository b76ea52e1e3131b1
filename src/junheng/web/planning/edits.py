"""Edits of a catchment plan by hand: read, measured at once, and turned into a plan of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from junheng.errors import UsageError
from junheng.measure.shared import NEAREST, shared_zones
from junheng.planners.catchments.wishes import zones_shared
from junheng.plans.compare import MEASURES
from junheng.plans.edit import EditDesk, SchoolEffect, edit_desk, zones_in_force
from junheng.text import Text
from junheng.web.language import said
from junheng.web.maps.facts import Atlas, Side, load_of, zones_of
from junheng.web.planning import services
from junheng.web.planning.comparing import stage_of
from junheng.web.planning.kinds.by_hand import WAYS
from junheng.web.planning.kinds.catchments import figure
from junheng.web.planning.mapping import AFTER, drawn, zones_by
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.tradeoffs import OF_THE_WHOLE
from junheng.web.registry.snapshots import district_of
from junheng.web.remember import made_once
from junheng.web.roles import Person
from junheng.web.standard import standard

_MORE_IS_BETTER = frozenset({"share_inside"})
_DAMAGED = Text("手工调整的内容有误，请刷新页面", "the edit cannot be read: reload the page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What somebody changed by hand.

    Attributes
    ----------
    moves
        Home to the school that it was given to, where the plan has another.
    locked
        Home to school: it must stay there, whatever is planned next.
    forbidden
        Pairs of home and school that must not be joined.
    """

    moves: Mapping[str, str]
    locked: Mapping[str, str]
    forbidden: frozenset[tuple[str, str]]

    @property
    def fixed(self) -> dict[str, str]:
        """What the next plan must keep: pins, and what was given by hand."""
        return {**self.locked, **self.moves}


def read_edit(text: str | bytes) -> Edit:
    """Read an edit from JSON.

    Raises
    ------
    UsageError
        If it is no edit, or contradicts itself: then naming the homes.
    """
    try:
        given = json.loads(text)
        edit = Edit(
            moves=dict(map(_pair, given["moves"].items())),
            locked=dict(map(_pair, given["locked"].items())),
            forbidden=frozenset(map(_pair, given["forbidden"])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UsageError(_DAMAGED) from error
    torn = {home for home, school in edit.moves.items() if edit.locked.get(home, school) != school}
    torn |= {home for home, school in edit.forbidden if school == edit.fixed.get(home)}
    if torn:
        text_of = Text("自相矛盾的居住单元：{homes}", "homes that contradict themselves: {homes}")
        raise UsageError(text_of.format(homes=", ".join(sorted(torn))))
    return edit


def effect_of(plan: PlanRecord, edit: Edit) -> dict[str, Any]:
    """Return what an edit does, for JSON: every measure, the loads and zones that change, homes cut off.

    Raises
    ------
    UsageError
        Naming homes and schools that the snapshot does not have at the stage.
    """
    desk = _desk(plan)
    found = desk.effect(zones_by(plan), edit.moves)
    atlas = drawn(plan)
    side = _edited(atlas, edit.moves, found.schools)
    number = {code: j for j, code in enumerate(atlas.schools)}
    changed = [number[one.school] for one in found.schools]
    zones = zones_of(atlas, side, changed)
    home_at = {code: i for i, code in enumerate(atlas.ground.homes)}
    return {
        "measures": _measures(
            _today(plan.snapshot_id, plan.snapshot.hash, stage_of(plan)), found.before, found.after
        ),
        "schools": [{"id": j, **load_of(side, atlas.schools[j])} for j in changed],
        "zones": zones,
        "gone": sorted(set(changed) - {zone["id"] for zone in zones["features"]}),
        "broken": [home_at[code] for code in found.cut_off],
        "km": {home_at[home]: _km(desk, home, school) for home, school in edit.moves.items()},
    }


def keep(*, by: Person, plan: PlanRecord, name: str, how: str, edit: Edit, seconds: int) -> PlanRecord:
    """Ask for a plan out of an edit; a job makes it, and the plan that was edited stays as it is.

    Raises
    ------
    UsageError
        For a way that is none, an empty name, or an edit that names what the snapshot does not have.
    """
    if how not in WAYS or not name.strip():
        raise UsageError(Text("请填写名称并选择如何处理", "give a name and say what to do with the edit"))
    _refuse_strangers(_desk(plan), edit)
    before = json.loads(plan.settings)
    settings = {
        **{name: value for name, value in before.items() if name not in OF_THE_WHOLE},
        "locked": sorted(edit.fixed.items()),
        "forbidden": sorted(edit.forbidden),
        "seconds": seconds,
        "base": plan.pk,
        "moves": dict(sorted(edit.moves.items())),
        "how": how,
    }
    return services.start(by=by, kind=plan.kind, name=name.strip(), snapshot=plan.snapshot, settings=settings)


def _refuse_strangers(desk: EditDesk, edit: Edit) -> None:
    homes, schools = set(desk.homes), set(desk.schools)
    pairs = [*edit.moves.items(), *edit.locked.items(), *edit.forbidden]
    strangers = sorted(
        f"{home}={school}" for home, school in pairs if home not in homes or school not in schools
    )
    if strangers:
        text = Text(
            "没有这个居住单元，或该校没有这个学段：{list}", "no such home, or no school of this stage: {list}"
        )
        raise UsageError(text.format(list=", ".join(strangers)))


def _desk(plan: PlanRecord) -> EditDesk:
    """Return what measures the zones of a plan, which may share zones that the records do not."""
    given = json.loads(plan.settings)
    shares = tuple(tuple(schools) for schools in given.get("shares", ()))
    distance = given.get("share_distance", NEAREST)
    return _desk_of(plan.snapshot_id, plan.snapshot.hash, stage_of(plan), shares, distance)


@made_once(maxsize=4)
def _desk_of(
    snapshot: int,
    expected: str,
    stage: str,
    shares: tuple[tuple[str, ...], ...] = (),
    distance: str = NEAREST,
) -> EditDesk:
    district = district_of(snapshot)
    shared = (*shared_zones(district, stage), *zones_shared(stage, shares, distance=distance))
    return edit_desk(district, standard().on(district.year.first_day), stage=stage, shared=shared)


@made_once(maxsize=4)
def _today(snapshot: int, expected: str, stage: str) -> Mapping[str, float | None]:
    return _desk_of(snapshot, expected, stage).measured(zones_in_force(district_of(snapshot), stage=stage))


def _edited(atlas: Atlas, moves: Mapping[str, str], changed: tuple[SchoolEffect, ...]) -> Side:
    before = atlas.sides[-1]
    school = before.school.copy()
    number = {code: j for j, code in enumerate(atlas.schools)}
    home_at = {code: i for i, code in enumerate(atlas.ground.homes)}
    for home, code in moves.items():
        school[home_at[home]] = number[code]
    loads = {**before.loads, **{one.school: _load(before.loads.get(one.school, {}), one) for one in changed}}
    return Side(name="edit", label=AFTER, school=school, loads=loads, homes=before.homes)


def _load(row: Mapping[str, Any], found: SchoolEffect) -> dict[str, Any]:
    children = found.children_after
    use = children / found.places if found.places and children is not None else None
    return {**row, "zoned": found.children_after, "zoned_utilisation": use, "zoned_over": found.over_after}


def _measures(*sides: Mapping[str, float | None]) -> list[dict[str, str]]:
    rows = []
    for key, (name, unit) in MEASURES.items():
        now, plan, edit = (said(figure(side[key], unit)) for side in sides)
        rows.append(
            {
                "name": said(name),
                "now": now,
                "plan": plan,
                "edit": edit,
                "change": _change(key, sides[1][key], sides[2][key]),
            }
        )
    return rows


def _change(key: str, before: float | None, after: float | None) -> str:
    if before is None or after is None or np.isclose(before, after, rtol=1e-12, atol=1e-12):
        return "same"
    return "better" if (after > before) is (key in _MORE_IS_BETTER) else "worse"


def _km(desk: EditDesk, home: str, school: str) -> float | None:
    km = desk.km(home, school)
    return round(km, 2) if np.isfinite(km) else None


def _pair(given: Any) -> tuple[str, str]:
    home, school = given
    if isinstance(given, str) or not all(isinstance(code, str) and code for code in (home, school)):
        raise TypeError
    return home, school
