"""Entry point of the command ``junheng``: reads the call, runs one command, turns errors into exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from types import ModuleType
from typing import NoReturn

from junheng import __version__
from junheng.cli.complaints import in_both
from junheng.cli.options import LANGUAGE_HELP, add_help
from junheng.cli.screen import Screen
from junheng.cli.speech import language_of
from junheng.text import Language, Text

COMMANDS = (
    "template",
    "example",
    "check",
    "assess",
    "preschool",
    "staffing",
    "forecast",
    "plan",
    "compare",
    "roads",
    "admission",
    "lottery",
    "demo",
    "serve",
    "worker",
    "backup",
    "restore",
)

EXIT_CODES: dict[int, Text] = {
    0: Text("完成", "done"),
    1: Text("程序内部错误", "internal error of the program"),
    2: Text("用法错误：选项、学段或方案文件有误", "the call is wrong: an option, stage or plan file"),
    3: Text(
        "输入有问题（数据，或选项中写的单元、学校代码），全部列出",
        "the input has problems (the records, or homes and schools that an option names); all are listed",
    ),
    4: Text(
        "没有可行方案，列出原因与最小放宽",
        "no plan is feasible; the reasons and the least relaxation are listed",
    ),
    130: Text("被用户中断", "interrupted by the user"),
}

_DESCRIPTION = Text(
    "均衡：对照国家优质均衡标准测算一个区县的学校，编制方案，再用同一标准复测。",
    "Junheng: measure a district's schools against the national balance standard, plan, and re-measure the plan.",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; see `EXIT_CODES`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(given)
    named = next((word for word in given if word in COMMANDS), None)
    parsed = build_parser(language, filled=() if named is None else (named,)).parse_args(given)
    screen = Screen(language=language, is_json=parsed.json)
    command: ModuleType = import_module(f"junheng.cli.{parsed.module}")
    return screen.guard(lambda: int(command.run(parsed, screen)))


def build_parser(language: Language, *, filled: Collection[str] = COMMANDS) -> argparse.ArgumentParser:
    """Return the parser of every command, its help in one language.

    Parameters
    ----------
    filled
        Commands whose own arguments are wanted. A call uses one command, and to make the arguments of the others takes
        longer than all the rest of the start.
    """
    parser = _Parser(
        prog="junheng",
        description=_DESCRIPTION.in_(language),
        epilog=_epilog(language),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        language=language,
    )
    add_help(parser, language)
    parser.add_argument(
        "--version", action="version", version=f"junheng {__version__}", help=_VERSION.in_(language)
    )
    parser.add_argument("--lang", choices=("zh", "en"), help=LANGUAGE_HELP.in_(language))
    commands = parser.add_subparsers(title=_COMMANDS.in_(language), metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"junheng.cli.{name}")
        own = commands.add_parser(
            name,
            help=module.HELP.in_(language),
            description=module.HELP.in_(language),
            add_help=False,
            language=language,
        )
        if name in filled:
            module.add_arguments(own, language)
    return parser


_VERSION = Text("显示版本", "show the version")
_COMMANDS = Text("命令", "commands")


def _epilog(language: Language) -> str:
    title = Text("退出码", "exit codes").in_(language)
    return "\n".join(
        [f"{title}:", *(f"  {code:<4} {text.in_(language)}" for code, text in EXIT_CODES.items())]
    )


class _Parser(argparse.ArgumentParser):
    """An argument parser whose own complaints are in the user's language."""

    def __init__(self, *, language: Language, **options: object) -> None:
        super().__init__(allow_abbrev=False, **options)  # type: ignore[arg-type]
        self.language = language
        self._positionals.title = Text("参数", "arguments").in_(language)
        self._optionals.title = Text("选项", "options").in_(language)

    def format_help(self) -> str:
        """Return the help with its heading in the user's language; argparse has no setting for that."""
        return super().format_help().replace("usage: ", Text("用法：", "usage: ").in_(self.language), 1)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call and leave with exit code 2."""
        hint = Text("用法错误：{message}。运行 {prog} --help 查看说明。", "{message}. See {prog} --help.")
        told = in_both(message).in_(self.language)
        print(hint.in_(self.language).format(message=told, prog=self.prog), file=sys.stderr)
        raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main())
