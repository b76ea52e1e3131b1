"""A report made by hand for the tests of this room, and a reader of the page that it becomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.assessment import Assessment, assess
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.compare import compare, plan_of_zones
from junheng.plans.plan import Level, Plan
from junheng.report import LoopReport, render
from junheng.standards import load_standard
from junheng.text import Text

EVIL = '第一<script>alert("1")</script>小学'
EVIL_HOME = "东里</script><img src=x onerror=alert(2)>'\""
VOID = {"meta", "input", "br", "img", "link", "hr"}


@dataclass
class Page(HTMLParser):
    """What a browser would see, as far as these tests ask."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)
    contents: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    unbalanced: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._table: str | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag in VOID:
            return
        self.stack.append(tag)
        if tag in ("style", "script", "title"):
            self.contents.setdefault(given.get("id", tag), []).append("")
            self._content = given.get("id", tag)
        if tag == "table":
            self._table = given.get("id", "")
            self.tables[self._table] = []
        elif tag == "tr" and self._table is not None:
            self.tables[self._table].append([])
        elif tag in ("td", "th") and self._table is not None:
            self.tables[self._table][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.unbalanced.append(tag)
        if tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] in ("style", "script", "title"):
            self.contents[self._content][-1] += data
            return
        self.text += data
        in_cell = {"td", "th"} & set(self.stack)
        if self._table is not None and in_cell and self.tables[self._table]:
            self.tables[self._table][-1][-1] += data

    def rows(self, table: str) -> list[list[str]]:
        """Return the cells of a table's body, spaces squeezed, both languages one after the other."""
        return [[" ".join(cell.split()) for cell in row] for row in self.tables[table][1:]]

    def all(self, attribute: str) -> list[str]:
        return [given[attribute] for _, given in self.tags if attribute in given]


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    return page


def square(column: int, row: int) -> str:
    x, y = 118 + column / 100, 36 + row / 100
    return f"POLYGON (({x} {y}, {x + 0.01} {y}, {x + 0.01} {y + 0.01}, {x} {y + 0.01}, {x} {y}))"


def stage_row(school: str, stage: str, **figures: int) -> dict[str, Any]:
    none = {"teachers_doctor": 0, "teachers_master": 0, "teachers_associate": 0, "music_teachers": 0}
    return {"school": school, "stage": stage, **none, "art_teachers": 0, "arts_teachers": 0, **figures}


