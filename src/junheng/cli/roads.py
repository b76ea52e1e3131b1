"""``junheng roads``: take the road network of an OpenStreetMap file into a district."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common, add_file
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text(
    "从 OpenStreetMap 文件导入本区路网，用于步行距离",
    "take a district's roads from an OpenStreetMap file, for walking distances",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "roads")
    add_file(parser, language)
    osm = Text("路网文件：.osm.pbf 或 .osm", "the roads: .osm.pbf or .osm")
    parser.add_argument("osm", metavar="OSM", type=Path, help=osm.in_(language))
    out = Text(
        "写到哪里：.xlsx，或文件夹（大的路网宜用文件夹）",
        "where to: .xlsx, or a folder (better for many roads)",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=out.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Read the roads, cut them to the district, and write the district with them."""
    from junheng.district.files import read_district, write  # noqa: PLC0415 - start-up time
    from junheng.district.osm import with_roads  # noqa: PLC0415

    screen.progress(Text("读取数据", "reading the district"))
    district = read_district(arguments.file)
    screen.progress(Text("读取路网", "reading the roads"))
    found = with_roads(district, arguments.osm)
    write(found, arguments.out)
    roads = found.table("roads")
    n_barriers = int((roads["barrier"] == "yes").sum())
    km = float(roads.filter(roads["walkable"] == "yes")["km"].sum())
    screen.line(
        Text(
            "{roads} 段道路（可步行 {km:.1f} 公里），其中 {barriers} 段不可横穿；{junctions} 个路口；已写出 {out}",
            "{roads} stretches of road ({km:.1f} km to walk), {barriers} not to be crossed; "
            "{junctions} junctions; wrote {out}",
        ).format(
            roads=roads.height,
            km=km,
            barriers=n_barriers,
            junctions=found.table("junctions").height,
            out=arguments.out,
        )
    )
    screen.data(
        {
            "file": str(arguments.out),
            "roads": roads.height,
            "junctions": found.table("junctions").height,
            "barriers": n_barriers,
            "walkable_km": km,
        }
    )
    return 0
