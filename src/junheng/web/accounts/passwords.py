"""How long a password must be, said in the language of the page."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator

from junheng.text import Text
from junheng.web.language import said


class MinimumLength(MinimumLengthValidator):
    """The least length; what Django says of it has no Chinese wording."""

    def get_error_message(self) -> str:
        """Return what a password that is too short is told."""
        text = Text("口令太短，至少 {n} 个字符", "the password is too short: {n} characters at least")
        return said(text.format(n=self.min_length))
