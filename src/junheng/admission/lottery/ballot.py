"""What is drawn: the rules and the frozen list of a round, as the published files hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from junheng.admission.market import NO_CEILING, Market, market_from_lists

LOTTERY_FORMAT = "junheng-lottery-1"
DrawKind = Literal["single", "per_school"]
Method = Literal["hmac-sha256", "rfc3797"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPlan:
    """The plan of one school.

    Attributes
    ----------
    code
        Its code.
    seats
        Places in this round.
    floors
        Places that each line is guaranteed, line 0 first.
    ceilings
        Most places of each line; `None` where there is no limit.
    """

    code: str
    seats: int
    floors: tuple[int, ...]
    ceilings: tuple[int | None, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the plan for the rules file."""
        return {
            "code": self.code,
            "seats": self.seats,
            "floors": list(self.floors),
            "ceilings": list(self.ceilings),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotRules:
    """What decides a round besides its list.

    Attributes
    ----------
    round
        Name of the round.
    draw
        ``single``: one draw for all schools; ``per_school``: one for each.
    method
        How draw numbers come from the seed.
    lines
        Names of the lines, line 0 (open) first.
    schools
        Their plans.
    about
        Whatever else the bureau publishes with the rules: names of classes, clauses, the notice.
    """

    round: str
    draw: DrawKind
    method: Method
    lines: tuple[str, ...]
    schools: tuple[SchoolPlan, ...]
    about: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the rules for their file."""
        return {
            "format": LOTTERY_FORMAT,
            "round": self.round,
            "draw": self.draw,
            "method": self.method,
            "lines": list(self.lines),
            "schools": [school.as_dict() for school in self.schools],
            "about": dict(self.about),
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of an application: school code, priority class (127: adjustment), line."""

    school: str
    priority: int
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One application: its number (in the bureau's list) or receipt (in the published one), children, choices."""

    name: str
    children: int
    choices: tuple[Choice, ...]


def ballot_market(
    rules: BallotRules, entries: Sequence[Entry], draws: Sequence[int] | Sequence[Sequence[int]]
) -> Market:
    """Return the market of a ballot; ``draws`` per entry, or per entry and choice with one draw per school."""
    numbers = {school.code: number for number, school in enumerate(rules.schools)}
    return market_from_lists(
        [[(numbers[c.school], c.priority, c.line) for c in entry.choices] for entry in entries],
        draw=draws,
        seats=[school.seats for school in rules.schools],
        sizes=[entry.children for entry in entries],
        floors=[school.floors for school in rules.schools],
        ceilings=[[NO_CEILING if c is None else c for c in school.ceilings] for school in rules.schools],
        is_single_draw=rules.draw == "single",
    )
