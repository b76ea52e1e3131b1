"""Options that the steps of an admission round share, and what they stand for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import add_file
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.admission.intake.run import Taken
    from junheng.admission.rounds.arrays import Ranks
    from junheng.admission.rounds.result import RoundResult
    from junheng.standards.standard import Standard


def add_records(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add FILE, the round's rules, the signed exceptions and local overlays of the standard."""
    add_file(parser, language)
    rules = Text("本轮招生细则", "the rules of the round")
    parser.add_argument("--rules", type=Path, required=True, metavar="YAML", help=rules.in_(language))
    exceptions = Text("署名豁免清单", "exceptions that somebody signed for")
    parser.add_argument("--exceptions", type=Path, metavar="YAML", help=exceptions.in_(language))
    overlay = Text("本地标准文件，可重复", "a local overlay of the standard; may be repeated")
    parser.add_argument(
        "--overlay", action="append", default=[], type=Path, metavar="YAML", help=overlay.in_(language)
    )


def taken(arguments: argparse.Namespace, screen: Screen) -> tuple[Taken, Standard]:
    """Read the records and check them as a round."""
    from junheng.admission.intake.run import take_in  # noqa: PLC0415 - start-up time
    from junheng.admission.intake.waivers import load_waivers  # noqa: PLC0415
    from junheng.admission.rules import load_rules  # noqa: PLC0415
    from junheng.standards import load_standard  # noqa: PLC0415

    rules = load_rules(arguments.rules)
    waivers = () if arguments.exceptions is None else load_waivers(arguments.exceptions)
    standard = load_standard("cn", overlays=arguments.overlay)
    screen.progress(Text("读取并检查", "reading and checking"))
    return take_in(arguments.file, rules, standard, waivers=waivers), standard


def add_drawn(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the frozen round, the folders of its lottery, and the log of events."""
    frozen = Text("封存的招生轮次（文件夹）", "the frozen round (a folder)")
    parser.add_argument("frozen", type=Path, metavar="FROZEN", help=frozen.in_(language))
    published = Text("摇号公布文件的文件夹", "folder of the lottery's published files")
    parser.add_argument(
        "--published", type=Path, required=True, metavar="FOLDER", help=published.in_(language)
    )
    private = Text("摇号私存文件夹（回执）", "the lottery's private folder (receipts)")
    parser.add_argument("--private", type=Path, required=True, metavar="FOLDER", help=private.in_(language))
    events = Text(
        "摇号后的事件：退出、补报、递补等", "what happened since: withdrawals, late children, refills"
    )
    parser.add_argument("--events", type=Path, metavar="YAML", help=events.in_(language))


def drawn(arguments: argparse.Namespace, screen: Screen) -> tuple[RoundResult, Ranks]:
    """Decide the frozen round with its published draw; it must agree with the published result."""
    from junheng.admission.rounds.arrays import round_arrays  # noqa: PLC0415 - start-up time
    from junheng.admission.rounds.ballot import receipts_of  # noqa: PLC0415
    from junheng.admission.rounds.drawn import as_published  # noqa: PLC0415
    from junheng.admission.rounds.folder import read_frozen  # noqa: PLC0415

    screen.progress(Text("读取封存的轮次", "reading the frozen round"))
    arrays = round_arrays(read_frozen(arguments.frozen))
    receipts = receipts_of(_private(arguments.private, "receipts.csv"))
    screen.progress(Text("录取并核对", "assigning and comparing"))
    return as_published(arrays, files_of(arguments.published), receipts, progress=screen.progress)


def present(arguments: argparse.Namespace, screen: Screen) -> tuple[RoundResult, dict[str, object]]:
    """Return the round as it stands after its events, and what to say of them."""
    result, ranks = drawn(arguments, screen)
    if arguments.events is None:
        return result, {}
    from junheng.admission.rounds.drawn import after_events  # noqa: PLC0415 - start-up time
    from junheng.admission.rounds.events import load_events  # noqa: PLC0415
    from junheng.admission.rules.national import standard_day  # noqa: PLC0415
    from junheng.standards import load_standard  # noqa: PLC0415

    events = load_events(arguments.events)
    standard = load_standard().on(standard_day(result.rules))
    state = after_events(result, ranks, events, standard=standard)
    told = {
        "events": len(events),
        "log_hash": state.hash,
        "withdrawn": len(state.withdrawn),
        "waiting_for_refill": len(state.waiting_for_refill),
    }
    return state.result, told


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by name."""
    if not folder.is_dir():
        raise UsageError(Text(f"没有文件夹“{folder}”", f"there is no folder “{folder}”"))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def published_now(arguments: argparse.Namespace, result: RoundResult) -> dict[str, bytes]:
    """Return what may be published of a round after its events, by receipt."""
    from junheng.admission.rounds.ballot import receipts_of  # noqa: PLC0415 - start-up time
    from junheng.admission.rounds.published import published_files  # noqa: PLC0415

    secret = bytes.fromhex(_private(arguments.private, "secret.txt").decode("ascii").strip())
    return published_files(result, receipts_of(_private(arguments.private, "receipts.csv")), secret)


def _private(folder: Path, name: str) -> bytes:
    file = folder / name
    if not file.is_file():
        raise UsageError(Text(f"没有私存文件“{file}”", f"there is no private file “{file}”"))
    return file.read_bytes()
