"""The letters to families: after the draw, and after each refill that changed what a family is told."""

from __future__ import annotations

import json

from junheng.admission.explain import Explainer
from junheng.admission.notice import notice
from junheng.admission.rounds.result import RoundResult
from junheng.web.admissions.models import Application, Notice, Round

_BATCH = 500


def keep_notices(found: Round, result: RoundResult, *, turn: int) -> int:
    """Keep what each family is told; where nothing is new since an earlier turn nothing is written. Return how many."""
    explainer = Explainer(result)
    pks = dict(found.applications.values_list("number", "pk"))
    known = _latest(found)
    made = []
    for explanation in explainer.all():
        told = json.dumps(explanation.as_dict(), ensure_ascii=False, sort_keys=True)
        if explanation.applicant not in pks or known.get(pks[explanation.applicant]) == told:
            continue
        lines = [line._asdict() for line in notice(explanation, result.rules)]
        made.append(
            Notice(
                application_id=pks[explanation.applicant],
                edition=found.edition,
                turn=turn,
                status=explanation.status,
                school=explanation.school or "",
                explanation=told,
                lines=json.dumps(lines, ensure_ascii=False),
            )
        )
    Notice.objects.bulk_create(made, batch_size=_BATCH)
    return len(made)


def latest_notice(application: Application) -> Notice | None:
    """Return what a family was told last, or `None` before the draw is verified."""
    return application.notices.filter(edition=application.round.edition).order_by("-turn").first()


def _latest(found: Round) -> dict[int, str]:
    """Return the last explanation of each application."""
    query = Notice.objects.filter(application__round=found, edition=found.edition).order_by("turn")
    return dict(query.values_list("application_id", "explanation"))