def hand_made() -> dict[str, pl.DataFrame]:
    """Four schools: one short in two indicators, one that passes, one left out, one without its premises."""
    stages = [
        stage_row(
            "A",
            "primary",
            pupils=100,
            capacity_pupils=80,
            teachers_bachelor=5,
            backbone_teachers=0,
            pe_teachers=1,
        ),
        stage_row(
            "B",
            "primary",
            pupils=200,
            capacity_pupils=250,
            teachers_bachelor=10,
            backbone_teachers=2,
            pe_teachers=2,
        ),
        stage_row(
            "C",
            "primary",
            pupils=20,
            capacity_pupils=40,
            teachers_bachelor=2,
            backbone_teachers=1,
            pe_teachers=1,
        ),
        stage_row("D", "primary", pupils=50, teachers_bachelor=5, backbone_teachers=1, pe_teachers=1),
        stage_row("D", "junior", pupils=50, teachers_bachelor=5, backbone_teachers=1, pe_teachers=1),
    ]
    schools = [
        {"school": "A", "name": EVIL, "kind": "primary", "lon": 118.005, "lat": 36.005, "home": "h1"},
        {"school": "B", "name": "第二小学", "kind": "primary", "lon": 118.015, "lat": 36.015, "home": "h4"},
        {
            "school": "C",
            "name": "东村教学点",
            "kind": "teaching_point",
            "lon": 118.009,
            "lat": 36.012,
            "home": "h3",
        },
        {"school": "D", "name": "九年一贯制学校", "kind": "nine_year"},
    ]
    room = {"indoor_sports_m2": 0.0, "multimedia_rooms": 5}
    premises = [
        {"school": "A", "teaching_m2": 500.0, "sports_ground_m2": 700.4, "equipment_yuan": 250_000.0, **room},
        {
            "school": "B",
            "teaching_m2": 1000.0,
            "sports_ground_m2": 1600.0,
            "equipment_yuan": 400_000.0,
            **room,
        },
    ]
    homes = [
        {
            "home": code,
            "name": name,
            "lon": 118.005 + c / 100,
            "lat": 36.005 + r / 100,
            "polygon": square(c, r),
        }
        for code, name, c, r in (
            ("h1", "西里", 0, 0),
            ("h2", EVIL_HOME, 1, 0),
            ("h3", "北村", 0, 1),
            ("h4", None, 1, 1),
        )
    ]
    pairs = [("h1", "h2", 1.1), ("h1", "h3", 1.3), ("h2", "h4", 1.2), ("h3", "h4", 1.0)]
    return {
        "district": pl.DataFrame([{"district": "X1", "name": "示例县", "year": 2026, "synthetic": "yes"}]),
        "schools": pl.DataFrame(schools),
        "stages": pl.DataFrame(stages),
        "premises": pl.DataFrame(premises),
        "classes": pl.DataFrame(
            [
                {"school": "A", "stage": "primary", "grade": g, "class": "1", "pupils": n}
                for g, n in enumerate((66, 56, 46, 45, 43), start=1)
            ]
        ),
        "homes": pl.DataFrame(homes),
        "neighbours": pl.DataFrame([{"home": a, "neighbour": b, "road_km": km} for a, b, km in pairs]),
        "children": pl.DataFrame(
            [
                {"home": home, "year": 2026, "stage": "primary", "children": n}
                for home, n in (("h1", 60), ("h2", 60), ("h3", 100), ("h4", 30))
            ]
        ),
        "catchments": pl.DataFrame(
            [
                {"stage": "primary", "home": home, "school": school}
                for home, school in (("h1", "A"), ("h2", "A"), ("h3", "B"), ("h4", "B"))
            ]
        ),
    }


def move_h2(district: District) -> Plan:
    """Give the second home to the second school: nobody is over capacity any more."""
    school_of = {"h1": "A", "h2": "B", "h3": "B", "h4": "B"}
    before = {"h1": "A", "h2": "A", "h3": "B", "h4": "B"}
    why = Text("最近的学校已满：超出 40 人", "nearest is full: 40 pupils over")
    return Plan(
        kind="catchments",
        name=Text("方案甲", "plan one"),
        objective={
            "overflow_pupils": Level(value=0, bound=0, unit="pupil"),
            "pupil_km": Level(value=200, bound=190, unit="pupil km"),
        },
        seconds=1.5,
        seed=7,
        inputs={"district": district.hash},
        inputs_hash="c0ffee" * 10,
        standard_date="2026-09-01",
        version="0.1.0",
        settings=MappingProxyType({"stage": "primary"}),
        stopped_by="proven",
        actions=tuple(
            AssignHome(
                stage="primary",
                home=home,
                school=school,
                before=before[home],
                reason="nearest_full" if home == "h2" else "nearest",
                text=why if home == "h2" else Text("就近", "nearest"),
            )
            for home, school in school_of.items()
        ),
    )


@cache
def report() -> LoopReport:
    district, standard = District.of(hand_made()), load_standard("cn")
    plan = move_h2(district)
    all_to_b = pl.DataFrame({"home": ["h1", "h2", "h3", "h4"], "school": ["A", "B", "A", "B"]})
    other = plan_of_zones(district, all_to_b, name=Text("提案乙", "proposal two"), stage="primary")
    before = assess(district, standard)
    return LoopReport(
        before=before,
        after=assess(plan.apply(district), standard),
        plans=(other, plan),
        chosen=plan,
        stage="primary",
        comparison=compare(district, [other, plan], standard.on(before.on), stage="primary"),
        frontier=pl.DataFrame({"moved": [0, 60], "mean_km": [0.9, 0.7], "over": [40, 0]}),
    )


@cache
def page() -> Page:
    return read(render(report()))


def alone(*without: str, **changed: pl.DataFrame) -> Assessment:
    tables = {name: frame for name, frame in (hand_made() | changed).items() if name not in without}
    return assess(District.of(tables), load_standard("cn"))
