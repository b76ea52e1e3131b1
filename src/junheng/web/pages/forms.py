"""The first run."""

from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from junheng.web.accounts.models import USERNAME, Account
from junheng.web.language import say


class NamedForm(forms.Form):
    """An account's own name and the person's."""

    username = forms.RegexField(
        rf"^{USERNAME}$",
        label=say("账号名", "account name"),
        help_text=say("登录时使用，字母、数字或汉字", "for signing in: letters or digits"),
        error_messages={
            "invalid": say("2 至 80 个字母、数字、汉字或 . _ @ -", "2 to 80 letters, digits or . _ @ -")
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        max_length=120, label=say("姓名", "name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class NewPasswordMixin(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label=say("口令", "password"),
        help_text=say(
            "至少 10 个字符，不能全是数字，不能是常见口令",
            "at least 10 characters, not only digits, not a common one",
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=say("再输一次口令", "the password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", ValidationError(say("两次输入的口令不一致", "the two passwords differ")))
        elif password:
            owner = Account(username=str(given.get("username", "")), name=str(given.get("name", "")))
            try:
                validate_password(str(password), owner)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class FirstRunForm(NewPasswordMixin, NamedForm):
    """The first account."""

    field_order = ("username", "name", "password", "again")
