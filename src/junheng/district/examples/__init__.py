"""Example districts, generated from a seed and marked as synthetic: `example`."""

from __future__ import annotations

from typing import get_args

from junheng.district.examples.build import build_tables
from junheng.district.examples.enrolment import draw_rolls
from junheng.district.examples.geography import draw_geography
from junheng.district.examples.people import draw_people
from junheng.district.examples.profile import COMPULSORY, SizeName, profile
from junheng.district.examples.resources import draw_resources
from junheng.district.examples.schools import draw_sites
from junheng.district.examples.zones import draw_zones
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.progress import Progress, silent
from junheng.text import Text

SIZES: tuple[SizeName, ...] = get_args(SizeName)

__all__ = ["SIZES", "SizeName", "example"]


def example(size: SizeName, *, seed: int = 1, progress: Progress = silent) -> District:
    """Return a made-up district: plausible in every table, real in none.

    Parameters
    ----------
    size
        ``town`` (12 schools), ``district`` (60 schools, about 50,000 pupils of grades 1 to 9, 400 homes) or
        ``city`` (400 schools, about 300,000 pupils, 3,000 homes).
    seed
        Same size and seed, same district.
    progress
        Called with each step.

    Raises
    ------
    UsageError
        For another size.
    """
    if size not in SIZES:
        raise UsageError(
            Text(
                f"没有名为“{size}”的示例：可选 {'、'.join(SIZES)}",
                f"there is no example “{size}”: choose {', '.join(SIZES)}",
            )
        )
    shape = profile().sizes[size]
    progress(Text("生成地理与居住单元", "drawing land and homes"), 0.0)
    geography = draw_geography(shape, seed=seed)
    people = draw_people(shape, geography, seed=seed)
    progress(Text("布局学校与学区", "placing schools and zones"), 0.5)
    sites = draw_sites(shape, geography, people, seed=seed)
    zones = {stage: draw_zones(stage, sites, geography, people, seed=seed) for stage in COMPULSORY}
    progress(Text("生成在校生、教师与校舍", "drawing pupils, teachers and premises"), 0.8)
    rolls = draw_rolls(sites, geography, people, zones, seed=seed)
    resources = draw_resources(sites, rolls, seed=seed)
    tables = build_tables(
        size=shape,
        geography=geography,
        people=people,
        sites=sites,
        zones=zones,
        rolls=rolls,
        resources=resources,
        seed=seed,
    )
    progress(Text("示例已生成", "example drawn"), 1.0)
    return District.of(tables)
