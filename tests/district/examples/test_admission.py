"""A made-up round: clean by every check, the same for the same seed, and nothing else in the district changes."""

from __future__ import annotations

import pytest

from junheng.admission.intake.run import check_round
from junheng.admission.rules import example_rules
from junheng.district.checks import check
from junheng.district.examples import example
from junheng.district.examples.admission import with_round
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.standards import load_standard

ROUND = {"applicants", "choices", "documents", "kin", "places", "home_seats"}


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


@pytest.mark.parametrize("stage", ["primary", "junior"])
def test_a_made_up_round_passes_every_check_of_the_district_and_of_the_round(
    stage: str, town: District
) -> None:
    district = with_round(town, stage=stage)
    assert [problem.describe().en for problem in check(district) if problem.severity == "error"] == []
    assert check_round(district, example_rules(stage), load_standard()).errors == ()


def test_every_child_of_the_first_grade_applies(town: District) -> None:
    children = town.table("children")
    n = children.filter((children["grade"] == 1) & (children["year"] == town.year.start))["children"].sum()
    assert with_round(town, stage="primary").table("applicants").height == n


def test_other_tables_stay_as_they_are(town: District) -> None:
    district = with_round(town, stage="primary")
    assert set(district.tables) - set(town.tables) == ROUND
    assert all(district.table(name).equals(frame) for name, frame in town.tables.items())


def test_the_same_seed_gives_the_same_families_and_another_seed_others(town: District) -> None:
    first, again, other = (with_round(town, stage="primary", seed=seed) for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.table("choices").equals(other.table("choices"))


def test_a_second_stage_keeps_the_places_of_the_first(town: District) -> None:
    both = with_round(with_round(town, stage="primary"), stage="junior")
    assert set(both.table("places")["stage"]) == {"primary", "junior"}


def test_a_stage_without_children_or_of_another_name_is_refused(town: District) -> None:
    with pytest.raises(UsageError, match="no stage"):
        with_round(town, stage="senior")
    empty = town.replace(children=town.table("children").clear())
    with pytest.raises(UsageError, match="no children"):
        with_round(empty, stage="primary")
