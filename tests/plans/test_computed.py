"""What a computed plan carries, recomputed from the records, the standard and what was asked."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import polars as pl
import pytest

from junheng import __version__
from junheng.district.model import District
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Plan
from junheng.standards import load_standard
from junheng.text import Text

STANDARD = load_standard()
DISTRICT = District.of(
    {"district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]})},
)
ASKED = {"locked": ["H1"], "options": {"seconds": 9.5}}


def plan(*, seed: int | None) -> Plan:
    return computed_plan(
        "feeders",
        Text("方案", "plan"),
        district=DISTRICT,
        standard=STANDARD,
        on=date(2026, 9, 1),
        asked=ASKED,
        objective={},
        actions=[],
        stopped_by="proven",
        seconds=0.5,
        seed=seed,
    )


@pytest.mark.parametrize(
    ("seed", "settings"),
    [(None, ASKED | {"on": "2026-09-01"}), (0, ASKED | {"on": "2026-09-01", "seed": 0})],
)
def test_the_hash_of_the_inputs_can_be_computed_again_from_what_the_plan_file_says(
    seed: int | None, settings: dict[str, object]
) -> None:
    found = plan(seed=seed)
    inputs = {"district": DISTRICT.hash, "standard": STANDARD.hash}
    canonical = json.dumps({"inputs": inputs, "settings": settings}, sort_keys=True, separators=(",", ":"))
    assert found.inputs_hash == hashlib.sha256(canonical.encode()).hexdigest()
    assert found.settings == settings
    assert found.seed == seed


def test_a_computed_plan_says_by_which_program_and_for_which_day_it_was_computed() -> None:
    found = plan(seed=None)
    assert (found.version, found.standard_date) == (__version__, "2026-09-01")
