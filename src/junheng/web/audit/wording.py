"""What an event tells, in words: what it was done to, and its details without what says nothing."""

from __future__ import annotations

import json
import re
from typing import Any

from junheng.district.columns import tables
from junheng.report import numbers
from junheng.text import Text

SUBJECTS: dict[str, Text] = {
    "account": Text("账号", "account"),
    "year": Text("学年", "school year"),
    "return": Text("年报", "return"),
    "snapshot": Text("快照", "snapshot"),
    "plan": Text("方案", "plan"),
    "job": Text("计算任务", "job"),
    "round": Text("招生轮次", "admission round"),
    "application": Text("报名", "application"),
    "roll": Text("在校生名册", "roll of pupils"),
    "wish": Text("交流意愿", "exchange wish"),
    "token": Text("接口令牌", "token"),
}
"""Kinds of subject besides tables."""
_HASH = re.compile(r"[0-9a-f]{64}")
_ARROW = " → "


def subject_of(kind: str, key: str) -> Text:
    """Return what an event was done to: a table's row by its key."""
    if kind not in tables():
        return SUBJECTS.get(kind, Text.same(kind)).joined(" ", Text.same(key))
    return tables()[kind].label.joined(" ", Text.same(" / ".join(re.findall(r'[^\[\]", ]+', key))))


def details_of(changes: str) -> str:
    """Return the details of an event, from its JSON, a part after the other; what is empty is left out."""
    return "; ".join(_parts(json.loads(changes)))


def _parts(given: dict[str, Any]) -> list[str]:
    found = []
    for name, value in given.items():
        if isinstance(value, dict) and value.keys() == {"before", "after"}:
            found.append(f"{name}: {_plain(value['before'])}{_ARROW}{_plain(value['after'])}")
        elif isinstance(value, dict):
            found += _parts(value)
        elif value is not None and value is not False and value not in ("", []):
            found.append(f"{name}: {_plain(value)}")
    return found


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return numbers.short_hash(value) if _HASH.fullmatch(value) else value
    return json.dumps(value, ensure_ascii=False)
