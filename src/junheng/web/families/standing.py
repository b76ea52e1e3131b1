"""By which class and reserve a child would be judged at a school, one child at a time.

The draw judges all children at once by `junheng.admission.rounds.facts`; this says beforehand what it will say of one,
and a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from junheng.admission.rounds.facts import CLAIMS
from junheng.admission.rules.model import Case, PriorityClass, Reserve
from junheng.text import Text
from junheng.web.families.faces import Face

Facts = Mapping[str, str | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a child stands at one school.

    Attributes
    ----------
    school
        Code.
    number
        Number of the class from 1, or `None` where the rules give the child no way in.
    of
        How many classes the school's sector has.
    class_, reserve
        The class, and the reserve under which the child would be counted; `None` where there is none.
    """

    school: str
    number: int | None
    of: int
    class_: PriorityClass | None
    reserve: Reserve | None

    @property
    def text(self) -> Text:
        """The standing in plain words."""
        if self.class_ is None:
            return Text(
                "按所填情况，不符合这所学校的录取条件",
                "by what you filled in, no class of this school's rules fits",
            )
        line = Text("第 {number} 类（共 {of} 类）：{name}", "class {number} of {of}: {name}").format(
            number=self.number, of=self.of, name=self.class_.name
        )
        if self.reserve is None:
            return line
        return line.joined(
            "", Text("；计入“{name}”", "; counted under “{name}”").format(name=self.reserve.name)
        )

    @property
    def documents(self) -> tuple[str, ...]:
        """Documents that prove it."""
        own = () if self.class_ is None else self.class_.documents
        return (*own, *(() if self.reserve is None else self.reserve.documents))


def standing(
    face: Face, school: str, *, child: Mapping[str, Any], kin: Sequence[Mapping[str, Any]]
) -> Standing:
    """Return where a child stands at a school that offers places.

    Whether the dwelling's place was used by another family is not looked at: that is for the bureau to say.

    Parameters
    ----------
    child
        Columns of the table ``applicants``.
    kin
        Rows of the table ``kin``.
    """
    sector = "private" if face.zones.schools[school].is_private else "public"
    facts = _facts(face, school, child, kin)
    classes = face.rules.classes.get("private" if sector == "private" else "public", ())
    at = next((n for n, one in enumerate(classes) if _fits(one.cases, facts)), None)
    reserves = (one for one in face.rules.reserves if sector in one.sectors and _fits(one.cases, facts))
    return Standing(
        school=school,
        number=None if at is None else at + 1,
        of=len(classes),
        class_=None if at is None else classes[at],
        reserve=next(reserves, None),
    )


def needed(face: Face, standings: Sequence[Standing]) -> tuple[str, ...]:
    """Return which documents a child needs: those of every child, of its classes and of its reserves."""
    wanted = [*face.rules.documents, *(one for standing_ in standings for one in standing_.documents)]
    return tuple(dict.fromkeys(wanted))


def _facts(face: Face, school: str, child: Mapping[str, Any], kin: Sequence[Mapping[str, Any]]) -> Facts:
    zone = face.zone_of_school(school)
    home, registered_at = child.get("home"), child.get("register_home")
    register = child.get("register")
    in_zone = register == "district" and bool(registered_at) and face.zone_of_home(str(registered_at)) == zone
    lives = "outside" if not home else "zone" if face.zone_of_home(home) == zone else "district"
    return {
        "home": lives,
        "register": "zone" if in_zone else register,
        "tenure": child.get("tenure"),
        "sibling_here": any(one["relation"] == "sibling_here" and one.get("school") == school for one in kin),
        "feeder": (child.get("from_school"), school) in face.feeders,
        **{claim: child.get(claim) == "yes" for claim in CLAIMS},
    }


def _fits(cases: Sequence[Case], facts: Facts) -> bool:
    return not cases or any(_holds(case, facts) for case in cases)


def _holds(case: Case, facts: Facts) -> bool:
    return all(facts[fact] in words for fact, words in case.words.items()) and all(
        facts[fact] == wanted for fact, wanted in case.flags.items()
    )
