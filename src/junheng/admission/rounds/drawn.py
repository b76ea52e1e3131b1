"""A frozen round with its published draw: decided again, audited, and compared with what was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from junheng.admission.audit import require_sound
from junheng.admission.intake.later import require_sound_events
from junheng.admission.rounds.arrays import Ranks, RoundArrays
from junheng.admission.rounds.ballot import drawn_ranks, require_same, same_as_published
from junheng.admission.rounds.events import Event
from junheng.admission.rounds.replay import RoundState, replay
from junheng.admission.rounds.result import RoundResult, decide
from junheng.admission.rounds.review import audited
from junheng.progress import Progress, silent
from junheng.standards.lookup import StandardOnDate


def as_published(
    arrays: RoundArrays,
    published: Mapping[str, bytes],
    receipts: Mapping[str, str],
    *,
    progress: Progress = silent,
) -> tuple[RoundResult, Ranks]:
    """Return the outcome of a frozen round by its published draw numbers, and these.

    Parameters
    ----------
    arrays
        The frozen round.
    published
        The lottery's published files by name.
    receipts
        Receipt of each application.
    progress
        As in `junheng.admission.assignment.assign`.

    Raises
    ------
    InputError
        If the outcome breaks a promise, or a place differs from the published result.
    UsageError
        If the round has not been drawn, or the published files are of another list.
    """
    ranks = drawn_ranks(arrays, published, receipts)
    result = decide(arrays, ranks, progress=progress)
    require_sound(audited(result))
    require_same(same_as_published(result, published, receipts))
    return result, ranks


def after_events(
    result: RoundResult, ranks: Ranks, events: Sequence[Event], *, standard: StandardOnDate
) -> RoundState:
    """Return where a round stands after its log of events, audited like the draw.

    Raises
    ------
    InputError
        If late children bring errors into the round, or the outcome breaks a promise.
    UsageError
        For an event that does not fit the round.
    """
    require_sound_events(result, events, standard)
    state = replay(result, ranks, events)
    require_sound(audited(state.result))
    return state
