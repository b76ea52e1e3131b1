"""The page of a forecast: every school has its fan, alerts are there, and both languages say the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.errors import UsageError
from junheng.forecast.intake import Wanted
from junheng.forecast.make import forecast
from junheng.forecast.model import Forecast
from junheng.report.fan import fan
from junheng.report.forecast import facts, render_forecast
from junheng.standards import load_standard

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

ROWS = pl.DataFrame(
    {
        "year": [2027, 2028],
        "mean": [110.0, 120],
        "q025": [90.0, 80],
        "q10": [100.0, 95],
        "q90": [120.0, 140],
        "q975": [130.0, 160],
    }
)


@pytest.fixture(scope="module")
def found() -> Forecast:
    return forecast(example("town"), load_standard(), stages=["primary"], wanted=Wanted(horizon=2))


def test_a_fan_opens_at_the_last_count_and_shows_the_places() -> None:
    drawn = str(fan([(2025, 90.0), (2026, 100.0)], ROWS, places=115.0, labelled_by="t"))
    starts = {
        re.search(rf'class="{kind}" d="M([\d.]+ [\d.]+)', drawn)[1] for kind in ("fan95", "fan80", "ahead")
    }  # type: ignore[index]
    assert len(starts) == 1
    assert 'class="places"' in drawn
    assert 'class="places"' not in str(fan([(2026, 100.0)], ROWS, places=None, labelled_by="t"))


def test_a_new_school_without_a_past_has_a_fan_too() -> None:
    assert 'class="fan80"' in str(fan([], ROWS, places=None, labelled_by="t"))


def test_every_school_has_a_fan_and_a_reason(found: Forecast) -> None:
    page = render_forecast(found, language="en")
    assert page.count('class="fan"') == found.schools["school"].n_unique()
    for school in facts(found).schools:
        assert f'aria-labelledby="{school.key}"' in page
        assert re.search(f'id="{school.key}"><b>{school.name}</b>', page)
        assert school.parts
        assert school.years == found.years


def test_the_parts_of_every_year_add_up_to_the_number_that_is_shown(found: Forecast) -> None:
    for school in facts(found).schools:
        for k, shown in enumerate(school.sums):
            parts = [
                int(cells[k].replace("−", "-").replace("±", "").replace(",", "")) for _, cells in school.parts
            ]
            assert sum(parts) == int(shown.replace(",", ""))


def test_rolls_of_a_year_to_come_are_not_drawn_as_counted_and_notices_stand_by_the_alerts() -> None:
    town = example("town")
    rolls, stages = town.table("rolls"), town.table("stages")
    ahead = rolls.filter(pl.col("year") == 2026).with_columns(year=pl.lit(2027, dtype=rolls.schema["year"]))
    unknown = stages.with_columns(capacity_pupils=pl.lit(None, dtype=stages.schema["capacity_pupils"]))
    odd = town.replace(rolls=pl.concat([rolls, ahead]), stages=unknown)
    made = [
        forecast(one, load_standard(), stages=["primary"], wanted=Wanted(horizon=1))
        for one in (town.replace(stages=unknown), odd)
    ]
    charts = [[school.chart for school in facts(one).schools] for one in made]
    assert charts[0] == charts[1]
    page = render_forecast(made[1], language="en")
    assert page.index("10 schools have no places on record") < page.index('id="totals"')


def test_the_same_forecast_gives_the_same_page(found: Forecast) -> None:
    assert render_forecast(found) == render_forecast(found)
    with pytest.raises(UsageError):
        render_forecast(found, language="fr")  # type: ignore[arg-type]


@pytest.mark.browser
def test_the_page_opens_without_internet(found: Forecast, tmp_path: Path, offline_page: Page) -> None:
    file = tmp_path / "forecast.html"
    file.write_text(render_forecast(found, language="en"), encoding="utf-8")
    offline_page.goto(file.as_uri())
    assert offline_page.locator("svg.fan").count() == found.schools["school"].n_unique()
    assert "Alerts of places" in offline_page.inner_text("#alerts")
    offline_page.click('button[data-language="zh"]')
    assert "学位预警" in offline_page.inner_text("#alerts")
