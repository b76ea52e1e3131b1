"""Load the rules of a round, or refuse them with every problem at once."""

from __future__ import annotations

from pathlib import Path

from junheng.admission.rules.model import Rules
from junheng.admission.rules.parse import parse_rules
from junheng.errors import InputError, Problem, UsageError
from junheng.standards.fields import Fields
from junheng.standards.safe_yaml import read
from junheng.text import Text

EXAMPLES = Path(__file__).resolve().parent / "examples"


def load_rules(path: str | Path) -> Rules:
    """Read the rules file of a round.

    Parameters
    ----------
    path
        A YAML file; its shape is on the page “Run an admission round”.

    Raises
    ------
    InputError
        With every problem: unknown or repeated keys, facts that do not exist, a condition on examinations.
    UsageError
        If there is no such file.
    """
    place = Path(path)
    if not place.is_file():
        raise UsageError(Text(f"没有细则文件“{place}”", f"there is no rules file “{place}”"))
    problems: list[Problem] = []
    node, found = read(place)
    problems += found
    if node is None:
        raise InputError(problems)
    top = Fields(node, file=place.name, key="", problems=problems)
    rules = parse_rules(top, place.read_bytes().decode("utf-8-sig"))
    if problems:
        raise InputError(problems)
    return rules


def example_rules(stage: str) -> Rules:
    """Return the example rules of a stage, written for no real place."""
    return load_rules(EXAMPLES / f"{stage}.yaml")
