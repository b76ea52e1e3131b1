"""Actions on kindergartens: children, classes and staff go over, nothing is lost, and what does not fit is refused."""

from __future__ import annotations

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.errors import InputError
from junheng.plans.actions.close_kindergarten import CloseKindergarten
from junheng.plans.actions.expand_kindergarten import ExpandKindergarten
from junheng.plans.actions.merge_kindergartens import PEOPLE, MergeKindergartens
from junheng.text import Text

WHY = {"reason": "", "text": Text("", "")}


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


def row(district: District, code: str) -> dict:
    return district.table("kindergartens").row(by_predicate=pl.col("kindergarten") == code, named=True)


def merge(*pairs: tuple[str, str]) -> list[MergeKindergartens]:
    return [MergeKindergartens(kindergarten=one, into=other, **WHY) for one, other in pairs]


def test_a_merger_hands_over_children_classes_and_staff_and_loses_nobody(town):
    first, second, third = town.table("kindergartens")["kindergarten"].to_list()[:3]
    after = MergeKindergartens.apply(merge((first, third), (second, third)), town)
    for name in PEOPLE:
        assert row(after, third)[name] == sum(row(town, code)[name] for code in (first, second, third))
        assert after.table("kindergartens")[name].sum() == town.table("kindergartens")[name].sum()
    assert row(after, third)["capacity_children"] == row(town, third)["capacity_children"]
    assert not {first, second} & set(after.table("kindergartens")["kindergarten"])
    before, classes = town.table("kindergarten_classes"), after.table("kindergarten_classes")
    assert classes.height == before.height
    assert classes.select("kindergarten", "class").is_unique().all()
    assert classes.filter(kindergarten=third)["children"].sum() == row(after, third)["children"]


def test_a_figure_that_either_lacks_is_not_known_of_both_together(town):
    first, second = town.table("kindergartens")["kindergarten"].to_list()[:2]
    lacking = town.replace(
        kindergartens=town.table("kindergartens").with_columns(
            staff=pl.when(kindergarten=first).then(None).otherwise("staff"),
            carers=pl.when(kindergarten=second).then(None).otherwise("carers"),
        )
    )
    after = row(MergeKindergartens.apply(merge((first, second)), lacking), second)
    assert (after["staff"], after["carers"]) == (None, None)
    assert after["children"] == row(town, first)["children"] + row(town, second)["children"]


def test_mergers_into_nothing_into_what_is_given_up_and_twice_are_named_at_once(town):
    first, second, third = town.table("kindergartens")["kindergarten"].to_list()[:3]
    wrong = merge((first, "nowhere"), (second, first), (third, second), (third, second))
    with pytest.raises(InputError) as refused:
        MergeKindergartens.apply(wrong, town)
    assert len(refused.value.problems) == 4


def test_an_expansion_adds_places_and_an_unknown_number_of_them_is_refused(town):
    code = town.table("kindergartens")["kindergarten"][0]
    more = [ExpandKindergarten(kindergarten=code, places=90, **WHY)]
    after = ExpandKindergarten.apply(more, town)
    assert row(after, code)["capacity_children"] == row(town, code)["capacity_children"] + 90
    unknown = town.table("kindergartens").with_columns(capacity_children=pl.lit(None, pl.Int64))
    with pytest.raises(InputError, match=code):
        ExpandKindergarten.apply(more, town.replace(kindergartens=unknown))


def test_only_a_kindergarten_without_children_is_closed(town):
    code = town.table("kindergartens")["kindergarten"][0]
    close = [CloseKindergarten(kindergarten=code, **WHY)]
    with pytest.raises(InputError, match=code):
        CloseKindergarten.apply(close, town)
    empty = town.replace(
        kindergartens=town.table("kindergartens").with_columns(
            children=pl.when(kindergarten=code).then(0).otherwise("children")
        )
    )
    after = CloseKindergarten.apply(close, empty)
    assert code not in after.table("kindergartens")["kindergarten"]
    assert code not in after.table("kindergarten_classes")["kindergarten"]
