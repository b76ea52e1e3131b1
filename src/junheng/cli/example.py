"""``junheng example``: a synthetic district to try everything on."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common, whole
from junheng.cli.screen import Screen
from junheng.text import Language, Text

HELP = Text("生成一个模拟区县（town、district、city）", "write a synthetic district (town, district or city)")
SIZES = ("town", "district", "city")
MERGER = "merger"
"""The county whose township schools move into town: a case for `junheng plan layout`."""


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "example")
    size = Text(
        "规模：12 所、约 60 所、约 400 所学校；merger：乡镇初中进城的布局案例",
        "size: 12, about 60 or about 400 schools; merger: township junior schools that move into town",
    )
    file = Text("输出：.xlsx 文件，或文件夹（写 CSV）", "what to write: an .xlsx file, or a folder (of CSV)")
    parser.add_argument(
        "size",
        choices=(*SIZES, MERGER),
        metavar="SIZE",
        help=f"{size.in_(language)} ({', '.join((*SIZES, MERGER))})",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help=file.in_(language))
    parser.add_argument(
        "--seed", type=whole, default=1, help=Text("随机种子", "seed of the random numbers").in_(language)
    )


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Generate and write the district."""
    from junheng.district.examples import example  # noqa: PLC0415 - start-up time
    from junheng.district.examples.merger import merger_example  # noqa: PLC0415
    from junheng.district.files import write  # noqa: PLC0415

    if arguments.size == MERGER:
        district = merger_example(seed=arguments.seed)
    else:
        district = example(arguments.size, seed=arguments.seed, progress=screen.progress)
    screen.progress(Text("写出文件", "writing the file"))
    write(district, arguments.file, language=screen.language)
    counts = {name: frame.height for name, frame in district.tables.items()}
    screen.line(
        Text(
            f"已生成 {arguments.file}：{district.name}（种子 {arguments.seed}）",
            f"wrote {arguments.file}: {district.name} (synthetic, seed {arguments.seed})",
        )
    )
    screen.data({"file": str(arguments.file), "seed": arguments.seed, "hash": district.hash, "rows": counts})
    return 0
