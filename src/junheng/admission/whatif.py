"""What another rule, zone or class would change: who gains and who loses, by group, over many draws.

The children and their choices stay as they are, which families would not do exactly: a what-if shows what the rules
do to the present families, not a forecast. Both versions are decided with the same made-up draws, so that luck cancels
out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from junheng.admission.rounds.arrays import Ranks, RoundArrays, round_arrays
from junheng.admission.rounds.facts import applicants_of, zones_of_homes
from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.rounds.result import RoundResult, decide
from junheng.admission.rules.model import Rules
from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.progress import Progress, silent
from junheng.text import Text

SMALL = 10
"""Groups of fewer children are not shown: somebody could be recognised. Another number is an argument."""

OUTCOMES: Mapping[str, Text] = {
    "gains": Text("变好", "gain"),
    "loses": Text("变差", "lose"),
    "same": Text("不变", "as before"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What would be otherwise; `None` and empty where all stays.

    Attributes
    ----------
    rules
        Other rules of the same stage.
    places
        Places added by school (taken away if negative).
    catchments
        Other zones: the table ``catchments``.
    """

    rules: Rules | None = None
    places: Mapping[str, int] | None = None
    catchments: pl.DataFrame | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class WhatIf:
    """What a change does.

    Attributes
    ----------
    groups
        One row a group: ``dimension``, ``group``, ``zh``, ``en``, ``children``, and the mean number of children over
        the draws who ``gains``, ``loses`` or are the ``same``; absent where the group is too small to be shown, or
        where it would follow from the others.
    before, after
        Mean number of children by status over the draws, and of first choices.
    draws
        Number of draws.
    """

    groups: pl.DataFrame
    before: Mapping[str, float]
    after: Mapping[str, float]
    draws: int

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for JSON."""
        return {
            "draws": self.draws,
            "before": dict(self.before),
            "after": dict(self.after),
            "groups": self.groups.to_dicts(),
        }


def what_if(
    frozen: FrozenRound,
    change: Change,
    *,
    draws: int = 20,
    seed: int = 0,
    small: int = SMALL,
    progress: Progress = silent,
) -> WhatIf:
    """Compare a round with a changed one.

    Parameters
    ----------
    frozen
        The round.
    change
        What would be otherwise.
    draws, seed
        Number of made-up draws, and the seed of their random numbers: same seed, same numbers.
    small
        Smallest group that is shown.

    Raises
    ------
    UsageError
        For no draw at all, rules of another stage, a school without places, or fewer than none left.
    """
    if draws < 1:
        raise UsageError(Text("模拟次数应为 1 或更多", "make up at least one draw"))
    first, second = round_arrays(frozen), round_arrays(changed(frozen, change))
    rng = np.random.default_rng([seed, *b"what-if"])
    better = pl.Series(np.zeros(applicants_of(frozen.district, frozen.rules).height))
    worse = better.clone()
    counts: tuple[list[dict[str, int]], list[dict[str, int]]] = ([], [])
    for n in range(draws):
        progress(Text(f"第 {n + 1} 次模拟", f"draw {n + 1}"), n / draws)
        lots = dict(zip(first.names, rng.permutation(len(first.names)).tolist(), strict=True))
        results = [decide(arrays, _ranks(arrays, lots)) for arrays in (first, second)]
        before, after = (_standing(result) for result in results)
        better += (after < before).cast(pl.Float64)
        worse += (after > before).cast(pl.Float64)
        for kept, result in zip(counts, results, strict=True):
            kept.append(result.counts())
    effect = applicants_of(frozen.district, frozen.rules).with_columns(
        gains=better / draws, loses=worse / draws
    )
    return WhatIf(
        groups=_by_group(frozen, effect, small=small),
        before=_mean(counts[0]),
        after=_mean(counts[1]),
        draws=draws,
    )


def changed(frozen: FrozenRound, change: Change) -> FrozenRound:
    """Return the round as it would be; its files are those of the original, for it is never published."""
    district, rules = frozen.district, frozen.rules
    lock = frozen.lock_years
    if change.rules is not None:
        if change.rules.stage != rules.stage:
            raise UsageError(Text("细则的学段不同", "the rules are of another stage"))
        rules = change.rules
        lock = int(rules.lock_years.number) if rules.lock_years is not None else lock
    if change.places:
        district = _with_places(district, change.places)
    if change.catchments is not None:
        own = change.catchments.filter(pl.col("stage") == rules.stage).select("stage", "home", "school")
        district = district.replace(catchments=own)
    return replace(frozen, district=district, rules=rules, lock_years=lock)


def _with_places(district: District, places: Mapping[str, int]) -> District:
    plan = district.table("places")
    unknown = sorted(set(places) - set(plan["school"]))
    if unknown:
        raise UsageError(Text(f"学校 {unknown[0]} 没有招生计划", f"the school {unknown[0]} offers no places"))
    more = pl.col("school").replace_strict(dict(places), default=0, return_dtype=pl.Int64)
    added = plan.with_columns(places=pl.col("places") + more)
    if (added["places"] < 0).any():
        raise UsageError(Text("招生计划不能少于 0", "a school cannot offer fewer than no places"))
    return district.replace(places=added)


def _ranks(arrays: RoundArrays, lots: Mapping[str, int]) -> Ranks:
    """Give the same lot everywhere; with one draw per school the lots are the same too, so that luck cancels out."""
    if arrays.frozen.rules.lottery == "single":
        return {(name, ""): lots[name] for name in arrays.names}
    pairs = arrays.rows.select("application", "school").iter_rows()
    return {(arrays.names[n], school): lots[arrays.names[n]] for n, school in pairs}


def _standing(result: RoundResult) -> pl.Series:
    """Return how good each child's place is: the rank of its own choice; adjustment is worse, no place worst."""
    beyond = {"placed": 0, "adjusted": 1000, "unplaced": 2000, "withdrawn": 2000}
    status = pl.col("status").replace_strict(beyond, return_dtype=pl.Int64)
    return result.children.select(status + pl.col("rank").fill_null(0)).to_series()


