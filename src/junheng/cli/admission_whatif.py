"""``junheng admission whatif``: other zones, one more class, another reserve: who gains, who loses, by group."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, whole
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    import polars as pl

    from junheng.admission.rounds.frozen import FrozenRound

HELP = Text(
    "假设分析：改学区、加班级、改细则，各类儿童谁受益谁受损",
    "other zones, places or rules: who gains and loses, by group",
)


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this step's arguments."""
    add_common(parser, language, "admission_whatif")
    frozen = Text("封存的招生轮次（文件夹）", "the frozen round (a folder)")
    parser.add_argument("frozen", type=Path, metavar="FROZEN", help=frozen.in_(language))
    rules = Text("另一份细则", "other rules")
    parser.add_argument("--rules", type=Path, metavar="YAML", help=rules.in_(language))
    zones = Text("另一套学区：方案文件（.json）", "other zones: a plan (.json)")
    parser.add_argument("--zones", type=Path, metavar="PLAN", help=zones.in_(language))
    places = Text("增加（或减少）学位，可重复", "places added (or taken away) at a school; may be repeated")
    parser.add_argument(
        "--places", action="append", default=[], metavar="SCHOOL=N", help=places.in_(language)
    )
    draws = Text("模拟摇号次数（默认 20）", "made-up draws (20 if not given)")
    parser.add_argument("--draws", type=whole, default=20, metavar="N", help=draws.in_(language))
    seed = Text("随机种子（默认 0）", "seed of the random numbers (0 if not given)")
    parser.add_argument("--seed", type=whole, default=0, help=seed.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Compare, and write who gains and who loses."""
    from junheng.admission.rounds.folder import read_frozen  # noqa: PLC0415 - start-up time
    from junheng.admission.rules import load_rules  # noqa: PLC0415
    from junheng.admission.whatif import OUTCOMES, Change, what_if  # noqa: PLC0415

    frozen = read_frozen(arguments.frozen)
    change = Change(
        rules=None if arguments.rules is None else load_rules(arguments.rules),
        places=_places(arguments.places),
        catchments=None if arguments.zones is None else _catchments(arguments.zones, frozen),
    )
    if change.rules is None and not change.places and change.catchments is None:
        raise UsageError(
            Text(
                "没有改动：给出 --rules、--zones 或 --places", "no change: give --rules, --zones or --places"
            )
        )
    found = what_if(frozen, change, draws=arguments.draws, seed=arguments.seed, progress=screen.progress)
    screen.heading(Text(f"{arguments.draws} 次模拟摇号的平均", f"mean of {arguments.draws} made-up draws"))
    header = [Text("群体", "group"), Text("儿童", "children"), *OUTCOMES.values()]
    screen.table(
        header,
        (
            [Text(row["zh"], row["en"]), row["children"], *(_shown(row[name]) for name in OUTCOMES)]
            for row in found.groups.iter_rows(named=True)
        ),
    )
    screen.line(
        Text("“—”为人数过少不显示；志愿按本轮不变", "“—”: too few to be shown; choices are kept as they are")
    )
    screen.data({**found.as_dict(), "seed": arguments.seed})
    return 0


def _shown(number: float | None) -> str | None:
    return None if number is None else f"{number:.1f}"


def _places(wordings: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for wording in wordings:
        school, _, number = wording.partition("=")
        digits = number.removeprefix("-")
        if not school or not (digits.isascii() and digits.isdigit()) or school in found:
            raise UsageError(
                Text(
                    f"“{wording}”应写作 学校代码=人数，每校一次",
                    f"write “{wording}” as SCHOOL=NUMBER, each school once",
                )
            )
        found[school] = int(number)
    return found


def _catchments(path: Path, frozen: FrozenRound) -> pl.DataFrame:
    from junheng.plans.apply import apply_plan  # noqa: PLC0415 - start-up time
    from junheng.plans.plan import read_plan  # noqa: PLC0415

    # The frozen round holds only what decides it, so that its hash is never that of the district planned for.
    planned = apply_plan(read_plan(path), frozen.district, allow_changed=True)
    return planned.table("catchments")
