"""The range in which a number of each unit can be believed: it catches 450 for 45 and 0.85 for 85 %.

These are sanity bounds of the units, not policy: no verdict depends on them.
"""

from __future__ import annotations

PLAUSIBLE: dict[str, tuple[float, float]] = {
    "none": (0, 0),
    "flag": (0, 1),
    "pupil": (1, 20_000),
    "child": (1, 20_000),
    "person": (0, 20_000),
    "class": (1, 200),
    "room": (0, 1_000),
    "school": (0, 5_000),
    "dwelling": (1, 200_000),
    "period": (0, 60),
    "year": (1, 100),
    "calendar year": (1900, 2200),
    "month": (1, 600),
    "month-day": (101, 1231),
    "grade": (1, 12),
    "term": (1, 10),
    "digit": (0, 6),
    "hour": (1, 20_000),
    "m2": (1, 500_000),
    "m2/room": (10, 1_000),
    "m": (10, 50_000),
    "km": (0.01, 500),
    "minute": (1, 300),
    "degree": (-180, 180),
    "yuan": (1, 1e9),
    "yuan/pupil": (1, 1_000_000),
    "m2/pupil": (0.1, 200),
    "m2/child": (0.1, 200),
    "person/100 pupils": (0.01, 100),
    "room/100 pupils": (0.01, 100),
    "pupil/class": (1, 100),
    "pupil/person": (1, 100),
    "class/room": (1, 100),
    "percent": (1, 200),
    "permille": (0.1, 1_000),
    "ratio": (0, 1),
    "level": (1, 10),
    "weight": (0.1, 10),
    "count": (1, 1_000),
    "pupil km": (0, 1e9),
}
