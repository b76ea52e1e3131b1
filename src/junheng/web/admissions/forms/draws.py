"""Forms of the draw: where the seed will come from, and what it was."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from junheng.admission.lottery.seed import Source
from junheng.text import Text
from junheng.web.admissions.forms.fields import lines
from junheng.web.language import said, say

_SOURCES = 3


class CommitForm(forms.Form):
    """Where the seed will come from: up to three sources, at least one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [
            ("", "—"),
            ("dice", said(Text("当众掷骰", "dice before witnesses"))),
            ("public", said(Text("将来公布的随机数", "a value that others will publish"))),
        ]
        for n in range(1, _SOURCES + 1):
            self.fields[f"kind_{n}"] = forms.ChoiceField(
                required=n == 1,
                choices=kinds[1:] if n == 1 else kinds,
                label=said(Text("来源 {n}", "source {n}").format(n=n)),
            )
            self.fields[f"what_{n}"] = forms.CharField(
                required=n == 1,
                max_length=300,
                label=said(Text("来源 {n} 的确切说明", "source {n}, exactly").format(n=n)),
                help_text=said(_WHAT if n == 1 else Text("", "")),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for n in range(2, _SOURCES + 1):
            if bool(given.get(f"kind_{n}")) != bool(given.get(f"what_{n}")):
                self.add_error(
                    f"what_{n}", ValidationError(say("种类和说明须同时填写", "give both kind and wording"))
                )
        return given

    def sources(self) -> list[Source]:
        """Return the sources, each under a short name of its own."""
        given = self.cleaned_data
        return [
            Source(id=f"{given[f'kind_{n}']}{n}", kind=given[f"kind_{n}"], what=given[f"what_{n}"].strip())
            for n in range(1, _SOURCES + 1)
            if given.get(f"kind_{n}")
        ]


_WHAT = Text(
    "写明何时何地、哪一个数，事后无可争辩：如“7月6日10时在区教育局由家长代表当众掷十枚骰子，按掷出先后记录”，"
    "或“中国福利彩票双色球第2026077期开奖号码，红球由小到大再加蓝球”",
    "say which value, when and where, so that nobody can argue later: such as “ten dice thrown by a parent before "
    "witnesses in the bureau at 10:00 on 6 July, in the order thrown”, or the numbers of a named future issue of a "
    "lottery",
)


class DrawForm(forms.Form):
    """What the sources of the seed gave, and who saw it."""

    witnesses = lines("见证人（姓名、身份）", "witnesses (names, whom they stand for)")
    is_read = forms.BooleanField(
        label=say(
            "以上数值已由见证人逐字核对；录入后不得更换",
            "the witnesses have compared every value; once entered it is not replaced",
        )
    )

    def __init__(self, *args: Any, sources: Iterable[Source], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sources = list(sources)
        for source in self.sources:
            self.fields[f"value-{source.id}"] = forms.CharField(max_length=300, label=source.what)
        self.order_fields([f"value-{source.id}" for source in self.sources])

    def values(self) -> dict[str, str]:
        """Return the values by source."""
        return {source.id: self.cleaned_data[f"value-{source.id}"] for source in self.sources}
