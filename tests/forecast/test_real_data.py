"""What the forecast is worth on real districts: the claims of the docs, on origins whose outcome it never saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from junheng.district.examples.eau_claire import read_eau_claire
from junheng.district.examples.edinburgh import ENTRY_AGE, read_edinburgh
from junheng.errors import UsageError
from junheng.forecast.backtest import Backtest
from junheng.forecast.intake import Wanted
from junheng.forecast.make import backtests
from junheng.standards import load_standard

pytestmark = pytest.mark.real_data

Folder = Callable[[str], Path]


@pytest.fixture(scope="module")
def edinburgh(real_data: Folder) -> Backtest:
    wanted = Wanted(horizon=2, entry_age=ENTRY_AGE)
    district = read_edinburgh(real_data("edinburgh"))
    return backtests(district, load_standard(), wanted=wanted, origins=[2014, 2015])["primary"]


@pytest.fixture(scope="module")
def since_2008(real_data: Folder) -> Backtest:
    district = read_eau_claire(real_data("eau-claire"))
    return backtests(district, load_standard(), origins=range(2008, 2018))["primary"]


def _gain(found: Backtest, of: str, horizon: int) -> float:
    """Return by how many percent our error is below that of the better of the two simple methods."""
    better = min(found.mape(of, horizon, method) for method in ("last_year", "cohorts"))
    return 100 * (1 - found.mape(of, horizon, "ours") / better)


def test_school_totals_of_edinburgh_are_about_a_tenth_better_than_both_simple_methods(
    edinburgh: Backtest,
) -> None:
    assert _gain(edinburgh, "schools", 1) > 8
    assert _gain(edinburgh, "schools", 2) > 9


def test_school_totals_of_eau_claire_are_a_little_better_at_every_horizon(since_2008: Backtest) -> None:
    for horizon in (1, 2, 3):
        assert _gain(since_2008, "schools", horizon) > 3
    for horizon in (4, 5):
        assert _gain(since_2008, "schools", horizon) > 2


def test_automatic_smoothing_is_beaten_everywhere(edinburgh: Backtest, since_2008: Backtest) -> None:
    for found, horizons in ((edinburgh, (1, 2)), (since_2008, (1, 2, 3, 4, 5))):
        for of in ("schools", "cells", "grades", "district"):
            for horizon in horizons:
                assert found.mape(of, horizon, "ours") < found.mape(of, horizon, "smoothing")


def test_grade_totals_of_eau_claire_are_within_their_aims_at_one_and_five_years(real_data: Folder) -> None:
    district = read_eau_claire(real_data("eau-claire"))
    found = backtests(district, load_standard(), origins=range(2003, 2014))["primary"]
    assert found.mape("grades", 1, "ours") < 2.0
    assert found.mape("grades", 5, "ours") < 3.7
    for horizon in (1, 3, 5):
        assert _gain(found, "grades", horizon) > 18


def test_intervals_cover_what_they_promise(edinburgh: Backtest, since_2008: Backtest) -> None:
    for found in (edinburgh, since_2008):
        rows = {row["of"]: row for row in found.coverage.filter(pl.col("horizon") == 0).iter_rows(named=True)}
        assert 75 <= rows["cells"]["inside_80"] <= 85
        assert 94 <= rows["cells"]["inside_95"] <= 98
        # School totals of Eau Claire grew calmer than their past: those intervals are a little too wide.
        assert 75 <= rows["schools"]["inside_80"] <= 86


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="JUNHENG_DATA"):
        read_edinburgh(tmp_path)
