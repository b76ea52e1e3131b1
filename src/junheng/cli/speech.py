"""In which language the command line speaks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from junheng.text import Language


def language_of(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """Return the language asked for with ``--lang``, else the one of the locale; English if neither says Chinese."""
    for argument, following in zip(arguments, [*arguments[1:], ""], strict=True):
        wish = following if argument == "--lang" else argument.removeprefix("--lang=")
        if argument.startswith("--lang") and wish in ("zh", "en"):
            return "zh" if wish == "zh" else "en"
    locale = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), ""
    )
    return "zh" if locale.lower().startswith("zh") else "en"
