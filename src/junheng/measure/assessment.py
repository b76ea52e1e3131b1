"""Assessment: a District measured against a Standard; value, verdict and gap for every rule and every school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from junheng import __version__
from junheng.district.model import District
from junheng.errors import Problem
from junheng.measure.balance import Balance, balance
from junheng.measure.indicators import Indicators, indicators
from junheng.measure.places import Places, places
from junheng.standards.standard import Standard
from junheng.standards.value import Value
from junheng.text import Text

VERDICTS = {
    "pass": Text("通过", "pass"),
    "fail": Text("未通过", "fail"),
    "met": Text("达标", "met"),
    "near": Text("未达标（不低于底线）", "not met, above the floor"),
    "below": Text("未达标", "not met"),
    "not_assessed": Text("未评", "not assessed"),
    "excluded": Text("不纳入", "left out"),
    "reported": Text("仅报告", "reported only"),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class Assessment:
    """What one District is against one Standard on one day. It changes nothing.

    Attributes
    ----------
    district, standard
        What was measured, and against what.
    on
        The day of the standard's values.
    balance
        The seven resource indicators, the school rule, the coefficients of variation.
    places
        Capacity, class sizes, access.
    indicators
        All 32 indicators and the vetoes of the national assessment, and the county's verdict.
    version
        Version of the program.
    """

    district: District
    standard: Standard
    on: date
    balance: Balance
    places: Places
    indicators: Indicators
    version: str = __version__

    @property
    def verdict(self) -> str:
        """``pass``, ``fail`` or ``not_assessed`` for the county as a whole."""
        return self.indicators.verdict

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value of the standard that decided something, each once."""
        used = (*self.balance.values, *self.places.values, *self.indicators.values)
        return tuple({(value.rule, value.stage, value.kind, value.waiver): value for value in used}.values())

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What a reader of any of it must know: looser overlays, waivers and their dates, unread declarations."""
        return (*self.standard.notices, *self.standard.on(self.on).notices, *self.indicators.notices)

    def as_dict(self) -> dict[str, Any]:
        """Return the assessment for JSON: hashes, verdicts, every table, and where every number came from."""
        return {
            "format": "junheng-assessment-1",
            "district": {
                "code": self.district.code,
                "name": self.district.name,
                "year": str(self.district.year),
                "synthetic": self.district.is_synthetic,
                "hash": self.district.hash,
            },
            "standard": {
                "name": self.standard.name,
                "hash": self.standard.hash,
                "on": self.on.isoformat(),
                "scopes": [scope.code or scope.level for scope in self.standard.scopes],
                "waivers": list(self.standard.active_waivers),
            },
            "version": self.version,
            "verdict": self.verdict,
            "notices": [notice.as_dict() for notice in self.notices],
            "indicators": self.indicators.table.to_dicts(),
            "guarantee": self.indicators.guarantee.to_dicts(),
            "balance": {
                "verdict": self.balance.verdict,
                "passing": [part._asdict() for part in self.balance.passing],
                **_frames(self.balance, "stages", "indicators", "variation", "needs"),
            },
            "places": {
                **_frames(self.places, "schools", "rolls", "classes", "access", "district", "needs"),
                "distance_method": self.places.distance_method,
                "off_network": list(self.places.off_network),
                "adjacency_method": self.places.adjacency_method,
            },
            "values": [_value(value) for value in self.values],
        }


def assess(district: District, standard: Standard, *, on: date | None = None) -> Assessment:
    """Measure a District against a Standard.

    Parameters
    ----------
    on
        The day whose values apply; the first day of the district's school year (1 September, on which pupils,
        staff and assets are counted) if not given.
    """
    day = district.year.first_day if on is None else on
    today = standard.on(day)
    found = balance(district, today)
    fitted = places(district, today)
    return Assessment(
        district=district,
        standard=standard,
        on=day,
        balance=found,
        places=fitted,
        indicators=indicators(district, standard, balance=found, places=fitted, on=day),
    )


def _frames(section: object, *names: str) -> dict[str, list[dict[str, Any]]]:
    frames: dict[str, pl.DataFrame] = {name: getattr(section, name) for name in names}
    return {name: frame.to_dicts() for name, frame in frames.items()}


def _value(value: Value) -> dict[str, Any]:
    return {
        "rule": value.rule,
        "stage": value.stage,
        "kind": value.kind,
        "number": value.number,
        "unit": value.unit,
        "operator": value.operator,
        "scope": value.scope.code or value.scope.level,
        "citation": value.citation.describe()._asdict(),
        "source": value.citation.source,
        "confidence": value.confidence,
        "waiver": value.waiver,
        "overrides": None if value.overrides is None else _value(value.overrides),
    }
