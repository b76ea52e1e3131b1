"""What a round shows to families: its rules, its zones and who offers places. Made once, then kept in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from junheng.admission.rounds.facts import zone_of_schools
from junheng.admission.rules.model import Case, Rules
from junheng.admission.rules.national import cutoff_day, entry_age, standard_day
from junheng.district.model import District
from junheng.standards.standard import Standard
from junheng.web.admissions.models import Round
from junheng.web.admissions.records import rules_of, standard_of
from junheng.web.families.zones import School, Zones
from junheng.web.registry.snapshots import district_of
from junheng.web.registry.store import frame_of
from junheng.web.remember import made_once


@dataclass(frozen=True, eq=False)
class Face:
    """A round as families see it.

    Attributes
    ----------
    rules
        The rules of the round.
    zones
        Homes, zones and schools of the round's snapshot, with the places of the round.
    standard
        The standard that holds for the round.
    """

    rules: Rules
    zones: Zones
    standard: Standard

    @property
    def stage(self) -> str:
        """The stage that is entered."""
        return self.rules.stage

    @cached_property
    def offering(self) -> dict[str, School]:
        """Schools that offer places in this round, by code."""
        return {code: one for code, one in self.zones.schools.items() if one.places.get(self.stage)}

    @cached_property
    def options(self) -> SafeString:
        """The schools that offer places as options of a list: made once, for it stands on every form six times."""
        return _options(self.offering)

    @cached_property
    def options_of_stage(self) -> SafeString:
        """Likewise the schools that have the stage, whether they offer places or not: where an older sibling may be."""
        return _options({code: one for code, one in self.zones.schools.items() if self.stage in one.stages})

    @cached_property
    def zone_names(self) -> Mapping[str, str]:
        """Zone of every school that shares one with others."""
        return zone_of_schools(self.rules)

    def zone_of_school(self, school: str) -> str:
        """Return the zone of a school: its own code, unless it shares one."""
        return self.zone_names.get(school, school)

    def zone_of_home(self, home: str) -> str | None:
        """Return the zone in which a home lies at this stage."""
        school = self.zones.school_of(home, self.stage)
        return None if school is None else self.zone_of_school(school)

    def own_schools(self, home: str) -> list[School]:
        """Return the schools of a home's zone that offer places."""
        zone = self.zone_of_home(home)
        return [] if zone is None else self._by_zone.get(zone, [])

    @cached_property
    def _by_zone(self) -> dict[str, list[School]]:
        found: dict[str, list[School]] = {}
        for code, one in self.offering.items():
            found.setdefault(self.zone_of_school(code), []).append(one)
        return found

    @cached_property
    def pieces(self) -> dict[tuple[object, ...], SafeString]:
        """Parts of a form that nobody has filled in yet, by name, language and home or zone: made once each."""
        return {}

    @cached_property
    def feeders(self) -> frozenset[tuple[str, str]]:
        """Pairs of a school that is left and the school of this stage to which it leads."""
        return self.zones.feeders(self.stage)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Every case of the classes and reserves."""
        classes = [case for some in self.rules.classes.values() for one in some for case in one.cases]
        return (*classes, *(case for one in self.rules.reserves for case in one.cases))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Facts that some rule asks about: what decides nothing is not asked of a family."""
        return frozenset(fact for case in self.cases for fact in case.facts)

    @cached_property
    def latest_birth(self) -> date:
        """The last day of birth of a child that is old enough."""
        on = self.standard.on(standard_day(self.rules))
        day = cutoff_day(self.rules, on)
        year = day.year - entry_age(self.rules, on)
        try:
            return day.replace(year=year)
        except ValueError:
            return date(year, 2, 28)


def _options(schools: Mapping[str, School]) -> SafeString:
    named = ((code, one.name) for code, one in schools.items())
    return format_html_join("", '<option value="{}">{}</option>', named)


def face(one: Round) -> Face:
    """Return what families see of a round."""
    return _face(one.pk, one.revision)


@made_once(maxsize=8)
def _face(pk: int, revision: str) -> Face:
    """Make it; the revision only keeps an older one from being taken for it."""
    one = Round.objects.get(pk=pk)
    return Face(rules_of(one.rules), Zones(_with_plan(one)), standard_of(one))


def _with_plan(one: Round) -> District:
    plan = json.loads(one.plan)
    rows = [{**row, "stage": one.stage} for row in plan.get("places", ())]
    return district_of(one.snapshot_id).replace(places=frame_of("places", rows))
