"""The example's round: open, with made-up applications, some of them with something to mend."""

from __future__ import annotations

from django.db import transaction

from junheng.district.examples.admission import with_round
from junheng.web.admissions.models import Application, Document, Round
from junheng.web.admissions.rounds import open_round
from junheng.web.admissions.rulebook import begun
from junheng.web.admissions.states import open_applications
from junheng.web.admissions.taking import OWN, PLAN, take
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import district_of
from junheng.web.roles import Person

STAGE = "primary"
_SEED = 1
_FAULTY = 3
"""So many applications lack a document, and as many have one that was not accepted."""


@transaction.atomic
def load_example_round(*, by: Person, snapshot: Snapshot) -> Round:
    """Make a round of the example: open, every child of the first grade on its list, a few of them with problems."""
    year = snapshot.year_id
    code = f"{year}-{STAGE}"
    district = with_round(district_of(snapshot.pk), stage=STAGE, seed=_SEED)
    rules = begun(stage=STAGE, year=year, code=code)
    found = open_round(
        by=by, snapshot=snapshot, stage=STAGE, year=year, code=code, rules=rules, is_example=True
    )
    tables = {name: district.table(name).to_dicts() for name in (*OWN, *PLAN)}
    tables["places"] = [row for row in tables["places"] if row["stage"] == STAGE]
    take(by=by, found=found, tables=tables, file="示例 example")
    _spoil(found)
    open_applications(by=by, found=found)
    found.refresh_from_db()
    return found


def _spoil(found: Round) -> None:
    """Leave the desk something to do: every check passes for a made-up family, which no real round ever sees."""
    numbers = list(
        Application.objects.filter(round=found)
        .order_by("number")
        .values_list("number", flat=True)[: 2 * _FAULTY]
    )
    papers = Document.objects.filter(application__round=found, kind="household_register")
    papers.filter(application__number__in=numbers[:_FAULTY]).delete()
    papers.filter(application__number__in=numbers[_FAULTY:]).update(checked="no", remark="户主页看不清")
