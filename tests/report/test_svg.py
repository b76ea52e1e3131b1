"""The helpers that write SVG."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from junheng.report import svg


def test_attributes_and_text_are_escaped() -> None:
    written = svg.element("text", '<b>"x"', class_='a"><script>', data_tip_zh="<i>")
    assert written == (
        '<text class="a&#34;&gt;&lt;script&gt;" data-tip-zh="&lt;i&gt;">&lt;b&gt;&#34;x&#34;</text>'
    )


def test_an_element_inside_an_element_stays_an_element() -> None:
    assert svg.element("g", svg.element("circle", r=1.50)) == '<g><circle r="1.5"/></g>'
    assert isinstance(svg.element("g"), Markup)


def test_an_attribute_without_a_value_is_left_out() -> None:
    assert svg.element("line", x1=0, class_=None) == '<line x1="0"/>'


def _width(markup: str, kind: str) -> float:
    found = re.search(rf'class="bar {kind}"[^>]* width="([\d.]+)"', markup)
    assert found is not None
    return float(found[1])


def test_a_bar_is_as_long_as_its_value_and_ends_at_the_edge() -> None:
    assert _width(svg.bar(0.25, limit=0.5, full=1.0, kind="ok"), "ok") == 25
    assert _width(svg.bar(7.0, limit=0.5, full=1.0, kind="bad"), "bad") == 100
    assert 'class="bar' not in svg.bar(None, limit=0.5, full=1.0, kind="ok")


def test_the_parts_of_a_stacked_bar_fill_it() -> None:
    widths = [
        float(w)
        for w in re.findall(r'width="([\d.]+)"', svg.stacked([("met", 3), ("near", 0), ("below", 1)]))
    ]
    assert widths == [75, 25]


@given(
    st.floats(min_value=-1e6, max_value=1e6),
    st.floats(min_value=1e-3, max_value=1e6),
)
def test_ticks_are_round_few_and_inside(low: float, span: float) -> None:
    high = low + span
    ticks = svg.nice_ticks(low, high)
    assert 1 <= len(ticks) <= 7
    slack = 1e-6 * max(abs(low), abs(high), span)
    assert all(low - slack <= tick <= high + slack for tick in ticks)
    if len(ticks) > 1:
        step = f"{ticks[1] - ticks[0]:.6e}"
        assert step[0] in "125" or step.startswith("9.99")


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (-0.001, "0"), (10.0, "10"), (1.239, "1.24"), (100, "100")]
)
def test_coordinates_are_short(value: float, shown: str) -> None:
    assert svg.number(value) == shown
