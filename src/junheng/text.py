"""Text in Chinese and English side by side: whatever a person reads exists in both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Text(NamedTuple):
    """One message in both languages, with the same ``{placeholders}`` in each.

    >>> Text("{n} 所学校", "{n} schools").format(n=3).in_("en")
    '3 schools'
    """

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the wording of one language."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> Text:
        """Fill the placeholders; a value that is itself a `Text` is filled in its own language."""
        return Text(
            self.zh.format(**{name: _in(value, "zh") for name, value in values.items()}),
            self.en.format(**{name: _in(value, "en") for name, value in values.items()}),
        )

    def joined(self, separator: str, other: Text) -> Text:
        """Return this text, the separator and the other text."""
        return Text(self.zh + separator + other.zh, self.en + separator + other.en)

    def join(self, parts: Iterable[Text]) -> Text:
        """Return all parts with this text between them, as `str.join` does."""
        found = list(parts)
        return Text(self.zh.join(one.zh for one in found), self.en.join(one.en for one in found))

    @classmethod
    def same(cls, wording: str) -> Text:
        """Return a text that reads the same in both languages: a code, a file name, a number."""
        return cls(wording, wording)


COMMA, SEMICOLON = Text("、", ", "), Text("；", "; ")
"""Between the parts of a list."""


def _in(value: object, language: Language) -> object:
    return value.in_(language) if isinstance(value, Text) else value
