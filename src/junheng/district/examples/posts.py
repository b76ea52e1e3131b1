"""What an exchange needs besides the roster: wishes, subject posts, groups, researchers, leaders, curriculum."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from junheng.district.examples.geography import Geography
from junheng.district.examples.profile import COMPULSORY, profile, stream
from junheng.district.examples.schools import Site
from junheng.district.examples.staff import staff

Rows = list[tuple[Any, ...]]


def draw_personnel(
    teachers: pl.DataFrame,
    *,
    sites: tuple[Site, ...],
    stages: pl.DataFrame,
    geography: Geography,
    codes: list[str],
    homes: list[str],
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables around the roster by name, the roster itself with first stops and recruits among them.

    Parameters
    ----------
    teachers
        The table ``teachers`` of those who have a school.
    stages
        The annual return with the codes of schools.
    """
    groups = _groups(sites, geography, codes, seed=seed)
    return {
        "teachers": pl.concat(
            [_first_stops(teachers, groups), _recruits(teachers, seed=seed)], how="diagonal"
        ),
        "groups": groups,
        "wishes": _wishes(teachers, sites, geography, codes, homes, seed=seed),
        "posts": _posts(teachers, seed=seed),
        "researchers": _researchers(teachers, seed=seed),
        "leaders": _leaders(teachers, stages, sites, codes, seed=seed),
        "curriculum": _curriculum(),
    }


