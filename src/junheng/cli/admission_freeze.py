"""``junheng admission freeze``: put a checked round under one hash, and hand its list to the lottery."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from junheng.cli.admission_options import add_records, taken
from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.admission.rounds.frozen import FrozenRound

HELP = Text("封存：名单、志愿、计划、细则不再变动", "freeze list, choices, places and rules under one hash")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this step's arguments."""
    add_common(parser, language, "admission_freeze")
    add_records(parser, language)
    out = Text("封存到的文件夹", "folder of the frozen round")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help=out.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Freeze the round; a round with errors is not frozen."""
    from junheng.admission.rounds.arrays import round_arrays  # noqa: PLC0415 - start-up time
    from junheng.admission.rounds.ballot import ballot_files  # noqa: PLC0415
    from junheng.admission.rounds.folder import write_ballot, write_frozen  # noqa: PLC0415
    from junheng.admission.rounds.frozen import freeze  # noqa: PLC0415

    found, standard = taken(arguments, screen)
    frozen = freeze(found, standard)
    is_new = write_frozen(frozen, arguments.out)
    screen.progress(Text("写出摇号名单", "writing the list for the lottery"))
    ballot = ballot_files(round_arrays(frozen))
    write_ballot(ballot, arguments.out)
    header = frozen.header
    screen.line(
        Text(
            "已封存 {out}：{children} 名儿童，{places} 个学位，{waivers} 项豁免",
            "frozen in {out}: {children} children, {places} places, {waivers} signed exceptions",
        ).format(
            out=arguments.out,
            children=header["children"],
            places=header["places"],
            waivers=len(header["waivers"]),
        )
        if is_new
        else Text("内容与已封存的相同，未改动", "the same as what is frozen there; nothing was changed")
    )
    screen.line(Text(f"轮次哈希：{frozen.hash}", f"hash of the round: {frozen.hash}"))
    measured = _say_how_measured(frozen, screen)
    screen.line(
        Text(
            f"下一步：junheng lottery commit … --applications {arguments.out}/ballot/applications.csv "
            f"--rules {arguments.out}/ballot/rules.json",
            f"next: junheng lottery commit ... --applications {arguments.out}/ballot/applications.csv "
            f"--rules {arguments.out}/ballot/rules.json",
        )
    )
    told = {"folder": str(arguments.out), "hash": frozen.hash, "is_new": is_new, "header": header}
    screen.data({**told, "adjustment_distances": measured})
    return 0


def _say_how_measured(frozen: FrozenRound, screen: Screen) -> dict[str, Any] | None:
    """Say by which distances adjustment goes, and for whom they are straight lines all the same."""
    from junheng.admission.rounds.rows import adjustment_distances  # noqa: PLC0415 - start-up time
    from junheng.measure.distances import METHODS  # noqa: PLC0415

    if frozen.rules.adjustment.who == "nobody":
        return None
    found = adjustment_distances(frozen)
    line = Text("调剂由近及远，按{measured}", "adjustment goes to the nearest first by {measured}")
    screen.line(line.format(measured=METHODS[found.method]))
    if found.off_network:
        screen.line(
            Text(
                "其中 {n} 个居住单元或学校不在路网附近，按直线距离，如 {first}",
                "{n} homes or schools lie off the roads: straight lines there, such as {first}",
            ).format(n=len(found.off_network), first=found.off_network[0])
        )
    return {"method": found.method, "off_network": list(found.off_network)}
