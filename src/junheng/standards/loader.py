"""Load a standard and its local overlays from YAML, or refuse with every problem at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from junheng.errors import InputError, Place, Problem, UsageError
from junheng.provenance import hash_json
from junheng.standards.canonical import as_json
from junheng.standards.citing import EMPTY, Library, parse_library
from junheng.standards.fields import Fields
from junheng.standards.history import Context
from junheng.standards.model import NATIONAL, Indicator, Rule, Scope
from junheng.standards.overlays import apply_overlay, parse_scope
from junheng.standards.parse import Parsed, parse_file
from junheng.standards.safe_yaml import Node, read
from junheng.standards.standard import Standard
from junheng.text import Text

DATA = Path(__file__).resolve().parent / "data"
EXAMPLE_OVERLAY = DATA / "examples" / "city.yaml"
_INDEX = "standard.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """A standard before it is sealed."""

    name: str
    title: Text
    library: Library
    rules: Mapping[str, Rule]
    indicators: Mapping[str, Indicator]
    scopes: tuple[Scope, ...] = (NATIONAL,)
    notices: tuple[Problem, ...] = ()


def load_standard(
    name: str = "cn", *, overlays: Sequence[Path | str] = (), waivers: Sequence[str] = ()
) -> Standard:
    """Load a standard by name, put local overlays on top and switch waivers on.

    Parameters
    ----------
    name
        A standard that comes with the package (``cn``), or a folder of the same shape.
    overlays
        YAML files of provinces, cities or counties; a later one wins over an earlier one.
    waivers
        Ids of the transitional waivers that the bureau relies on; none is on by default.

    Raises
    ------
    InputError
        With every problem of every file: unknown or duplicate keys, missing citations, bad or overlapping
        dates, units and operators outside the lists, implausible numbers, overlays that are looser than
        the wider scope without saying so.
    UsageError
        If there is no such standard or waiver.
    """
    folder = _folder(name)
    content = _load_packaged(folder) if folder.is_relative_to(DATA) else _load_folder(folder)
    for overlay in overlays:
        content = _overlaid(content, Path(overlay))
    return _sealed(content, waivers=tuple(sorted(set(waivers))))


def _folder(name: str) -> Path:
    for folder in (DATA / name, Path(name)):
        if (folder / _INDEX).is_file():
            return folder.resolve()
    known = sorted(index.parent.name for index in DATA.glob(f"*/{_INDEX}"))
    raise UsageError(
        Text(
            f"没有标准“{name}”：自带的有 {'、'.join(known)}，也可给出含 {_INDEX} 的文件夹",
            f"there is no standard “{name}”: known are {', '.join(known)}, or give a folder with {_INDEX}",
        )
    )


@cache
def _load_packaged(folder: Path) -> _Content:
    """Read a standard of the package once in the life of the program: its files do not change."""
    return _load_folder(folder)


def _load_folder(folder: Path) -> _Content:
    problems: list[Problem] = []
    tops = _read_all(sorted(folder.rglob("*.yaml")), problems)
    title = None
    library = EMPTY
    for path, top in tops.items():
        if path.name == _INDEX:
            title = top.bilingual("title")
        library = library.joined(parse_library(top))
    rules: dict[str, Rule] = {}
    indicators: dict[str, Indicator] = {}
    for top in tops.values():
        parsed = parse_file(top, context=Context(library=library, scope=NATIONAL, layer=0), existing={})
        top.finish()
        problems += _twice(top, parsed, rules=rules, indicators=indicators)
        rules.update(parsed.rules)
        if parsed.indicator is not None:
            indicators[parsed.indicator.id] = parsed.indicator
    problems += _check_references(rules)
    if problems:
        raise InputError(problems)
    return _Content(
        name=folder.name,
        title=title or Text.same(folder.name),
        library=library,
        rules=rules,
        indicators=indicators,
    )


def _overlaid(content: _Content, path: Path) -> _Content:
    problems: list[Problem] = []
    if not path.is_file():
        raise UsageError(Text(f"没有地方标准文件“{path}”", f"there is no overlay file “{path}”"))
    top = next(iter(_read_all([path], problems).values()), None)
    if top is None:
        raise InputError(problems)
    top.bilingual("title", required=False)
    top.flag("example")
    scope = parse_scope(top.child("scope"))
    library = content.library.joined(parse_library(top))
    context = Context(library=library, scope=scope or NATIONAL, layer=len(content.scopes))
    parsed = parse_file(top, context=context, existing=content.rules)
    top.finish()
    listed = top.node.get("rules")
    lines = listed.lines if isinstance(listed, Node) else {}
    rules, looser = apply_overlay(content.rules, parsed, file=path.name, lines=lines)
    problems += [*_check_references(rules), *(problem for problem in looser if problem.severity == "error")]
    if problems or scope is None:
        raise InputError(problems)
    return replace(
        content,
        library=library,
        rules=rules,
        scopes=(*content.scopes, scope),
        notices=(*content.notices, *looser),
    )


def _read_all(paths: Sequence[Path], problems: list[Problem]) -> dict[Path, Fields]:
    tops: dict[Path, Fields] = {}
    for path in paths:
        node, found = read(path)
        problems += found
        if node is not None:
            tops[path] = Fields(node, file=path.name, key="", problems=problems)
    return tops


def _twice(
    top: Fields, parsed: Parsed, *, rules: Mapping[str, Rule], indicators: Mapping[str, Indicator]
) -> list[Problem]:
    """Note rules and indicators that another file has already."""
    names = [(name, rules[name].file) for name in parsed.rules if name in rules]
    if parsed.indicator is not None and parsed.indicator.id in indicators:
        names.append((parsed.indicator.id, _INDEX))
    return [
        Problem(
            code="standard-duplicate-rule",
            severity="error",
            place=Place(file=top.file, key=name),
            found=Text(f"“{name}”在 {other} 中已有", f"“{name}”, which {other} has already"),
            expected=Text("每条规则只写一次", "each rule once"),
            remedy=Text("请删去其一。", "Remove one of the two."),
        )
        for name, other in names
    ]


def _check_references(rules: Mapping[str, Rule]) -> list[Problem]:
    return [
        Problem(
            code="standard-unknown-rule",
            severity="error",
            place=Place(file=rule.file, key=f"{rule.id}.waives"),
            found=Text(f"未知规则“{rule.waives}”", f"the unknown rule “{rule.waives}”"),
            expected=Text("标准中的规则", "a rule of the standard"),
            remedy=Text("请改正该键。", "Correct this key."),
        )
        for rule in rules.values()
        if rule.waives is not None and rule.waives not in rules
    ]


def _no_such_waiver(waiver: str, known: list[str]) -> Text:
    near = difflib.get_close_matches(waiver, known, n=1)
    if near:
        return Text(
            f"没有过渡政策“{waiver}”：是否指 {near[0]}？",
            f"there is no waiver “{waiver}”; did you mean {near[0]}?",
        )
    return Text(
        f"没有过渡政策“{waiver}”，现有：{'、'.join(known)}",
        f"there is no waiver “{waiver}”; there are {', '.join(known)}",
    )


def _sealed(content: _Content, *, waivers: tuple[str, ...]) -> Standard:
    known = [name for name, rule in content.rules.items() if rule.kind == "waiver"]
    for waiver in waivers:
        if waiver not in known:
            raise UsageError(_no_such_waiver(waiver, known))
    content_hash = hash_json(
        {
            "name": content.name,
            "rules": as_json(content.rules),
            "indicators": as_json(content.indicators),
            "scopes": as_json(content.scopes),
            "waivers": as_json(waivers),
        }
    )
    return Standard(
        name=content.name,
        title=content.title,
        rules=MappingProxyType(dict(content.rules)),
        indicators=MappingProxyType(dict(content.indicators)),
        scopes=content.scopes,
        active_waivers=waivers,
        notices=content.notices,
        hash=content_hash,
    )
