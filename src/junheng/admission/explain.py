"""What each family is told: which school, by which rule and draw number, what each higher choice would have needed.

Every sentence is made from the frozen round, the draw and the cut-offs of the outcome; nothing is assigned again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import polars as pl

from junheng.admission.explanation import ChoiceStory, Explanation
from junheng.admission.margins import NOBODY, margins
from junheng.admission.market import ADJUSTMENT, OPEN_LINE, key_parts
from junheng.admission.rounds.result import RoundResult, class_of, reserve_of
from junheng.admission.rounds.rows import WISH, judged_choices
from junheng.admission.rounds.waiting import waiting_positions
from junheng.errors import UsageError
from junheng.measure.distances import METHODS, method_of
from junheng.text import Text

_ADJUSTED = Text("调剂", "adjustment")
_LATER = Text("调剂或补报", "adjustment or a late application")


class Explainer:
    """Explains the outcome of one round, child by child.

    Parameters
    ----------
    result
        The decided round.
    """

    def __init__(self, result: RoundResult) -> None:
        self.result = result

    def of(self, applicant: str) -> Explanation:
        """Return what the family of a child is told.

        Raises
        ------
        UsageError
            If the child is not in the round.
        """
        number = self._number.get(applicant)
        if number is None:
            raise UsageError(
                Text(f"本轮没有报名号“{applicant}”", f"there is no applicant “{applicant}” in this round")
            )
        place = self._places[number]
        stories = tuple(self._stories(applicant, number))
        return Explanation(
            applicant=applicant,
            together=tuple(one for one in self.result.arrays.members.members[number] if one != applicant),
            status=place["status"],
            school=place["school"],
            school_name=None if place["school"] is None else self._names[place["school"]],
            rule=self._rule_of_place(place),
            draw=None if place["row"] is None else place["draw"] + 1,
            choices=stories,
            next_steps=self._next_steps(place, stories),
        )

    def all(self) -> Iterator[Explanation]:
        """Yield the explanation of every child in the order of the numbers."""
        for applicant in self.result.children["applicant"]:
            yield self.of(applicant)

    @cached_property
    def _number(self) -> Mapping[str, int]:
        return self.result.arrays.members.number

    @cached_property
    def _places(self) -> list[dict[str, Any]]:
        return self.result.applications.to_dicts()

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(self.result.arrays.frozen.district.table("schools").select("school", "name").iter_rows())

    @cached_property
    def _sectors(self) -> dict[str, str]:
        return {plan.school: plan.sector for plan in self.result.arrays.plans}

    @cached_property
    def _school_numbers(self) -> dict[str, int]:
        return {plan.school: n for n, plan in enumerate(self.result.arrays.plans)}

    @cached_property
    def _choices(self) -> dict[str, list[dict[str, Any]]]:
        """Choices of each child as judged."""
        frame = judged_choices(self.result.arrays.frozen).select("applicant", "rank", "school", "why")
        found: dict[str, list[dict[str, Any]]] = {}
        for row in frame.iter_rows(named=True):
            found.setdefault(row["applicant"], []).append(row)
        return found

    @cached_property
    def _rows(self) -> dict[tuple[int, str], dict[str, Any]]:
        """The row of the market of each application and school that it wishes."""
        rows = self.result.arrays.rows.with_row_index("row").filter(pl.col("kind") == WISH)
        return {(row["application"], row["school"]): row for row in rows.iter_rows(named=True)}

    @cached_property
    def _waiting(self) -> Mapping[int, int]:
        return waiting_positions(self.result)

    def _stories(self, applicant: str, number: int) -> Iterator[ChoiceStory]:
        got = self._places[number]["row"]
        for choice in self._choices.get(applicant, []):
            row = self._rows.get((number, choice["school"]))
            if choice["why"] is not None or row is None:
                yield self._story(choice, result=choice["why"] or "not_all")
                continue
            is_full = got is None or row["row"] < got
            result = "full" if is_full else "admitted" if row["row"] == got else "not_reached"
            yield self._story(choice, result=result, row=row)

    def _story(
        self, choice: Mapping[str, Any], *, result: str, row: Mapping[str, Any] | None = None
    ) -> ChoiceStory:
        return ChoiceStory(
            rank=choice["rank"],
            school=choice["school"],
            school_name=self._names[choice["school"]],
            result=result,
            rule=None if row is None else self._rule(row),
            draw=None if row is None else self._draw(row["row"]) + 1,
            needed=self._needed(row) if row is not None and result == "full" else None,
            waiting=None if row is None else self._waiting.get(row["row"]),
        )

    def _draw(self, row: int) -> int:
        market = self.result.market
        return int(market.draw[market.owner[row] if market.is_single_draw else row])

    def _rule(self, row: Mapping[str, Any]) -> Text:
        rules = self.result.rules
        class_ = class_of(rules, self._sectors[row["school"]], row["class"])
        if class_ is None:
            return Text(
                "调剂（{clause}），由近及远，按{measured}",
                "adjustment ({clause}), the nearest first by {measured}",
            ).format(clause=rules.adjustment.clause, measured=self._measured)
        text = Text("{name}（{clause}）", "{name} ({clause})").format(name=class_.name, clause=class_.clause)
        reserve = reserve_of(rules, row["reserve"])
        if reserve is None:
            return text
        counted = Text("；计入“{name}”（{clause}）", "; counted under “{name}” ({clause})").format(
            name=reserve.name, clause=reserve.clause
        )
        return text.joined("", counted)

    @cached_property
    def _measured(self) -> Text:
        return METHODS[method_of(self.result.arrays.frozen.district)]

    def _rule_of_place(self, place: Mapping[str, Any]) -> Text | None:
        return None if place["row"] is None else self._rule(place)

    def _needed(self, row: Mapping[str, Any]) -> Text:
        """Say who was the last child admitted on the same line: whoever comes before that child is admitted.

        Where a reserve admitted nobody it is the last child on the open places, for which the reserve competes too.
        """
        own = Text("您为“{own}”、序号 {draw}", "yours is “{own}”, number {draw}").format(
            own=self._class_name(row["school"], row["priority"]), draw=self._draw(row["row"]) + 1
        )
        lines = self._last[self._school_numbers[row["school"]]]
        key = lines[row["reserve"]] if lines[row["reserve"]] != NOBODY else lines[OPEN_LINE]
        if key == NOBODY:
            return Text(
                "该校在此类之下没有可录取的学位；{own}", "the school had no place on this line; {own}"
            ).format(own=own)
        number, draw = key_parts(int(key))
        return Text(
            "须排在最后一名录取者（“{last}”、序号 {draw}）之前；{own}",
            "to come before the last child admitted (“{last}”, number {draw}) was needed; {own}",
        ).format(last=self._class_name(row["school"], number), draw=draw + 1, own=own)

    @cached_property
    def _last(self) -> Any:
        """Last key admitted by school and line."""
        return margins(self.result.market, self.result.outcome).last_key

    def _class_name(self, school: str, number: int) -> Text:
        classes = self.result.rules.classes["private" if self._sectors[school] == "private" else "public"]
        if number < len(classes):
            return classes[number].name
        return _ADJUSTED if number == ADJUSTMENT else _LATER

    def _next_steps(self, place: Mapping[str, Any], stories: tuple[ChoiceStory, ...]) -> Text:
        waits = any(story.waiting is not None for story in stories)
        clause = self.result.rules.adjustment.clause
        if place["status"] == "withdrawn":
            return Text("已按家长申请退出本轮招生", "The family has withdrawn from this round")
        if place["status"] == "unplaced":
            return Text(
                "在各志愿学校候补；教育局按{clause}继续安排学位，请保持联系畅通",
                "You stay on the waiting lists of your choices; the bureau goes on to find a place ({clause})",
            ).format(clause=clause)
        enrol = Text("请按通知时间到校办理入学", "Please enrol at the school at the time announced")
        if not waits:
            return enrol
        return enrol.joined(
            "",
            Text(
                "；如前面的志愿有学位退出，将按候补次序递补，不影响现有学位",
                "; if a place of an earlier choice comes free you are moved up in turn, and keep this one until then",
            ),
        )
