"""What the made-up bureau declares because records cannot give it; some rules are left out on purpose."""

from __future__ import annotations

import csv
from importlib.resources import files

import polars as pl

from junheng.district.examples.profile import COMPULSORY, stream
from junheng.district.examples.schools import Site


def draw_declarations(sites: tuple[Site, ...], codes: list[str], *, seed: int) -> pl.DataFrame:
    """Return the table ``declarations``: one row a rule, or one a compulsory school where each declares."""
    rng = stream(seed, "declarations")
    text = files(__package__).joinpath("declarations.csv").read_text(encoding="utf-8")
    schools = [code for site, code in zip(sites, codes, strict=True) if set(site.stages) & set(COMPULSORY)]
    rows = []
    for row in csv.DictReader(text.splitlines()):
        for school in schools if row["each_school"] else [None]:
            spread = float(row["spread"]) if row["spread"] else 0.0
            value = float(row["value"]) + spread * float(rng.uniform(-1, 1))
            rows.append((row["rule"], school, round(value, 1), row["evidence"]))
    schema = {"rule": pl.String, "school": pl.String, "value": pl.Float64, "evidence": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
