"""Identity numbers that stand in the clear where they must not: found, and hidden in what we say about the records."""

from __future__ import annotations

import re
from dataclasses import replace

from junheng.errors import Problem
from junheng.text import Text

_IDENTITY = re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
_HIDDEN = "******"


def holds_identity_number(value: str) -> bool:
    """Say whether a text holds what looks like an identity number of a resident: area, birthday, serial, check."""
    return _IDENTITY.search(value) is not None


def hidden(problem: Problem) -> Problem:
    """Return a problem without identity numbers: whoever mistook one for an applicant number has it in every key."""
    key = problem.place.key
    place = replace(problem.place, key=None if key is None else _hide(key))
    found, expected, remedy = (_both(text) for text in (problem.found, problem.expected, problem.remedy))
    return replace(problem, place=place, found=found, expected=expected, remedy=remedy)


def _both(text: Text) -> Text:
    return Text(_hide(text.zh), _hide(text.en))


def _hide(value: str) -> str:
    return _IDENTITY.sub(_HIDDEN, value)
