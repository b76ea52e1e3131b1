"""``junheng compare``: any number of plans of any kind under the same measure, with today beside them."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from junheng.cli.options import add_common, add_file, add_standard, standard_of
from junheng.cli.screen import Screen
from junheng.errors import UsageError
from junheng.text import Language, Text

if TYPE_CHECKING:
    from junheng.plans.plan import Plan

HELP = Text("用同一尺度比较多个方案", "compare plans under the same measure")


def add_arguments(parser: argparse.ArgumentParser, language: Language) -> None:
    """Add this command's arguments."""
    add_common(parser, language, "compare")
    add_file(parser, language)
    plans = Text(
        "方案文件（junheng plan 的输出），或他人划片的 CSV（列 home、school）",
        "plan files (written by junheng plan), or somebody's zones as CSV (columns home and school)",
    )
    parser.add_argument("plans", metavar="PLAN", nargs="+", type=Path, help=plans.in_(language))
    changed = Text("数据改动后仍套用方案", "apply the plans although the records have changed since")
    parser.add_argument("--allow-changed", action="store_true", help=changed.in_(language))
    stage = Text(
        "比较学区的学段（默认与方案文件相同；CSV 划片默认小学）",
        "stage of the zones that are compared (that of the plan files; primary for CSV zones)",
    )
    parser.add_argument("--stage", choices=("primary", "junior"), help=stage.in_(language))
    add_standard(parser, language)


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Measure every plan and show them side by side."""
    from junheng.cli import plan_tables  # noqa: PLC0415 - start-up time
    from junheng.district.files import read_district  # noqa: PLC0415
    from junheng.plans.actions.assign_home import AssignHome  # noqa: PLC0415
    from junheng.plans.compare import compare, plan_of_zones  # noqa: PLC0415
    from junheng.plans.effects import compare_effects  # noqa: PLC0415
    from junheng.plans.plan import read_plan  # noqa: PLC0415
    from junheng.plans.proposals import read_zones  # noqa: PLC0415

    drawn = {path: read_zones(path) for path in arguments.plans if path.suffix.lower() == ".csv"}
    computed = {path: read_plan(path) for path in arguments.plans if path not in drawn}
    stage = _stage(arguments.stage, computed.values(), has_drawn=bool(drawn))
    screen.progress(Text("读取并检查", "reading and checking"))
    district, standard = read_district(arguments.file), standard_of(arguments)
    given = [
        computed[path]
        if path in computed
        else plan_of_zones(district, drawn[path], name=Text.same(path.stem), stage=stage or "primary")
        for path in arguments.plans
    ]
    plans = _told_apart(given, arguments.plans)
    screen.progress(Text("测算各方案", "measuring the plans"))
    on = standard.on(arguments.date or district.year.first_day)
    is_changed = arguments.allow_changed
    effects = compare_effects(district, plans, on, allow_changed=is_changed)
    plan_tables.show_effects(effects, screen)
    zoned = [plan for plan in plans if arguments.stage is not None or plan.of(AssignHome)]
    comparison, measured = [], None
    if stage is not None:
        frame = compare(district, zoned, on, stage=stage, allow_changed=is_changed)
        screen.heading(Text("学区", "catchments"))
        plan_tables.show_comparison(frame, screen)
        measured = plan_tables.show_distances(district, stage, screen)
        comparison = frame.to_dicts()
    screen.data(
        {"effects": effects.to_dicts(), "stage": stage, "comparison": comparison, "distances": measured}
    )
    return 0


def _told_apart(plans: Sequence[Plan], files: Sequence[Path]) -> list[Plan]:
    """Return the plans, those of one name, such as the plans of a trade-off, with their file in it."""
    times = Counter(plan.name for plan in plans)
    form = Text("{name}（{file}）", "{name} ({file})")
    return [
        plan if times[plan.name] == 1 else replace(plan, name=form.format(name=plan.name, file=file))
        for plan, file in zip(plans, files, strict=True)
    ]


def _stage(asked: str | None, plans: Iterable[Plan], *, has_drawn: bool) -> str | None:
    """Return the one stage whose zones are compared, `None` where no plan has any; several raise `UsageError`."""
    from junheng.plans.actions.assign_home import AssignHome  # noqa: PLC0415 - start-up time

    stages = {action.stage for plan in plans for action in plan.of(AssignHome)}
    if asked is not None:
        stages.add(asked)
    if not stages:
        return "primary" if has_drawn else None
    if len(stages) > 1:
        listed = sorted(stages)
        raise UsageError(
            Text(
                f"学区方案应属同一学段，现为：{'、'.join(listed)}",
                f"catchment plans must be of one stage; they are of: {', '.join(listed)}",
            )
        )
    return stages.pop()
