"""What a planner may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from junheng.text import Text
from junheng.web.language import said, say
from junheng.web.planning.models import NAME_LETTERS
from junheng.web.planning.naming import NOW, Book, records_of
from junheng.web.registry.models import Snapshot


def locked_field(zh: str, en: str) -> forms.CharField:
    """Return the field for what must be, one pair a line."""
    return lines_field("固定", "locked", zh, en)


def forbidden_field(zh: str, en: str) -> forms.CharField:
    """Return the field for what must not be, one pair a line."""
    return lines_field("禁止", "forbidden", zh, en)


def lines_field(zh: str, en: str, help_zh: str, help_en: str) -> forms.CharField:
    """Return an optional field of several lines."""
    return forms.CharField(
        required=False,
        label=say(zh, en),
        help_text=say(help_zh, help_en),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def choice_of(snapshot: Snapshot) -> str:
    """Return what a snapshot is called where one is chosen."""
    return f"{snapshot.name} · {snapshot.year_id} · {snapshot.hash[:12]}"


class PlanForm(forms.Form):
    """What every kind of plan asks for: its name, the snapshot and the time.

    A kind's form says in ``asks`` which fields are settings, in ``folded`` which of them stand under “more options”,
    in ``pair_text`` how its locks and bans are written, and in ``pair_tables`` by the names of which tables either
    side may be called.
    """

    asks: ClassVar[tuple[str, ...]] = ()
    folded: ClassVar[tuple[str, ...]] = ()
    pair_text: ClassVar[Text]
    pair_tables: ClassVar[tuple[tuple[str, ...], tuple[str, ...]]] = ((), ())

    name = forms.CharField(max_length=NAME_LETTERS, label=say("方案名称", "name of the plan"))
    snapshot = forms.ChoiceField(
        label=say("依据的快照", "snapshot"),
        help_text=say(
            "方案以某一时刻的记录为依据，之后记录再变也不影响",
            "the plan stands on the records of one moment, whatever changes later",
        ),
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

    def __init__(self, *args: Any, snapshots: Iterable[Snapshot], may_make: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        now = [(NOW, said(Text("现在制作快照", "make a snapshot now")))] if may_make else []
        choices = [(str(one.pk), choice_of(one)) for one in snapshots]
        self._choose("snapshot", [*choices, *now])
        self.order_fields(("name", "snapshot", *self.asks))

    def _refuse(self, name: str, text: Text) -> None:
        self.add_error(name, said(text))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean_locked(self) -> list[tuple[str, str]]:
        pairs = self._pairs("locked")
        locked = [one for one, _ in pairs]
        twice = sorted({one for one in locked if locked.count(one) > 1})
        if twice:
            text = Text("同一代码固定了两次：{codes}", "locked twice: {codes}")
            raise ValidationError(said(text.format(codes=", ".join(twice))))
        return pairs

    def clean_forbidden(self) -> list[tuple[str, str]]:
        return self._pairs("forbidden")

    def asked(self) -> dict[str, Any]:
        """Return the settings of the plan."""
        return {name: self.cleaned_data[name] for name in self.asks}

    @classmethod
    def initial_of(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form begins with to ask for the same again: the reverse of `asked`."""
        return {name: cls.worded(name, settings[name]) for name in cls.asks if name in settings}

    @classmethod
    def worded(cls, name: str, value: Any) -> Any:
        """Return a setting as its field has it: pairs and codes a line each."""
        if not isinstance(value, list):
            return value
        return "\n".join(one if isinstance(one, str) else "=".join(map(str, one)) for one in value)

    def _pairs(self, name: str) -> list[tuple[str, str]]:
        return [
            self._coded(number, *pair_of(line, number, self.pair_text))
            for number, line in lines_of(self.cleaned_data[name])
        ]

    def _coded(self, number: int, one: str, other: str) -> tuple[str, str]:
        """Return the sides of a line by their codes; what is no name stays: the planner says what it does not know."""
        return self._code(number, one, 0), self._code(number, other, 1)

    def _code(self, number: int, word: str, side: int) -> str:
        found = self._books[side].find(word)
        if len(found) > 1:
            text = Text(
                "第 {n} 行：“{name}”有 {m} 个同名，请写代码：{codes}",
                "line {n}: {m} are called “{name}”; write the code: {codes}",
            )
            raise ValidationError(
                said(text.format(n=number, m=len(found), name=word, codes=", ".join(found)))
            )
        return found[0] if found else word

    @cached_property
    def _books(self) -> tuple[Book, ...]:
        """Names on either side of a pair, in the records that were chosen."""
        district = records_of(self.cleaned_data.get("snapshot", ""))
        return tuple(Book(district, tables) for tables in self.pair_tables)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """The fields that stand open."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """The fields under “more options”."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def is_unfolded(self) -> bool:
        """Whether something was said, or is wrong, under “more options”."""
        return any(field.errors or self._is_said(field.name) for field in self.folded_fields)

    def _is_said(self, name: str) -> bool:
        value = self.initial.get(name)
        return value not in (None, "", []) and value is not False and value != self.fields[name].initial


def lines_of(wording: str) -> list[tuple[int, str]]:
    """Return the lines that say something, with their numbers."""
    found = enumerate(wording.splitlines(), start=1)
    return [(number, line.strip()) for number, line in found if line.strip()]


def pair_of(line: str, number: int, expected: Text) -> tuple[str, str]:
    """Return the two sides of a line ``one=other``."""
    one, sign, other = (part.strip() for part in line.replace("＝", "=").partition("="))
    if not (one and sign and other):
        raise wrong_line(number, expected)
    return one, other


def wrong_line(number: int, expected: Text) -> ValidationError:
    """Return what is said of a line that is not written as it should be."""
    text = Text("第 {n} 行应为“{expected}”", "line {n} should be “{expected}”")
    return ValidationError(said(text.format(n=number, expected=expected)))
