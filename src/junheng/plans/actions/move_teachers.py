"""Move teachers of one kind from a school to another, within a stage: how many, not who."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PRICE, PricedAction
from junheng.plans.actions.teachers import HEADCOUNTS, KIND, changes_of, some
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Reader, text


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTeachers(PricedAction):
    """Move teachers of one kind.

    Attributes
    ----------
    stage, sender, receiver, n
        How many teachers of a stage leave one school for another.
    degree, is_backbone, subject
        Their kind, by the columns of ``stages`` that count them; ``degree`` `None` below all of them, ``subject``
        `None` for one that the standard does not count.
    """

    kind: ClassVar[str] = "move_teachers"
    readers: ClassVar[Mapping[str, Reader]] = {
        "stage": text,
        "sender": text,
        "receiver": text,
        "n": some,
        **KIND,
        **PRICE,
    }

    stage: str
    sender: str
    receiver: str
    n: int
    degree: str | None = None
    is_backbone: bool = False
    subject: str | None = None

    @classmethod
    def apply(cls, actions: Sequence[Self], district: District) -> District:
        """Return the District with the teachers counted at the schools that receive them."""
        changes = [change for action in actions for change in action._changes()]
        return changed(district, "stages", changes, optional=frozenset(HEADCOUNTS))

    def _changes(self) -> Iterator[Change]:
        for school, sign in ((self.sender, -1), (self.receiver, 1)):
            yield from changes_of(
                school=school,
                stage=self.stage,
                n=sign * self.n,
                degree=self.degree,
                is_backbone=self.is_backbone,
                subject=self.subject,
                where=f"{self.kind} {self.stage}/{self.sender} → {self.receiver}",
            )
