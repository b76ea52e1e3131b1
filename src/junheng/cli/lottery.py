"""``junheng lottery``: commit to a list before its draw, draw, refill, verify."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import add_common
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.admission.lottery.seed import Source

HELP = Text("摇号：承诺、摇号、补录、核验", "draw lots for admission: commit, draw, refill, verify")

STEPS = {
    "commit": Text(
        "摇号前：封存名单，公布承诺值", "before the draw: freeze the list and publish its commitment"
    ),
    "draw": Text("摇号：由公布的种子得出序号与录取结果", "draw: numbers and places from the published seed"),
    "refill": Text("有人退出后补录，已录取者不受损", "refill after withdrawals; nobody placed loses"),
    "verify": Text(
        "用独立的核验程序检查公布的文件", "check the published files with the verifier, a program of its own"
    ),
}
_FOLDER = Text("公布文件的文件夹", "folder of the published files")
_SECRET_FILE = "secret.txt"  # noqa: S105 - a file's name


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the steps as subcommands."""
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    steps = parser.add_subparsers(title=Text("步骤", "steps").in_(language), metavar="STEP", required=True)
    for name, help_text in STEPS.items():
        step = steps.add_parser(
            name,
            help=help_text.in_(language),
            description=help_text.in_(language),
            add_help=False,
            language=language,
        )
        add_common(step, language, "lottery")
        step.set_defaults(step=name)
        step.add_argument("folder", type=Path, metavar="FOLDER", help=_FOLDER.in_(language))
        _ADD[name](step, language)


def _add_commit(parser: argparse.ArgumentParser, language: Language) -> None:
    listed = Text(
        "报名名单 CSV：number,children,choices（不公布）",
        "the applications, CSV: number,children,choices (not published)",
    )
    rules = Text("本轮规则 JSON", "the rules of the round, JSON")
    private = Text(
        "存放密钥与回执的文件夹，由教育局保管", "folder for secret and receipts, which the bureau keeps"
    )
    public = Text(
        "种子来源：将来公布的随机数，写明何处何时，可重复",
        "source of the seed: a value that others will publish, where and when; may be repeated",
    )
    dice = Text(
        "种子来源：当众掷骰，写明做法，可重复",
        "source of the seed: dice before witnesses, and how; may be repeated",
    )
    parser.add_argument("--applications", type=Path, required=True, metavar="CSV", help=listed.in_(language))
    parser.add_argument("--rules", type=Path, required=True, metavar="JSON", help=rules.in_(language))
    parser.add_argument("--private", type=Path, required=True, metavar="FOLDER", help=private.in_(language))
    parser.add_argument("--public", action="append", default=[], metavar="ID=WHAT", help=public.in_(language))
    parser.add_argument("--dice", action="append", default=[], metavar="ID=WHAT", help=dice.in_(language))


def _add_draw(parser: argparse.ArgumentParser, language: Language) -> None:
    value = Text("一个种子来源的值，每个来源一次", "the value of a source of the seed, once for each")
    parser.add_argument(
        "--value", action="append", default=[], required=True, metavar="ID=VALUE", help=value.in_(language)
    )


def _add_refill(parser: argparse.ArgumentParser, language: Language) -> None:
    states = Text(
        "退出名单 CSV：number,state（withdrawn 或 settled）",
        "who withdrew or settled, CSV: number,state (withdrawn or settled)",
    )
    private = Text("承诺时的私存文件夹", "the private folder of the commitment")
    parser.add_argument("--states", type=Path, required=True, metavar="CSV", help=states.in_(language))
    parser.add_argument("--private", type=Path, required=True, metavar="FOLDER", help=private.in_(language))


def _add_verify(parser: argparse.ArgumentParser, language: Language) -> None:
    commitment = Text("摇号前公布的承诺值", "the commitment that was printed before the draw")
    number = Text("回执上的报名编号", "the application number on a receipt")
    salt = Text("回执上的盐值", "the salt on the receipt")
    parser.add_argument("--commitment", metavar="HASH", help=commitment.in_(language))
    parser.add_argument("--number", metavar="N", help=number.in_(language))
    parser.add_argument("--salt", metavar="SALT", help=salt.in_(language))


