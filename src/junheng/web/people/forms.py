"""Forms of the people desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from junheng.text import Text
from junheng.web.language import current, said, say
from junheng.web.people.wishes import MOST_SCHOOLS, REASONS, Wish
from junheng.web.schoolyears import year_text

_YES, _NO = "yes", "no"
_YEARS_AHEAD = 3
_NOTHING = [("", "—")]


def _day(zh: str, en: str) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=say(zh, en), widget=widget)


class WindowForm(forms.Form):
    """When wishes are taken."""

    opens_on = _day("开始日期", "first day")
    closes_on = _day("截止日期", "last day")
    teacher_years = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=40,
        label=say("在同一学校任教满几年应交流", "years in one school after which teachers move"),
        help_text=say("不填则用本地标准中的年限", "that of the local standard if empty"),
    )


class WishForm(forms.Form):
    """What a teacher wishes."""

    willing = forms.ChoiceField(label=say("是否愿意交流", "would you move"))
    from_year = forms.ChoiceField(
        required=False,
        label=say("从哪一学年起", "from which school year"),
        help_text=say("愿意交流时填写；不填为下一学年", "for those who would; next school year if empty"),
    )
    most_km = forms.FloatField(
        required=False,
        min_value=0.1,
        max_value=1000,
        label=say("可接受的单程通勤（公里）", "longest way to school (km)"),
        help_text=say("不填则按全区上限", "the district's limit if empty"),
    )
    reason = forms.ChoiceField(
        required=False,
        label=say("需要照顾的原因", "reason to be considered"),
        help_text=say(
            "只选类别，不填病情和家人姓名；加密保存，只有人事科和规划员可见",
            "only a category, no diagnosis and no names; kept encrypted, for the staff department and planners",
        ),
    )

    def __init__(self, *args: Any, schools: Iterable[tuple[str, str]], year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        language = current()
        offered = [*_NOTHING, *schools]
        for n in range(1, MOST_SCHOOLS + 1):
            label = Text("第 {n} 志愿学校", "school, choice {n}").format(n=n)
            self.fields[f"school_{n}"] = forms.ChoiceField(choices=offered, required=False, label=said(label))
        self._choose(
            "willing",
            [
                (_YES, said(Text("愿意交流", "yes"))),
                (_NO, said(Text("希望留在本校", "no, I wish to stay"))),
            ],
        )
        years = range(year, year + _YEARS_AHEAD)
        self._choose("from_year", [*_NOTHING, *((str(one), said(year_text(one))) for one in years)])
        self._choose(
            "reason", [*_NOTHING, *((code, one.text.in_(language)) for code, one in REASONS.items())]
        )
        names = [f"school_{n}" for n in range(1, MOST_SCHOOLS + 1)]
        self.order_fields(["willing", "from_year", *names, "most_km", "reason"])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def wish(self) -> Wish:
        """Return what was stated; one who would stay names no school and no year."""
        given = self.cleaned_data
        is_willing = given["willing"] == _YES
        named = [given[f"school_{n}"] for n in range(1, MOST_SCHOOLS + 1)] if is_willing else []
        return Wish(
            is_willing=is_willing,
            from_year=int(given["from_year"]) if is_willing and given["from_year"] else None,
            schools=tuple(code for code in named if code),
            most_km=given["most_km"],
            reason=given["reason"],
        )

    @staticmethod
    def initial_of(wish: Wish | None) -> dict[str, Any]:
        """Return what the form shows of a wish that stands."""
        if wish is None:
            return {}
        named = {f"school_{n}": code for n, code in enumerate(wish.schools, start=1)}
        return {
            "willing": _YES if wish.is_willing else _NO,
            "from_year": wish.from_year,
            "most_km": wish.most_km,
            "reason": wish.reason,
            **named,
        }


class UntilForm(forms.Form):
    """Until which school year an exemption holds."""

    until = forms.IntegerField(
        required=False,
        min_value=1990,
        max_value=2100,
        label=say("暂缓至哪一学年（起始年）", "exempt until the school year that begins in"),
        help_text=say("不填为没有期限", "without end if empty"),
    )


class ReplanForm(forms.Form):
    """A further plan."""

    name = forms.CharField(max_length=120, label=say("新方案名称", "name of the new plan"))
    keeps_agreed = forms.BooleanField(
        required=False,
        initial=True,
        label=say("固定各方都同意的调动", "lock the moves to which everybody agreed"),
    )
