"""The reference page of the checks of a round, generated from their registry."""

from __future__ import annotations

from junheng.admission.intake.run import registry

_SEVERITIES = {"error": "错误 error", "warning": "警告 warning", "notice": "提示 notice"}


def checks_markdown() -> str:
    """Return every check of a round, in the order in which they run, as Markdown."""
    lines = [
        "# 招生轮次的检查 · Checks of an admission round",
        "",
        "有错误的轮次不能封存。可豁免的，由人署名并写明理由，后果如表。  ",
        "A round with an error is not frozen. Where somebody may sign for it, the last columns say what follows.",
        "",
        "| 代码 Code | 级别 Severity | 检查内容 | What it looks for | 署名豁免后 | Once signed for |",
        "|---|---|---|---|---|---|",
    ]
    for one in registry():
        zh, en = one.waived or ("", "")
        if one.severity == "error" and one.waived is None:
            zh, en = "不得豁免", "nobody may"
        lines.append(
            f"| `{one.code}` | {_SEVERITIES[one.severity]} | {one.text.zh} | {one.text.en} | {zh} | {en} |"
        )
    return "\n".join(lines) + "\n"
