"""What planning assumes about money, time and travel where no record says so: defaults to be replaced, not policy."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from junheng.errors import UsageError
from junheng.standards.lookup import StandardOnDate
from junheng.text import SEMICOLON, Text

_NUMBERS: Mapping[bool, Text] = MappingProxyType(
    {True: Text("整数", "a whole number"), False: Text("数", "a number")}
)


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
        wrong = [
            (name, value)
            for name, value in asdict(self).items()
            if value is not None and not _is_in_range(name, value)
        ]
        if wrong:
            raise UsageError(SEMICOLON.join([_wrong(name, value) for name, value in wrong]))

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
    wrong = [_unknown(name, known) for name in given if name not in known]
    wrong += [
        _wrong(name, value)
        for name, value in given.items()
        if name in known and not _is_of_its_kind(name, value, known[name])
    ]
    if wrong:
        raise UsageError(SEMICOLON.join(wrong))
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return LayoutSettings(**values)


def _unknown(name: str, known: Mapping[str, Any]) -> Text:
    message = Text("没有名为“{name}”的参数：可用 {known}", "there is no setting “{name}”: known are {known}")
    return message.format(name=name, known=", ".join(sorted(known)))


def _is_of_its_kind(name: str, value: Any, default: Any) -> bool:
    """Say whether a value read from JSON is a number, whole number or list of whole numbers, as its default is."""
    if isinstance(default, tuple):
        return isinstance(value, list) and all(_is_whole(one) for one in value)
    if _counts(name, default):
        return _is_whole(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_in_range(name: str, value: Any) -> bool:
    numbers = value if isinstance(value, tuple) else (value,)
    least, most = _range(name)
    return bool(numbers) and all(least <= number <= most and math.isfinite(number) for number in numbers)


def _range(name: str) -> tuple[float, float]:
    """Return the least and the most that a setting may be."""
    if name == "speed_km_per_hour":
        return 0.1, math.inf
    least = 1.0 if name == "partners" or name.endswith(("_years", "_tracks")) else 0.0
    return least, (1.0 if name.endswith("_share") else math.inf)


def _counts(name: str, default: Any) -> bool:
    """Say whether a setting is a whole number; limits of pupils have no default to tell it by."""
    return isinstance(default, int) or name.endswith("_pupils")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(name: str, value: Any) -> Text:
    """Return what is wrong with a setting, and what it should be."""
    default = {field.name: field.default for field in fields(LayoutSettings)}[name]
    least, most = _range(name)
    kind = (
        Text("整数列表", "a list of whole numbers")
        if isinstance(default, tuple)
        else _NUMBERS[_counts(name, default)]
    )
    upto = (
        Text("", "") if most == math.inf else Text("、不大于 {most}", " to {most}").format(most=f"{most:g}")
    )
    message = Text(
        "参数 {name} 有误：{value}，应为不小于 {least}{upto} 的{kind}",
        "the setting {name} is wrong: {value}; expected {kind} from {least}{upto}",
    )
    return message.format(name=name, value=value, least=f"{least:g}", upto=upto, kind=kind)
