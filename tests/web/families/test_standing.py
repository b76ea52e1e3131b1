"""What a family is told beforehand of its classes and documents is what the draw and the desk's checks will find."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from junheng.admission.intake.kit import Intake
from junheng.admission.intake.papers import needed as needed_by_intake
from junheng.admission.rounds.facts import CLAIMS, classified, facts
from junheng.admission.rules.model import WORDS
from junheng.admission.rules.national import standard_day
from junheng.district.source import sources_of

N_CHILDREN = 300


@pytest.fixture
def children(found: Any) -> list[dict[str, Any]]:
    """Return children of every sort, made up by dice: most real ones are like one of these."""
    from junheng.web.families.faces import face

    known = face(found)
    dice = random.Random(20260601)
    homes, schools = list(known.zones.homes), list(known.offering)
    made = []
    for n in range(N_CHILDREN):
        home = dice.choice([None, *dice.sample(homes, 3)])
        register = dice.choice(["district", "district", "city", "elsewhere", None])
        child = {
            "applicant": f"A{n:04d}",
            "born": "2020-03-07",
            "home": home,
            "tenure": None if home is None else dice.choice(WORDS["tenure"]),
            "register": register,
            "register_home": dice.choice([home, dice.choice(homes)]) if register == "district" else None,
            **{claim: dice.choice([None, "yes", "no"]) for claim in CLAIMS},
        }
        own = [one.code for one in known.own_schools(home)] if home else []
        made.append(
            {
                "child": child,
                "choices": dice.sample(schools, 2) + [one for one in own if dice.random() < 0.7],
                "kin": [{"relation": "sibling_here", "school": dice.choice([*own, *schools[:3]])}]
                if dice.random() < 0.3
                else [],
            }
        )
        made[-1]["choices"] = list(dict.fromkeys(made[-1]["choices"]))
    return made


@pytest.fixture
def district(found: Any, children: list[dict[str, Any]]) -> Any:
    """Return the round's district with these children in it."""
    from junheng.web.registry.snapshots import district_of
    from junheng.web.registry.store import frame_of

    rows: dict[str, list[dict[str, Any]]] = {"applicants": [], "choices": [], "kin": [], "documents": []}
    for one in children:
        number = one["child"]["applicant"]
        rows["applicants"].append({**one["child"], "stage": found.stage})
        rows["kin"] += [{**link, "applicant": number} for link in one["kin"]]
        rows["choices"] += [
            {"applicant": number, "rank": rank, "school": school}
            for rank, school in enumerate(one["choices"], start=1)
        ]
    return district_of(found.snapshot_id).replace(
        **{name: frame_of(name, listed) for name, listed in rows.items()}
    )


def test_classes_and_reserves_are_those_of_the_draw(
    found: Any, children: list[dict[str, Any]], district: Any
) -> None:
    from junheng.web.families.faces import face
    from junheng.web.families.standing import standing

    known = face(found)
    pairs = district.table("choices").select("applicant", "school")
    judged = classified(known.rules, facts(district, known.rules, pairs, lock_years=None))
    expected = {
        (row["applicant"], row["school"]): (row["class"], row["reserve"])
        for row in judged.iter_rows(named=True)
    }
    reserves = [None, *known.rules.reserves]
    told = {}
    for one in children:
        for school in one["choices"]:
            own = standing(known, school, child=one["child"], kin=one["kin"])
            number = None if own.number is None else own.number - 1
            told[one["child"]["applicant"], school] = (number, own.reserve)
    assert len(told) == len(expected) > N_CHILDREN
    assert {key: class_ for key, (class_, _) in told.items()} == {
        key: class_ for key, (class_, _) in expected.items()
    }
    assert {key: reserve for key, (_, reserve) in told.items()} == {
        key: reserves[number] for key, (_, number) in expected.items()
    }
    assert len({class_ for class_, _ in expected.values()}) > 6
    assert len({number for _, number in expected.values()}) > 3


def test_documents_are_those_that_the_checks_ask_for(
    found: Any, children: list[dict[str, Any]], district: Any
) -> None:
    from junheng.web.families.faces import face
    from junheng.web.families.standing import needed, standing

    known = face(found)
    intake = Intake(sources_of(district), known.rules, known.standard.on(standard_day(known.rules)))
    asked = needed_by_intake(intake).group_by("applicant").agg(pl.col("document"))
    expected = {row["applicant"]: set(row["document"]) for row in asked.iter_rows(named=True)}
    told = {
        one["child"]["applicant"]: set(
            needed(
                known,
                [standing(known, school, child=one["child"], kin=one["kin"]) for school in one["choices"]],
            )
        )
        for one in children
    }
    assert told == expected
