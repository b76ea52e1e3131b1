"""Both languages side by side in the page, of which the style sheet shows one."""

from __future__ import annotations

from markupsafe import Markup, escape

from junheng.text import Language, Text


def both_spans(text: Text, *, tag: str = "span") -> Markup:
    """Return both wordings, each in an element that names its language; one that is the same stands once.

    Parameters
    ----------
    tag
        ``span``, or ``tspan`` inside a drawing.
    """
    if text.zh == text.en:
        return escape(text.zh)
    return Markup('<{0} lang="zh">{1}</{0}><{0} lang="en">{2}</{0}>').format(Markup(tag), text.zh, text.en)  # noqa: S704


def both(zh: str | Text, en: str | None = None) -> Markup:
    """Return `both_spans` of a text, or of two wordings as templates write them."""
    return both_spans(zh if isinstance(zh, Text) else Text(zh, zh if en is None else en))


def both_attributes(name: str, zh: str, en: str, *, language: Language) -> Markup:
    """Return an attribute that the language switch rewrites: its present value and both wordings."""
    return Markup('{0}="{1}" data-attribute="{0}" data-zh="{2}" data-en="{3}"').format(
        name, zh if language == "zh" else en, zh, en
    )
