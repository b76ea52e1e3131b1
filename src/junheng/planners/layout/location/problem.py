"""Capacitated location as one frozen object: sites with a fixed cost and a capacity, customers with a demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.errors import UsageError
from junheng.planners.arrays import FloatArray
from junheng.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class LocationProblem:
    """Open some of m sites and serve n customers from them at the least cost.

    Arrays are copied and made read-only.

    Attributes
    ----------
    fixed_cost
        Cost of opening each site, shape (m,), from 0.
    capacity
        Demand that each site can serve once open, shape (m,), from 0.
    demand
        Demand of each customer, shape (n,), from 0.
    cost
        Cost of serving all of a customer from a site, shape (m, n); infinite where it may not be. From 0.
    n_open
        How many sites must be open (capacitated p-median); `None` where that is free.
    may_split
        Whether a customer's demand may be served from several sites.
    """

    fixed_cost: FloatArray
    capacity: FloatArray
    demand: FloatArray
    cost: FloatArray
    n_open: int | None = None
    may_split: bool = True

    def __post_init__(self) -> None:
        m, n = len(self.capacity), len(self.demand)
        for name, shape in (("fixed_cost", (m,)), ("capacity", (m,)), ("demand", (n,)), ("cost", (m, n))):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.shape != shape:
                _refuse(name, f"{array.shape}", f"{shape}")
            if np.isnan(array).any() or (array < 0).any() or (name != "cost" and np.isinf(array).any()):
                _refuse(name, "NaN / < 0 / inf", ">= 0")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.n_open is not None and not 0 <= self.n_open <= m:
            _refuse("n_open", str(self.n_open), f"0..{m}")

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return len(self.capacity)

    @property
    def n_customers(self) -> int:
        """Number of customers."""
        return len(self.demand)


def _refuse(name: str, found: str, expected: str) -> None:
    raise UsageError(
        Text(
            f"选址问题的 {name} 有误：{found}，应为 {expected}",
            f"{name} of the location problem is wrong: found {found}, expected {expected}",
        )
    )
