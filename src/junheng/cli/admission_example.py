"""``junheng admission example``: made-up applicants for a district, with example rules, to try a round on."""

from __future__ import annotations

import argparse
from pathlib import Path

from junheng.cli.options import add_common, add_file, add_stage, whole
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

HELP = Text("为一个区县生成模拟报名数据和示例细则", "add made-up applicants and example rules to a district")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this step's arguments."""
    add_common(parser, language, "admission_example")
    add_file(parser, language)
    out = Text("输出：.xlsx 文件，或文件夹（写 CSV）", "what to write: an .xlsx file, or a folder (of CSV)")
    parser.add_argument("out", metavar="OUT", type=Path, help=out.in_(language))
    rules = Text(
        "示例细则写到（默认 rules.yaml）", "where to write the example rules (rules.yaml if not given)"
    )
    parser.add_argument(
        "--rules", type=Path, default=Path("rules.yaml"), metavar="YAML", help=rules.in_(language)
    )
    add_stage(parser, language)
    seed = Text("随机种子", "seed of the random numbers")
    parser.add_argument("--seed", type=whole, default=1, help=seed.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Draw the families, write the district and the rules."""
    from junheng.admission.rules import example_rules  # noqa: PLC0415 - start-up time
    from junheng.district.examples.admission import with_round  # noqa: PLC0415
    from junheng.district.files import read_district, write  # noqa: PLC0415

    rules = example_rules(arguments.stage)
    if arguments.rules.exists() and arguments.rules.read_text(encoding="utf-8") != rules.text:
        raise UsageError(
            Text(
                f"{arguments.rules} 已存在且内容不同：用 --rules 另选文件",
                f"{arguments.rules} is there already and is another: choose a file with --rules",
            )
        )
    district = with_round(read_district(arguments.file), stage=arguments.stage, seed=arguments.seed)
    screen.progress(Text("写出文件", "writing the file"))
    write(district, arguments.out, language=screen.language)
    arguments.rules.write_text(rules.text, encoding="utf-8")
    n, places = district.table("applicants").height, int(district.table("places")["places"].sum())
    screen.line(
        Text(
            f"已生成 {arguments.out}：{n} 名模拟报名儿童，{places} 个学位；细则 {arguments.rules}",
            f"wrote {arguments.out}: {n} made-up applicants for {places} places; rules in {arguments.rules}",
        )
    )
    screen.data(
        {"file": str(arguments.out), "rules": str(arguments.rules), "applicants": n, "places": places}
    )
    return 0
