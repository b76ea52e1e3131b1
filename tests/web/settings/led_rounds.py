"""Leading a round through its life without a browser."""

from __future__ import annotations

from typing import Any

DICE = {"dice": "3 1 4 1 5 2 6 5 3 5"}
ORDER = ("open", "closed", "frozen", "committed", "drawn", "verified", "published")


def lead_to(found: Any, state: str, *, by: Any) -> Any:
    """Lead an open round to a later state and return it."""
    from junheng.admission.lottery.seed import Source
    from junheng.web.admissions import drawing, freezing, states

    sources = [Source(id="dice", kind="dice", what="十次，家长代表当众掷骰")]
    steps = {
        "closed": lambda: states.close_applications(by=by, found=found),
        "frozen": lambda: (_mend(found, by=by), freezing.freeze(by=by, found=found)),
        "committed": lambda: freezing.commit(by=by, found=found, sources=sources),
        "drawn": lambda: (
            drawing.ask_draw(by=by, found=found, values=DICE, witnesses="王、李"),
            do_jobs(),
        ),
        "verified": lambda: (drawing.ask_verification(by=by, found=found), do_jobs()),
        "published": lambda: drawing.publish(by=by, found=found),
    }
    for name in ORDER[ORDER.index(found.state) + 1 : ORDER.index(state) + 1]:
        steps[name]()
        found.refresh_from_db()
        assert found.state == name
    return found


def do_jobs() -> None:
    """Do every job that waits, here and now."""
    from junheng.web.jobs import services, worker

    while (job := services.claim()) is not None:
        worker.attempt_work(job.pk, job.attempt)


def _mend(found: Any, *, by: Any) -> None:
    """Mend or sign for every error that the desk finds."""
    from junheng.web.admissions.intake import waive
    from junheng.web.admissions.records import taken

    for problem in taken(found).errors:
        waive(by=by, found=found, check=problem.code, key=problem.place.key or "", reason="原件已核 seen")
