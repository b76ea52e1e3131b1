"""What a log has said so far about the applications of a round: who withdrew, settled, changed, came late, with whom.

A late child who is linked to another (twins, siblings who apply too) is one application with it if both came since the
last refill and name the same schools. Whoever has been through a refill, or was on time, keeps its own application, for
a place may hang on it; the late child then counts as the sibling of that child where it has its place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from junheng.admission.rounds.events import Event, Kin
from junheng.admission.rounds.result import RoundResult
from junheng.errors import UsageError
from junheng.text import Text


@dataclass
class Ledger:
    """What the log has said so far; numbers are those of applications, late ones after those of the draw.

    Attributes
    ----------
    result
        The round as drawn.
    withdrawn, settled
        Applications that have.
    changed
        Their new lists.
    added
        Places added by school.
    late
        Late children in the order of arrival.
    together
        Late applications in the order of arrival: the children of each.
    n_refilled
        How many of these have been through a refill.
    """

    result: RoundResult
    withdrawn: set[int] = field(default_factory=set)
    settled: set[int] = field(default_factory=set)
    changed: dict[int, tuple[str, ...]] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    late: list[Event] = field(default_factory=list)
    together: list[tuple[str, ...]] = field(default_factory=list)
    n_refilled: int = 0

    @property
    def n_drawn(self) -> int:
        """Applications of the draw."""
        return len(self.result.arrays.names)

    def number_of(self, child: str) -> int | None:
        """Return the application of a child; `None` for one that the round does not know."""
        for number, members in enumerate(self.together, start=self.n_drawn):
            if child in members:
                return number
        return self.result.arrays.members.number.get(child)

    def links(self) -> Iterator[tuple[str, int]]:
        """Yield late children and the other application that each is linked to."""
        for event in self.late:
            for kin in event.kin:
                other = None if kin.other is None else self.number_of(kin.other)
                if other is not None and other != self.number_of(str(event.applicant)):
                    yield str(event.applicant), other

    def record(self, event: Event) -> None:
        """Write one event down.

        Raises
        ------
        UsageError
            If it cannot be: see `junheng.admission.rounds.replay.replay`.
        """
        offering = {plan.school for plan in self.result.arrays.plans}
        for school in (*event.choices, *((event.school,) if event.school is not None else ())):
            if school not in offering:
                raise _refused(event, f"学校 {school} 没有招生计划", f"the school {school} offers no places")
        if event.kind == "refill":
            self.n_refilled = len(self.together)
        elif event.kind == "add_places" and event.school is not None and event.places is not None:
            self.added[event.school] = self.added.get(event.school, 0) + event.places
        elif event.kind == "late":
            self._record_late(event)
        else:
            self._record_own(event)

    def _record_own(self, event: Event) -> None:
        number = self.number_of(str(event.applicant))
        if number is None:
            raise _refused(event, "本轮没有该报名号", "there is no such applicant in this round")
        if number in self.withdrawn:
            raise _refused(event, "该儿童已退出", "the child has withdrawn before")
        if event.kind == "withdraw":
            self.withdrawn.add(number)
        elif event.kind == "settle":
            self.settled.add(number)
        else:
            self.changed[number] = event.choices

    def _record_late(self, event: Event) -> None:
        child = str(event.applicant)
        if self.number_of(child) is not None:
            raise _refused(event, "报名号已被使用", "the number is in use")
        district = self.result.arrays.frozen.district
        _require_homes(event, set(district.table("homes")["home"]))
        _require_schools(event, set(district.table("schools")["school"]))
        joined = self._joined(event)
        self.late.append(event)
        if joined is None:
            self.together.append((child,))
        else:
            self.together[joined - self.n_drawn] += (child,)

    def _joined(self, event: Event) -> int | None:
        """Return the late application that a late child joins: of those linked to it, one still open to it."""
        found: set[int] = set()
        for kin in event.kin:
            number = self._linked(event, kin)
            if number is not None and number >= self.n_drawn + self.n_refilled:
                found.add(number)
        if len(found) > 1:
            raise _refused(event, "关联到两份补报", "it is linked to two late applications")
        for number in found - self.withdrawn:
            if self._list_of(number) != event.choices:
                zh = "与其捆绑录取的儿童志愿不同：改为一致，或删去亲属关系"
                en = "the child kept together with it names other schools: make the lists agree or drop the link"
                raise _refused(event, zh, en)
            return number
        return None

    def _linked(self, event: Event, kin: Kin) -> int | None:
        """Return the application of the other child where the rules keep such children together."""
        if kin.other is None:
            return None
        number = self.number_of(kin.other)
        if number is None:
            raise _refused(
                event,
                f"本轮没有亲属 {kin.other}：亲属关系写在后补报的儿童处",
                f"there is no {kin.other} in this round yet: name the link at the child who comes later",
            )
        return number if kin.relation in self.result.rules.together else None

    def _list_of(self, number: int) -> tuple[str, ...]:
        first = self.together[number - self.n_drawn][0]
        own = next(event.choices for event in self.late if event.applicant == first)
        return self.changed.get(number, own)


def _require_homes(event: Event, homes: Collection[str]) -> None:
    for column in ("home", "register_home"):
        if column in event.child and event.child[column] not in homes:
            raise _refused(
                event, f"没有居住单元 {event.child[column]}", f"there is no home {event.child[column]}"
            )


def _require_schools(event: Event, schools: Collection[str]) -> None:
    for kin in event.kin:
        if kin.school is not None and kin.school not in schools:
            raise _refused(event, f"没有学校 {kin.school}", f"there is no school {kin.school}")


def _refused(event: Event, zh: str, en: str) -> UsageError:
    which = event.applicant or event.school or ""
    return UsageError(
        Text(
            f"事件 {event.kind} {which}（{event.on}）：{zh}", f"event {event.kind} {which} ({event.on}): {en}"
        )
    )
