"""What a planner may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.district.columns import label_of
from junheng.measure.seven import COMPULSORY
from junheng.text import Text
from junheng.web.language import current, said, say
from junheng.web.registry.models import Snapshot

NOW = "now"


class CatchmentsForm(forms.Form):
    """Catchments of one stage, with every option in plain words."""

    name = forms.CharField(max_length=120, label=say("方案名称", "name of the plan"))
    snapshot = forms.ChoiceField(
        label=say("依据的快照", "snapshot"),
        help_text=say(
            "方案以某一时刻的记录为依据，之后记录再变也不影响",
            "the plan stands on the records of one moment, whatever changes later",
        ),
    )
    stage = forms.ChoiceField(label=say("学段", "stage"))
    max_moved = forms.IntegerField(
        required=False,
        min_value=0,
        label=say("最多改换学校的学生数", "most pupils that may change school"),
        help_text=say("不填则不限；填 0 则一人不换", "no limit if empty; with 0 nobody moves"),
    )
    locked = forms.CharField(
        required=False,
        label=say("固定", "locked"),
        help_text=say(
            "每行一条“居住单元代码=学校代码”，该单元必须划给该校",
            "one “home code=school code” a line: the home must go to that school",
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    forbidden = forms.CharField(
        required=False,
        label=say("禁止", "forbidden"),
        help_text=say(
            "每行一条“居住单元代码=学校代码”，该单元不得划给该校",
            "one “home code=school code” a line: the home must not go to that school",
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seconds = forms.IntegerField(
        min_value=1,
        max_value=3600,
        initial=60,
        label=say("最长计算时间（秒）", "longest time (seconds)"),
        help_text=say(
            "到时返回已找到的最好方案，并说明离最优最多还差多少",
            "then the best plan so far is given, with how far from the best it can be",
        ),
    )
    seed = forms.IntegerField(
        min_value=0,
        initial=0,
        label=say("随机种子", "seed"),
        help_text=say(
            "同样的记录、选项和种子得到同样的方案", "same records, options and seed give the same plan"
        ),
    )

    def __init__(self, *args: Any, snapshots: Iterable[Snapshot], may_make: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        language = current()
        now = [(NOW, said(Text("现在制作快照", "make a snapshot now")))] if may_make else []
        choices = [(str(one.pk), f"{one.name} · {one.year_id} · {one.hash[:12]}") for one in snapshots]
        self._choose("snapshot", [*choices, *now])
        self._choose("stage", [(stage, label_of("stage", stage).in_(language)) for stage in COMPULSORY])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean_locked(self) -> list[tuple[str, str]]:
        pairs = _pairs(self.cleaned_data["locked"])
        homes = [home for home, _ in pairs]
        twice = sorted({home for home in homes if homes.count(home) > 1})
        if twice:
            text = Text("同一居住单元固定了两次：{homes}", "a home is locked twice: {homes}")
            raise ValidationError(said(text.format(homes=", ".join(twice))))
        return pairs

    def clean_forbidden(self) -> list[tuple[str, str]]:
        return _pairs(self.cleaned_data["forbidden"])

    def asked(self) -> dict[str, Any]:
        """Return the settings of the plan."""
        given = self.cleaned_data
        return {
            name: given[name] for name in ("stage", "max_moved", "locked", "forbidden", "seconds", "seed")
        }


def _pairs(wording: str) -> list[tuple[str, str]]:
    pairs = []
    for number, line in enumerate(wording.splitlines(), start=1):
        if not line.strip():
            continue
        home, sign, school = (part.strip() for part in line.replace("＝", "=").partition("="))
        if not (home and sign and school):
            text = Text("第 {n} 行应为“居住单元代码=学校代码”", "line {n} should be “home code=school code”")
            raise ValidationError(said(text.format(n=number)))
        pairs.append((home, school))
    return pairs
