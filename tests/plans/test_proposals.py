"""Zones drawn by hand: read from a CSV, every incomplete line named, nothing guessed."""

from __future__ import annotations

import pytest

from junheng.errors import InputError, UsageError
from junheng.plans.proposals import read_zones


@pytest.mark.parametrize("header", ["home,school", "对口学校代码,居住单元代码", "note,Home Code,school code"])
def test_columns_are_found_by_name_or_label_in_any_order(tmp_path, header):
    cells = {"home": "H1", "居住单元代码": "H1", "Home Code": "H1", "note": "x"}
    line = ",".join(cells.get(name, "S1") for name in header.split(","))
    file = tmp_path / "zones.csv"
    file.write_text(f"\ufeff{header}\n{line}\n", encoding="utf-8")
    assert read_zones(file).to_dicts() == [{"home": "H1", "school": "S1"}]


def test_every_incomplete_line_is_named_and_blank_lines_are_not(tmp_path):
    file = tmp_path / "zones.csv"
    file.write_text("home,school\nH1,S1\nH2,\n,\n,S3\nH4\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_zones(file)
    assert [problem.place.row for problem in raised.value.problems] == [3, 5, 6]


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"home\nH1\n"])
def test_a_file_that_is_no_proposal_is_refused(tmp_path, content):
    file = tmp_path / "zones.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError):
        read_zones(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError):
        read_zones(tmp_path / "nowhere.csv")
