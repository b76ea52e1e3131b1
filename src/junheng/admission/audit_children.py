"""The audit child by child: in one school, with the family, listed where without a place, not worse off by a refill.

Like `junheng.admission.audit` it shares no code with the assignment, and works on what is published or on record, by
the children's own numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping

from junheng.admission.market import Market, Outcome
from junheng.errors import Place, Problem
from junheng.text import Text


def nobody_in_two_places(places: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
    """Return a violation per child that stands with a place twice.

    Parameters
    ----------
    places
        (child, school) for every place given, public and private schools together.
    """
    schools: dict[str, list[str]] = {}
    for child, school in places:
        schools.setdefault(child, []).append(school)
    return tuple(
        _violation(
            "admission-two-places",
            child,
            found=Text(f"{'、'.join(both)} 各有学位", f"places at {' and '.join(both)}"),
            expected=Text("每个孩子至多一个学位", "at most one place for each child"),
        )
        for child, both in schools.items()
        if len(both) > 1
    )


def families_together(
    families: Mapping[Hashable, Collection[str]], school_of: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Return a violation per family that was to be kept together and is not.

    Parameters
    ----------
    families
        Children of each family that asked to be kept together.
    school_of
        School of each child that has a place.
    """
    apart = []
    for children in families.values():
        schools = {school_of.get(child) for child in children}
        if len(schools) > 1:
            names = "、".join(f"{child}: {school_of.get(child, '—')}" for child in sorted(children))
            apart.append(
                _violation(
                    "admission-family-apart",
                    min(children),
                    found=Text(names, names.replace("、", ", ")),
                    expected=Text("多孩同校", "one school for the children of a family"),
                )
            )
    return tuple(apart)


def zone_children_accounted_for(
    in_zone: Iterable[str], *, school_of: Mapping[str, str], reasons: Mapping[str, str]
) -> tuple[Problem, ...]:
    """Return a violation per child of the zone that has neither a place nor a reason on the list.

    Parameters
    ----------
    in_zone
        Children who are entitled to a place near their home.
    school_of
        School of each child that has a place.
    reasons
        Why each listed child has no place yet, and what happens next.
    """
    return tuple(
        _violation(
            "admission-zone-child-missing",
            child,
            found=Text("既无学位，也未列出原因", "neither a place nor a listed reason"),
            expected=Text("学位，或列明原因", "a place, or the reason on the list"),
        )
        for child in in_zone
        if child not in school_of and not reasons.get(child, "").strip()
    )


def nobody_worse(
    market: Market, before: Outcome, after: Outcome, *, withdrawn: Collection[int]
) -> tuple[Problem, ...]:
    """Return a violation per application that lost by a refill: a lower choice than before, or none.

    ``withdrawn`` holds the numbers of the applications that withdrew.
    """
    was, now = before.position(market).tolist(), after.position(market).tolist()
    return tuple(
        _violation(
            "admission-worse-after-refill",
            str(application),
            found=Text(_rank_zh(new), _rank_en(new)),
            expected=Text(f"{_rank_zh(old)}或更前", f"{_rank_en(old)} or better"),
        )
        for application, (old, new) in enumerate(zip(was, now, strict=True))
        if old >= 0 and not 0 <= new <= old and application not in withdrawn
    )


def _rank_zh(position: int) -> str:
    return "无学位" if position < 0 else f"第 {position + 1} 志愿"


def _rank_en(position: int) -> str:
    return "no place" if position < 0 else f"choice {position + 1}"


def _violation(code: str, key: str, *, found: Text, expected: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=key),
        found=found,
        expected=expected,
        remedy=Text("不得公布；请先查明并改正", "do not publish; find the cause and mend it first"),
    )
