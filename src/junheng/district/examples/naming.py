"""Names of made-up estates, towns, villages and schools: every school's name says that it is an example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from junheng.district.examples.geography import Geography
from junheng.district.examples.profile import names, stream
from junheng.district.examples.schools import Site

SAMPLE = "示例"


def home_names(geography: Geography, *, seed: int) -> list[str]:
    """Return a name for each home, no two alike."""
    rng = stream(seed, "names")
    estates = _combined("estates", rng)
    villages = _combined("villages", rng)
    towns = town_names(geography, seed=seed)
    result = []
    for setting, settlement in zip(geography.setting.tolist(), geography.settlement.tolist(), strict=True):
        if setting == "village":
            result.append(next(villages))
        elif setting in ("town", "township"):
            result.append(towns[settlement] + next(estates))
        else:
            result.append(next(estates))
    return result


def town_names(geography: Geography, *, seed: int) -> dict[int, str]:
    """Return the name of each town and township by the number of the settlement."""
    kinds = {
        int(number): str(setting)
        for number, setting in zip(geography.settlement, geography.setting, strict=True)
        if setting in ("town", "township")
    }
    parts = stream(seed, "towns").permutation(names()["towns"]).tolist()
    return {
        number: parts[i] + ("镇" if kinds[number] == "town" else "乡")
        for i, number in enumerate(sorted(kinds))
    }


def school_names(sites: tuple[Site, ...], geography: Geography, homes: list[str], *, seed: int) -> list[str]:
    """Return a name for each school, no two alike."""
    towns = town_names(geography, seed=seed)
    parts = [
        _place(site, homes[site.home], towns.get(int(geography.settlement[site.home]), "")) for site in sites
    ]
    alike = Counter(place + ending for place, ending in parts)
    counted: Counter[str] = Counter()
    result = []
    for site, (place, ending) in zip(sites, parts, strict=True):
        counted[place + ending] += 1
        number = counted[place + ending]
        if site.setting in ("town", "township") and number == 1 and ending == "小学":
            result.append(f"{SAMPLE}{place}中心小学")
        elif alike[place + ending] > 1:
            result.append(f"{SAMPLE}{place}第{numeral(number)}{ending}")
        else:
            result.append(SAMPLE + place + ending)
    return result


def numeral(number: int) -> str:
    """Return a number from 1 to 99 in Chinese numerals."""
    digits = ["", *names()["numerals"]]
    tens, ones = divmod(number, 10)
    if tens == 0:
        return str(digits[ones])
    return f"{digits[tens] if tens > 1 else ''}十{digits[ones]}"


def _place(site: Site, home: str, town: str) -> tuple[str, str]:
    ending = {
        "primary": "小学",
        "teaching_point": "教学点",
        "junior": "初级中学",
        "nine_year": "九年一贯制学校",
        "complete_secondary": "完全中学",
        "senior": "高级中学",
        "twelve_year": "十二年一贯制学校",
        "special": "特殊教育学校",
    }[site.kind]
    if site.setting == "village":
        return home.removesuffix("村"), ending
    if site.setting in ("town", "township"):
        return town, ending
    return ("新城" if site.setting == "new_town" else "") + ("民办" if site.is_private else ""), ending


def _combined(family: str, rng: np.random.Generator) -> Iterator[str]:
    """Yield combined names in a random order, then the same again as the second, third ... one."""
    parts = names()[family]
    both = [first + last for first in parts["first"] for last in parts["last"]]
    order = rng.permutation(len(both)).tolist()
    for position in order:
        yield both[position]
    for again in range(2, 100):
        for position in order:
            yield _again(both[position], again)


def _again(name: str, again: int) -> str:
    if name.endswith("村"):
        return (
            ("东", "西", "南", "北", "前", "后", "上", "下")[again % 8]
            + name
            + ("" if again < 10 else str(again))
        )
    return f"{name}{numeral(again)}期"
