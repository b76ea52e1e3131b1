"""The curve of choices: what its line joins, and how it is drawn for the report and for the planning desk."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from junheng.report.curve import curve_of
from junheng.report.curve_chart import chart

ROWS = [
    {"number": 1, "moved": 0, "mean_km": 1.3, "over": 40, "pupil_km": 130.0, "apart": 0.2},
    {"number": 2, "moved": 30, "mean_km": 1.2, "over": 0, "pupil_km": 120.0, "apart": 0.2},
    {"number": 3, "moved": 90, "mean_km": 1.0, "over": 0, "pupil_km": 100.0, "apart": 0.2},
    {"number": 4, "moved": 95, "mean_km": 1.1, "over": 0, "pupil_km": 110.0, "apart": 0.0},
]
BESIDE = [
    {"zh": "现行学区", "en": "today", "moved": 0, "mean_km": 1.4, "over": 40, "mark": "A"},
    {"zh": "提案", "en": "proposal", "moved": 60, "mean_km": 1.15, "over": 0, "mark": "B"},
]


def elements(drawn: str, tag: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(drawn).iter() if one.tag == tag]


def test_the_line_joins_what_nothing_beats_in_overflow_moves_and_distance() -> None:
    found = curve_of(ROWS, BESIDE)
    assert found is not None
    # 1 has more over capacity; 4 is better than 3 in nothing but the balance.
    assert [point.is_on_line for point in found.points] == [False, True, True, False]
    assert (found.has_over, found.has_apart, found.has_bound) == (True, True, False)
    assert [plan.mark for plan in found.plans] == ["A", "B"]


def test_without_a_distance_there_is_no_choice_and_without_a_choice_no_curve() -> None:
    assert curve_of([], BESIDE) is None
    assert curve_of([{**ROWS[0], "mean_km": None}], BESIDE) is None


def test_on_the_desk_each_choice_leads_somewhere_and_the_chosen_one_is_ringed() -> None:
    found = curve_of(ROWS, BESIDE, href=lambda row: f"?point={row['number']}&a=1")
    assert found is not None
    drawn = chart(found, language="en", chosen="3")
    links = elements(drawn, "a")
    assert [one.get("href") for one in links] == [f"?point={n}&a=1" for n in (1, 2, 3, 4)]
    assert (
        links[1].get("aria-label")
        == "2: 30 pupils moved, mean 1.20 km, 0 over capacity, shares 20.0% apart at most"
    )
    (ring,) = [one for one in elements(drawn, "circle") if one.get("class") == "chosen"]
    dot = links[2].findall("circle")[-1]
    assert (ring.get("cx"), ring.get("cy")) == (dot.get("cx"), dot.get("cy"))
    assert not re.search(r"[\u4e00-\u9fff]", drawn)
    assert "data-tip" not in drawn


def test_in_the_report_the_drawing_leads_nowhere_and_speaks_both_languages() -> None:
    found = curve_of(ROWS, BESIDE)
    assert found is not None
    drawn = chart(found)
    assert elements(drawn, "a") == []
    assert len(re.findall('data-tip-zh="改换', drawn)) == len(ROWS)
    assert '<tspan lang="zh">' in drawn


def test_numbers_cover_neither_dots_nor_one_another_and_the_chosen_one_is_always_written() -> None:
    crowd = [{"number": n, "moved": 100 + n // 7, "mean_km": 1.0 - n / 1000, "over": 0} for n in range(1, 41)]
    found = curve_of([*ROWS, *crowd], (), href=lambda row: "?")
    assert found is not None
    for chosen in ("4", "20", "40"):
        drawn = chart(found, language="zh", chosen=chosen)
        written = [one for one in elements(drawn, "text") if one.get("class") == "number"]
        assert chosen in [one.text for one in written]
        at = [(float(one.get("x") or 0), float(one.get("y") or 0)) for one in written if one.text != chosen]
        assert len(at) < len(crowd)
        assert all(abs(x - u) > 13 or abs(y - v) > 13 for i, (x, y) in enumerate(at) for u, v in at[:i])
