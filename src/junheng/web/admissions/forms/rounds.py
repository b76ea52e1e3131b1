"""Forms for setting up a round and moving it on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.admission.rules.parse import STAGES
from junheng.district.columns import label_of
from junheng.text import Text
from junheng.web.admissions.forms.fields import lines, moment
from junheng.web.admissions.models import Round
from junheng.web.language import said, say
from junheng.web.registry.models import Snapshot

EXAMPLE, FILE = "example", "file"


class RoundForm(forms.Form):
    """A new round."""

    stage = forms.ChoiceField(
        label=say("学段", "stage"),
        choices=[(stage, say(*label_of("stage", stage))) for stage in STAGES],
    )
    year = forms.IntegerField(min_value=2000, max_value=2199, label=say("入学年份", "year of entry"))
    code = forms.RegexField(
        r"^[A-Za-z0-9_-]{2,60}$",
        label=say("轮次代号", "name of the round"),
        help_text=say(
            "写进封存和公布的文件，如 2026-primary",
            "stands in frozen and published files, such as 2026-primary",
        ),
        error_messages={"invalid": say("字母、数字、- 和 _", "letters, digits, - and _")},
    )
    snapshot = forms.ChoiceField(
        label=say("依据的快照", "snapshot"),
        help_text=say(
            "学校、居住单元、学区取自快照，之后记录再变也不影响本轮",
            "schools, homes and zones come from it, whatever changes later",
        ),
    )
    rules = forms.ChoiceField(
        label=say("细则从哪里开始", "rules begin with"),
        help_text=say(
            "建好后可逐条修改；示例细则不是任何地方的规定，须改为本地条款",
            "each can be changed afterwards; the example is no real place's and must become your own",
        ),
    )
    file = forms.FileField(
        required=False,
        label=say("细则文件（.yaml）", "rules file (.yaml)"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    overlays = forms.MultipleChoiceField(
        required=False,
        label=say("适用的地方标准", "local standards that hold"),
        help_text=say(
            "数据文件夹 standards 中的文件，如本市的学位锁定年限",
            "files of the data folder's standards, such as the city's home-seat lock",
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        *args: Any,
        snapshots: Iterable[Snapshot],
        rounds: Iterable[Round],
        overlays: Iterable[str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        listed = [(str(one.pk), f"{one.name} · {one.year_id} · {one.hash[:12]}") for one in snapshots]
        self._choose("snapshot", listed)
        begin = [
            (EXAMPLE, said(Text("示例细则", "the example rules"))),
            *(
                (str(one.pk), said(Text("沿用 {code}", "those of {code}").format(code=one.code)))
                for one in rounds
            ),
            (FILE, said(Text("上传细则文件", "a rules file of my own"))),
        ]
        self._choose("rules", begin)
        known = [(name, name) for name in overlays]
        if known:
            self._choose("overlays", known)
        else:
            del self.fields["overlays"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("rules") == FILE and not given.get("file"):
            self.add_error("file", ValidationError(say("请选择细则文件", "choose a rules file")))
        return given


class HoursForm(forms.Form):
    """From when to when families may apply."""

    opens_at = moment("开始报名", "applications open")
    closes_at = moment("截止报名", "applications close")


class ReasonForm(forms.Form):
    """Why."""

    why = lines("原因", "why")
