"""Names on the map never lie over one another."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from junheng.report.labels import FONT_PX, ZOOMS, Label, place_labels

PLACES = st.lists(
    st.tuples(st.floats(0, 600), st.floats(0, 400), st.text("中学abc", min_size=1, max_size=8)), max_size=14
)


def _box(at: tuple[float, float], label: Label, name: str) -> tuple[float, float, float, float]:
    """The rectangle of a name as SVG draws it: anchored at x, its baseline at y."""
    width = sum(FONT_PX if ord(c) > 255 else 0.5 * FONT_PX for c in name)
    left = at[0] + label.dx - width * {"start": 0, "middle": 0.5, "end": 1}[label.anchor]
    return left, at[1] + label.dy - 0.75 * FONT_PX, left + width, at[1] + label.dy + 0.15 * FONT_PX


@given(PLACES)
def test_no_name_covers_another_name_or_another_mark(places: list[tuple[float, float, str]]) -> None:
    at, names = [(x, y) for x, y, _ in places], [name for _, _, name in places]
    labels = place_labels(at, [5.0] * len(at), names, order=range(len(at)))
    for zoom in ZOOMS:
        shown = [i for i, label in enumerate(labels) if label is not None and label.zoom <= zoom]
        big = [(x * zoom, y * zoom) for x, y in at]
        boxes = {i: _box(big[i], labels[i], names[i]) for i in shown}  # type: ignore[arg-type]
        for i, j in combinations(shown, 2):
            a, b = boxes[i], boxes[j]
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])
        for i in shown:
            left, top, right, bottom = boxes[i]
            for j, (x, y) in enumerate(big):
                assert j == i or not (left < x < right and top < y < bottom)


def test_a_lone_school_is_named_to_its_right() -> None:
    (label,) = place_labels([(100, 100)], [6], ["第一小学"], order=[0])
    assert label is not None
    assert (label.anchor, label.zoom) == ("start", 1)
    assert label.dx > 6


def test_two_schools_on_one_spot_share_the_room() -> None:
    labels = place_labels([(100, 100), (100, 100.5)], [6, 6], ["第一小学", "第二小学"], order=[1, 0])
    assert all(label is not None for label in labels)
    assert {label.anchor for label in labels if label} == {"start", "end"}
