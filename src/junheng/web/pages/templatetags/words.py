"""Words in two languages, rights and numbers, for templates.

``{% t "学校" "schools" %}`` writes the wording of the request's language; with values,
``{% t "{n} 所学校" "{n} schools" n=count %}``, they are escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.template.base import Node, Parser, Token
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import unescape_string_literal

from junheng.report import numbers
from junheng.text import Language, Text
from junheng.web.gate import person_of
from junheng.web.language import current, said
from junheng.web.permissions import may as is_allowed

register = template.Library()


@register.simple_tag
def t(zh: str, en: str, **values: object) -> str:
    """Write one of two wordings; values that are texts themselves are written in the same language."""
    wording = Text(zh, en).in_(current())
    if not values:
        return wording
    return format_html(wording, **{name: _plain(value) for name, value in values.items()})


_with_values = register.tags["t"]


@register.tag("t")
def plain_or_with_values(parser: Parser, token: Token) -> Node:
    """Compile the tag ``t``: two plain wordings, of which a page has dozens, are made ready here once and for all."""
    bits = token.split_contents()[1:]
    target = bits[3] if len(bits) == 4 and bits[2] == "as" else None
    if (len(bits) == 2 or target is not None) and all(bit[0] in "\"'" for bit in bits[:2]):
        return Wording({"zh": _literal(bits[0]), "en": _literal(bits[1])}, target)
    made: Node = _with_values(parser, token)
    return made


class Wording(Node):
    """One of two wordings, written or kept under a name."""

    def __init__(self, words: Mapping[Language, SafeString], target: str | None) -> None:
        self.words, self.target = words, target

    def render(self, context: Context) -> SafeString:
        """Write the wording in the language of the page."""
        word = self.words[context.get("language") or current()]
        if self.target is None:
            return word
        context[self.target] = word
        return SafeString("")


def _literal(bit: str) -> SafeString:
    return mark_safe(unescape_string_literal(bit))  # noqa: S308 - it stands so in a template of ours


@register.filter(name="said")
def said_filter(value: object) -> object:
    """Return a `Text` in the language of the request, and anything else as it is."""
    return _plain(value)


@register.simple_tag(takes_context=True)
def may(context: Context, name: str, **kwargs: Any) -> bool:
    """Say whether the person who asks may open a page; what the gate would say."""
    return is_allowed(person_of(context["request"]), name, **kwargs)


@register.simple_tag
def vendor(name: str) -> str:
    """Return the address of a script or style sheet of others; empty where it was not fetched at set-up."""
    try:
        return staticfiles_storage.url(f"vendor/{name}")
    except ValueError:  # the list of what was collected does not have it
        return ""


@register.filter
def moment(value: datetime | None) -> str:
    """Return a moment to the minute, the same in both languages."""
    return numbers.ABSENT if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


@register.filter
def number(value: float | None, unit: str = "count") -> str:
    """Return a number with the decimals of its unit; absent is a dash."""
    return numbers.show(value, unit)


@register.filter
def short(value: str) -> str:
    """Return the beginning of a hash."""
    return numbers.short_hash(value)


def _plain(value: object) -> object:
    return said(value) if isinstance(value, Text) else value
