"""The made-up schools: which kinds stand where, in which home, since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from junheng.district.examples.geography import FloatArray, Geography, IntArray
from junheng.district.examples.people import People
from junheng.district.examples.profile import Size, profile, stream

PRIVATE = "private_"
LONG_AGO = 1950
NEW_SHARE = 0.3
"""Share of the new town's schools that opened within the years of the rolls."""


@dataclass(frozen=True, slots=True)
class Site:
    """One school before it has pupils.

    Attributes
    ----------
    kind
        Kind of school as the column table names it.
    setting
        Setting in which it stands.
    home
        Number of the home in which it stands.
    is_private
        Whether it is privately held.
    is_zoned
        Whether homes are zoned to it.
    opened
        First school year with pupils.
    """

    kind: str
    setting: str
    home: int
    is_private: bool
    is_zoned: bool
    opened: int

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of the school in ascending order."""
        return profile().kinds[self.kind].stages

    def teaches_zoned(self, stage: str) -> bool:
        """Tell whether homes are zoned to the school in a stage."""
        return self.is_zoned and stage in self.stages and stage in ("primary", "junior")


def draw_sites(size: Size, geography: Geography, people: People, *, seed: int) -> tuple[Site, ...]:
    """Place every school: no two schools of one stage stand in the same home."""
    rng = stream(seed, "schools")
    sites: list[Site] = []
    for setting, kinds in size.schools.items():
        homes = np.flatnonzero(geography.setting == setting)
        for kind, home in _placed(kinds, homes, geography, people, rng):
            is_new = setting == "new_town" and kinds[kind] > 1 and rng.random() < NEW_SHARE
            sites.append(_site(kind, setting, home, is_zoned=True, is_new=is_new, rng=rng))
    used = {site.home for site in sites}
    for setting, kinds in size.other_schools.items():
        free = [h for h in np.flatnonzero(geography.setting == setting).tolist() if h not in used]
        names = [kind for kind, n in kinds.items() for _ in range(n)]
        for kind, home in zip(names, rng.choice(free, len(names), replace=False).tolist(), strict=True):
            sites.append(_site(kind, setting, home, is_zoned=False, is_new=False, rng=rng))
    return tuple(sites)


def _placed(
    kinds: Mapping[str, int],
    homes: IntArray,
    geography: Geography,
    people: People,
    rng: np.random.Generator,
) -> list[tuple[str, int]]:
    """Return kind and home: primary schools where their children are, then junior schools between."""
    young = [kind for kind in ("primary", "nine_year", "teaching_point") for _ in range(kinds.get(kind, 0))]
    older = [kind for kind in ("junior", "complete_secondary") for _ in range(kinds.get(kind, 0))]
    xy = geography.xy[homes]
    places = _centres(xy, people.of_stage("primary")[homes], len(young), np.empty(0, dtype=np.int64), rng)
    order = _by_weight(places, young, people.of_stage("primary")[homes], xy)
    result = list(zip(young, homes[order].tolist(), strict=True))
    fixed = order[[i for i, kind in enumerate(young) if kind == "nine_year"]] if young else places
    more = _centres(xy, people.of_stage("junior")[homes], len(older), fixed, rng)
    return result + list(zip(older, homes[more].tolist(), strict=True))


def _by_weight(places: IntArray, kinds: list[str], weight: IntArray, xy: FloatArray) -> IntArray:
    """Give the places with the fewest children around them to teaching points."""
    if "teaching_point" not in kinds:
        return places
    nearest = _nearest(xy, xy[places])
    around = np.bincount(nearest, weights=weight, minlength=len(places))
    return places[np.argsort(-around, kind="stable")]


def _centres(xy: FloatArray, weight: IntArray, n: int, fixed: IntArray, rng: np.random.Generator) -> IntArray:
    """Choose n homes in the middle of equally weighted neighbourhoods, beside those that are fixed.

    Weighted k-means whose centres are homes; a home is chosen once.
    """
    if n == 0:
        return np.empty(0, dtype=np.int64)
    free = np.setdiff1d(np.arange(len(xy)), fixed)
    chosen = rng.choice(free, n, replace=False, p=_shares(weight[free]))
    for _ in range(12):
        nearest = _nearest(xy, np.concatenate([xy[chosen], xy[fixed]]))
        heavy = weight + 1.0
        total = np.bincount(nearest, heavy, n + len(fixed))[:n]
        sums = [np.bincount(nearest, heavy * xy[:, axis], n + len(fixed))[:n] for axis in (0, 1)]
        means = np.column_stack(sums) / np.maximum(total, 1.0)[:, None]
        chosen = _snap(np.where(total[:, None] > 0, means, xy[chosen]), xy, fixed)
    return chosen


def _nearest(xy: FloatArray, centres: FloatArray) -> IntArray:
    """Return the number of the nearest centre of each point."""
    nearest: IntArray = cKDTree(centres).query(xy)[1]
    return nearest


def _snap(means: FloatArray, xy: FloatArray, fixed: IntArray) -> IntArray:
    """Return the nearest home of each mean, each home once."""
    free = np.ones(len(xy), dtype=bool)
    free[fixed] = False
    result = np.empty(len(means), dtype=np.int64)
    for i, mean in enumerate(means):
        gaps = np.where(free, np.sum((xy - mean) ** 2, axis=1), np.inf)
        result[i] = np.argmin(gaps)
        free[result[i]] = False
    return result


def _shares(weight: IntArray) -> npt.NDArray[np.float64]:
    shares: npt.NDArray[np.float64] = (weight + 1.0) / (weight + 1.0).sum()
    return shares


def _site(
    kind: str, setting: str, home: int, *, is_zoned: bool, is_new: bool, rng: np.random.Generator
) -> Site:
    year, years = profile().year, profile().history_years
    opened = int(year - rng.integers(2, years - 1)) if is_new else LONG_AGO
    is_private = kind.startswith(PRIVATE)
    return Site(kind.removeprefix(PRIVATE), setting, home, is_private, is_zoned, opened)
