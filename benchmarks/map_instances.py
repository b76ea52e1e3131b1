"""Made-up districts of any number of homes, as a grid with shaken corners: neighbours share their borders exactly."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from junheng.district.model import District

WEST, SOUTH, STEP = 117.0, 35.5, 0.002
SHAKE = 0.3
"""How far a corner may be from its place, as a share of the step."""


def grid_district(n_columns: int, n_rows: int, *, n_schools: int, seed: int) -> District:
    """Return a district of ``n_columns * n_rows`` homes, each zoned to the nearest of its primary schools."""
    rng = np.random.default_rng(seed)
    corners = np.stack(
        np.meshgrid(np.arange(n_columns + 1), np.arange(n_rows + 1), indexing="ij"), axis=2
    ).astype(float)
    corners += rng.uniform(-SHAKE, SHAKE, corners.shape)
    corners = np.round(np.array([WEST, SOUTH]) + STEP * corners, 6)
    rings = [
        [corners[i, j], corners[i + 1, j], corners[i + 1, j + 1], corners[i, j + 1], corners[i, j]]
        for i in range(n_columns)
        for j in range(n_rows)
    ]
    at = np.round(np.array([np.mean(ring[:4], axis=0) for ring in rings]), 6)
    homes = [f"H{i:05d}" for i in range(len(rings))]
    schools = [f"S{j:04d}" for j in range(n_schools)]
    own = rng.choice(len(homes), n_schools, replace=False)
    _, nearest = cKDTree(at[own]).query(at)
    children = rng.integers(5, 40, len(homes))
    loads = np.bincount(nearest, weights=children, minlength=n_schools)
    places = np.ceil(loads * rng.uniform(0.8, 1.3, n_schools) / 45) * 45
    return District.of(
        {
            "district": pl.DataFrame(
                {
                    "district": ["990000"],
                    "name": ["示例（模拟数据）"],
                    "year": [2026],
                    "crs": ["WGS-84"],
                    "synthetic": ["yes"],
                }
            ),
            "schools": pl.DataFrame(
                {
                    "school": schools,
                    "name": [f"示例第{j + 1}小学" for j in range(n_schools)],
                    "kind": ["primary"] * n_schools,
                    "lon": at[own, 0],
                    "lat": at[own, 1],
                    "home": [homes[i] for i in own],
                }
            ),
            "stages": pl.DataFrame(
                {"school": schools, "stage": ["primary"] * n_schools, "capacity_pupils": places.astype(int)}
            ),
            "homes": pl.DataFrame(
                {"home": homes, "lon": at[:, 0], "lat": at[:, 1], "polygon": [_wkt(ring) for ring in rings]}
            ),
            "children": pl.DataFrame(
                {
                    "home": homes,
                    "year": [2026] * len(homes),
                    "stage": ["primary"] * len(homes),
                    "children": children,
                }
            ),
            "catchments": pl.DataFrame(
                {"stage": ["primary"] * len(homes), "home": homes, "school": [schools[j] for j in nearest]}
            ),
        }
    )


def _wkt(ring: list[np.ndarray]) -> str:
    return "POLYGON ((" + ", ".join(f"{x} {y}" for x, y in ring) + "))"
