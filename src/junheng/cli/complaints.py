"""What argparse and the options' own readers complain of, in Chinese: argparse has no wording but its English one."""

from __future__ import annotations

import re

from junheng.text import Text

_WORDINGS: tuple[tuple[str, str], ...] = (
    (r"argument ([^:]+): ", r"选项 \1："),
    (r"invalid choice: '?(.+?)'? \((?:choose from|choices:) (.+)\)", r"“\1”应为 \2 之一"),
    (r"unrecognized arguments: (.+)", r"不认识 \1"),
    (r"the following arguments are required: (.+)", r"缺少 \1"),
    (r"one of the arguments (.+) is required", r"\1 须有其一"),
    (r"expected (?:one|at least one) argument", "后面须有一个值"),
    (r"expected (?:at most one argument|\d+ arguments)", "值的个数不对"),
    (r"not allowed with argument (.+)", r"不能与 \1 同用"),
    (r"ignored explicit argument (.+)", r"不带值，却给了 \1"),
    (r"invalid \S+ value: (.+)", r"值 \1 不对"),
    (r"'(.*)' must be like (.+)", r"“\1”应形如 \2"),
    (r"'(.*)' must be (.+)", r"“\1”应为 \2"),
)
"""Patterns of these wordings, and ours; what no pattern finds stays as it is."""


def in_both(message: str) -> Text:
    """Return what an argument parser complains of in both languages."""
    zh = message
    for pattern, wording in _WORDINGS:
        zh = re.sub(pattern, wording, zh, flags=re.DOTALL)
    return Text(zh, message)
