"""``junheng demo``: the whole loop on a synthetic district, or on a real one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.example import SIZES
from junheng.cli.options import add_common, positive, whole
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.cli.loop import Turn

HELP = Text("演示完整流程：测算、编制、复测、报告", "show the whole loop: measure, plan, re-measure, report")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "demo")
    out = Text("输出文件夹（默认 out/demo）", "folder to write to (out/demo if not given)")
    parser.add_argument(
        "--out", type=Path, default=Path("out/demo"), metavar="FOLDER", help=out.in_(language)
    )
    size = Text("模拟区县规模（默认 district）", "size of the synthetic district (district if not given)")
    parser.add_argument("--size", choices=SIZES, default="district", help=size.in_(language))
    real = Text(
        "改用真实区县：含 blocks.geojson 与 schools.csv 的文件夹",
        "a real district: folder of blocks.geojson and schools.csv",
    )
    parser.add_argument("--real", type=Path, metavar="FOLDER", help=real.in_(language))
    seconds = Text("每个方案最长用时，秒（默认 60）", "longest time for a plan, in seconds (60 if not given)")
    parser.add_argument("--seconds", type=positive, default=60.0, help=seconds.in_(language))
    seed = Text("随机种子（默认 1）", "seed of the random numbers (1 if not given)")
    parser.add_argument("--seed", type=whole, default=1, help=seed.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Turn the loop once."""
    from junheng.cli.loop import run_loop  # noqa: PLC0415 - start-up time

    turn = _synthetic(arguments, screen) if arguments.real is None else _real(arguments)
    written = [] if arguments.real else [_workbook(arguments)]
    screen.data(run_loop(turn, arguments.out, screen, written=written))
    return 0


def _synthetic(arguments: argparse.Namespace, screen: Screen) -> Turn:
    """Generate a district, write it as a workbook, and read that back with every check, as a bureau would."""
    from junheng.cli.loop import Turn  # noqa: PLC0415 - start-up time
    from junheng.district.examples import example  # noqa: PLC0415
    from junheng.district.files import read_district, write  # noqa: PLC0415
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415
    from junheng.standards import load_standard  # noqa: PLC0415

    workbook = _workbook(arguments)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write(
        example(arguments.size, seed=arguments.seed, progress=screen.progress),
        workbook,
        language=screen.language,
    )
    screen.progress(Text("读回工作簿并检查", "reading the workbook back and checking it"))
    return Turn(
        district=read_district(workbook),
        standard=load_standard("cn"),
        stage="primary",
        options=CatchmentOptions(seconds=arguments.seconds),
        seed=arguments.seed,
        proposals={},
    )


def _workbook(arguments: argparse.Namespace) -> Path:
    return Path(arguments.out) / "district.xlsx"


def _real(arguments: argparse.Namespace) -> Turn:
    """Read the real district, with the proposals of its own boundary committee."""
    from junheng.cli.loop import Turn  # noqa: PLC0415 - start-up time
    from junheng.district.examples.baltimore import OPTIONS, STAGE, STANDARD_DATE, read_baltimore  # noqa: PLC0415
    from junheng.planners.catchments.solve import CatchmentOptions  # noqa: PLC0415
    from junheng.standards import load_standard  # noqa: PLC0415

    district, options = read_baltimore(arguments.real)
    return Turn(
        district=district,
        standard=load_standard("cn"),
        stage=STAGE,
        options=CatchmentOptions(seconds=arguments.seconds),
        seed=arguments.seed,
        proposals={OPTIONS[key]: zones for key, zones in options.items()},
        frontier_points=12,
        on=STANDARD_DATE,
    )
