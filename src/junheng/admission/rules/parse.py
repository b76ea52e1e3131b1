"""Turn a rules file, as read, into `Rules`; every problem is noted, nothing unknown is let pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import cast

from junheng.admission.rules.cases import parse_cases
from junheng.admission.rules.model import (
    ADJUSTED,
    LOTTERIES,
    SECTORS,
    Adjusted,
    Adjustment,
    Local,
    Lottery,
    Notice,
    PriorityClass,
    Reserve,
    Rules,
    Sector,
    Zone,
)
from junheng.district.columns import choices
from junheng.standards.fields import Fields
from junheng.text import Text

STAGES = ("primary", "junior")
MOST_CLASSES = 60
"""Priority classes of one sector: the assignment has 127, of which late applications need as many again."""
MOST_RESERVES = 200
_DOCUMENTS = tuple(choice.code for choice in choices("document"))
_TOGETHER = ("twin", "sibling_too")
_UNKNOWN = Text("未写明", "not given")


def parse_rules(top: Fields, text: str) -> Rules:
    """Read the whole file; what is missing or wrong is noted in the fields' problems, and its place filled anyhow.

    The caller must refuse the result if any problem was noted.
    """
    notice = _notice(top)
    name, title = top.text("round"), top.bilingual("title")
    stage, lottery = top.choice("stage", STAGES), top.choice("lottery", LOTTERIES)
    rules = Rules(
        round=name or "",
        title=title or _UNKNOWN,
        stage=stage or STAGES[0],
        year=_whole(top, "year", least=1990, most=2199),
        notice=notice,
        lottery=cast("Lottery", lottery or LOTTERIES[0]),
        classes=MappingProxyType(_classes(top)),
        reserves=_reserves(top),
        zones=_zones(top),
        together=_listed(top, "together", _TOGETHER),
        documents=_listed(top, "documents", _DOCUMENTS),
        entry_age=_local(top, "entry_age"),
        lock_years=_local(top, "home_lock"),
        adjustment=_adjustment(top),
        is_example=top.flag("example"),
        text=text,
    )
    top.finish()
    return rules


def _notice(top: Fields) -> Notice:
    fields = top.child("notice")
    title, number = fields.bilingual("title"), fields.text("number", required=False)
    published = fields.day("published")
    fields.finish()
    return Notice(title=title or _UNKNOWN, number=number, published=published or date.min)


def _classes(top: Fields) -> dict[Sector, tuple[PriorityClass, ...]]:
    fields = top.child("classes")
    result: dict[Sector, tuple[PriorityClass, ...]] = {}
    for sector in SECTORS:
        if sector == "public" or fields.has(sector):
            result[sector] = tuple(_class(one) for one in fields.children(sector))
            _refuse_repeats(fields, sector, [one.id for one in result[sector]], most=MOST_CLASSES)
            if not result[sector]:
                _note(fields, sector, "没有任何一类", "no class at all", "至少一类", "at least one class")
    fields.finish()
    return result


def _class(fields: Fields) -> PriorityClass:
    result = PriorityClass(
        id=fields.text("id") or "",
        name=fields.bilingual("name") or _UNKNOWN,
        cases=parse_cases(fields, "when"),
        documents=_listed(fields, "documents", _DOCUMENTS),
        clause=fields.text("clause") or "",
    )
    fields.finish()
    return result


def _reserves(top: Fields) -> tuple[Reserve, ...]:
    result = tuple(_reserve(fields) for fields in top.children("reserves"))
    _refuse_repeats(top, "reserves", [reserve.id for reserve in result], most=MOST_RESERVES)
    return result


def _reserve(fields: Fields) -> Reserve:
    floor, ceiling = _percent(fields, "floor_percent"), _percent(fields, "ceiling_percent")
    if floor is not None and ceiling is not None and floor > ceiling:
        found = (
            f"至少 {floor:g}% 大于至多 {ceiling:g}%",
            f"a floor of {floor:g} % above the ceiling of {ceiling:g} %",
        )
        _note(fields, "floor_percent", *found, "不大于上限", "at most the ceiling")
    result = Reserve(
        id=fields.text("id") or "",
        name=fields.bilingual("name") or _UNKNOWN,
        cases=parse_cases(fields, "who"),
        documents=_listed(fields, "documents", _DOCUMENTS),
        clause=fields.text("clause") or "",
        sectors=cast("tuple[Sector, ...]", _listed(fields, "sectors", SECTORS)),
        floor_percent=floor,
        ceiling_percent=ceiling,
    )
    if not result.cases:
        _note(fields, "who", "没有写明对象", "nobody named", "至少一种情形", "at least one case")
    if not result.sectors:
        _note(
            fields,
            "sectors",
            "没有写明学校",
            "no schools named",
            "public、private",
            "public, private or both",
        )
    fields.finish()
    return result


def _zones(top: Fields) -> tuple[Zone, ...]:
    if not top.has("zones"):
        top.raw("zones")
        return ()
    zones = []
    seen: dict[str, str] = {}
    for fields in top.children("zones"):
        zone = Zone(
            id=fields.text("id") or "",
            name=fields.bilingual("name") or _UNKNOWN,
            schools=fields.words("schools"),
        )
        fields.finish()
        if len(zone.schools) < 2:
            _note(
                fields,
                "schools",
                "少于两所学校",
                "fewer than two schools",
                "共用学区的各校代码",
                "the codes of the schools that share it",
            )
        for school in zone.schools:
            if school in seen:
                found = (
                    f"学校 {school} 已在学区 {seen[school]}",
                    f"school {school}, which is in zone {seen[school]} too",
                )
                _note(fields, "schools", *found, "每校只属一个学区", "each school in one zone")
            seen[school] = zone.id
        zones.append(zone)
    _refuse_repeats(top, "zones", [zone.id for zone in zones], most=10_000)
    return tuple(zones)


def _local(top: Fields, name: str) -> Local | None:
    if not top.has(name):
        top.raw(name)
        return None
    fields = top.child(name)
    result = Local(
        number=float(_whole(fields, "years", least=0, most=30)), clause=fields.text("clause") or ""
    )
    fields.finish()
    return result


def _adjustment(top: Fields) -> Adjustment:
    fields = top.child("adjustment")
    who = fields.choice("who", ADJUSTED)
    result = Adjustment(
        who=cast("Adjusted", who or ADJUSTED[0]),
        schools=0
        if who == "nobody" and not fields.has("schools")
        else _whole(fields, "schools", least=1, most=1000),
        clause=fields.text("clause") or "",
    )
    fields.finish()
    return result


def _listed(fields: Fields, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
    words = fields.words(name)
    for word in words:
        if word not in allowed:
            _note(fields, name, f"“{word}”", f"“{word}”", "、".join(allowed), "some of " + ", ".join(allowed))
    _refuse_repeats(fields, name, words, most=len(allowed))
    return words


def _percent(fields: Fields, name: str) -> float | None:
    if not fields.has(name):
        fields.raw(name)
        return None
    number = fields.number(name)
    if number is not None and not 0 <= number <= 100:
        _note(fields, name, f"{number:g}", f"{number:g}", "0 至 100", "a number from 0 to 100")
    return number


def _whole(fields: Fields, name: str, *, least: int, most: int) -> int:
    number = fields.number(name)
    if number is None:
        return least
    if number != int(number) or not least <= number <= most:
        _note(
            fields,
            name,
            f"{number:g}",
            f"{number:g}",
            f"{least} 至 {most} 的整数",
            f"a whole number from {least} to {most}",
        )
    return int(number)


def _refuse_repeats(fields: Fields, name: str, ids: Sequence[str], *, most: int) -> None:
    for repeated in sorted({one for one in ids if one and ids.count(one) > 1}):
        _note(
            fields, name, f"“{repeated}”出现不止一次", f"“{repeated}” more than once", "每项一次", "each once"
        )
    if len(ids) > most:
        _note(fields, name, f"{len(ids)} 项", f"{len(ids)} of them", f"至多 {most} 项", f"at most {most}")


def _note(fields: Fields, name: str, *wording: str) -> None:
    zh, en, zh_wanted, en_wanted = wording
    fields.note("admission-rules", name, found=Text(zh, en), zh=zh_wanted, en=en_wanted)
