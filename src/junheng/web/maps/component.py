"""The map as a part of any page: what its template needs, and the words that its script says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from junheng.text import Text
from junheng.web.language import said

_WORDS: dict[str, Text] = {
    "places": Text("核定学位", "places"),
    "pupils": Text("在校生", "pupils"),
    "zoned": Text("学区内适龄儿童", "children of the zone"),
    "use": Text("学位使用率", "utilisation"),
    "over": Text("超出学位", "over capacity"),
    "verdict": Text("七项指标", "seven indicators"),
    "children": Text("适龄儿童", "children"),
    "school": Text("对口学校", "school"),
    "before": Text("现对口学校", "school now"),
    "km": Text("到校距离（公里）", "way to school (km)"),
    "broken": Text("与学校不连片", "cut off from its school"),
    "none": Text("未划片", "no school"),
    "more": Text("查看学校", "see the school"),
    "close": Text("关闭", "Close"),
    "zoomIn": Text("放大", "Zoom in"),
    "zoomOut": Text("缩小", "Zoom out"),
    "map": Text("地图", "Map"),
    "gestures": Text("请用两指移动地图", "Use two fingers to move the map"),
    "failed": Text("地图数据未能取得，请刷新页面", "the map could not be fetched: reload the page"),
}


def atlas(
    *,
    facts: str,
    homes: str,
    has_verdicts: bool = False,
    is_before_after: bool = False,
    by: str = "zone",
    words: Mapping[str, Text] | None = None,
    years: Sequence[int] = (),
    courses: Sequence[Mapping[str, str]] = (),
    has_flows: bool = False,
) -> dict[str, Any]:
    """Return what ``maps/atlas.html`` needs, to be given to it as ``atlas``.

    Parameters
    ----------
    facts, homes
        Addresses of what the map tells and of the outlines of homes.
    has_verdicts, is_before_after
        Whether schools are judged, and whether there are two sides to compare.
    by
        What it is coloured by at first: ``zone``, ``load``, ``verdict``, or ``plain`` for no colours.
    words
        More words for the script.
    years, courses
        Planned years that a slider chooses from, and what the marks of sites say: for a layout.
    has_flows
        Whether it shows who gives people to whom.
    """
    return {
        "facts": facts,
        "homes": homes,
        "has_verdicts": has_verdicts,
        "is_before_after": is_before_after,
        "by": by,
        "words": {name: said(text) for name, text in {**_WORDS, **(words or {})}.items()},
        "years": years,
        "last_year": max(years, default=None),
        "courses": courses,
        "has_flows": has_flows,
        "tiles": settings.PLACE.tiles,
        "credit": settings.PLACE.tiles_credit,
    }
