"""Words in two languages, rights and numbers, for templates.

``{% t "学校" "schools" %}`` writes the wording of the request's language; with values,
``{% t "{n} 所学校" "{n} schools" n=count %}``, they are escaped.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html

from junheng.report import numbers
from junheng.text import Text
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