_ADD = {"commit": _add_commit, "draw": _add_draw, "refill": _add_refill, "verify": _add_verify}


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Run one step."""
    steps = {"commit": _commit, "draw": _draw, "refill": _refill, "verify": _verify}
    return steps[arguments.step](arguments, screen)


def _commit(arguments: argparse.Namespace, screen: Screen) -> int:
    from junheng.admission.lottery.parse import read_entries, read_rules  # noqa: PLC0415 - start-up time
    from junheng.admission.lottery.round import commit  # noqa: PLC0415

    _keep_apart(arguments.folder, arguments.private)
    rules = read_rules(arguments.rules.read_bytes())
    entries = read_entries(
        arguments.applications.read_bytes(), rules, name="number", file=arguments.applications.name
    )
    sources = [*_sources("public", arguments.public), *_sources("dice", arguments.dice)]
    committed = commit(rules, entries, secret=_secret(arguments.private), sources=sources)
    _write_once(arguments.folder, committed.published)
    _write_once(arguments.private, committed.private)
    screen.line(
        Text(f"承诺值（摇号前公布）：{committed.hash}", f"commitment, to be published now: {committed.hash}")
    )
    screen.line(
        Text(
            f"{len(entries)} 份报名；公布 {arguments.folder}，保管 {arguments.private}",
            f"{len(entries)} applications; publish {arguments.folder}, keep {arguments.private} to yourselves",
        )
    )
    screen.data({"commitment": committed.hash, "applications": len(entries)})
    return 0


def _draw(arguments: argparse.Namespace, screen: Screen) -> int:
    from junheng.admission.lottery.round import draw  # noqa: PLC0415
    from junheng.admission.promises import promises  # noqa: PLC0415

    screen.progress(Text("摇号、录取、审计", "drawing, assigning, auditing"))
    drawn = draw(_folder(arguments.folder), _values(arguments.value), progress=screen.progress)
    _write_once(arguments.folder, drawn.files)
    n_placed = int((drawn.outcome.row >= 0).sum())
    standing = promises(drawn.market, drawn.outcome)
    screen.line(
        Text(
            f"{len(drawn.entries)} 份报名，录取 {n_placed} 份；审计通过",
            f"{len(drawn.entries)} applications, {n_placed} with a place; the audit found nothing",
        )
    )
    for promise in standing:
        mark = Text("成立", "holds") if promise.holds else Text("不成立", "does not hold")
        screen.line(Text("  {name}：{mark}，{reason}", "  {name}: {mark}, {reason}").format(
            name=promise.name, mark=mark, reason=promise.reason
        ))  # fmt: skip
    screen.data(
        {
            "applications": len(drawn.entries),
            "placed": n_placed,
            "promises": [{"name": p.name, "holds": p.holds, "reason": p.reason._asdict()} for p in standing],
        }
    )
    return 0


def _refill(arguments: argparse.Namespace, screen: Screen) -> int:
    from junheng.admission.lottery.after import read_states, refill_round  # noqa: PLC0415

    states = read_states(arguments.states.read_bytes(), name="number")
    receipts = _receipts(arguments.private)
    unknown = sorted(set(states) - set(receipts))
    if unknown:
        raise UsageError(Text(f"没有报名编号 {unknown[0]}", f"there is no application {unknown[0]}"))
    files = refill_round(
        _folder(arguments.folder), {receipts[number]: state for number, state in states.items()}
    )
    _write_once(arguments.folder, files)
    screen.line(Text(f"已写出 {'、'.join(files)}", f"wrote {', '.join(files)}"))
    screen.data({"files": sorted(files)})
    return 0


def _verify(arguments: argparse.Namespace, screen: Screen) -> int:
    from junheng.admission.lottery.verification import run_verifier  # noqa: PLC0415

    done = run_verifier(
        arguments.folder, commitment=arguments.commitment, number=arguments.number, salt=arguments.salt
    )
    screen.line(done.output)
    screen.data({"verified": done.holds, "output": done.output.splitlines()})
    return {0: 0, 1: 3}.get(done.code, 2)


def _keep_apart(published: Path, private: Path) -> None:
    if private.resolve().is_relative_to(published.resolve()):
        raise UsageError(
            Text(
                f"{private} 在要公布的 {published} 之内：另选文件夹",
                f"{private} is inside {published}, which is to be published: choose another folder",
            )
        )


def _secret(folder: Path) -> bytes:
    """Return the bureau's secret; drawn once and kept, so that the same list gives the same commitment."""
    import secrets  # noqa: PLC0415

    file = folder / _SECRET_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
        file.chmod(0o600)
    return bytes.fromhex(file.read_text(encoding="ascii").strip())


def _sources(kind: str, wordings: list[str]) -> list[Source]:
    from junheng.admission.lottery.seed import Source  # noqa: PLC0415

    return [Source(id=name, kind=kind, what=what) for name, what in _values(wordings).items()]  # type: ignore[arg-type]


def _values(wordings: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for wording in wordings:
        name, equals, value = wording.partition("=")
        if not equals or not name or not value or name in found:
            raise UsageError(
                Text(f"“{wording}”应写作 名称=内容，名称不重复", f"write “{wording}” as ID=..., each ID once")
            )
        found[name] = value
    return found


def _receipts(folder: Path) -> dict[str, str]:
    lines = (folder / "receipts.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {number: receipt for number, _, receipt in (line.split(",") for line in lines)}


def _folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _write_once(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that are not there yet; what is published is never written over with something else."""
    changed = [
        n for n, content in files.items() if (folder / n).exists() and (folder / n).read_bytes() != content
    ]
    if changed:
        raise UsageError(
            Text(
                f"{folder} 中已有不同的 {'、'.join(changed)}：已公布的不得改写，另选文件夹",
                f"{folder} already holds another {', '.join(changed)}: what is published is never written over",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