def _frame(rows: Rows, columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def _posts(teachers: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Bound each subject around its share of the stage's teachers in the whole district."""
    rng, levels = stream(seed, "posts"), staff()["posts"]
    own = teachers.filter(pl.col("stage").is_in(COMPULSORY))
    share = (
        own.group_by("stage", "subject")
        .len("n")
        .with_columns(share=pl.col("n") / pl.col("n").sum().over("stage"))
    )
    totals = own.group_by("school", "stage", maintain_order=True).len("total")
    rows = totals.join(share.select("stage", "subject", "share"), on="stage").sort(
        "school", "stage", "subject"
    )
    wanted = rows["total"].to_numpy() * rows["share"].to_numpy() * rng.uniform(0.9, 1.1, rows.height)
    return rows.select(
        "school",
        "stage",
        "subject",
        least=pl.Series(np.floor(wanted * levels["least"]).astype(np.int64)),
        most=pl.Series(np.ceil(wanted * levels["most"]).astype(np.int64) + 1),
    )


def _first_stops(teachers: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Let those who were recruited to a lead school of late rotate out after two years."""
    leads = groups.filter(pl.col("role") == "lead")["school"].to_list()
    is_new = pl.col("recruit_year") >= profile().year - 1
    is_there = (pl.col("joined_year") == pl.col("recruit_year")) & pl.col("base_school").is_null()
    return teachers.with_columns(
        return_year=pl.when(is_new & is_there & pl.col("school").is_in(leads))
        .then(pl.col("recruit_year") + 2)
        .otherwise("return_year")
    )


def _recruits(teachers: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Return those who begin next year and have no school yet."""
    rng = stream(seed, "recruits")
    own = teachers.filter(pl.col("stage").is_in(COMPULSORY))
    n = max(2, round(staff()["recruits"] * own.height))
    like: pl.DataFrame = own[np.sort(rng.choice(own.height, n, replace=False)).tolist()]
    return like.select(
        "stage",
        "subject",
        "certificate",
        "gender",
        "home",
        teacher=pl.Series([f"N{i:05d}" for i in range(1, n + 1)]),
        name=pl.Series([f"{surname}老师" for surname in rng.choice(staff()["surnames"], n)]),
        degree=pl.Series(rng.choice(["bachelor", "master"], n, p=[0.8, 0.2])),
        title=pl.lit("none"),
        tier=pl.lit("none"),
        birth_year=pl.Series(profile().year - rng.integers(21, 26, n)),
        recruit_year=pl.lit(profile().year + 1, dtype=pl.Int64),
        rotations=pl.lit(0, dtype=pl.Int64),
    )


def _wishes(
    teachers: pl.DataFrame,
    sites: tuple[Site, ...],
    geography: Geography,
    codes: list[str],
    homes: list[str],
    *,
    seed: int,
) -> pl.DataFrame:
    """Let some of the willing name the schools nearest to their homes, in no fixed order."""
    rng, levels = stream(seed, "wishes"), staff()["wishes"]
    willing = teachers.filter((pl.col("willing") == "yes") & pl.col("stage").is_in(COMPULSORY))
    chosen = willing.filter(pl.Series(rng.random(willing.height) < levels["share_of_willing"]))
    number = {home: i for i, home in enumerate(homes)}
    open_to = {
        stage: [i for i, site in enumerate(sites) if stage in site.stages and _is_open(site)]
        for stage in COMPULSORY
    }
    places = {stage: geography.xy[[sites[i].home for i in at]] for stage, at in open_to.items()}
    rows: Rows = []
    for teacher, school, stage, home in chosen["teacher", "school", "stage", "home"].iter_rows():
        km = np.linalg.norm(places[stage] - geography.xy[number[home]], axis=1)
        near = [codes[open_to[stage][k]] for k in np.argsort(km, kind="stable")[:6]]
        others = [code for code in near if code != school]
        wished = rng.permutation(others)[: int(rng.integers(1, levels["most"] + 1))].tolist()
        rows += [(teacher, code, rank) for rank, code in enumerate(wished, start=1)]
    return _frame(rows, ["teacher", "school", "rank"])


def _is_open(site: Site) -> bool:
    return not site.is_private and site.kind != "special"


def _groups(sites: tuple[Site, ...], geography: Geography, codes: list[str], *, seed: int) -> pl.DataFrame:
    """Let some schools of the core and new town lead others near them: a school is in one group at most."""
    rng, levels = stream(seed, "groups"), staff()["groups"]
    rows: Rows = []
    for stage in COMPULSORY:
        own = [i for i, site in enumerate(sites) if stage in site.stages and _is_open(site)]
        free = [i for i in own if codes[i] not in {row[1] for row in rows}]
        can_lead = [i for i in free if sites[i].setting in ("core", "new_town")]
        n = max(1, round(levels["share_of_leads"] * len(own)))
        for lead in rng.permutation(can_lead)[:n].tolist():
            if lead not in free:
                continue
            free.remove(lead)
            km = np.linalg.norm(
                geography.xy[[sites[i].home for i in free]] - geography.xy[sites[lead].home], axis=1
            )
            order = np.argsort(km, kind="stable")[: int(rng.integers(*levels["members"]) + 1)]
            members = [free[k] for k in order.tolist()]
            name = f"G{len({row[0] for row in rows}) + 1:03d}"
            rows += [
                (name, codes[i], "lead" if i == lead else "member", f"示例教育集团{name}")
                for i in (lead, *members)
            ]
            free = [i for i in free if i not in members]
    return _frame(rows, ["group", "school", "role", "name"])


def _researchers(teachers: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """Let some senior teachers be part-time researchers in terms of five years."""
    rng = stream(seed, "researchers")
    own = teachers.filter(pl.col("title").is_in(["senior", "professor"]) & pl.col("stage").is_in(COMPULSORY))
    n = min(own.height, max(1, round(staff()["researchers"] * teachers.height)))
    chosen: pl.DataFrame = own[np.sort(rng.choice(own.height, n, replace=False)).tolist()]
    return chosen.select(
        "teacher",
        term_start=pl.Series(profile().year - rng.integers(0, 5, n)),
        term_years=pl.lit(5),
    )


def _leaders(
    teachers: pl.DataFrame,
    stages: pl.DataFrame,
    sites: tuple[Site, ...],
    codes: list[str],
    *,
    seed: int,
) -> pl.DataFrame:
    """Give each public school a principal and vice-principals by size, and the district a reserve."""
    rng, levels = stream(seed, "leaders"), staff()["leaders"]
    pupils = dict(stages.group_by("school").agg(pl.col("pupils").sum()).iter_rows())
    posts = [
        (codes[i], role)
        for i, site in enumerate(sites)
        if not site.is_private
        for role in ("principal", *["vice_principal"] * (pupils[codes[i]] // levels["pupils_per_vice"]))
        if rng.random() >= levels["vacant"]
    ]
    posts += [("", "reserve")] * max(2, round(levels["reserve"] * len(sites)))
    youngest, usual, oldest = levels["ages"]
    n, year, term = len(posts), profile().year, levels["term_years"]
    served = rng.choice([1, 2, 3], n, p=[0.55, 0.35, 0.10])
    is_reserve = pl.col("role") == "reserve"
    return pl.DataFrame(
        {
            "leader": [f"L{i:05d}" for i in range(1, n + 1)],
            "name": [f"{surname}校长" for surname in rng.choice(staff()["surnames"], n)],
            "school": [school for school, _ in posts],
            "role": [role for _, role in posts],
            "gender": np.where(rng.random(n) < levels["female"], "female", "male"),
            "birth_year": year - np.floor(rng.triangular(youngest, usual, oldest, n)).astype(np.int64),
            "terms": served,
            "term_end": year + rng.integers(0, term, n),
            "from_teaching": np.where(rng.random(n) < levels["from_teaching"], "yes", "no"),
            "home": rng.choice(teachers["home"].to_numpy(), n),
        }
    ).with_columns(
        school=pl.when(is_reserve).then(None).otherwise("school"),
        terms=pl.when(is_reserve).then(None).otherwise("terms"),
        term_end=pl.when(is_reserve).then(None).otherwise("term_end"),
    )


def _curriculum() -> pl.DataFrame:
    rows: Rows = []
    for stage, subjects in staff()["curriculum"].items():
        loads = staff()["loads"][stage]
        for subject, periods in subjects.items():
            grades = zip(profile().stages[stage].grades, periods, strict=True)
            rows += [
                (stage, grade, subject, float(n), float(loads.get(subject, loads["other"])))
                for grade, n in grades
                if n
            ]
    return _frame(rows, ["stage", "grade", "subject", "periods", "load_periods"])
