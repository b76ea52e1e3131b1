"""Unit costs, speed and lead times of a layout on the desk: left empty, the program's examples count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms

from junheng.report import numbers
from junheng.text import Text
from junheng.web.language import said
from junheng.web.planning.kinds.kind import Said

if TYPE_CHECKING:
    from junheng.planners.layout.settings import LayoutSettings

COSTS: dict[str, Text] = {
    "open_yuan": Text("新建一所：固定费用（元）", "a new school, once (yuan)"),
    "open_class_yuan": Text("新建：每班（元）", "a new school, each class (yuan)"),
    "expand_yuan": Text("扩建一所：固定费用（元）", "an expansion, once (yuan)"),
    "expand_class_yuan": Text("扩建：每班（元）", "an expansion, each class (yuan)"),
    "buy_back_yuan": Text("回收一处：固定费用（元）", "buying back, once (yuan)"),
    "buy_back_class_yuan": Text("回收：每班（元）", "buying back, each class (yuan)"),
    "branch_yuan": Text("改办分校一所（元）", "turning a school into a branch (yuan)"),
    "merge_pupil_yuan": Text("撤并：每名学生（元）", "a merger, each pupil (yuan)"),
    "close_yuan": Text("停办一处空校（元）", "closing an empty site (yuan)"),
    "running_school_yuan": Text("每校每年运行费（元）", "running a school for a year (yuan)"),
    "running_class_yuan": Text(
        "每班每年运行费，含教师（元）", "running a class with its teachers for a year (yuan)"
    ),
    "transport_yuan_per_km": Text(
        "超出服务半径每公里每生每年交通费（元）",
        "transport of a pupil for each km beyond the service radius, a year (yuan)",
    ),
    "speed_km_per_hour": Text("上学平均速度（公里/时）", "speed of the way to school (km/h)"),
    "open_years": Text("新建工期（年）", "years to build a school"),
    "expand_years": Text("扩建工期（年）", "years to expand a school"),
    "buy_back_years": Text("回收工期（年）", "years to buy back"),
}
"""What is asked for of `junheng.planners.layout.settings.LayoutSettings`, by its names."""
_MOST, _MOST_YEARS = 1e10, 10


def cost_fields() -> dict[str, forms.Field]:
    """Return an optional field of every cost, which shows the example that counts if it is empty."""
    from junheng.planners.layout.settings import LayoutSettings  # noqa: PLC0415 - other pages need none

    examples = LayoutSettings()
    return {name: _field(name, getattr(examples, name)) for name in COSTS}


def _field(name: str, example: float) -> forms.Field:
    options: dict[str, Any] = {"required": False, "label": said(COSTS[name])}
    found: forms.Field
    if isinstance(example, int):
        found = forms.IntegerField(min_value=1, max_value=_MOST_YEARS, **options)
    else:
        least = 1 if name == "speed_km_per_hour" else 0
        found = forms.FloatField(min_value=least, max_value=_MOST, **options)
        found.widget.attrs["step"] = "any"
    found.widget.attrs["placeholder"] = f"{example:,.0f}"
    return found


def settings_with(given: Mapping[str, Any], **more: Any) -> LayoutSettings:
    """Return the planner's settings with the costs that somebody gave."""
    from junheng.planners.layout.settings import LayoutSettings  # noqa: PLC0415 - only the worker plans

    own = {name: given[name] for name in COSTS if given.get(name) is not None}
    return LayoutSettings(**own, **more)


def words_of(given: Mapping[str, Any]) -> Said:
    """Return the costs that somebody gave."""
    return [
        (label, Text.same(numbers.limit(given[name], "none")))
        for name, label in COSTS.items()
        if given.get(name) is not None
    ]
