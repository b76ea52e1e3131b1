"""The page around the sections: templates with autoescape, one style sheet, one script, a strict policy.

The file asks for nothing: style and script stand inside, and the content security policy allows exactly these
two by their hashes. Data reach the script as JSON in a block that no browser runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from junheng.district.atomic import whole_file
from junheng.errors import UsageError
from junheng.report import numbers, svg
from junheng.report.page_text import both, both_attributes
from junheng.report.words import MARKS, SHORT_VERDICTS
from junheng.text import LANGUAGES, Language, Text

STYLES = (
    *("colours.css", "base.css", "tables.css", "charts.css", "palette.css", "map.css"),
    *("forecast.css", "print.css"),
)
SCRIPTS = ("language.js", "tables.js", "tips.js", "map.js", "print.js")


def as_json(value: Any) -> Markup:
    """Return JSON for a data block of the page; nothing in it can end the block or be read as markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - the three characters of markup are escaped above


@cache
def _asset(folder: str, names: tuple[str, ...]) -> str:
    root = files(__package__).joinpath("templates", folder)
    return "\n".join(root.joinpath(name).read_text(encoding="utf-8").strip() for name in names)


def style() -> str:
    """Return the style sheet of the page."""
    return _asset("style", STYLES)


def script() -> str:
    """Return the script of the page: one function, strict, without names in the page's own space."""
    return f'(() => {{\n"use strict";\n{_asset("script", SCRIPTS)}\n}})();'


def policy() -> str:
    """Return the content security policy: nothing from anywhere but this style sheet and this script."""
    return (
        f"default-src 'none'; style-src '{_hash(style())}'; script-src '{_hash(script())}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("junheng.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "t": both,
        "attribute": both_attributes,
        "mark": MARKS.__getitem__,
        "word": SHORT_VERDICTS.__getitem__,
        "svg": svg,
        "n": numbers,
    }
    environment.filters["json"] = as_json
    return environment


def page(sections: Mapping[str, Any], *, language: Language, template: str) -> str:
    """Return the whole page from the sections' facts, by the names that the template uses.

    Raises
    ------
    UsageError
        For a language that the page does not have.
    """
    if language not in LANGUAGES:
        raise UsageError(
            Text(f"没有语言“{language}”：应为 zh 或 en", f"no language “{language}”: use zh or en")
        )
    return (
        _environment()
        .get_template(template)
        .render(
            **sections,
            language=language,
            policy=policy(),
            style=Markup(style()),  # noqa: S704 - our own file
            script=Markup(script()),  # noqa: S704 - our own file
        )
    )


def write_page(text: str, path: Path) -> None:
    """Write a page to a file, whole or not at all."""
    with whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")
