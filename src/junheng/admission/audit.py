"""The audit after the fact: does an outcome keep what the rules promise? It shares no code with the assignment.

Each property is checked from the market and the outcome alone, by its own definition, never by assigning again. A
violation names the case; a round with one must not be published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junheng.admission.market import UNPLACED, IntArray, Market, Outcome
from junheng.errors import InputError, Place, Problem
from junheng.text import Text

BoolArray = npt.NDArray[np.bool_]

_NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What to call applications, schools and lines in a violation; their numbers if not given."""

    applications: Sequence[str] | None = None
    schools: Sequence[str] | None = None
    lines: Sequence[str] | None = None

    def application(self, number: int) -> str:
        """Return the name of an application."""
        return str(number) if self.applications is None else self.applications[number]

    def school(self, number: int) -> str:
        """Return the name of a school."""
        return str(number) if self.schools is None else self.schools[number]

    def line(self, number: int) -> str:
        """Return the name of a line."""
        return str(number) if self.lines is None else self.lines[number]


@dataclass(frozen=True, eq=False, kw_only=True)
class _Case:
    """The outcome as the audit reads it, from its own counting."""

    market: Market
    names: Names
    rows: IntArray  # rows of the places given, sorted by school, line and key
    sizes: IntArray
    children: IntArray  # per school and line
    last: IntArray  # row of the largest key admitted, per school and line
    last_open: IntArray  # largest key on an open place, per school
    wanted: IntArray  # rows that a family would rather have had


def audit(
    market: Market, outcome: Outcome, *, names: Names | None = None, content: BoolArray | None = None
) -> tuple[Problem, ...]:
    """Return every violation of the promises that hold for any round; none for a sound outcome.

    ``content`` says which applications ask for nothing better, shape (n,): after a refill, the withdrawn and settled.

    Checked: a place is on the family's own list and each family has at most one; seats and ceilings are kept, but for
    a family at the margin that is kept together; floors are kept where somebody under them wanted the place; no place
    stays empty that a turned-away child may have; nobody is passed over by a child who comes after (no justified envy),
    neither on its own line (no priority inverted) nor on an open place.

    What needs more than the arrays (families together, children of the zone, refills) is in
    `junheng.admission.audit_children`.
    """
    names = names if names is not None else Names()
    broken = tuple(_own_places(market, outcome, names))
    if broken:
        return broken  # nothing else can be counted
    case = _read(market, outcome, names, content)
    return (*_plans_kept(case), *_nobody_passed_over(case))


def require_sound(violations: Sequence[Problem]) -> None:
    """Stop the publication of a round that breaks a promise.

    Raises
    ------
    InputError
        With every violation.
    """
    if violations:
        raise InputError(violations)


def _own_places(market: Market, outcome: Outcome, names: Names) -> Iterator[Problem]:
    row, is_placed = outcome.row, outcome.row != UNPLACED
    is_own = (row >= market.offsets[:-1]) & (row < market.offsets[1:])
    for application in np.flatnonzero(is_placed & ~is_own).tolist():
        yield _violation(
            "admission-place-not-on-list",
            names.application(application),
            found=Text(
                f"得到的学位不在其志愿中（第 {row[application]} 行）",
                f"a place off its list (row {row[application]})",
            ),
            expected=Text("志愿中的一所学校或无学位", "a school of its list or no place"),
        )
    schools = np.full(market.n_applications, UNPLACED, np.int64)
    usable = np.flatnonzero(is_placed & is_own)
    schools[usable] = market.school[row[usable]]
    for application in np.flatnonzero(schools != outcome.school).tolist():
        yield _violation(
            "admission-two-places",
            names.application(application),
            found=Text("记录的学校与学位不是同一所", "the school on record is not that of the place"),
            expected=Text("每个孩子至多一个学位", "at most one place for each child"),
        )


