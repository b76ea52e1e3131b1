"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.district.address import is_address
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.standards.standard import Standard


_HELP = Text("显示本说明", "show this help")
LANGUAGE_HELP = Text(
    "界面语言（默认按系统区域）", "language of the output (by the system's locale if not given)"
)
_JSON = Text("向标准输出写 JSON，供程序读取", "write JSON to standard output, for programs")


def add_common(parser: argparse.ArgumentParser, language: Language, module: str) -> None:
    """Add what every command understands, and name the module that runs it."""
    add_help(parser, language)
    parser.add_argument("--json", action="store_true", help=_JSON.in_(language))
    parser.add_argument(
        "--lang", choices=("zh", "en"), default=argparse.SUPPRESS, help=LANGUAGE_HELP.in_(language)
    )
    parser.set_defaults(module=module)


def add_help(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add ``--help`` with its explanation in one language."""
    parser.add_argument("-h", "--help", action="help", help=_HELP.in_(language))


def add_file(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the positional argument FILE: a workbook, a folder of tables, or a snapshot on a server."""
    text = Text(
        "区县数据：.xlsx 工作簿、CSV/Parquet 文件夹，或服务器上的快照 https://.../#latest",
        "the district: an .xlsx workbook, a folder of CSV or Parquet, or a snapshot on a server, https://.../#latest",
    )
    parser.add_argument("file", metavar="FILE", type=_district, help=text.in_(language))


def add_standard(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the options that choose a standard, its overlays, waivers and day."""
    overlay = Text(
        "本地标准文件，可重复；后者优先", "a local overlay of the standard; may be repeated, later ones win"
    )
    waiver = Text("启用一条过渡性政策，可重复", "switch on a transitional waiver; may be repeated")
    day = Text(
        "标准取值日期（默认该学年 9 月 1 日）",
        "day of the standard (1 September of the school year if not given)",
    )
    group = parser.add_argument_group(Text("标准", "standard").in_(language))
    group.add_argument(
        "--overlay", action="append", default=[], type=Path, metavar="YAML", help=overlay.in_(language)
    )
    group.add_argument("--waiver", action="append", default=[], metavar="ID", help=waiver.in_(language))
    group.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help=day.in_(language))


def add_stage(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add the option ``--stage``: one of the compulsory ones."""
    text = Text("学段（默认小学）", "stage (primary if not given)")
    parser.add_argument("--stage", choices=("primary", "junior"), default="primary", help=text.in_(language))


def planned_stages(wording: str) -> tuple[str, ...]:
    """Read ``preschool,primary,junior`` or some of them, each once."""
    known, found = ("preschool", "primary", "junior"), tuple(wording.split(","))
    if not set(found) <= set(known) or len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{wording!r} must be {','.join(known)}")
    return found


def standard_of(arguments: argparse.Namespace) -> Standard:
    """Load the standard that the options ask for."""
    from junheng.standards import load_standard  # noqa: PLC0415 - start-up time

    return load_standard("cn", overlays=arguments.overlay, waivers=arguments.waiver)


HOME_SCHOOL = Text("居住单元代码=学校代码", "HOME=SCHOOL, both as codes")


def pair(wording: str, form: Text = HOME_SCHOOL) -> tuple[str, str]:
    """Read ``HOME=SCHOOL``, or another pair of which ``form`` says how it is written."""
    first, _, second = wording.partition("=")
    if not first or not second:
        message = Text("“{wording}”应写作 {form}", "write “{wording}” as {form}")
        raise UsageError(message.format(wording=wording, form=form))
    return first, second


def pairs(wordings: Sequence[str]) -> dict[str, str]:
    """Read every ``HOME=SCHOOL``; a home that is given two schools is an error, not a matter of order."""
    found: dict[str, str] = {}
    for home, school in map(pair, wordings):
        if found.setdefault(home, school) != school:
            raise UsageError(
                Text(
                    f"居住单元 {home} 同时给了两所学校：{found[home]}、{school}；请只留一所",
                    f"the home {home} is given to two schools, {found[home]} and {school}: keep one of them",
                )
            )
    return found


def whole(wording: str) -> int:
    """Read a whole number from 0 on."""
    if not wording.isascii() or not wording.isdigit():
        raise argparse.ArgumentTypeError(f"{wording!r} must be 0, 1, 2, …")
    return int(wording)


def year_range(wording: str) -> range:
    """Read ``2026-2030``, or one year."""
    first, dash, last = wording.partition("-")
    years = [first, last] if dash else [first, first]
    if not all(one.isascii() and one.isdigit() and len(one) == 4 for one in years) or years[0] > years[1]:
        raise argparse.ArgumentTypeError(f"{wording!r} must be like 2026-2030")
    return range(int(years[0]), int(years[1]) + 1)


def positive(wording: str) -> float:
    """Read a number of seconds or kilometres: more than nothing, and not infinite."""
    return _number(wording, least=0.0, is_least_allowed=False)


def kilometres(wording: str) -> float:
    """Read a number of kilometres from 0, not infinite."""
    return _number(wording, least=0.0, is_least_allowed=True)


def share_percent(wording: str) -> float:
    """Read a percentage from 0 to 100."""
    found = _number(wording, least=0.0, is_least_allowed=True)
    if found > 100:
        raise argparse.ArgumentTypeError(f"{wording!r} must be 0-100")
    return found


def percentage(wording: str) -> float:
    """Read a percentage from 0 as a fraction."""
    return _number(wording, least=0.0, is_least_allowed=True) / 100


def _district(wording: str) -> str | Path:
    """Read where a district is: an address stays as it is, for a path would take it apart."""
    return wording if is_address(wording) else Path(wording)


def _number(wording: str, *, least: float, is_least_allowed: bool) -> float:
    try:
        number = float(wording)
    except ValueError:
        number = float("nan")
    if not (least < number < float("inf") or (is_least_allowed and number == least)):
        raise argparse.ArgumentTypeError(f"{wording!r} must be {'>=' if is_least_allowed else '>'} {least:g}")
    return number


def _day(wording: str) -> date:
    try:
        return date.fromisoformat(wording)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{wording!r} must be like 2026-09-01") from None
