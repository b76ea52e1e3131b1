"""Which children are one application: twins and siblings whom the rules keep together, if the family asks alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from junheng.admission.rounds.facts import applicants_of
from junheng.admission.rules.model import Rules
from junheng.district.model import District


@dataclass(frozen=True, slots=True)
class Applications:
    """Applications of a round.

    Attributes
    ----------
    members
        Applicant numbers of each application, ascending; applications are in the order of their first number.
    """

    members: tuple[tuple[str, ...], ...]

    @property
    def number(self) -> Mapping[str, int]:
        """Number of the application of each child."""
        return {child: n for n, members in enumerate(self.members) for child in members}

    def frame(self) -> pl.DataFrame:
        """Return ``applicant`` and ``application`` (a number from 0)."""
        pairs = [(child, n) for n, members in enumerate(self.members) for child in members]
        return pl.DataFrame(pairs, schema={"applicant": pl.String, "application": pl.Int64}, orient="row")


def linked(district: District, rules: Rules) -> list[tuple[str, ...]]:
    """Return the groups of children whom the table ``kin`` links by relations that the rules keep together."""
    known = set(applicants_of(district, rules)["applicant"])
    links = district.table("kin").filter(pl.col("relation").is_in(rules.together)).drop_nulls("other")
    pairs = [
        (one, other)
        for one, other in links.select("applicant", "other").iter_rows()
        if one in known and other in known and one != other
    ]
    return sorted(_components(pairs))


def applications(district: District, rules: Rules) -> Applications:
    """Return the applications of a round.

    Linked children are one application if they name the same schools in the same order; otherwise each is an
    application of its own (intake has named them, and somebody has signed for it).
    """
    candidates = linked(district, rules)
    lists = wishes(district, (child for group in candidates for child in group))
    groups = [group for group in candidates if is_of_one_mind(lists[child] for child in group)]
    in_group = {child for group in groups for child in group}
    alone = [(child,) for child in applicants_of(district, rules)["applicant"] if child not in in_group]
    return Applications(tuple(sorted([*groups, *alone])))


def is_of_one_mind(lists: Iterable[Sequence[str]]) -> bool:
    """Say whether several lists name the same schools in the same order."""
    return len({tuple(schools) for schools in lists}) == 1


def wishes(district: District, children: Iterable[str]) -> dict[str, list[str]]:
    """Return the schools that each of some children names, in order."""
    result: dict[str, list[str]] = {child: [] for child in children}
    own = district.table("choices").filter(pl.col("applicant").is_in(list(result)))
    for child, school in own.sort("applicant", "rank").select("applicant", "school").iter_rows():
        result[child].append(school)
    return result


def _components(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    parent: dict[str, str] = {}

    def root(child: str) -> str:
        while parent.setdefault(child, child) != child:
            parent[child] = parent[parent[child]]
            child = parent[child]
        return child

    for one, other in pairs:
        parent[root(one)] = root(other)
    members: dict[str, list[str]] = defaultdict(list)
    for child in list(parent):
        members[root(child)].append(child)
    return [tuple(sorted(group)) for group in members.values()]
