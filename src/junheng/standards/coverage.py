"""The coverage page: which rule is encoded, which function uses it, and how many readable cases test it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from junheng.standards.loader import DATA
from junheng.standards.model import Rule
from junheng.standards.safe_yaml import Node, read
from junheng.standards.standard import Standard

Use = Literal["used", "declared", "not yet", "broken"]
_USES: dict[Use, str] = {
    "used": "用于计算 computed",
    "declared": "由教育局申报 declared",
    "not yet": "尚未使用 not used yet",
    "broken": "函数不存在 no such function",
}
_DECLARED_KINDS = ("threshold", "evidence", "veto")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far one rule is covered.

    Attributes
    ----------
    rule
        The rule.
    use
        ``used`` by a function that exists; ``declared`` by the bureau; ``not yet`` used; ``broken`` if the
        function that it names does not exist.
    n_cases
        Readable cases that name the rule.
    """

    rule: Rule
    use: Use
    n_cases: int


def coverage(standard: Standard, cases_folder: Path) -> tuple[Coverage, ...]:
    """Return the coverage of every rule, in the standard's order."""
    counted = Counter(_rules_tested(cases_folder))
    return tuple(
        Coverage(rule=rule, use=use_of(rule), n_cases=counted[rule.id]) for rule in standard.rules.values()
    )


def use_of(rule: Rule) -> Use:
    """Tell who decides on a rule; imports the function that it names."""
    if rule.assessed_by is None:
        return "declared" if rule.kind in _DECLARED_KINDS and rule.indicator is not None else "not yet"
    module, _, name = rule.assessed_by.rpartition(".")
    try:
        return "used" if callable(getattr(import_module(module), name, None)) else "broken"
    except ImportError:
        return "broken"


def coverage_markdown(standard: Standard, cases_folder: Path) -> str:
    """Return the reference page of a standard: indicators, rules and the policy register, in both languages.

    Parameters
    ----------
    standard
        The standard, usually without overlays.
    cases_folder
        The folder of readable cases, ``tests/standards/cases``.
    """
    rows = coverage(standard, Path(cases_folder))
    return "\n".join(
        [
            f"# 标准覆盖 · Coverage of the standard: {standard.title.zh}",
            "",
            *_summary(standard, rows),
            "",
            "## 指标 · Indicators",
            "",
            "| 指标 id | 名称 | name | 要求 requirement | 规则 rules |",
            "|---|---|---|---|---|",
            *(
                f"| {each.id} | {each.title.zh} | {each.title.en} | {each.requirement.zh} | "
                f"{', '.join(f'`{rule}`' for rule in each.rules)} |"
                for each in standard.indicators.values()
            ),
            "",
            "## 规则 · Rules",
            "",
            "| 规则 rule | 名称 name | 值 values | 依据 citation | 可信度 confidence | 判定 use | 案例 cases |",
            "|---|---|---|---|---|---|---|",
            *(_rule_row(row) for row in rows),
            "",
            "## 政策清单 · Policy register",
            "",
            "| 条目 row | 名称 name | 规则 rules |",
            "|---|---|---|",
            *_register_rows(standard),
            "",
        ]
    )


def register() -> dict[str, tuple[str, str]]:
    """Return the policy register: row, Chinese and English wording."""
    node, problems = read(DATA / "register.yaml")
    if node is None or problems:
        raise AssertionError(problems)
    rows: Node = node["rows"]
    return {name: (row["zh"], row["en"]) for name, row in rows.items()}


def _summary(standard: Standard, rows: tuple[Coverage, ...]) -> Iterable[str]:
    uses = Counter(row.use for row in rows)
    tested = sum(row.n_cases > 0 for row in rows)
    yield f"{len(standard.indicators)} 项指标和否决项，{len(rows)} 条规则，其中 {tested} 条有案例。"
    yield f"{len(standard.indicators)} indicators and vetoes, {len(rows)} rules, {tested} of them with cases."
    yield ""
    yield from (f"- {_USES[use]}: {uses[use]}" for use in _USES if uses[use])
    yield ""
    yield "可信度 confidence: A 官方文本 official text; A- 官方网站引用 official site quoting it; B 近乎逐字的转载 "
    yield "near-verbatim copy; C 二手报道 secondary report; M 记忆、未核实 from memory, unverified."


def _rule_row(row: Coverage) -> str:
    rule = row.rule
    values = "<br>".join(dict.fromkeys(_value_texts(rule))) or "地方规定 set locally"
    citations = "<br>".join(dict.fromkeys(dated.citation.describe().zh for dated in rule.values))
    letters = ", ".join(dict.fromkeys(dated.confidence for dated in rule.values))
    return (
        f"| `{rule.id}` | {rule.title.zh}<br>{rule.title.en} | {values} | {citations} | {letters} | "
        f"{_USES[row.use]} | {row.n_cases} |"
    )


def _value_texts(rule: Rule) -> Iterable[str]:
    for dated in rule.values:
        where = " ".join(word for word in (dated.stage, dated.kind) if word)
        number = f"{dated.value:g}" if isinstance(dated.value, float) else str(dated.value)
        until = f" – {dated.end}" if dated.end else " –"
        parts = (where, rule.operator, number, "" if rule.unit in ("none", "flag") else rule.unit)
        yield f"{' '.join(part for part in parts if part)} ({dated.start}{until})"


def _register_rows(standard: Standard) -> Iterable[str]:
    of_row: dict[str, list[str]] = {}
    for rule in standard.rules.values():
        for name in rule.register:
            of_row.setdefault(name, []).append(rule.id)
    for name, (zh, en) in register().items():
        rules = ", ".join(f"`{rule}`" for rule in of_row.get(name, ())) or "尚未编入 not encoded"
        yield f"| {name} | {zh} {en} | {rules} |"


def _rules_tested(cases_folder: Path) -> Iterable[str]:
    for path in sorted(cases_folder.rglob("*.yaml")):
        node, problems = read(path)
        if node is None or problems:
            raise AssertionError(problems)
        for case in node["cases"]:
            yield case["rule"]
            yield from case.get("input", {}).get("waivers", ())
