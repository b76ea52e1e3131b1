"""Setting up a round: its snapshot, its rules, what each school offers, when families may apply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from junheng.admission.rounds.facts import sectors
from junheng.admission.rules import Rules
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions.models import Round
from junheng.web.admissions.records import rules_of
from junheng.web.admissions.states import OPEN_TO_CHANGE, locked, touch
from junheng.web.audit.services import record
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one school offers: classes and places, and the floors and ceilings that differ from the rules."""

    classes: int | None
    places: int | None
    reserves: Mapping[str, tuple[int | None, int | None]]


@transaction.atomic
def open_round(
    *,
    by: Person,
    snapshot: Snapshot,
    stage: str,
    year: int,
    code: str,
    rules: str,
    overlays: Iterable[str] = (),
    is_example: bool = False,
) -> Round:
    """Set up a round on a snapshot; the plan begins with what the snapshot's records say of it.

    Raises
    ------
    InputError
        If the rules cannot be read.
    UsageError
        If a round of that name is there, or the rules are of another stage or year.
    """
    _refuse_others(rules_of(rules), code=code, stage=stage, year=year)
    district = district_of(snapshot.pk)
    plan = {
        name: [
            {key: value for key, value in row.items() if value is not None and key != "stage"}
            for row in district.table(name).iter_rows(named=True)
            if row["stage"] == stage
        ]
        for name in ("places", "place_reserves")
    }
    found = Round(
        year=year,
        stage=stage,
        code=code,
        snapshot=snapshot,
        rules=rules,
        plan=json.dumps(plan, ensure_ascii=False),
        overlays=json.dumps(sorted(overlays), ensure_ascii=False),
        is_example=is_example,
        made_by=by.name,
    )
    touch(found)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        text = Text("已有名为“{code}”的轮次", "there is a round “{code}” already").format(code=code)
        raise UsageError(text) from error
    facts = {"snapshot": snapshot.hash, "stage": stage, "overlays": sorted(overlays)}
    record("round-opened", by=by, subject="round", subject_id=code, changes=facts)
    return found


@transaction.atomic
def set_rules(*, by: Person, found: Round, text: str) -> Rules:
    """Put other rules into the place of a round's.

    Raises
    ------
    InputError
        With every problem of the rules.
    UsageError
        If they are of another round, stage or year, or the round is frozen.
    """
    own = locked(found, OPEN_TO_CHANGE)
    rules = rules_of(text)
    _refuse_others(rules, code=own.code, stage=own.stage, year=own.year)
    if own.rules != text:
        own.rules = text
        _keep(own, by=by, rules=rules.as_dict())
    return rules


@transaction.atomic
def set_hours(*, by: Person, found: Round, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Set from when to when families may apply."""
    own = locked(found, OPEN_TO_CHANGE)
    if opens_at is not None and closes_at is not None and opens_at >= closes_at:
        raise UsageError(Text("截止应晚于开始", "applications must close after they open"))
    own.opens_at, own.closes_at = opens_at, closes_at
    _keep(own, by=by, opens_at=opens_at, closes_at=closes_at)


@transaction.atomic
def set_offer(*, by: Person, found: Round, school: str, offer: Offer) -> None:
    """Set what one school offers; without places it offers none in this round."""
    own = locked(found, OPEN_TO_CHANGE)
    if school not in set(district_of(own.snapshot_id).table("schools")["school"]):
        raise UsageError(Text(f"没有学校 {school}", f"there is no school {school}"))
    plan = json.loads(own.plan)
    before = offer_of(own, school)
    places = [row for row in plan.get("places", ()) if row["school"] != school]
    reserves = [row for row in plan.get("place_reserves", ()) if row["school"] != school]
    if offer.places is not None:
        places.append(_present({"school": school, "classes": offer.classes, "places": offer.places}))
        reserves += [
            _present({"school": school, "reserve": name, "floor": floor, "ceiling": ceiling})
            for name, (floor, ceiling) in sorted(offer.reserves.items())
            if floor is not None or ceiling is not None
        ]
    own.plan = json.dumps(
        {
            "places": sorted(places, key=lambda row: row["school"]),
            "place_reserves": sorted(reserves, key=lambda row: (row["school"], row["reserve"])),
        },
        ensure_ascii=False,
    )
    _keep(own, by=by, school=school, before=_told(before), after=_told(offer))


def sector_of(found: Round, school: str) -> str:
    """Return whether a school of a round's snapshot is ``public`` or ``private``."""
    return dict(sectors(district_of(found.snapshot_id)).iter_rows()).get(school) or "public"


def offer_of(found: Round, school: str) -> Offer:
    """Return what a school offers as it stands."""
    plan = json.loads(found.plan)
    own: dict[str, Any] = next((row for row in plan.get("places", ()) if row["school"] == school), {})
    return Offer(
        classes=own.get("classes"),
        places=own.get("places"),
        reserves={
            row["reserve"]: (row.get("floor"), row.get("ceiling"))
            for row in plan.get("place_reserves", ())
            if row["school"] == school
        },
    )


def _keep(own: Round, *, by: Person, **facts: Any) -> None:
    touch(own)
    own.save()
    record("round-set", by=by, subject="round", subject_id=own.code, changes=facts)


def _refuse_others(rules: Rules, *, code: str, stage: str, year: int) -> None:
    if (rules.round, rules.stage, rules.year) != (code, stage, year):
        raise UsageError(
            Text(
                "细则属于 {round}（{own_year} 年，{own_stage}），本轮为 {code}（{year} 年，{stage}）",
                "the rules are those of {round} ({own_year}, {own_stage}); this round is {code} ({year}, {stage})",
            ).format(
                round=rules.round,
                own_year=rules.year,
                own_stage=rules.stage,
                code=code,
                year=year,
                stage=stage,
            )
        )


def _present(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _told(offer: Offer) -> dict[str, Any]:
    return {"classes": offer.classes, "places": offer.places, "reserves": dict(offer.reserves)}
