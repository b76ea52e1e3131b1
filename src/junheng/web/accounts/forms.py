"""Forms of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from junheng.text import Text
from junheng.web.accounts.handout import HANDED_OUT
from junheng.web.language import current, said, say
from junheng.web.pages.forms import NamedForm, NewPasswordMixin
from junheng.web.registry.names import group_names
from junheng.web.roles import DEPARTMENTS, ROLES, Department, Role


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        max_length=80,
        label=say("账号名", "account name"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        max_length=400,
        label=say("口令", "password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A one-time code."""

    code = forms.CharField(
        max_length=12,
        label=say("动态码", "one-time code"),
        help_text=say("手机验证器上的 6 位数字", "the six digits on your phone"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class PasswordForm(NewPasswordMixin):
    """A new password, and the present one as proof."""

    present = forms.CharField(
        label=say("现口令", "present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("present", "password", "again")


class NewAccountForm(NamedForm):
    """Name of the account and of the person; the password is made by the program."""


class PostForm(forms.Form):
    """A role, and what it is for."""

    role = forms.ChoiceField(label=say("岗位", "role"))
    school = forms.ChoiceField(label=say("学校", "school"), required=False)
    group = forms.ChoiceField(label=say("教育集团", "group"), required=False)
    department = forms.ChoiceField(label=say("科室", "department"), required=False)
    teacher = forms.CharField(
        max_length=80,
        required=False,
        label=say("教师编号", "teacher number"),
        help_text=say("教师本人在名册中的编号", "of a teacher: the own number in the roster"),
    )

    def __init__(self, *args: Any, schools: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        none = [("", "—")]
        language = current()
        choose(self, "role", [(role.value, text.in_(language)) for role, text in ROLES.items()])
        choose(self, "school", none + schools)
        choose(self, "group", none + list(group_names().items()))
        choose(
            self, "department", none + [(one.value, text.in_(language)) for one, text in DEPARTMENTS.items()]
        )

    def post(self) -> dict[str, Any]:
        """Return what `junheng.web.accounts.services.give_post` takes."""
        given = self.cleaned_data
        return {
            "role": Role(given["role"]),
            "school": given["school"],
            "group": given["group"],
            "department": Department(given["department"]) if given["department"] else None,
            "teacher": given["teacher"],
        }


class HandOutForm(forms.Form):
    """For whom accounts are opened together."""

    role = forms.ChoiceField(label=say("岗位", "role"))
    school = forms.ChoiceField(label=say("学校", "school"), required=False)
    renews = forms.BooleanField(
        required=False,
        label=say("从未登录的人也重发首次口令", "new first passwords for those who never signed in, too"),
        help_text=say("原来的首次口令随即失效", "the earlier ones end at once"),
    )

    def __init__(self, *args: Any, schools: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._schools = tuple(schools)
        roles = [(role.value, said(ROLES[role])) for role in HANDED_OUT]
        every = ("", said(Text("所有学校", "every school")))
        choose(self, "role", roles)
        choose(self, "school", [every, *((code, f"{name} {code}") for code, name in schools.items())])

    def asked(self) -> dict[str, Any]:
        """Return what `junheng.web.accounts.handout.hand_out` takes."""
        given = self.cleaned_data
        schools = (given["school"],) if given["school"] else self._schools
        return {"role": Role(given["role"]), "schools": schools, "renews": given["renews"]}


def choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Give a field its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared as such
    field.choices = choices
