"""The workbook, the letters and the published figures of the example town's exchange."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import docx
import openpyxl
import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.planners.exchange.planner import Exchanged, plan_exchange
from junheng.planners.exchange.solve import ExchangeOptions
from junheng.planners.exchange.wishes import ExchangeWishes
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.report.exchange.letters import school_letters, write_letters
from junheng.report.exchange.notices import teacher_letters
from junheng.report.exchange.published import published, write_published
from junheng.report.exchange.workbook import write_workbook
from junheng.standards import load_standard


@pytest.fixture(scope="module")
def town() -> District:
    return example("town")


@pytest.fixture(scope="module")
def done(town: District) -> Exchanged:
    return plan_exchange(
        town, load_standard(), wishes=ExchangeWishes(teacher_years=6), options=ExchangeOptions(seconds=30)
    )


@pytest.fixture(scope="module")
def moves(done: Exchanged) -> tuple[MoveTeacher, ...]:
    return done.plan.of(MoveTeacher)


def test_the_workbook_has_a_sheet_a_school_and_names_every_mover_on_both_sides(
    town: District, done: Exchanged, moves: tuple[MoveTeacher, ...], tmp_path: Path
) -> None:
    file = tmp_path / "moves.xlsx"
    write_workbook(done, town, file, language="en")
    book = openpyxl.load_workbook(file)
    schools = {school for move in moves for school in (move.before, move.school) if school is not None}
    sheets = {name.split(" ")[0]: book[name] for name in book.sheetnames}
    assert set(sheets) == {"summary", "moves"} | schools
    for move in moves:
        for school in {move.before, move.school} - {None}:
            cells = [row[0] for row in sheets[school].iter_rows(values_only=True)]  # type: ignore[index]
            assert move.teacher in cells


def test_before_and_after_of_a_school_differ_by_those_who_come_and_go(
    town: District, done: Exchanged, moves: tuple[MoveTeacher, ...], tmp_path: Path
) -> None:
    file = tmp_path / "moves.xlsx"
    write_workbook(done, town, file, language="en")
    book = openpyxl.load_workbook(file)
    for name in book.sheetnames[2:]:
        school = name.split(" ")[0]
        rows = [row for row in book[name].iter_rows(values_only=True) if row[1] == "gender"]
        change = sum(int(str(row[4])) - int(str(row[3])) for row in rows)
        assert change == sum(m.school == school for m in moves) - sum(m.before == school for m in moves)


def test_each_school_gets_a_letter_with_its_own_people_only(
    town: District, done: Exchanged, moves: tuple[MoveTeacher, ...], tmp_path: Path
) -> None:
    write_letters(done, town, tmp_path / "letters")
    names = dict(town.table("schools").select("school", "name").iter_rows())
    files = sorted((tmp_path / "letters").iterdir())
    assert {file.stem for file in files} == {s for m in moves for s in (m.before, m.school) if s is not None}
    for file in files:
        letter = docx.Document(str(file))
        text = "\n".join(
            [p.text for p in letter.paragraphs]
            + [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
        )
        assert f"{names[file.stem]}：" in text
        assert "模拟数据" in text
        for move in moves:
            assert (f"（{move.teacher}）" in text) is (file.stem in (move.before, move.school))


def test_the_names_in_a_letter_have_room_for_their_reasons_and_no_row_is_torn_over_pages(
    town: District, done: Exchanged
) -> None:
    name, letter = next(school_letters(done.plan, town))
    (table, *_) = letter.tables
    widths = [column.width.mm for column in table.columns]
    assert widths == [cell.width.mm for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(156, abs=1)  # A4 less the margins of official documents
    assert widths[-1] == max(widths)
    assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    assert ["w:tblHeader" in row._tr.xml for row in table.rows] == [True] + [False] * (len(table.rows) - 1)
    school = name.removesuffix(".docx")
    arrivals = {m.teacher for m in done.plan.of(MoveTeacher) if m.school == school}
    if arrivals:
        origins = {row.cells[3].text for row in table.rows[1:]}
        assert dict(town.table("schools").select("school", "name").iter_rows())[school] not in origins


def test_each_teacher_who_moves_gets_a_letter_about_nobody_else(
    town: District, moves: tuple[MoveTeacher, ...]
) -> None:
    names = dict(town.table("schools").select("school", "name").iter_rows())
    base = dict(town.table("teachers").select("teacher", "base_school").iter_rows())
    for move in moves:
        text = "\n".join(line.text for line in teacher_letters([move], town).paragraphs)
        assert [other.teacher for other in moves if f"（{other.teacher}）" in text] == [move.teacher]
        assert f"到{names[move.school]}任教" in text
        assert (f"{move.return_year}年期满后" in text) is (move.return_year is not None)
        if move.move == "returns":
            assert move.school == base[move.teacher]
            assert "期满后" not in text
    together = teacher_letters(moves, town)
    assert sum("教师交流通知" in line.text for line in together.paragraphs) == len(moves)
    assert together.element.xml.count('w:type="page"') == len(moves) - 1
    with pytest.raises(KeyError, match="nobody"):
        teacher_letters([replace(moves[0], teacher="nobody")], town)


def test_published_figures_name_nobody_and_add_up_where_nothing_is_hidden(
    town: District, done: Exchanged, moves: tuple[MoveTeacher, ...], tmp_path: Path
) -> None:
    whole = published(done, town, fewest=1)
    assert not whole["hidden"].any()
    totals = whole.filter((pl.col("from") == "total") & (pl.col("to") == "total"))
    assert totals["n"].sum() == sum(move.move == "rotation" for move in moves)
    guarded = published(done, town)
    shown = guarded.drop_nulls("n")["n"]
    assert shown.filter((shown > 0) & (shown < 5)).len() == 0
    write_published(done, town, tmp_path / "figures.csv")
    text = (tmp_path / "figures.csv").read_text(encoding="utf-8-sig")
    assert len(list(csv.reader(text.splitlines()))) == guarded.height + 1
    assert not any(move.teacher in text or move.school in text for move in moves)
