"""The example's people desk: wishes are being taken, and some teachers have stated theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from junheng.district.model import District
from junheng.planners.exchange.standing import open_posts
from junheng.web.people.rosters import standing_of_all
from junheng.web.people.wishes import REASONS, Wish, set_window, state
from junheng.web.roles import Person

TEACHER_YEARS = 6
_OPEN_DAYS = (7, 21)
"""The days are open since so many days, and for so many more."""
_STATED_EVERY = 40
"""One eligible teacher in so many has stated a wish."""
_MOST_KM = 15.0


@transaction.atomic
def load_example_people(*, by: Person, district: District, school: str) -> str:
    """Ask the example's teachers for their wishes, answer for some of them, and return an eligible teacher of a school.

    Raises
    ------
    ValueError
        If nobody of the school is eligible.
    """
    today = timezone.localdate()
    before, after = (timedelta(days=n) for n in _OPEN_DAYS)
    window = set_window(
        by=by,
        year=district.year.start,
        opens_on=today - before,
        closes_on=today + after,
        teacher_years=TEACHER_YEARS,
    )
    eligible = standing_of_all(district, TEACHER_YEARS).filter(standing="eligible")
    own = eligible.filter(school=school)["teacher"].to_list()
    if not own:
        raise ValueError(f"nobody of {school} is eligible")
    for teacher, wish in _wishes(district, eligible.rows(named=True), keep=own[0]):
        state(by=Person(name="示例"), window=window, teacher=teacher, wish=wish, today=today)
    return str(own[0])


def _wishes(district: District, eligible: list[dict[str, str]], *, keep: str) -> Iterator[tuple[str, Wish]]:
    """Yield made-up wishes in turn: near schools, staying for a reason, any school; not of the one who is kept."""
    posts: dict[str, list[str]] = {}
    for school, stage in open_posts(district).iter_rows():
        posts.setdefault(stage, []).append(school)
    reasons = list(REASONS)
    for n, row in enumerate(eligible[::_STATED_EVERY]):
        if row["teacher"] == keep:
            continue
        others = [school for school in posts[row["stage"]] if school != row["school"]]
        kinds = (
            Wish(is_willing=True, schools=tuple(others[n % len(others) :][:2]) if others else ()),
            Wish(is_willing=False, reason=reasons[n % len(reasons)]),
            Wish(is_willing=True, most_km=_MOST_KM),
        )
        yield row["teacher"], kinds[n % len(kinds)]
