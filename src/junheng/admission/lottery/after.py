"""After the draw: refills when families withdraw, as files of their own beside the first result."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from junheng.admission.audit import audit, require_sound
from junheng.admission.audit_children import nobody_worse
from junheng.admission.lottery.ballot import Entry
from junheng.admission.lottery.parse import RULES_FILE, read_rules
from junheng.admission.lottery.published import SEED_FILE, as_csv, read_json
from junheng.admission.lottery.round import Files, draw, names_of, results_csv
from junheng.admission.refill import refill
from junheng.errors import UsageError
from junheng.text import Text

State = Literal["withdrawn", "settled"]
STATES: tuple[State, ...] = ("withdrawn", "settled")


def refill_round(published: Mapping[str, bytes], states: Mapping[str, State]) -> Files:
    """Return the files of the next refill: who withdrew or settled, and everybody's place after it.

    All that was published before is computed again first, so that a refill cannot build on a changed result. Nobody who
    has a place and has not withdrawn gets a worse one (`junheng.admission.refill`).

    Parameters
    ----------
    published
        The files of the round, with seed and results.
    states
        ``withdrawn`` (for good) or ``settled`` (stays where it is, in this refill) by receipt.

    Raises
    ------
    UsageError
        For an unknown receipt or state, or where the round has not been drawn.
    InputError
        If a published file is not what follows from the commitment.
    """
    drawn = draw(published, read_json(published, SEED_FILE).get("values", {}))
    _require_same(published, drawn.files)
    rules, market, outcome = read_rules(published[RULES_FILE]), drawn.market, drawn.outcome
    withdrawn = np.zeros(market.n_applications, np.bool_)
    turn = 1
    while True:
        earlier = f"refill-{turn}.csv" in published
        given = read_states(published[f"refill-{turn}.csv"], name="receipt") if earlier else dict(states)
        gone, settled = _flags(drawn.entries, given)
        withdrawn = withdrawn | gone
        after = refill(market, outcome, withdrawn=withdrawn, settled=settled)
        content = withdrawn | settled
        require_sound(audit(market, after, names=names_of(rules, drawn.entries), content=content))
        require_sound(nobody_worse(market, outcome, after, withdrawn=set(np.flatnonzero(withdrawn).tolist())))
        files = {
            f"refill-{turn}.csv": as_csv(("receipt", "state"), sorted(given.items())),
            f"results-{turn}.csv": results_csv(market, after, rules=rules, entries=drawn.entries),
        }
        if not earlier:
            return files
        _require_same(published, files)
        outcome, turn = after, turn + 1


def read_states(content: bytes, *, name: str) -> dict[str, State]:
    """Read a list of withdrawals: columns ``name`` (``number`` or ``receipt``) and ``state``.

    Raises
    ------
    UsageError
        For other columns, another state, or a name that stands twice.
    """
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline="")))
    rows = [tuple(cells) for cells in table[1:]]
    states = {cells[0]: cells[1] for cells in rows if len(cells) == 2}
    good: dict[str, State] = {key: state for key, state in states.items() if state in STATES}
    if not table or table[0] != [name, "state"] or len(good) != len(rows):
        raise UsageError(
            Text(
                f"退出名单应为两列 {name},state，每份报名一行，state 为 withdrawn 或 settled",
                f"the list of withdrawals has two columns, {name},state: one line an application, "
                f"withdrawn or settled",
            )
        )
    return good


def _flags(
    entries: Sequence[Entry], states: Mapping[str, State]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    unknown = sorted(set(states) - {entry.name for entry in entries})
    if unknown:
        raise UsageError(
            Text(
                f"名单中没有 {len(unknown)} 份报名，如 {unknown[0]}",
                f"{len(unknown)} applications are not on the list, such as {unknown[0]}",
            )
        )
    withdrawn = np.array([states.get(entry.name) == "withdrawn" for entry in entries], np.bool_)
    settled = np.array([states.get(entry.name) == "settled" for entry in entries], np.bool_)
    return withdrawn, settled


def _require_same(published: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
    changed = sorted(name for name, content in files.items() if published.get(name) != content)
    if changed:
        raise UsageError(
            Text(
                f"已公布的文件与重算结果不同：{'、'.join(changed)}",
                f"published files are not what follows from the commitment: {', '.join(changed)}",
            )
        )
