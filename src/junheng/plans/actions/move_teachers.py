"""Move teachers of one kind from a school to another, within a stage: how many, not who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from junheng.district.model import District
from junheng.plans.actions.priced import PricedAction, priced
from junheng.plans.actions.teachers import HEADCOUNTS, changes_of, degree, flag, some, subject
from junheng.plans.changes import Change, changed
from junheng.plans.parts import Part, text


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

    stage: str
    sender: str
    receiver: str
    n: int
    degree: str | None = None
    is_backbone: bool = False
    subject: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return what the action says besides its kind, for JSON."""
        return {
            "stage": self.stage,
            "sender": self.sender,
            "receiver": self.receiver,
            "n": self.n,
            "degree": self.degree,
            "is_backbone": self.is_backbone,
            "subject": self.subject,
            **self.priced_fields(),
        }

    @classmethod
    def read(cls, part: Part) -> Self:
        """Return the action that `fields` gave; a file written by hand may leave out all but the first four."""
        return cls(
            stage=part.get("stage", text),
            sender=part.get("sender", text),
            receiver=part.get("receiver", text),
            n=part.get("n", some),
            degree=part.get("degree", degree, default=None),
            is_backbone=part.get("is_backbone", flag, default=False),
            subject=part.get("subject", subject, default=None),
            **priced(part),
        )

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