def _read(market: Market, outcome: Outcome, names: Names, content: BoolArray | None) -> _Case:
    placed = np.flatnonzero(outcome.row != UNPLACED)
    rows = outcome.row[placed]
    order = np.lexsort((market.keys[rows], market.line[rows], market.school[rows]))
    rows, sizes = rows[order], market.size[placed][order].astype(np.int64)
    cell = market.school[rows].astype(np.int64) * market.n_lines + market.line[rows]
    n_cells = market.n_schools * market.n_lines
    children = np.bincount(cell, sizes, minlength=n_cells).astype(np.int64)
    ends = np.searchsorted(cell, np.arange(n_cells), side="right")
    starts = np.searchsorted(cell, np.arange(n_cells), side="left")
    last = np.full(n_cells, _NONE)
    last[ends > starts] = rows[ends[ends > starts] - 1]
    before = np.cumsum(sizes) - sizes
    before -= np.concatenate((before, [0]))[starts][cell]
    last_open = np.full(market.n_schools, _NONE)
    is_open = before >= market.floors.ravel()[cell]
    np.maximum.at(last_open, market.school[rows[is_open]], market.keys[rows[is_open]])
    reached = np.where(outcome.row == UNPLACED, market.offsets[1:], outcome.row)
    if content is not None:
        reached = np.where(content, market.offsets[:-1], reached)
    shape = (market.n_schools, market.n_lines)
    return _Case(
        market=market,
        names=names,
        rows=rows,
        sizes=sizes,
        children=children.reshape(shape),
        last=last.reshape(shape),
        last_open=last_open,
        wanted=np.flatnonzero(np.arange(market.n_rows) < np.repeat(reached, np.diff(market.offsets))),
    )


def _plans_kept(case: _Case) -> Iterator[Problem]:
    """Seats and ceilings; a family of k at the margin of a line may bring k - 1 children beyond it."""
    market, names = case.market, case.names
    excused = np.zeros_like(case.children)
    has_last = case.last != _NONE
    excused[has_last] = market.size[market.owner[case.last[has_last]]].astype(np.int64) - 1
    total, most = case.children.sum(axis=1), market.seats + excused.sum(axis=1)
    for school in np.flatnonzero(total > most).tolist():
        yield _violation(
            "admission-plan-exceeded",
            names.school(school),
            found=Text(f"录取 {total[school]} 名", f"{total[school]} children placed"),
            expected=Text(f"至多 {most[school]} 名", f"at most {most[school]}"),
        )
    for school, line in np.argwhere(case.children > market.ceilings + excused).tolist():
        yield _violation(
            "admission-ceiling-exceeded",
            f"{names.school(school)}/{names.line(line)}",
            found=Text(
                f"录取 {case.children[school, line]} 名", f"{case.children[school, line]} children placed"
            ),
            expected=Text(
                f"至多 {market.ceilings[school, line]} 名", f"at most {market.ceilings[school, line]}"
            ),
        )


def _nobody_passed_over(case: _Case) -> Iterator[Problem]:
    """Each place that somebody wanted, held against the plan and against those who have one."""
    market, wanted = case.market, case.wanted
    school, line, keys = market.school[wanted], market.line[wanted], market.keys[wanted]
    placed = case.children[school, line]
    is_below_floor = placed < market.floors[school, line]
    last_keys = np.full_like(case.last, _NONE)
    last_keys[case.last != _NONE] = market.keys[case.last[case.last != _NONE]]
    is_inverted = keys < last_keys[school, line]
    has_room = placed < market.ceilings[school, line]
    is_empty = has_room & (case.children.sum(axis=1) < market.seats)[school]
    is_envious = has_room & (keys < case.last_open[school])
    for code, is_broken in (
        ("admission-floor-not-kept", is_below_floor),
        ("admission-priority-inverted", is_inverted),
        ("admission-place-left-empty", is_empty & ~is_below_floor),
        ("admission-justified-envy", is_envious & ~is_inverted),
    ):
        for row in wanted[is_broken].tolist():
            yield _passed_over(case, code, row)


_PASSED_OVER = {
    "admission-floor-not-kept": Text(
        "所属类别的保底学位未满", "the guaranteed places of its line are not full"
    ),
    "admission-priority-inverted": Text(
        "同类别中次序在后的申请已被录取", "an application of its own line that comes after it has a place"
    ),
    "admission-place-left-empty": Text("仍有空余学位", "a place is empty"),
    "admission-justified-envy": Text(
        "次序在后的申请占有公开学位", "an application that comes after it has an open place"
    ),
}


def _passed_over(case: _Case, code: str, row: int) -> Problem:
    market, names = case.market, case.names
    school = names.school(int(market.school[row]))
    found = Text("未被 {school} 录取，但{why}", "turned away by {school}, though {why}")
    return _violation(
        code,
        names.application(int(market.owner[row])),
        found=found.format(school=school, why=_PASSED_OVER[code]),
        expected=Text("次序在前者先得学位", "places in the order of the rules"),
    )


def _violation(code: str, key: str, *, found: Text, expected: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(key=key),
        found=found,
        expected=expected,
        remedy=Text(
            "不得公布；请核对录取结果是否被改动", "do not publish; find out how the result was changed"
        ),
    )
