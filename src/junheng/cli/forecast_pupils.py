"""``junheng forecast pupils``: pupils of every school to come, with intervals, scenarios, alerts and reasons."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.forecast_options import add_forecast, wanted_of
from junheng.cli.options import standard_of
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import SEMICOLON, Language, Text

if TYPE_CHECKING:
    import polars as pl

    from junheng.forecast.model import Forecast

HELP = Text(
    "预测各校各年级在校生：区间、三种情景、学位预警",
    "forecast pupils by school and grade: intervals, scenarios, alerts",
)

_MOST_ALERTS = 20
_LIKE = "2199000006/primary/2029/3"


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this task's arguments."""
    add_forecast(parser, language, "forecast_pupils")
    out = Text("写出 .xlsx、.json，或 CSV 文件夹", "write an .xlsx, a .json, or a folder of CSV")
    parser.add_argument("--out", type=Path, metavar="FILE", help=out.in_(language))
    report = Text("另写 HTML 报告", "also write an HTML report")
    parser.add_argument("--report", type=Path, metavar="HTML", help=report.in_(language))
    why = Text(
        "解释一个数字：学校/学段/学年，或学校/学段/学年/年级",
        "explain one number: SCHOOL/STAGE/YEAR, or SCHOOL/STAGE/YEAR/GRADE",
    )
    parser.add_argument("--why", metavar="SCHOOL/STAGE/YEAR[/GRADE]", help=why.in_(language))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Forecast, show, and write what was asked for."""
    from junheng.district.files import read_district  # noqa: PLC0415 - start-up time
    from junheng.forecast.alerts import alerts  # noqa: PLC0415
    from junheng.forecast.make import forecast  # noqa: PLC0415
    from junheng.forecast.write import write_forecast  # noqa: PLC0415

    screen.progress(Text("读取并检查", "reading and checking"))
    district = read_district(arguments.file)
    found = forecast(
        district,
        standard_of(arguments),
        stages=arguments.stage,
        wanted=wanted_of(arguments),
        on=arguments.date,
        progress=screen.progress,
    )
    warned = alerts(found, found.standard)
    explained = None if arguments.why is None else _why(found, arguments.why, screen)
    if explained is None:
        _show(found, warned, screen)
    for path, writer in ((arguments.out, write_forecast), (arguments.report, _report)):
        if path is not None:
            writer(found, path, language=screen.language)
            screen.line(Text(f"已写出 {path}", f"wrote {path}"))
    screen.data(found.as_dict() | {"alerts": warned.to_dicts(), "why": explained})
    return 0


def _report(found: Forecast, path: Path, *, language: Language) -> None:
    from junheng.report.forecast import write_forecast_html  # noqa: PLC0415 - only where asked for

    write_forecast_html(found, path, language=language)


def _show(found: Forecast, warned: pl.DataFrame, screen: Screen) -> None:
    from junheng.district.columns import label_of  # noqa: PLC0415 - start-up time

    screen.heading(Text("全区在校生", "pupils of the district"))
    screen.table(
        [
            Text("学段", "stage"),
            Text("学年", "year"),
            Text("中心", "central"),
            Text("80% 区间", "80% interval"),
            Text("95% 区间", "95% interval"),
            Text("低情景", "low"),
            Text("高情景", "high"),
        ],
        [
            (
                label_of("stage", row["stage"]),
                row["year"],
                _n(row["mean"]),
                f"{_n(row['q10'])}-{_n(row['q90'])}",
                f"{_n(row['q025'])}-{_n(row['q975'])}",
                _n(row["low"]),
                _n(row["high"]),
            )
            for row in found.totals.iter_rows(named=True)
        ],
    )
    stands_on = SEMICOLON.join(found.stands_on())
    screen.line(Text("入学人数的依据——{on}", "what entrants stand on: {on}").format(on=stands_on))
    _show_alerts(found, warned, screen)
    screen.problems(found.notices)


def _show_alerts(found: Forecast, warned: pl.DataFrame, screen: Screen) -> None:
    from junheng.district.columns import label_of  # noqa: PLC0415 - start-up time
    from junheng.forecast.alerts import COLOURS, SUBJECTS  # noqa: PLC0415

    names = dict(found.district.table("schools").select("school", "name").iter_rows())
    counts = Counter(warned["colour"].to_list())
    screen.heading(Text("学位预警（按超出学位的概率）", "alerts of places (by probability of overflow)"))
    screen.line(
        SEMICOLON.in_(screen.language).join(
            f"{text.in_(screen.language)} {counts[colour]}" for colour, text in COLOURS.items()
        )
    )
    urgent = warned.filter(warned["colour"] != "green")
    screen.table(
        [
            Text("等级", "alert"),
            Text("学校", "school"),
            Text("学段", "stage"),
            Text("口径", "of"),
            Text("学年", "year"),
            Text("学位", "places"),
            Text("预测", "forecast"),
            Text("概率", "probability"),
        ],
        [
            (
                COLOURS[row["colour"]],
                names.get(row["school"], row["school"]),
                label_of("stage", row["stage"]),
                SUBJECTS[row["of"]],
                row["year"],
                _n(row["places"]),
                _n(row["mean"]),
                f"{100 * row['probability']:.0f}%",
            )
            for row in urgent.head(_MOST_ALERTS).iter_rows(named=True)
        ],
    )
    if urgent.height > _MOST_ALERTS:
        screen.line(
            Text(
                "以上为最紧急的 {shown} 条，共 {n} 条；全部见 --out 或 --report 写出的文件",
                "the {shown} most urgent of {n}; --out or --report writes them all",
            ).format(shown=_MOST_ALERTS, n=urgent.height)
        )


def _why(found: Forecast, wording: str, screen: Screen) -> list[dict[str, object]]:
    from junheng.forecast.explain import explain  # noqa: PLC0415 - start-up time

    parts = wording.split("/")
    if len(parts) not in (3, 4) or not all(part.isdecimal() for part in parts[2:]):
        raise UsageError(
            Text(
                f"“{wording}”应写作 学校代码/学段/学年 或 学校代码/学段/学年/年级，如 {_LIKE}",
                f"write “{wording}” as SCHOOL/STAGE/YEAR or SCHOOL/STAGE/YEAR/GRADE, such as {_LIKE}",
            )
        )
    grade = int(parts[3]) if len(parts) == 4 else None
    told = explain(found, school=parts[0], stage=parts[1], year=int(parts[2]), grade=grade)
    screen.heading(Text("为什么是 {n}", "why {n}").format(n=told[-1][2]))
    screen.table(
        [Text("组成", "part"), Text("人数", "pupils")],
        [(text, f"{n:+d}" if name != "mean" else n) for name, text, n in told],
    )
    return [{"part": name, "text": text._asdict(), "pupils": n} for name, text, n in told]


def _n(value: float) -> str:
    return f"{value:,.0f}"
