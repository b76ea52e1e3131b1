"""Distances on the globe."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), for great-circle distances."""


def great_circle_km(from_: Floats, to: Floats) -> Floats:
    """Return great-circle distances between points given as longitude and latitude in degrees.

    Parameters
    ----------
    from_, to
        Shapes that broadcast, the last axis holding (longitude, latitude).
    """
    lon1, lat1, lon2, lat2 = (np.radians(x) for x in (from_[..., 0], from_[..., 1], to[..., 0], to[..., 1]))
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    result: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return result
