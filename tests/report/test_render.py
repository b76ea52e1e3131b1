"""The page itself: complete, escaped, asking for nothing, and with the same numbers as the measurements."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import polars as pl
import pytest
from report_by_hand import EVIL, EVIL_HOME, alone, hand_made, move_h2, page, read, report

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.assessment import assess
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.compare import compare, plan_of_zones
from junheng.report import LoopReport, render, write_html
from junheng.report.words import SETTINGS
from junheng.standards import load_standard
from junheng.standards.loader import EXAMPLE_OVERLAY
from junheng.text import Text


def test_every_element_is_closed_where_it_should_be() -> None:
    assert page().unbalanced == []
    assert page().stack == []


def test_every_id_is_used_once_and_every_reference_has_its_id() -> None:
    ids = page().all("id")
    assert len(ids) == len(set(ids))
    wanted = {
        word
        for name in ("aria-labelledby", "aria-describedby", "data-for")
        for value in page().all(name)
        for word in value.split()
    }
    wanted |= {href.removeprefix("#") for href in page().all("href")}
    assert wanted <= set(ids)


def test_the_page_asks_for_nothing_from_outside() -> None:
    html = render(report())
    for name in ("href", "src", "action", "data", "srcset", "poster", "xlink:href"):
        assert [value for value in page().all(name) if not value.startswith("#")] == []
    code = "".join(page().contents["style"] + page().contents["script"])
    assert (
        re.findall(
            r"https?:|@import|fetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|eval\(|import\(", code
        )
        == []
    )
    assert [link for link in re.findall(r"url\(([^)]*)\)", html) if not link.startswith("#")] == []


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    (policy,) = [
        given["content"] for tag, given in page().tags if given.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for name in ("style", "script"):
        (content,) = page().contents[name]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert "unsafe" not in policy
    assert page().all("style") == []
    assert [name for _, given in page().tags for name in given if name.startswith("on")] == []


def test_names_are_text_whatever_they_look_like() -> None:
    scripts = [given for tag, given in page().tags if tag == "script"]
    assert [given.get("type") for given in scripts] == ["application/json", None]
    assert not any(tag == "img" for tag, _ in page().tags)
    assert EVIL in {row[0] for row in page().rows("matrix")}
    assert EVIL_HOME in {row[0] for row in page().rows("moves")}


def test_names_of_plans_and_districts_are_text_as_well() -> None:
    evil = "<b onclick=alert(3)>丙</b>"
    district = District.of(hand_made())
    zones = pl.DataFrame({"home": ["h2"], "school": ["B"]})
    plan = plan_of_zones(district, zones, name=Text.same(evil), stage="primary")
    standard = load_standard("cn")
    before = assess(
        District.of(hand_made() | {"district": hand_made()["district"].with_columns(name=pl.lit(evil))}),
        standard,
    )
    table = compare(district, [plan], standard.on(before.on), stage="primary")
    found = read(
        render(
            LoopReport(
                before=before,
                chosen=plan,
                stage="primary",
                comparison=table,
                frontier=pl.DataFrame({"moved": [0, 60], "mean_km": [0.9, 0.7], "label": [evil, None]}),
            )
        )
    )
    assert found.text.count(evil) >= 4
    assert [tag for tag, given in found.tags if "onclick" in given] == []


def test_stages_that_share_a_building_lack_it_once() -> None:
    """50 pupils in each stage of a nine-year school: weighted 105 for primary, 105 / 1.1 for junior."""
    own = {"indoor_sports_m2": 0.0, "multimedia_rooms": 9, "teaching_m2": 900.0, "equipment_yuan": 900_000.0}
    premises = pl.DataFrame([{"school": "D", "sports_ground_m2": 100.0, **own}])
    stages = hand_made()["stages"].filter(pl.col("school") == "D")
    schools = hand_made()["schools"].filter(pl.col("school") == "D")
    kept = {"stages": stages, "schools": schools, "premises": premises}
    found = alone("classes", "homes", "neighbours", "children", "catchments", **kept)
    missing = found.balance.indicators.filter(pl.col("rule").cast(pl.String) == "balance.R5")[
        "missing"
    ].to_list()
    # primary 7.5 x 105 - 100 = 687.5; junior 10.2 x 105 / 1.1 - 100 = 873.6: who builds 874 has built both.
    assert missing == pytest.approx([687.5, 10.2 * 105 / 1.1 - 100])
    assert (
        "差 874 平方米体育运动场馆"
        in render(LoopReport(before=found, stage="primary")).partition("逐校逐项")[0]
    )


def test_the_map_knows_every_home_and_school_by_its_own_name() -> None:
    data = json.loads(page().contents["map-data"][0])
    assert [home[0] for home in data["homes"]] == ["西里", EVIL_HOME, "北村", "h4"]
    assert [school[0] for school in data["schools"]] == [EVIL, "第二小学", "东村教学点", "九年一贯制学校"]


def test_the_map_tells_the_same_figures_as_the_measure() -> None:
    data = json.loads(page().contents["map-data"][0])
    for found, place in ((report().before, 3), (report().after, 6)):
        assert found is not None
        rows = {row["home"]: row for row in found.places.homes.iter_rows(named=True)}
        codes = [row["school"] for row in found.district.table("schools").iter_rows(named=True)]
        for code, home in zip(("h1", "h2", "h3", "h4"), data["homes"], strict=True):
            school, km, beyond = home[place : place + 3]
            assert home[1] == rows[code]["children"]
            assert codes[school] == rows[code]["school"]
            assert km == f"{rows[code]['km']:.2f}"
            assert beyond == int(rows[code]["is_beyond"])
    reasons = data["reasons"]
    assert reasons[data["homes"][1][2]] == ["最近的学校已满：超出 40 人", "nearest is full: 40 pupils over"]


def test_schools_that_fail_stand_first_and_those_left_out_last() -> None:
    verdicts = [row[3] for row in page().rows("matrix")]
    assert verdicts[0].startswith("✕")
    assert verdicts[1].startswith("?")
    assert verdicts[-1].startswith("–")
    stages = report().before.balance.stages
    assert len(verdicts) == stages.height
    assert sum(verdict.startswith("✕") for verdict in verdicts) == (stages["verdict"] == "fail").sum()


def test_every_indicator_that_is_not_met_is_listed_with_what_is_missing() -> None:
    listed = page().rows("lacks")
    unmet = report().before.balance.indicators.filter(
        pl.col("verdict").cast(pl.String).is_in(["near", "below"])
    )
    assert len(listed) == unmet.height == 2
    backbone, sports = listed
    assert backbone[6] == "差 1 名骨干教师1 short: backbone teachers"
    # 100 pupils x 7.5 m² = 750; 700.4 are there; what is shown is enough, not 49.
    assert sports[6] == "差 50 平方米体育运动场馆50 m² short: sports grounds and halls"
    assert sports[3] == "△7.00"
    assert (sports[4], sports[5]) == ("7.5", "6.375")


def test_a_cell_that_was_not_assessed_shows_no_number() -> None:
    without_premises = next(row for row in page().rows("matrix") if row[0] == "九年一贯制学校")
    assert without_premises[-4:] == ["?—"] * 4
    assert without_premises[-7:-4] == ["10.00", "2.00", "2.00"]


def test_coefficients_are_those_of_the_measure() -> None:
    text = page().text
    for row in report().before.balance.variation.iter_rows(named=True):
        if row["cv"] is not None:
            assert f"{row['cv']:.3f}" in text


def test_places_before_and_after_are_those_of_the_measure() -> None:
    rows = {row[0]: row for row in page().rows("places")}
    assert rows[EVIL][2:5] == ["80", "100", "120→变为to60"]
    assert rows[EVIL][7] == "40→变为to0"
    assert rows["第二小学"][4] == "130→变为to190"
    assert rows["第二小学"][6] == "52.0%→变为to76.0%"


def test_class_sizes_are_counted_against_each_limit() -> None:
    (row,) = page().rows("classes")
    assert row[2:] == ["5", "51.2", "66", "≤45", "3", "2", "1"]


def test_homes_that_change_school_are_listed_with_the_reason() -> None:
    (row,) = page().rows("moves")
    assert row[1:4] == ["60", EVIL, "第二小学"]
    assert row[6].startswith("最近的学校已满")
    assert report().comparison is not None
    assert report().comparison["moved"].to_list()[-1] == 60


def test_the_best_plan_of_each_row_is_marked_and_the_present_cannot_win_by_moving_nobody() -> None:
    html = render(report())
    table = read(
        html[
            html.index('<table class="compare">') : html.index(
                "</table>", html.index('<table class="compare">')
            )
        ]
        + "</table>"
    )
    rows = {row[0]: row[1:] for row in table.rows("")}
    over, moved = (
        next(v for k, v in rows.items() if k.startswith("超出学位")),
        next(v for k, v in rows.items() if k.startswith("改换学校的学生")),
    )
    assert [("★" in cell) for cell in over] == [False, False, True]
    assert [("★" in cell) for cell in moved] == [False, False, True]


def test_every_value_of_the_standard_that_was_used_is_cited() -> None:
    rows = page().rows("values")
    assert len(rows) == len(report().before.values)
    assert all(row[4] and row[5] for row in rows)


def test_a_local_value_is_shown_as_local_with_what_it_replaces() -> None:
    standard = load_standard("cn", overlays=[EXAMPLE_OVERLAY])
    found = read(render(LoopReport(before=assess(District.of(hand_made()), standard), stage="primary")))
    local = [row for row in found.rows("values") if "guarantee.G5" in row[0] and "primary" in row[1]]
    assert len(local) == 1
    assert local[0][2].startswith("≤ 40")
    assert "代替instead of 45" in local[0][6]
    (row,) = found.rows("classes")
    assert row[5].startswith("≤40 地方")


def test_made_up_records_are_marked_as_such_and_real_ones_are_not() -> None:
    assert "SYNTHETIC DATA" in page().text
    real = hand_made()["district"].with_columns(synthetic=pl.lit("no"))
    assert "SYNTHETIC" not in read(render(LoopReport(before=alone(district=real), stage="primary"))).text


def test_both_languages_stand_side_by_side() -> None:
    html = render(report())
    spans = re.findall(r'<t?span lang="(zh|en)">', html)
    assert spans[::2] == ["zh"] * (len(spans) // 2)
    assert spans[1::2] == ["en"] * (len(spans) // 2)
    assert re.search(r'<html lang="zh-Hans">', html)
    assert re.search(r'<html lang="en">', render(report(), language="en"))


def test_the_same_report_gives_the_same_bytes_and_the_time_it_took_does_not_matter() -> None:
    slower = move_h2(report().before.district)
    object.__setattr__(slower, "seconds", 99.0)
    again = LoopReport(
        before=report().before,
        after=report().after,
        plans=(report().plans[0], slower),
        chosen=slower,
        stage="primary",
        comparison=report().comparison,
        frontier=report().frontier,
    )
    assert render(again) == render(report())


def test_what_is_absent_is_said_to_be_absent() -> None:
    found = read(render(LoopReport(before=report().before, stage="primary")))
    for sentence in ("没有方案：本报告只有现状", "没有选定方案", "没有比较", "没有计算取舍曲线"):
        assert sentence in found.text
    assert found.unbalanced == []
    assert "moves" not in found.tables
    assert "data-show" not in {name for _, given in found.tags for name in given}


def test_without_catchments_there_is_no_map_but_a_reason() -> None:
    found = read(render(LoopReport(before=alone("catchments"), stage="primary")))
    assert "不能绘图" in found.text
    assert not any(given.get("id") == "atlas" for _, given in found.tags)
    junior = read(render(LoopReport(before=report().before, stage="junior")))
    assert "不能绘图" in junior.text


def test_homes_without_polygons_are_drawn_as_points() -> None:
    homes = hand_made()["homes"].drop("polygon")
    found = read(render(LoopReport(before=alone(homes=homes), stage="primary")))
    (atlas,) = [given for _, given in found.tags if given.get("id") == "atlas"]
    assert "dots" in atlas["class"].split()
    assert sum(d.endswith("h0") for d in found.all("d")) >= 4


def test_a_district_with_nothing_but_schools_can_be_reported() -> None:
    found = read(
        render(
            LoopReport(
                before=alone("premises", "classes", "homes", "neighbours", "children", "catchments"),
                stage="primary",
            )
        )
    )
    assert found.unbalanced == []
    assert "没有学区数据" in found.text
    assert "班额未评" in found.text


def test_where_nothing_was_assessed_no_figure_is_nought() -> None:
    bare = pl.DataFrame([{"school": "A", "stage": "primary", "pupils": 100, "capacity_pupils": 80}])
    html = render(LoopReport(before=alone("premises", stages=bare), stage="primary"))
    found = read(html)
    assert {(row[2], row[4]) for row in found.rows("lack")} == {("—", "未评not assessed")}
    assert "✓" not in found.text[found.text.index("缺口清单") : found.text.index("校际差异系数")]
    assert "7 项差异系数中，0 项超过限值，7 个数据不全。" in found.text
    assert "超限over —" in found.text
    assert re.findall(r'<p class="figure"><b>([^<]*)', html)[:2] == ["—", "—"]


def test_every_setting_of_a_catchment_plan_has_a_name() -> None:
    asked = Wishes(stage="primary", locked={}, forbidden=frozenset()).as_dict()
    settings = {*asked, "years", "options", "on", "seed", "edits", "edited_plan"}
    assert settings - SETTINGS.keys() == set()


def test_only_compulsory_stages_and_known_languages_are_accepted() -> None:
    with pytest.raises(UsageError):
        LoopReport(before=report().before, stage="senior")
    with pytest.raises(UsageError):
        render(report(), language="fr")  # type: ignore[arg-type]


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    path.write_text("the report of last year", encoding="utf-8")
    with pytest.raises(UsageError):
        write_html(report(), path, language="fr")  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "the report of last year"
    write_html(report(), path, language="en")
    assert path.read_text(encoding="utf-8") == render(report(), language="en")
    assert [child.name for child in tmp_path.iterdir()] == ["报告.html"]