def _mean(counts: list[dict[str, int]]) -> dict[str, float]:
    return {name: sum(one[name] for one in counts) / len(counts) for name in counts[0]}


def _by_group(frozen: FrozenRound, effect: pl.DataFrame, *, small: int) -> pl.DataFrame:
    parts = [
        _shown(
            effect.with_columns(group=group.fill_null("")).group_by("group", maintain_order=True).agg(
                pl.len().cast(pl.Int64).alias("children"),
                pl.col("gains").sum(),
                pl.col("loses").sum(),
            ).sort("group").select(pl.lit(dimension).alias("dimension"), "group", "children", "gains", "loses"),
            small=small,
        )
        for dimension, group in _groups(frozen, effect)
    ]  # fmt: skip
    table = pl.concat(parts).with_columns(same=pl.col("children") - pl.col("gains") - pl.col("loses"))
    names = dict(frozen.district.table("schools").select("school", "name").iter_rows())
    labels = [
        _label(dimension, group, names) for dimension, group in table.select("dimension", "group").iter_rows()
    ]
    return table.with_columns(
        zh=pl.Series([label.zh for label in labels], dtype=pl.String),
        en=pl.Series([label.en for label in labels], dtype=pl.String),
    )


def _groups(frozen: FrozenRound, effect: pl.DataFrame) -> list[tuple[str, pl.Series]]:
    zones = zones_of_homes(frozen.district, frozen.rules)
    zone = effect.select("home").join(zones, on="home", how="left", maintain_order="left")["zone"]
    everybody = pl.Series(["all"] * effect.height, dtype=pl.String)
    claims = ("migrant", "disabled", "staff_child", "entitled")
    return [
        ("all", everybody),
        *((claim, (effect[claim] == "yes").fill_null(value=False).cast(pl.String)) for claim in claims),
        ("register", effect["register"]),
        ("tenure", effect["tenure"]),
        ("zone", zone),
    ]


def _shown(groups: pl.DataFrame, *, small: int) -> pl.DataFrame:
    """Blank small groups; where only one is blanked, the next smallest too, or it would follow from the total."""
    sizes = groups["children"].to_list()
    hidden = {n for n, size in enumerate(sizes) if size < small}
    if len(hidden) == 1 and len(sizes) > 1:
        hidden.add(min((n for n in range(len(sizes)) if n not in hidden), key=lambda n: (sizes[n], n)))
    is_shown = pl.Series([n not in hidden for n in range(len(sizes))])
    return groups.with_columns(
        pl.when(is_shown).then(pl.col(name)).otherwise(None).alias(name)
        for name in ("children", "gains", "loses")
    )


def _label(dimension: str, group: str, schools: Mapping[str, str]) -> Text:
    if dimension == "all":
        return Text("全部儿童", "all children")
    if not group:
        return Text("未填写", "not given")
    if dimension in ("register", "tenure"):
        return label_of(dimension, group)
    if dimension == "zone":
        return Text("学区 {name}", "zone {name}").format(name=schools.get(group, group))
    claim = _CLAIMS[dimension]
    return claim if group == "true" else Text("非{claim}", "not: {claim}").format(claim=claim)


_CLAIMS: Mapping[str, Text] = {
    "migrant": Text("随迁子女", "migrant children"),
    "disabled": Text("残疾儿童", "children with disabilities"),
    "staff_child": Text("项目区职工子女", "children of project-area staff"),
    "entitled": Text("政策照顾对象", "entitled by policy"),
}
