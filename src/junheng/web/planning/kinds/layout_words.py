"""What was asked of a layout and what it takes for granted, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from junheng.district.columns import label_of
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.planners.layout.basis import basis_text
from junheng.planners.layout.course import KINDS
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.text import COMMA, Text
from junheng.web.planning.kinds import rows
from junheng.web.planning.kinds.kind import Said, Settings
from junheng.web.planning.kinds.layout_costs import words_of
from junheng.web.planning.kinds.layout_form import SOURCES


def words(given: Settings, names: Names) -> Said:
    """Return the settings of a layout, by the names of the records."""
    return [
        (Text("学段", "stage"), _stages(given["stage"])),
        (Text("每年投资上限", "most investment of a year"), _budget(given["budget_yuan"])),
        # Plans from before kindergartens were planned here were not asked.
        (
            Text("公办园占比至少", "public share at least"),
            _or_standard(given.get("public_share"), "percent"),
        ),
        (Text("上学单程最长", "longest way to school"), _or_standard(given["longest_minutes"], "minute")),
        (Text("可并入他校的规模至多", "merged up to"), _or_standard(given["merge_up_to_pupils"], "pupil")),
        (Text("可办成分校的规模至多", "a branch up to"), _or_standard(given["branch_up_to_pupils"], "pupil")),
        *_more_words(given),
        *words_of(given),
        (Text("固定", "locked"), _fixed(given["locked"], names)),
        (Text("禁止", "forbidden"), _fixed(given["forbidden"], names)),
        rows.seconds(given),
    ]


def _more_words(given: Settings) -> Said:
    """Return the options that older plans were not asked, each only where it was asked for."""
    n, source = given.get("n_years"), given.get("demand")
    said = [(Text("规划学年数", "school years"), Text.same(str(n)))] if n is not None else []
    if source:
        said.append((Text("儿童人数来自", "children to come from"), SOURCES[source]))
    if given.get("with_prices"):
        said.append((Text("各情景的代价", "price of each scenario"), Text("另算", "asked for")))
    return said


def _stages(given: str) -> Text:
    return COMMA.join(label_of("planned_stage", stage) for stage in given.split(","))


def _budget(yuan: float | None) -> Text:
    if yuan is None:
        return Text("未另设，按表“年度预算”", "none of its own: by the table “budgets”")
    return rows.limit(yuan, "yuan")


def _or_standard(value: float | None, unit: str) -> Text:
    if value is None:
        return Text("按标准", "by the standard")
    return numbers.with_unit(numbers.limit(value, unit), unit)


def _fixed(given: list[list[str]], names: Names) -> Text:
    if not given:
        return rows.NONE
    return COMMA.join(Text.same(f"{names.school(site)}=").joined("", KINDS[kind]) for site, kind in given)


def notices(result: Mapping[str, Any]) -> list[Text]:
    """Return what a layout takes for granted, from its JSON."""
    if not result:
        return []
    places = int(result["objective"]["unserved"])
    unserved = Text(
        "各情景合计仍有 {n} 人·年无学位，见“分年”和“为何不”",
        "{n} pupil-years are still without a place, over all scenarios: see the years and why not",
    ).format(n=places)
    costs = Text(
        "候选点登记和编制选项中都没有填的造价、运行费和交通费，用程序的示例值：金额仅供比较，不能代替概算",
        "costs that neither a candidate's record nor the settings give are the program's examples: yuan are for "
        "comparing, not an estimate",
    )
    zoned = [stage for stage in result["settings"]["stage"].split(",") if stage != PRESCHOOL]
    report = Text(
        "地图的底图学区和报告为{stage}的；其他学段见各表",
        "the zones under the map and the report are of {stage}; the tables have the other stages",
    )
    shown = (
        [report.format(stage=label_of("stage", zoned[0]))]
        if "," in result["settings"]["stage"] and zoned
        else []
    )
    return [*([unserved] if places else []), basis_text(result["settings"]), *shown, costs]
