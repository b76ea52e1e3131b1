"""The next school year is opened: what goes on is taken over, every school's return begins as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from junheng.district.nextyear import next_year
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.registry.models import Year
from junheng.web.registry.returns import open_returns
from junheng.web.registry.store import give, take
from junheng.web.roles import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What came of it.

    Attributes
    ----------
    year
        The school year that is open now.
    is_new
        Whether this opened it; else it was open before, and nothing was written.
    """

    year: int
    is_new: bool
    n_rows: int = 0
    n_returns: int = 0


@transaction.atomic
def open_next_year(*, by: Person, since: int, due: date) -> Opened:
    """Open the school year after one: take over what goes on, and open every school's return.

    Asked twice it does it once: a year that is there already stays as it is.

    Parameters
    ----------
    since
        The school year whose records go on.
    due
        The day by which the returns are due.

    Raises
    ------
    UsageError
        If there are no records of that year, or it is not the newest.
    """
    before = give(since)
    Year.objects.select_for_update().get(pk=since)
    if Year.objects.filter(pk=since + 1).exists():
        return Opened(year=since + 1, is_new=False)
    if Year.objects.filter(pk__gt=since).exists():
        raise UsageError(Text("只能由最新学年转入下一学年", "only the newest school year goes on"))
    why = Text("由 {year} 学年转入", "taken over from {year}").format(year=before.year)
    changed = take(next_year(before), by=by, why=f"{why.zh} {why.en}", action="year-opened")
    n = open_returns(by=by, year=since + 1, due=due)
    return Opened(year=since + 1, is_new=True, n_rows=changed.added, n_returns=n)
