"""What planning assumes about money, time and travel where no record says so: defaults to be replaced, not policy."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from junheng.errors import UsageError
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSettings:
    """Costs, times and limits. Every default is an order of magnitude for a county of eastern China, prices of 2024.

    Attributes
    ----------
    open_yuan, open_class_yuan
        Building a new school: once, and for each class.
    expand_yuan, expand_class_yuan
        Expanding a school: once, and for each class.
    buy_back_yuan, buy_back_class_yuan
        Buying premises back (a kindergarten on an estate): once, and for each class.
    branch_yuan
        Turning a school into a branch campus, once.
    merge_pupil_yuan
        Moving one pupil of a merged school, once: desks, buses of the first term, works at the receiving school.
    close_yuan
        Closing an empty site, once.
    running_school_yuan, running_class_yuan
        A year's running costs of a school, and of each of its classes with its teachers.
    branch_running_share
        The share of ``running_school_yuan`` that a branch campus still needs.
    transport_yuan_per_km
        A year's transport of one pupil for each km beyond the service radius.
    speed_km_per_hour
        Speed of the way to school, by which travel times follow from distances.
    open_years, expand_years, buy_back_years
        Years from the decision to the first pupil.
    open_tracks, expand_tracks
        Classes a grade of a new school, and classes a grade that an expansion adds.
    partners
        How many of the nearest schools are considered as receivers of a merged school.
    longest_minutes, merge_up_to_pupils, branch_up_to_pupils
        Instead of the standard's; see `Limits`.
    """

    open_yuan: float = 15e6
    open_class_yuan: float = 2e6
    expand_yuan: float = 1e6
    expand_class_yuan: float = 1.6e6
    buy_back_yuan: float = 3e6
    buy_back_class_yuan: float = 3e5
    branch_yuan: float = 5e5
    merge_pupil_yuan: float = 1500.0
    close_yuan: float = 2e5
    running_school_yuan: float = 1e6
    running_class_yuan: float = 2.2e5
    branch_running_share: float = 0.6
    transport_yuan_per_km: float = 500.0
    speed_km_per_hour: float = 20.0
    open_years: int = 2
    expand_years: int = 1
    buy_back_years: int = 1
    open_tracks: tuple[int, ...] = (2, 4, 6)
    expand_tracks: tuple[int, ...] = (1, 2)
    partners: int = 3
    longest_minutes: float | None = None
    merge_up_to_pupils: int | None = None
    branch_up_to_pupils: int | None = None

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value is None:
                continue
            numbers = value if isinstance(value, tuple) else (value,)
            if not all(number >= 0 for number in numbers) or (name.endswith("_years") and value < 1):
                _refuse(name, value)
        if self.speed_km_per_hour == 0:
            _refuse("speed_km_per_hour", 0)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings for JSON."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a standard sets and the settings may set otherwise.

    Attributes
    ----------
    longest_minutes
        Longest way to school in one direction where the standard has no limit of its own for the home.
    merge_up_to_pupils, branch_up_to_pupils
        Schools with more pupils are not considered for merging, or as branches.
    """

    longest_minutes: float
    merge_up_to_pupils: int
    branch_up_to_pupils: int

    @classmethod
    def of(cls, settings: LayoutSettings, standard: StandardOnDate, stage: str) -> Limits:
        """Return the settings' limits, and the standard's where the settings have none."""

        def chosen(own: float | None, rule: str) -> float:
            return standard.value(rule, stage=stage).number if own is None else own

        return cls(
            longest_minutes=chosen(settings.longest_minutes, "layout.longest_minutes"),
            merge_up_to_pupils=int(chosen(settings.merge_up_to_pupils, "layout.merge_pupils")),
            branch_up_to_pupils=int(chosen(settings.branch_up_to_pupils, "layout.branch_pupils")),
        )


def read_settings(path: Path) -> LayoutSettings:
    """Read settings from a JSON file that names those that differ from the defaults.

    Raises
    ------
    UsageError
        For a file that is no JSON object, an unknown name, or a value of another kind.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        message = Text("无法读取 {name}：{error}", "cannot read {name}: {error}")
        raise UsageError(message.format(name=path.name, error=error)) from error
    if not isinstance(given, dict):
        raise UsageError(Text(f"{path.name} 应为 JSON 对象", f"{path.name} must hold a JSON object"))
    known = {field.name: field.default for field in fields(LayoutSettings)}
    return LayoutSettings(**{name: _typed(name, value, known) for name, value in given.items()})


def _typed(name: str, value: Any, known: dict[str, Any]) -> Any:
    if name not in known:
        listed = ", ".join(sorted(known))
        message = Text(
            "没有名为“{name}”的参数：可用 {known}", "there is no setting “{name}”: known are {known}"
        )
        raise UsageError(message.format(name=name, known=listed))
    default = known[name]
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(_is_whole(one) for one in value):
            _refuse(name, value)
        return tuple(value)
    if (isinstance(default, int) or name.endswith("_pupils")) and not _is_whole(value):
        _refuse(name, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(name, value)
    return value


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _refuse(name: str, value: Any) -> None:
    message = Text("参数 {name} 有误：{value}", "the setting {name} is wrong: {value}")
    raise UsageError(message.format(name=name, value=value))
