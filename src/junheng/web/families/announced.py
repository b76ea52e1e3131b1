"""Places that the bureau has announced: those of a year's rounds, which the desk sets after the records were made."""

from __future__ import annotations

from dataclasses import replace

from junheng.web.admissions.models import Round, RoundState
from junheng.web.families.faces import face
from junheng.web.families.zones import School, Serving, Zones


def serving(found: Zones, home: str) -> list[Serving]:
    """Return the schools of a home by stage, with the places that are announced."""
    announced = _announced(found)
    return [replace(one, school=_with_places(one.school, announced)) for one in found.serving(home)]


def school(found: Zones, code: str) -> School | None:
    """Return a school with the places that are announced, or `None` where there is no such school."""
    own = found.schools.get(code)
    return None if own is None else _with_places(own, _announced(found))


def _announced(found: Zones) -> dict[str, dict[str, int]]:
    """Return the places of the rounds that everybody may know of, by stage and school."""
    rounds = Round.objects.filter(year=found.year).exclude(state=RoundState.DRAFT).only("stage", "revision")
    return {
        one.stage: {
            code: own.places[one.stage]
            for code, own in face(one).zones.schools.items()
            if one.stage in own.places
        }
        for one in rounds.order_by("pk")
    }


def _with_places(own: School, announced: dict[str, dict[str, int]]) -> School:
    """Return a school with what rounds announce in the place of what the records say."""
    told = {stage: places[own.code] for stage, places in announced.items() if own.code in places}
    return replace(own, places={**own.places, **told})
